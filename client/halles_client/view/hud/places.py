"""What a key commands by where it lies, on keyboards whose layout gives no Latin letter for it. Pure.

Commands go by the letter wherever the layout has it (M is beside L on a French keyboard). A Cyrillic, Arabic, Hebrew
or Greek layout has none of them: Panda3D then names no key and gives the character alone, so the place of the key that
went down just before it tells which letter an American keyboard has there. Some systems name the key all the same,
before the character or after it; then the name counts, once.
"""

import unicodedata
from typing import Final, Literal

Modifier = Literal["shift", "control", "alt"]

MODIFIERS: Final[dict[str, Modifier]] = {f"{side}{name}": name for side in "lr" for name in ("shift", "control", "alt")}
"""Keys that change what others mean, by how Panda3D names their places."""


class Places:
    """Follows one keyboard: places and names of keys as they go down, and the characters between them."""

    def __init__(self) -> None:
        self._key = self._told = ""
        self._held: set[str] = set()

    def press(self, place: str) -> None:
        """A key went down at a place."""
        self._key, self._told = place, ""
        if place in MODIFIERS:
            self._held.add(place)

    def release(self, place: str) -> None:
        """A key that changes what others mean came up."""
        self._held.discard(place)

    def let_go(self) -> None:
        """Another window has the keyboard: nothing is held here."""
        self._held.clear()
        self._key = self._told = ""

    def name(self, letter: str) -> bool:
        """A key was named by the layout; tells whether that is news, and not what its place has told already."""
        self._key = ""
        return letter != self._told

    def character(self, text: str) -> tuple[str, str]:
        """A character came.

        Returns:
            What is to be typed, "" where Control made a command of it; and the key by its place, with ``shift-`` and
            ``control-`` before it, "" where the layout has Latin letters or the key was told already.
        """
        key, self._key = self._key, ""
        if not _foreign(text):
            return text, ""
        held = {MODIFIERS[place] for place in self._held}
        if "alt" in held:  # a third level, which Windows calls Control and Alt
            return text, ""
        control = "control" in held
        typed = "" if control else text
        if not (len(key) == 1 and key.isalpha()):
            return typed, ""
        self._told = key
        return typed, f"{'shift-' if 'shift' in held else ''}{'control-' if control else ''}{key}"


def _foreign(text: str) -> bool:
    """Tells whether a character is a letter of a script that is not Latin, or a sign that goes on one."""
    return len(text) == 1 and unicodedata.category(text)[0] in "LM" and "LATIN" not in unicodedata.name(text, "")
