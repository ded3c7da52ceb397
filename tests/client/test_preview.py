"""The program that draws one booth, in the window of all view tests: what hangs is what the job says."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from halles.errors import ConfigError
from halles.ids import BoothId, HallId, MediaId, SlotId
from halles.protocol.messages import BoothCard
from halles.protocol.preview_job import PreviewJob
from halles_client.preview import picture
from halles_client.view.window import Window
from tests.support.plans import PLANS

POSTER, MODEL = MediaId("poster.webp"), MediaId("model.glb")
RED, BLUE = (220, 30, 30), (30, 60, 220)
LILLE = HallId("lille")


@pytest.fixture(autouse=True)
def lens(window: Window) -> Iterator[None]:
    """Leaves the window's lens as it was for other tests."""
    ratio = window.base.camLens.get_aspect_ratio()
    yield
    window.base.camLens.set_aspect_ratio(ratio)


def job(*, accent: int = 3, colour: tuple[int, int, int] | None = None, slot: int = 1) -> PreviewJob:
    pictures, media = ((), {}) if colour is None else ((("screen", POSTER),), {POSTER: webp(colour)})
    place = PLANS.scenes[LILLE].slots[slot].id
    return PreviewJob(LILLE, BoothCard(BoothId("b"), place, 0, "Atelier", "company", accent, pictures), media)


def webp(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 180), colour).save(out, "WEBP")
    return out.getvalue()


def drawn(window: Window, wanted: PreviewJob) -> NDArray[np.int64]:
    return np.asarray(picture(window, wanted).convert("RGB")).astype(np.int64)


def points_like(shot: NDArray[np.int64], colour: tuple[int, int, int]) -> int:
    return int((np.abs(shot - np.array(colour)).max(axis=2) < 40).sum())


def test_another_picture_in_the_draft_is_another_picture_on_the_wall(window: Window) -> None:
    red, blue = (drawn(window, job(colour=colour)) for colour in (RED, BLUE))
    assert points_like(red, RED) > 500 > 10 > points_like(blue, RED)
    assert points_like(blue, BLUE) > 500 > 10 > points_like(red, BLUE)


def test_another_accent_in_the_draft_is_another_felt(window: Window) -> None:
    green, brick = drawn(window, job(accent=3)), drawn(window, job(accent=0))
    assert (np.abs(green - brick).max(axis=2) > 40).mean() > 0.1


@pytest.mark.parametrize("size", ["S", "M", "L"])
def test_a_booth_of_each_size_is_seen_whole(window: Window, size: str) -> None:
    scene = PLANS.scenes[LILLE]
    number = next(number for number, slot in enumerate(scene.slots) if slot.size == size)
    bare, dressed = drawn(window, job(accent=9, slot=number)), drawn(window, job(accent=0, slot=number))
    changed = np.abs(bare - dressed).max(axis=2) > 40
    assert changed.mean() > 0.1
    assert changed[:4].mean() < 0.01  # the header ends below the picture's edge


def test_what_the_job_does_not_hold_hangs_as_missing(window: Window) -> None:
    wanted = job(colour=RED)
    assert points_like(drawn(window, PreviewJob(wanted.hall, wanted.card, {})), RED) < 10


def test_a_place_that_the_plans_have_not_is_refused(window: Window) -> None:
    card = BoothCard(BoothId("b"), SlotId("Z99"), 0, "Atelier", "company", 0, ())
    with pytest.raises(ConfigError, match="no place Z99"):
        picture(window, PreviewJob(LILLE, card, {}))
