"""Two texts side by side with what differs marked, word by word: pure.

Texts come from people and pages share a thread with the world, so the time that comparing takes is bounded: past the
bound the middle counts as one difference.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

PAIRS_MOST: Final = 40_000
"""Words of one text times words of the other that are compared: about 10 ms at worst."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: in both texts, only in the older, or only in the newer."""

    kind: Literal["same", "gone", "new"]
    text: str


def marked(before: str, after: str) -> tuple[Piece, ...]:
    """Returns the newer text with what it says anew, and between it what the older said."""
    old, new = _words(before), _words(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    middle = old[start : len(old) - end], new[start : len(new) - end]
    pieces = [Piece("same", "".join(new[:start])), *_compared(*middle), Piece("same", "".join(new[len(new) - end :]))]
    return tuple(piece for piece in pieces if piece.text)


def _compared(old: list[str], new: list[str]) -> list[Piece]:
    if len(old) * len(new) > PAIRS_MOST:
        return [Piece("gone", "".join(old)), Piece("new", "".join(new))]
    pieces = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[k:m])))
        else:
            pieces += [Piece("gone", "".join(old[i:j])), Piece("new", "".join(new[k:m]))]
    return pieces


def _alike(old: list[str], new: list[str]) -> int:
    """Returns with how many equal words two lists begin."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(old), len(new)))


def _words(text: str) -> list[str]:
    """Returns words and what stands between them, so that joined they are the text."""
    return re.findall(r"\s+|\S+", text)
