"""What hangs on a stage's screens, looked at in the real window: pages, captions, who speaks, the side."""

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from halles.errors import Unavailable
from halles.ids import MediaId
from halles.world.scene import Screen
from halles_client.net.media import Face
from halles_client.stage_board import Board, PageCard, SideCard, TitleCard
from halles_client.view.plates import part_of
from halles_client.view.stage_screens import AGAIN_S, GONE_S, StageScreens
from halles_client.view.window import Window
from tests.support.live_hall import SCENE

RED, BLUE = (220, 30, 30), (30, 60, 220)
TITLE = Board(TitleCard("En direct", "Coproductions", "", ()))
MAIN, SIDE = (next(screen for screen in SCENE.screens if screen.id == name) for name in ("main", "questions"))


def page(name: str, ahead: str | None = None) -> Board:
    return Board(PageCard(MediaId(name)), ahead=MediaId(ahead) if ahead else None)


class Shelf:
    """Pages by id: of one colour; "slow" ones come when the test says so, what is not there is unavailable."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.slow: Future[bytes] = Future()

    def fetch(self, media: MediaId, face: Face = "sheet") -> "Future[bytes]":
        self.asked.append(media)
        if media == "slow":
            return self.slow
        future: Future[bytes] = Future()
        if media in ("red", "blue"):
            future.set_result(self.picture(RED if media == "red" else BLUE))
        else:
            future.set_exception(Unavailable("gone"))
        return future

    @staticmethod
    def picture(colour: tuple[int, int, int]) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (160, 90), colour).save(out, "PNG")
        return out.getvalue()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def screens(window: Window, shelf: Shelf) -> Iterator[StageScreens]:
    made = StageScreens(window, shelf.fetch)
    made.show_hall(SCENE)
    yield made
    made.close()


def settle(screens: StageScreens, board: Board, until: Callable[[], bool] | None = None, now: float = 0.0) -> None:
    end = time.monotonic() + 20
    screens.step(board, now)
    while not (until() if until else screens.settled):
        assert time.monotonic() < end
        time.sleep(0.005)
        screens.step(board, now)


def seen(window: Window, screen: Screen, at: tuple[float, float] = (0.5, 0.5)) -> tuple[int, int, int]:
    """The colour at a share of a screen from its left top, looked at straight from near."""
    spot = part_of(screen, (*at, *at), 0.0)
    camera = window.base.camera
    camera.set_pos(spot.x - 2 * float(np.sin(spot.heading)), spot.y + 2 * float(np.cos(spot.heading)), spot.z)
    camera.look_at(spot.x, spot.y, spot.z)
    window.step()
    window.step()
    shot = window.picture()
    return shot.getpixel((shot.width // 2, shot.height // 2))  # type: ignore[return-value]


def near(a: tuple[int, int, int], b: tuple[int, int, int]) -> bool:
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) < 12


def test_a_page_is_seen_in_its_own_colours_and_the_next_one_takes_its_place(
    window: Window, screens: StageScreens, shelf: Shelf
) -> None:
    settle(screens, page("red", "blue"))
    assert near(seen(window, MAIN), RED), "neither fog nor tone"
    settle(screens, page("red", "blue"), lambda: "blue" in shelf.asked)
    settle(screens, page("blue"))
    assert near(seen(window, MAIN), BLUE)
    assert shelf.asked.count("blue") == 1, "it was fetched ahead"


def test_the_old_page_stays_until_the_new_one_is_there_and_where_it_never_comes(
    window: Window, screens: StageScreens, shelf: Shelf
) -> None:
    settle(screens, page("red"))
    screens.step(page("slow"), 0.0)
    assert near(seen(window, MAIN), RED)
    shelf.slow.set_result(Shelf.picture(BLUE))
    settle(screens, page("slow"))
    assert near(seen(window, MAIN), BLUE)
    for now in (0.1, 0.2, AGAIN_S / 2, AGAIN_S + 0.2, AGAIN_S + 0.3):
        screens.step(page("gone"), now)
    assert shelf.asked.count("gone") == 2
    assert near(seen(window, MAIN), BLUE)


def test_captions_name_and_pointer_lie_over_the_page_and_go(window: Window, screens: StageScreens) -> None:
    over = replace(page("red"), captions=("Bonjour à tous",), floor="Eva", pointer=(0.25, 0.3))
    settle(screens, over)
    assert max(seen(window, MAIN, (0.02, 0.98))) < 60, "captions at the foot"
    assert near(seen(window, MAIN, (0.004, 0.77)), (0xF0, 0xB4, 0x5A)), "the edge of the name's plate"
    assert near(seen(window, MAIN, (0.25, 0.3)), (0xF0, 0xB4, 0x5A)), "the pointer"
    settle(screens, page("red"))
    for at in ((0.02, 0.98), (0.004, 0.77), (0.25, 0.3)):
        assert near(seen(window, MAIN, at), RED)


def test_the_side_shows_its_card(window: Window, screens: StageScreens) -> None:
    settle(screens, replace(TITLE, side=SideCard("Questions", (("12", "Quels budgets ?"),), "")))
    assert near(seen(window, SIDE, (0.5, 0.9)), (0x2B, 0x32, 0x3B))
    assert near(seen(window, SIDE, (0.15, 0.075)), (0xF0, 0xB4, 0x5A))


def test_a_break_in_what_is_told_leaves_the_screens_as_they_are_and_an_end_bares_them(
    window: Window, screens: StageScreens
) -> None:
    settle(screens, page("red"))
    screens.step(None, GONE_S / 2)
    assert near(seen(window, MAIN), RED)
    screens.step(None, GONE_S + 0.1)
    assert not near(seen(window, MAIN), RED)
    settle(screens, page("red"), now=1.0)
    assert near(seen(window, MAIN), RED)


def test_however_many_pages_are_turned_the_driver_keeps_one(window: Window, screens: StageScreens) -> None:
    def held() -> int:
        window.step()
        window.step()
        return int(window.base.win.gsg.prepared_objects.get_num_prepared_textures())

    settle(screens, page("red"))
    before = held()
    for name in ("blue", "red") * 4:
        settle(screens, page(name))
        window.step()
    assert held() <= before + 1
