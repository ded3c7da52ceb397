import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.ids import BoothId, HallId
from halles.world.scene import Scene, Slot
from halles.world.staffing import StaffedState
from halles_client.view.booth_kit import places
from halles_client.view.booth_signs import WIDTH, Sign, corners, initials, letters, mesh
from tests.support.plans import PLANS

LILLE: Scene = PLANS.scenes[HallId("lille")]
PER_SIGN = 36
"""Corners of one booth's quads."""


def sign(index: int, name: str) -> Sign:
    return Sign(BoothId(f"b{index}"), name, index % 10, places(LILLE.slots[index]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Le Fresnoy", "LF"),
        ("Wallimage", "W"),
        ("Studio 16", "S1"),
        ("école supérieure", "ÉS"),
        ("Pôle Images – Nord", "PI"),
        ("", ""),
        ("— !", ""),
    ],
)
def test_initials_are_the_great_letters(name: str, expected: str) -> None:
    assert initials(name) == expected


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_whatever_the_names_they_fit_their_headers_and_do_not_overlap_in_the_sheet(names: list[str]) -> None:
    signs = [sign(n, name) for n, name in enumerate(names)]
    sheet = letters(signs)
    assert sheet.pixels.shape[1] == WIDTH
    taken = np.zeros(sheet.pixels.shape, dtype=np.uint8)
    for x, y, w, h in [*sheet.names.values(), *sheet.initials.values(), sheet.disc]:
        assert x >= 0
        assert x + w <= WIDTH
        assert y + h <= sheet.pixels.shape[0]
        taken[y : y + h, x : x + w] += 1
    assert taken.max() <= 1
    vertices = mesh(signs, sheet, {})
    assert vertices.shape == (PER_SIGN * len(names),)
    for n in range(len(names)):
        quad = vertices["position"][PER_SIGN * n : PER_SIGN * n + 4]
        width = float(np.hypot(*(quad[1, :2] - quad[0, :2])))
        assert width <= signs[n].places.header.width
        assert quad[2, 2] - quad[0, 2] <= 0.6


def test_a_long_name_is_smaller_and_whole() -> None:
    short, long = sign(1, "Studio 16"), sign(2, "Institut supérieur des arts numériques")
    sheet = letters([short, long])
    vertices = mesh([short, long], sheet, {})
    heights = [float(vertices["position"][i + 2, 2] - vertices["position"][i, 2]) for i in (0, PER_SIGN)]
    assert heights[1] < heights[0]
    x, y, w, h = sheet.names[long.booth]
    assert sheet.pixels[y : y + h, x + w - 12 : x + w].max() > 100


def test_the_light_is_lit_half_hollow_or_out_and_each_has_a_form_of_its_own() -> None:
    states: tuple[StaffedState, ...] = ("here", "elsewhere", "back", "away")
    signs = [sign(n, name) for n, name in enumerate("ABCD")]
    sheet = letters(signs)
    vertices = mesh(signs, sheet, {one.booth: state for one, state in zip(signs, states, strict=True)})
    forms = {}
    for n, state in enumerate(states):
        light = vertices[PER_SIGN * n + 12 : PER_SIGN * (n + 1)]
        under, over = light[:4], light[4:8]
        assert light["colour"].tolist() == [*light["colour"][:8].tolist() * 3], "the same on every side"
        share = np.ptp(over["position"][:, 2]) / np.ptp(under["position"][:, 2])
        lit = [bool(quad["colour"][0, 0] > 200) for quad in (under, over)]
        forms[state] = (*lit, round(float(share), 2))
    assert forms == {
        "here": (True, True, 1.0),
        "elsewhere": (False, True, 0.5),
        "back": (True, False, 0.7),
        "away": (False, False, 1.0),
    }
    half = vertices["position"][PER_SIGN + 12 : PER_SIGN + 20, 2]
    assert half[4:].min() == pytest.approx(half[:4].min()), "its lower half"


def test_who_looks_at_a_sign_reads_it_from_the_left() -> None:
    slot: Slot = LILLE.slots[0]
    where = places(slot).header
    found = corners(where)
    (x, y), _ = slot.visitor_place()
    to_left, to_right = found[0, :2] - (x, y), found[1, :2] - (x, y)
    assert to_left[0] * to_right[1] - to_left[1] * to_right[0] < 0  # left corner lies anticlockwise of the right one
