"""Booths' names and pictures, drawn offscreen in the real window."""

import io
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from halles.errors import Unavailable
from halles.ids import BoothId, HallId, MediaId
from halles.protocol.messages import BoothCard
from halles.world.scene import Scene
from halles.world.staffing import StaffedState
from halles_client.net.media import Face
from halles_client.view.booth_kit import Surface, places
from halles_client.view.booth_view import BoothView
from halles_client.view.hung_pictures import AGAIN_S, MOVED_M
from halles_client.view.picture_plan import LEVELS, NONE, texture_bytes
from halles_client.view.window import Window
from tests.support.plans import PLANS

RED, BLUE = (220, 30, 30), (30, 60, 220)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return PLANS.scenes[HallId("lille")]


def picture(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 36), colour).save(out, "PNG")
    return out.getvalue()


class Shelf:
    """Pictures by id; what is not there is unavailable; counts what is asked for."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.faces: list[Face] = []
        self.held: dict[str, Future[bytes]] = {}

    def fetch(self, media: MediaId, face: Face = "sheet") -> "Future[bytes]":
        self.asked.append(media)
        self.faces.append(face)
        future: Future[bytes] = Future()
        if media.startswith("slow"):
            self.held[media] = future
        elif media in self.pictures:
            future.set_result(self.pictures[media])
        else:
            future.set_exception(Unavailable("gone"))
        return future


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def view(window: Window, shelf: Shelf) -> Iterator[BoothView]:
    window.base.render.set_shader_input("tone", (1.0, 0.003, 0.97, 0.0))
    window.base.render.set_shader_input("fog_colour", (0.5, 0.5, 0.5, 1.0))
    found = BoothView(window, window.preset, shelf.fetch)
    yield found
    found.close()


def card(scene: Scene, index: int, revision: int = 1, name: str = "Studio", **pictures: str) -> BoothCard:
    slot = scene.slots[index]
    hung = tuple((panel.replace("_", "-"), media) for panel, media in pictures.items())
    return BoothCard(BoothId(f"booth-{index}"), slot.id, revision, name, "company", index % 10, hung)  # type: ignore[arg-type]


def show(view: BoothView, scene: Scene, *cards: BoothCard) -> None:
    view.show(scene, {row.booth: row for row in cards})


def settle(view: BoothView, x: float, y: float, until: Callable[[], bool] | None = None, at: float = 0.0) -> None:
    end = time.monotonic() + 10
    view.step(x, y, at)
    while not (until() if until else view.settled):
        assert time.monotonic() < end
        time.sleep(0.005)
        view.step(x, y, at)


def looked_at(window: Window, scene: Scene, index: int, panel: str) -> tuple[int, int, int]:
    """The colour in the middle of the screen when one looks straight at a panel."""
    surface = places(scene.slots[index]).panels[panel]
    camera = window.base.camera
    away = np.array([-np.sin(surface.heading), np.cos(surface.heading)])
    camera.set_pos(surface.x + 1.5 * away[0], surface.y + 1.5 * away[1], surface.z)
    camera.look_at(surface.x, surface.y, surface.z)
    window.step()
    window.step()
    shot = window.picture()
    return shot.getpixel((shot.width // 2, shot.height // 2))  # type: ignore[return-value]


def near(a: tuple[int, int, int], b: tuple[int, int, int]) -> bool:
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) < 24


def test_a_picture_hangs_where_its_panel_is(window: Window, view: BoothView, scene: Scene, shelf: Shelf) -> None:
    shelf.pictures = {"red": picture(RED), "blue": picture(BLUE)}
    show(view, scene, card(scene, 1, screen="red", poster_1="blue"))
    settle(view, 0.0, 0.0)
    assert near(looked_at(window, scene, 1, "screen"), RED)
    assert near(looked_at(window, scene, 1, "poster-1"), BLUE)


def test_while_a_newer_picture_is_on_its_way_the_old_one_stays(
    window: Window, view: BoothView, scene: Scene, shelf: Shelf
) -> None:
    shelf.pictures = {"red": picture(RED)}
    show(view, scene, card(scene, 1, screen="red"))
    settle(view, 0.0, 0.0)
    show(view, scene, card(scene, 1, revision=2, screen="slow-blue"))
    settle(view, 0.0, 0.0, lambda: "slow-blue" in shelf.held)
    assert not view.settled
    assert near(looked_at(window, scene, 1, "screen"), RED)
    shelf.held["slow-blue"].set_result(picture(BLUE))
    settle(view, 0.0, 0.0)
    assert near(looked_at(window, scene, 1, "screen"), BLUE)


def test_a_draft_whose_revision_is_lower_is_swapped_in_and_out_again(
    window: Window, view: BoothView, scene: Scene, shelf: Shelf
) -> None:
    shelf.pictures = {"red": picture(RED)}
    show(view, scene, card(scene, 1, revision=7, screen="red"))
    settle(view, 0.0, 0.0)
    show(view, scene, card(scene, 1, revision=2, screen="slow-blue"))
    settle(view, 0.0, 0.0, lambda: "slow-blue" in shelf.held)
    assert near(looked_at(window, scene, 1, "screen"), RED)
    shelf.held["slow-blue"].set_result(picture(BLUE))
    settle(view, 0.0, 0.0)
    assert near(looked_at(window, scene, 1, "screen"), BLUE)
    show(view, scene, card(scene, 1, revision=7, screen="red"))
    settle(view, 0.0, 0.0)
    assert near(looked_at(window, scene, 1, "screen"), RED)


def test_what_cannot_be_had_or_read_leaves_a_panel_with_the_name(
    window: Window, view: BoothView, scene: Scene, shelf: Shelf
) -> None:
    shelf.pictures = {"broken": b"no picture"}
    show(view, scene, card(scene, 1, screen="broken", poster_1="gone"))
    settle(view, 0.0, 0.0)
    colour = looked_at(window, scene, 1, "poster-1")
    assert not near(colour, (0, 0, 0))


def test_a_change_that_comes_while_the_booth_is_put_together_is_shown_next(
    window: Window, view: BoothView, scene: Scene, shelf: Shelf
) -> None:
    shelf.pictures = {"red": picture(RED), "blue": picture(BLUE)}
    show(view, scene, card(scene, 1, screen="red"))
    view.step(0.0, 0.0, 0.0)
    view.step(0.0, 0.0, 0.0)
    show(view, scene, card(scene, 1, revision=2, screen="blue"))
    settle(view, 0.0, 0.0)
    assert near(looked_at(window, scene, 1, "screen"), BLUE)


def test_a_picture_that_did_not_come_is_asked_for_again_after_a_while(
    window: Window, view: BoothView, scene: Scene, shelf: Shelf
) -> None:
    show(view, scene, card(scene, 1, screen="late"))
    settle(view, 0.0, 0.0)
    shelf.pictures = {"late": picture(RED)}
    view.step(0.0, 0.0, AGAIN_S - 0.1)
    assert shelf.asked == ["late"]
    view.step(0.0, 0.0, AGAIN_S)
    assert shelf.asked == ["late", "late"]
    settle(view, 0.0, 0.0, lambda: near(looked_at(window, scene, 1, "screen"), RED), AGAIN_S)
    view.step(0.0, 0.0, 10 * AGAIN_S)
    assert len(shelf.asked) == 2


def test_the_nearest_booths_come_first_and_finest_and_all_stay_within_the_bytes(
    window: Window, scene: Scene, shelf: Shelf
) -> None:
    budget = 3_000_000
    view = BoothView(window, replace(window.preset, picture_bytes=budget), shelf.fetch)
    shelf.pictures = {f"p{n}": picture(RED) for n in range(len(scene.slots))}
    show(view, scene, *(card(scene, n, screen=f"p{n}") for n in range(len(scene.slots))))
    for x, y in ((0.0, -20.0), (0.0, 20.0)):
        settle(view, x, y, lambda: (within(view, budget), view.settled)[1])
        hung = sorted(view._booths.values(), key=lambda booth: math.dist((booth.slot.x, booth.slot.y), (x, y)))
        small = [booth.level for booth in hung if booth.slot.size == "S"]
        assert small == sorted(small, reverse=True)
        assert small[0] > small[-1]
    assert shelf.asked[0] == f"p{min(range(len(scene.slots)), key=lambda n: math.dist(spot(scene, n), (0.0, -20.0)))}"
    view.close()


def within(view: BoothView, budget: int) -> None:
    assert view.picture_bytes <= budget


def spot(scene: Scene, index: int) -> tuple[float, float]:
    return scene.slots[index].x, scene.slots[index].y


def test_who_comes_nearer_is_shown_a_finer_picture_and_who_leaves_a_coarser_one(
    view: BoothView, scene: Scene, shelf: Shelf
) -> None:
    shelf.pictures = {"red": picture(RED)}
    show(view, scene, card(scene, 1, screen="red"))
    x, y = spot(scene, 1)
    seen = []
    for away in (40.0, 20.0, 10.0, 5.0, 10.0, 20.0, 40.0):
        settle(view, x, y + away)
        seen.append(view._booths[BoothId("booth-1")].level)
        assert view.picture_bytes == texture_bytes(scene.slots[1].size, seen[-1])
    assert seen == [0, 1, 2, 3, 2, 1, 0]
    assert shelf.faces == [LEVELS[level].face for level in seen]


def test_a_step_to_and_fro_loads_nothing(view: BoothView, scene: Scene, shelf: Shelf) -> None:
    shelf.pictures = {"red": picture(RED)}
    show(view, scene, card(scene, 1, screen="red"))
    x, y = spot(scene, 1)
    settle(view, x, y + 6.9)
    for away in (7.1, 6.9, 7.0 + 2 * MOVED_M, 6.9):
        settle(view, x, y + away)
    assert shelf.asked == ["red"]


def test_a_picture_is_with_the_driver_though_nobody_looks_and_its_points_are_held_no_more(
    window: Window, view: BoothView, scene: Scene, shelf: Shelf
) -> None:
    shelf.pictures = {"red": picture(RED)}
    show(view, scene, card(scene, 1, screen="red"))
    settle(view, 0.0, 0.0)
    window.base.camera.look_at(0.0, 0.0, 1000.0)
    window.step()
    window.step()
    texture = view._booths[BoothId("booth-1")].node.get_texture()
    assert texture.is_prepared(window.base.win.gsg.prepared_objects)
    assert not texture.has_ram_image()


def test_without_room_for_it_a_booth_shows_its_accent(window: Window, scene: Scene, shelf: Shelf) -> None:
    view = BoothView(window, replace(window.preset, picture_bytes=1000), shelf.fetch)
    show(view, scene, card(scene, 1, screen="red"))
    settle(view, *spot(scene, 1))
    assert (view._booths[BoothId("booth-1")].level, shelf.asked, view.picture_bytes) == (NONE, [], 0)
    view.close()


def test_names_and_lights_change_without_new_geometry_for_the_rest(view: BoothView, scene: Scene) -> None:
    show(view, scene, card(scene, 0, name="Le Fresnoy"), card(scene, 1, name="Wallimage"))
    node = view._sign_node.node()
    assert node.get_num_geoms() == 1
    before = node.get_geom(0).get_vertex_data().get_array(0).get_handle().get_data()
    view.set_staffed({BoothId("booth-0"): "here"})
    after = node.get_geom(0).get_vertex_data().get_array(0).get_handle().get_data()
    assert before != after
    assert len(before) == len(after)


def test_booths_that_go_and_come_are_followed(view: BoothView, scene: Scene) -> None:
    show(view, scene, card(scene, 0), card(scene, 1))
    show(view, scene, card(scene, 1), card(scene, 2))
    assert set(view._booths) == {"booth-1", "booth-2"}
    view.clear()
    assert not view._booths


def test_the_light_on_the_post_is_seen_lit_half_hollow_and_out(window: Window, view: BoothView, scene: Scene) -> None:
    show(view, scene, card(scene, 1))
    bar = places(scene.slots[1]).staffed
    shares: dict[str, tuple[bool, bool, bool]] = {}
    states: tuple[StaffedState, ...] = ("here", "elsewhere", "back", "away")
    for state in states:
        view.set_staffed({BoothId("booth-1"): state})
        shares[state] = tuple(  # type: ignore[assignment]
            warm(seen(window, bar, up)) for up in (0.45 * bar.height, 0.2 * bar.height, -0.2 * bar.height)
        )
    assert shares == {
        "here": (True, True, True),
        "elsewhere": (False, False, True),
        "back": (True, False, False),
        "away": (False, False, False),
    }


def seen(window: Window, bar: Surface, up: float) -> tuple[int, int, int]:
    """The colour of a place on a bar, ``up`` metres over its middle, from a step before it."""
    camera = window.base.camera
    away = np.array([-np.sin(bar.heading), np.cos(bar.heading)])
    camera.set_pos(bar.x + 1.5 * away[0], bar.y + 1.5 * away[1], bar.z + up)
    camera.look_at(bar.x, bar.y, bar.z + up)
    window.step()
    window.step()
    shot = window.picture()
    return shot.getpixel((shot.width // 2, shot.height // 2))  # type: ignore[return-value]


def warm(colour: tuple[int, int, int]) -> bool:
    """Tells whether a light is on: bright, and more red than blue."""
    return colour[0] > 150 and colour[0] > colour[2] + 30
