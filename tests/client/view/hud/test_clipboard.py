"""The clipboard within the program; the system's is tested with real windows in ``test_keyboard.py``."""

import pytest

from halles_client.view.hud.clipboard import OwnClipboard, open_clipboard


def test_without_a_screen_copy_and_paste_stay_within_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    clipboard = open_clipboard()
    assert clipboard.read() == ""
    clipboard.write("né")
    clipboard.serve()
    assert clipboard.read() == "né"
    clipboard.close()


def test_a_display_that_does_not_answer_leaves_the_program_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987654")
    assert isinstance(open_clipboard(), OwnClipboard)
