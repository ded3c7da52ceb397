"""The system's clipboard, without any tool that the machine may lack.

Panda3D has none. On X11 the program speaks to the X server itself through ``libX11`` (which the window needs anyway),
on Windows to ``user32``; on macOS ``pbcopy`` and ``pbpaste`` belong to the system. Where none of these answers, what
is copied in the HUD can still be pasted in the HUD.
"""

import os
import subprocess
import sys
from typing import Protocol


class Clipboard(Protocol):
    """Where copied text goes and pasted text comes from."""

    def read(self) -> str:
        """Returns the text there now, "" when there is none."""

    def write(self, text: str) -> None:
        """Puts a text there."""

    def serve(self) -> None:
        """Answers other programs that ask for the text; called once a frame."""

    def close(self) -> None:
        """Lets go of it."""


class OwnClipboard:
    """Within this program only."""

    def __init__(self) -> None:
        self._text = ""

    def read(self) -> str:
        """Returns what was copied last."""
        return self._text

    def write(self, text: str) -> None:
        """Keeps a text."""
        self._text = text

    def serve(self) -> None:
        """Nobody asks."""

    def close(self) -> None:
        """Nothing is held."""


class MacClipboard(OwnClipboard):
    """Through the system's two commands."""

    def read(self) -> str:
        """Returns the text, "" when the command fails or takes longer than a second."""
        try:
            done = subprocess.run(["/usr/bin/pbpaste"], capture_output=True, timeout=1.0, check=True)
        except (OSError, subprocess.SubprocessError):
            return super().read()
        return done.stdout.decode("utf-8", "replace")

    def write(self, text: str) -> None:
        """Puts a text there; it stays in this program where the command fails."""
        super().write(text)
        try:
            subprocess.run(["/usr/bin/pbcopy"], input=text.encode(), timeout=1.0, check=True)
        except (OSError, subprocess.SubprocessError):
            return


def open_clipboard() -> Clipboard:
    """Returns the clipboard of this system."""
    if sys.platform == "darwin":
        return MacClipboard()
    if sys.platform == "win32":
        from halles_client.view.hud.clipboard_windows import WindowsClipboard

        return WindowsClipboard()
    if os.environ.get("DISPLAY"):
        from halles_client.view.hud.clipboard_x11 import open_x11

        return open_x11() or OwnClipboard()
    return OwnClipboard()
