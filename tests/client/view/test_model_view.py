"""Models on counters, drawn offscreen in the real window."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest

from halles.errors import Unavailable
from halles.ids import BoothId, HallId, MediaId
from halles.protocol.messages import BoothCard
from halles.world.model_admission import TRIANGLES_CAP
from halles.world.scene import Scene
from halles_client.view.booth_kit import stand
from halles_client.view.model_plan import LEFT_M, SEEN_M
from halles_client.view.model_view import (
    AGAIN_S,
    ALONE_S,
    PICTURE_BYTES,
    TEXEL,
    TEXTURE,
    TURN,
    TURNS_M,
    ModelView,
    picture_side,
)
from halles_client.view.window import Window
from tests.support import models
from tests.support.plans import PLANS

RED, BLUE = MediaId("r" * 64 + ".glb"), MediaId("b" * 64 + ".glb")


def of_colour(*colour: float) -> bytes:
    said, buffer = models.document(1)
    said["materials"] = [{"pbrMetallicRoughness": {"baseColorFactor": [*colour, 1.0]}}]
    return models.pack(said, buffer)


class Shelf:
    """Models by id; counts what is asked for."""

    def __init__(self) -> None:
        self.models = {RED: of_colour(1.0, 0.0, 0.0), BLUE: of_colour(0.0, 0.0, 1.0)}
        self.asked: list[str] = []

    def fetch(self, media: MediaId) -> "Future[bytes]":
        self.asked.append(media)
        future: Future[bytes] = Future()
        if media in self.models:
            future.set_result(self.models[media])
        else:
            future.set_exception(Unavailable("gone"))
        return future


@pytest.fixture(scope="module")
def scene() -> Scene:
    return PLANS.scenes[HallId("lille")]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def view(window: Window, shelf: Shelf) -> Iterator[ModelView]:
    window.base.render.set_shader_input("tone", (1.0, 0.003, 0.97, 0.0))
    window.base.render.set_shader_input("fog_colour", (0.5, 0.5, 0.5, 1.0))
    found = ModelView(window, shelf.fetch, still=True)
    yield found
    found.close()


def show(view: ModelView, scene: Scene, **wanted: MediaId) -> None:
    cards = {}
    for name, media in wanted.items():
        slot = scene.slots[int(name.removeprefix("booth"))]
        cards[BoothId(name)] = BoothCard(BoothId(name), slot.id, 1, "Studio", "company", 0, (), media)
    view.show(scene, cards)


def settle(view: ModelView, scene: Scene, index: int, at: float = 0.0) -> None:
    x, y, _ = stand(scene.slots[index])
    end = time.monotonic() + 10
    view.step(x, y, at)
    while not view.settled:
        assert time.monotonic() < end
        time.sleep(0.005)
        view.step(x, y, at)


def looked_at(window: Window, scene: Scene, index: int) -> tuple[int, int, int]:
    """The colour of what stands on a counter, seen from close by."""
    x, y, z = stand(scene.slots[index])
    window.base.camera.set_pos(x, y - 1.0, z + 0.1)
    window.base.camera.look_at(x, y, z + 0.1)
    window.step()
    window.step()
    shot = window.picture()
    return shot.getpixel((shot.width // 2, shot.height // 2))  # type: ignore[return-value]


def test_a_model_stands_on_its_counter_in_its_own_colour(window: Window, view: ModelView, scene: Scene) -> None:
    show(view, scene, booth1=RED)
    settle(view, scene, 1)
    red, green, blue = looked_at(window, scene, 1)
    assert red > 90
    assert max(green, blue) < red / 2


def test_the_old_model_stays_until_the_new_one_is_there(window: Window, view: ModelView, scene: Scene) -> None:
    show(view, scene, booth1=RED)
    settle(view, scene, 1)
    show(view, scene, booth1=BLUE)
    red, _, blue = looked_at(window, scene, 1)
    assert red > blue
    settle(view, scene, 1)
    red, _, blue = looked_at(window, scene, 1)
    assert blue > red


def test_a_booth_without_its_model_any_more_stands_empty(window: Window, view: ModelView, scene: Scene) -> None:
    before = looked_at(window, scene, 1)
    show(view, scene, booth1=RED)
    settle(view, scene, 1)
    assert looked_at(window, scene, 1) != before
    show(view, scene)
    assert looked_at(window, scene, 1) == before


def test_a_model_far_away_is_not_fetched_and_one_left_behind_is_fetched_again(
    view: ModelView, scene: Scene, shelf: Shelf
) -> None:
    show(view, scene, booth1=RED)
    x, y, _ = stand(scene.slots[1])
    view.step(x + SEEN_M + 1.0, y, 0.0)
    assert shelf.asked == []
    settle(view, scene, 1)
    view.step(x + LEFT_M + 1.0, y, 0.0)
    settle(view, scene, 1)
    assert shelf.asked == [RED, RED]


def test_one_that_did_not_come_is_asked_for_again_and_one_that_is_refused_is_not(
    view: ModelView, scene: Scene, shelf: Shelf
) -> None:
    gone, broken = MediaId("0" * 64 + ".glb"), MediaId("1" * 64 + ".glb")
    shelf.models[broken] = b"no model"
    show(view, scene, booth1=gone)
    settle(view, scene, 1)
    settle(view, scene, 1, AGAIN_S / 2)
    settle(view, scene, 1, AGAIN_S + 1)
    assert shelf.asked == [gone, gone]
    show(view, scene, booth1=broken)
    settle(view, scene, 1, 2 * AGAIN_S)
    settle(view, scene, 1, 9 * AGAIN_S)
    assert shelf.asked[2:] == [broken]


def test_together_they_have_no_more_triangles_than_they_may_and_each_is_read_once(
    window: Window, scene: Scene, shelf: Shelf
) -> None:
    window.preset, before = replace(window.preset, model_triangles=TRIANGLES_CAP), window.preset
    view = ModelView(window, shelf.fetch)
    window.preset = before
    shelf.models[RED] = models.glb(TRIANGLES_CAP)
    show(view, scene, booth1=RED, booth2=BLUE)
    for _ in range(3):
        settle(view, scene, 1)
    assert [booth for booth, model in view._models.items() if model.node is not None] == ["booth1"]
    assert shelf.asked == [RED, BLUE]
    view.close()


def heading(view: ModelView, booth: str = "booth1") -> float:
    return float(view._models[BoothId(booth)].node.get_h())


def test_a_model_turns_for_who_stands_near_and_rests_for_who_does_not(window: Window, scene: Scene) -> None:
    view = ModelView(window, Shelf().fetch)
    show(view, scene, booth1=RED)
    settle(view, scene, 1)
    x, y, _ = stand(scene.slots[1])
    before = heading(view)
    view.step(x, y, 0.05)
    assert heading(view) - before == pytest.approx(TURN * 0.05)
    resting = heading(view)
    view.step(x + TURNS_M + 1.0, y, 0.1)
    assert heading(view) == resting
    view.close()


def test_a_hand_turns_the_nearest_model_only_and_it_stays_so_for_a_while(window: Window, scene: Scene) -> None:
    view = ModelView(window, Shelf().fetch)
    show(view, scene, booth1=RED, booth2=BLUE)
    for _ in range(3):
        settle(view, scene, 1)
    other, before = heading(view, "booth2"), heading(view)
    view.turn(30.0)
    settle(view, scene, 1, 1.0)
    settle(view, scene, 1, 1.0 + ALONE_S / 2)
    assert (heading(view) - before, heading(view, "booth2")) == (pytest.approx(30.0), other)
    settle(view, scene, 1, 1.1 + ALONE_S)
    assert heading(view) - before > 30.0
    view.close()


def test_where_nothing_is_to_move_by_itself_a_hand_still_turns_a_model(view: ModelView, scene: Scene) -> None:
    show(view, scene, booth1=RED)
    settle(view, scene, 1)
    before = heading(view)
    settle(view, scene, 1, 1.0)
    assert heading(view) == before
    view.turn(-45.0)
    settle(view, scene, 1, 1.1)
    assert heading(view) - before == pytest.approx(-45.0)


def test_a_model_that_does_not_come_keeps_no_room_from_others(window: Window, scene: Scene, shelf: Shelf) -> None:
    window.preset, before = replace(window.preset, model_triangles=TRIANGLES_CAP), window.preset
    view = ModelView(window, shelf.fetch)
    window.preset = before
    show(view, scene, booth1=MediaId("0" * 64 + ".glb"), booth2=BLUE)
    for _ in range(3):
        settle(view, scene, 1)
    assert view._models[BoothId("booth2")].hangs
    view.close()


@pytest.mark.parametrize("pictures", [0, 1, 2, 3, 16])
def test_the_more_pictures_a_model_has_the_smaller_they_are(pictures: int) -> None:
    side = picture_side(pictures)
    assert pictures * side * side * TEXEL <= PICTURE_BYTES
    assert side == TEXTURE or pictures * (2 * side) ** 2 * TEXEL > PICTURE_BYTES
