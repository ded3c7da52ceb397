"""Real keys in a real window: the X server, its keyboard layout and its clipboard, as people have them."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.x_display import x_display

WINDOW = Path(__file__).with_name("text_entry_window.py")
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

    def __init__(self, display: str) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "LC_ALL": "C"}  # the poorest locale
        self.environment.pop("WAYLAND_DISPLAY", None)
        self._said: queue.Queue[str] = queue.Queue()
        self._program = self._start()

    def _start(self) -> "subprocess.Popen[str]":
        program = subprocess.Popen(
            [sys.executable, str(WINDOW)],
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

    def close(self) -> None:
        self._program.communicate("", timeout=10)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with x_display(also=("xdotool", "setxkbmap")) as display:
        layout = {**os.environ, "DISPLAY": display}
        subprocess.run(["setxkbmap", "fr", "oss"], env=layout, check=True, timeout=10)
        opened = Desk(display)
        assert opened.said() == "ready"
        opened.do("mousemove", "600", "350")
        yield opened
        opened.close()


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
    got = subprocess.run(
        [sys.executable, "-c", OTHER_PROGRAM], env=desk.environment, capture_output=True, text=True, timeout=20
    )
    assert got.stdout.strip() == "œuvre"
    assert desk.entered(("key", "End")) == "œuvre"


def test_what_another_program_copied_is_pasted(desk: Desk) -> None:
    text = "Hélène « l’Œil » 10 €"
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROGRAM, text], env=desk.environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "held"
        assert desk.entered(("key", "ctrl+v")) == text
    finally:
        other.terminate()
        other.communicate(timeout=10)
