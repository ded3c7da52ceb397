import itertools
import math

import pytest

from halles.world.geometry import Box, facing, local
from halles.world.scene import Slot, SlotSize
from halles_client.view.booth_kit import DECK, HEADER_TOP, LIFT, POST, WALL_TOP, Surface, places

SIZES: list[SlotSize] = ["S", "M", "L"]


def corners(surface: Surface, box: Box) -> list[tuple[float, float]]:
    right = facing(surface.heading - math.pi / 2)
    half = surface.width / 2
    ends = [(surface.x + right.x * side, surface.y + right.y * side) for side in (-half, half)]
    return [tuple(local(box, x, y)) for x, y in ends]


@pytest.mark.parametrize(("size", "posters"), [("S", 2), ("M", 4), ("L", 6)])
def test_a_booth_hangs_a_screen_and_its_posters_by_size(size: SlotSize, posters: int) -> None:
    names = set(places(Slot("A1", size, 0, 0, 0)).panels)
    assert names == {"screen", *(f"poster-{n}" for n in range(1, posters + 1))}


@pytest.mark.parametrize("size", SIZES)
def test_every_panel_hangs_inside_its_booth_and_below_the_wall_top(size: SlotSize) -> None:
    slot = Slot("A1", size, 7.0, -3.0, 90.0)
    for surface in places(slot).panels.values():
        for x, y in corners(surface, slot.box):
            assert abs(x) <= slot.box.width / 2
            assert abs(y) <= slot.box.depth / 2
        assert surface.z - surface.height / 2 > DECK
        assert surface.z + surface.height / 2 < WALL_TOP


@pytest.mark.parametrize("size", SIZES)
def test_no_panel_covers_another(size: SlotSize) -> None:
    slot = Slot("A1", size, 0.0, 0.0, 0.0)
    on_the_wall = [s for s in places(slot).panels.values() if s.heading == 0.0]
    spans = sorted((s.x - s.width / 2, s.x + s.width / 2) for s in on_the_wall)
    assert all(left[1] < right[0] for left, right in itertools.pairwise(spans))


def test_panels_turn_with_the_slot_and_look_out_of_the_open_front() -> None:
    slot = Slot("A1", "S", 0.0, 0.0, 90.0)
    screen = places(slot).panels["screen"]
    assert screen.heading == pytest.approx(math.pi / 2)
    assert screen.x == pytest.approx(1.5 - 0.12 - 0.015)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_hangs_inside_what_stands_in_the_booth(size: SlotSize) -> None:
    slot = Slot("A1", size, 0.0, 0.0, 0.0)
    found = places(slot)
    hung = [*found.panels.values(), found.logo]
    assert all(not box.contains(s.x, s.y) for s in hung for box in slot.obstacles())


def test_the_header_is_over_heads_and_its_letters_fit_it() -> None:
    header = places(Slot("A1", "M", 0.0, 0.0, 0.0))
    assert header.header.z - header.header.height / 2 > 2.3
    assert header.header.z + header.header.height / 2 == pytest.approx(HEADER_TOP)
    assert header.letters < header.header.height


@pytest.mark.parametrize("size", SIZES)
def test_the_light_is_on_the_front_and_both_sides_of_the_post_and_so_seen_along_the_aisle(size: SlotSize) -> None:
    slot = Slot("A1", size, 7.0, -3.0, 90.0)
    found = places(slot)
    front, right, left = (local(slot.box, s.x, s.y) for s in (found.staffed, *found.beside))
    assert left.x < front.x < right.x
    assert right.x - left.x == pytest.approx(POST + 2 * LIFT)
    assert left.y == right.y == pytest.approx(front.y - LIFT - POST / 2)
    headings = [math.remainder(s.heading - slot.box.heading, math.tau) for s in (found.staffed, *found.beside)]
    assert headings == pytest.approx([0.0, -math.pi / 2, math.pi / 2])
    assert {s.height for s in (found.staffed, *found.beside)} == {found.staffed.height}
