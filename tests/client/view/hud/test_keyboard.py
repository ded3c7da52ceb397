"""Real keys in a real window: the X server, its keyboard layout and its clipboard, as people have them."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.x_display import x_display

FRENCH = ("fr", "oss")
A, C, E, T, V = "38", "54", "26", "28", "55"
"""Keys by where they lie, whatever stands on them (X11's key codes)."""

DOOR, HALL = (Path(__file__).with_name(name) for name in ("text_entry_window.py", "hall_window.py"))
OTHER_PROGRAM = """
import sys, time
from halles_client.view.hud.clipboard_x11 import open_x11
board = open_x11()
if len(sys.argv) == 1:
    print(board.read())
else:
    board.write(sys.argv[1])
    print("held", flush=True)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        board.serve()
        time.sleep(0.01)
"""


class Desk:
    """An X server with a French keyboard and our window."""

    def __init__(self, display: str, window: Path) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "LC_ALL": "C"}  # the poorest locale
        self.environment.pop("WAYLAND_DISPLAY", None)
        self._said: queue.Queue[str] = queue.Queue()
        self._program = self._start(window)

    def _start(self, window: Path) -> "subprocess.Popen[str]":
        program = subprocess.Popen(
            [sys.executable, str(window)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

        def listen() -> None:
            assert program.stdout is not None
            for line in program.stdout:
                if line.startswith('"'):
                    self._said.put(json.loads(line))

        threading.Thread(target=listen, daemon=True).start()
        return program

    def said(self) -> str:
        return self._said.get(timeout=30)

    def do(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self.environment, check=True, timeout=10)

    def entered(self, *acts: tuple[str, ...]) -> str:
        """Does each act, presses Return and gives what was entered."""
        for act in acts:
            self.do(*act)
        time.sleep(0.05)
        self.do("key", "Return")
        return self.said()

    def answers(self, *keys: str) -> str:
        """Presses keys one after the other and gives the first thing that comes of it."""
        for key in keys:
            self.do("key", key)
        return self.said()

    @contextmanager
    def with_layout(self, *layout: str) -> Iterator[None]:
        """Has another keyboard for a while, as somebody who switches it."""
        self.lay_out(*layout)
        yield
        self.lay_out(*FRENCH)

    def lay_out(self, *layout: str) -> None:
        subprocess.run(["setxkbmap", *layout], env=self.environment, check=True, timeout=10)

    def close(self) -> None:
        self._program.communicate("", timeout=10)


@contextmanager
def at_desk(window: Path) -> Iterator[Desk]:
    with x_display(also=("xdotool", "setxkbmap")) as display:
        layout = {**os.environ, "DISPLAY": display}
        subprocess.run(["setxkbmap", *FRENCH], env=layout, check=True, timeout=10)
        opened = Desk(display, window)
        assert opened.said() == "ready"
        opened.do("mousemove", "600", "350")
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with at_desk(DOOR) as opened:
        yield opened


@pytest.fixture(scope="module")
def hall() -> Iterator[Desk]:
    with at_desk(HALL) as opened:
        assert opened.said() == "ZQSD"
        yield opened


NAMES = {
    " ": "space",
    "é": "eacute",
    "è": "egrave",
    "à": "agrave",
    "ç": "ccedilla",
    "ù": "ugrave",
    "œ": "oe",
    "€": "EuroSign",
    "«": "guillemotleft",
    "æ": "ae",
    "É": "Eacute",
}
"""Keys of the French layout by what stands on them; what is not here is named as it is written."""


def typing(text: str) -> tuple[str, ...]:
    return ("key", *(NAMES.get(char, char) for char in text))


def test_letters_with_accents_arrive_as_typed(desk: Desk) -> None:
    assert desk.entered(typing("Zoé è ç à ù")) == "Zoé è ç à ù"
    assert desk.entered(("key", "Caps_Lock"), typing("éç"), ("key", "Caps_Lock")) == "ÉÇ"


def test_letters_on_the_third_level_arrive(desk: Desk) -> None:
    assert desk.entered(typing("cœur æ « 5 €")) == "cœur æ « 5 €"


def test_dead_keys_compose(desk: Desk) -> None:
    keys = ("dead_circumflex", "e", "dead_diaeresis", "i", "dead_diaeresis", "e", "dead_diaeresis", "shift+u")
    assert desk.entered(("key", *keys)) == "êïëÜ"


def test_home_end_and_the_arrows_move_the_caret(desk: Desk) -> None:
    acts = (typing("mid"), ("key", "Home"), typing("a"), ("key", "End"), typing("z"), ("key", "Left", "Left"))
    assert desk.entered(*acts, typing("x")) == "amixdz"


def test_selecting_replaces(desk: Desk) -> None:
    assert desk.entered(typing("first"), ("key", "ctrl+a"), typing("second")) == "second"
    assert desk.entered(typing("one two"), ("key", "shift+Home"), typing("all")) == "all"
    assert desk.entered(typing("one two"), ("key", "ctrl+shift+Left"), typing("2")) == "one 2"


def test_erasing_by_letter_and_by_word(desk: Desk) -> None:
    acts = (typing("one two three"), ("key", "ctrl+BackSpace", "BackSpace"), ("key", "Home", "Delete"))
    assert desk.entered(*acts) == "ne two"


def test_what_is_copied_is_pasted(desk: Desk) -> None:
    acts = (typing("né "), ("key", "ctrl+a", "ctrl+c", "End", "ctrl+v", "ctrl+v"))
    assert desk.entered(*acts) == "né né né"


def test_another_program_gets_what_was_copied(desk: Desk) -> None:
    desk.do(*typing("œuvre"))
    desk.do("key", "ctrl+a", "ctrl+c")
    until = time.monotonic() + 20
    got = ""
    while got != "œuvre" and time.monotonic() < until:  # the window takes keys when it draws
        program = [sys.executable, "-c", OTHER_PROGRAM]
        got = subprocess.run(program, env=desk.environment, capture_output=True, text=True, timeout=20).stdout.strip()
    assert got == "œuvre"
    assert desk.entered(("key", "End")) == "œuvre"


def test_what_another_program_copied_is_pasted(desk: Desk) -> None:
    text = "Hélène « l’Œil » 10 €"
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROGRAM, text], env=desk.environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "held"
        desk.do("key", "ctrl+v")
        time.sleep(1.0)  # the text comes from the other program, in its own time
        assert desk.entered() == text
    finally:
        other.terminate()
        other.communicate(timeout=10)


def test_the_letter_that_opens_the_chat_is_not_said(hall: Desk) -> None:
    assert hall.answers("t", "b", "o", "n", "Return") == "SaidIt(channel='nearby', text='bon')"
    assert hall.answers("Escape", "shift+t", "c", "KP_Enter") == "SaidIt(channel='nearby', text='c')"
    hall.do("key", "Escape")


def test_a_line_that_failed_is_sent_again_with_a_key_while_walking_and_while_writing(hall: Desk) -> None:
    assert hall.answers("ctrl+Return") == "SaidAgain(request=b'1')"
    assert hall.answers("t", "ctrl+Return") == "SaidAgain(request=b'1')"
    hall.do("key", "Escape")


def test_keys_walk_turn_look_and_zoom(hall: Desk) -> None:
    for key, wanted in (("z", "walks 1 0 0"), ("q", "walks 0 -1 0"), ("Left", "walks 0 0 1")):
        hall.do("keydown", key)
        assert hall.said() == wanted
        hall.do("keyup", key)
        assert hall.said() == "walks 0 0 0"
    for key, wanted in (("r", "looks up"), ("f", "looks down")):
        hall.do("keydown", key)
        assert hall.said() == wanted
        hall.do("keyup", key)
    assert hall.answers("c") == "zooms 1"
    assert hall.answers("x") == "zooms -1"


def test_a_booth_is_read_and_its_link_followed_without_a_pointer(hall: Desk) -> None:
    assert hall.answers("quotedbl") == "Gestured(gesture=<Gesture.RAISE_HAND: 5>)"
    assert hall.answers("e") == "OpenedBooth(booth='b')"
    assert hall.answers("b") == "Rang(booth='b')"
    for key in ("quotedbl", "ampersand", "Escape", *["Tab"] * 4):  # 3: no such panel; 1: read; bell, panel, card, link
        hall.do("key", key)
    assert hall.answers("Return") == "OpenedLink(url='https://example.org/')"
    assert hall.answers("Escape") == "ClosedSheet()"


def test_language_size_of_text_and_leaving_need_no_pointer(hall: Desk) -> None:
    hall.do("key", "F1", "Tab", "Tab")
    assert hall.answers("Return") == "ChangedLanguage(language='fr')"
    hall.do("key", "Tab", "Tab", "Tab", "Tab")
    assert hall.answers("Return") == "ChangedScale(ui_scale=1.25)"
    hall.do("key", "Tab")
    assert hall.answers("Return") == "Left()"
    hall.do("key", "Escape")


OTHER_SCRIPTS = {"ru": "у", "ua": "у", "bg": "е", "ara": "ث", "il": "ק", "gr": "ε"}
"""Layouts without Latin letters, and what stands where E lies."""


@pytest.mark.parametrize(("layout", "letter"), OTHER_SCRIPTS.items())
def test_commands_go_by_place_where_the_layout_has_no_latin_letters(hall: Desk, layout: str, letter: str) -> None:
    with hall.with_layout(layout):
        assert hall.answers(E) == "OpenedBooth(booth='b')"
        assert hall.answers(E) == "ClosedSheet()"
        assert hall.answers(T, E, "Return") == f"SaidIt(channel='nearby', text='{letter}')"
        assert hall.answers(E, f"ctrl+{A}", f"ctrl+{C}", f"ctrl+{V}", f"ctrl+{V}", "Return") == (
            f"SaidIt(channel='nearby', text='{letter * 2}')"
        )
        hall.do("key", "Escape")


def test_letters_of_a_second_layout_that_was_switched_to_command_by_place_as_well(hall: Desk) -> None:
    with hall.with_layout("us,ru", "-option", "grp:menu_toggle"):
        assert hall.answers(E) == "OpenedBooth(booth='b')"
        assert hall.answers("Menu", E) == "ClosedSheet()"
        hall.do("key", "Menu")
