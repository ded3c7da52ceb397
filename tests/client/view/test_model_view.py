"""Models on counters, drawn offscreen in the real window."""

import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from halles.errors import Unavailable
from halles.ids import BoothId, HallId, MediaId
from halles.protocol.messages import BoothCard
from halles.world.scene import Scene
from halles_client.view import model_view as model_view_module
from halles_client.view.booth_kit import stand
from halles_client.view.model_view import AGAIN_S, SEEN_M, ModelView
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
    view.step(x + SEEN_M + 1.0, y, 0.0)
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


def test_together_they_have_no_more_triangles_than_they_may(
    view: ModelView, scene: Scene, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_view_module, "TRIANGLES", 1)
    show(view, scene, booth1=RED, booth2=BLUE)
    for _ in range(3):
        settle(view, scene, 1)
    shown = [booth for booth, model in view._models.items() if model.node is not None]
    assert shown == ["booth1"]
