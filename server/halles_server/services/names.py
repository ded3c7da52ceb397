"""Names that people choose: readable, and not to be taken for somebody else's."""

import re
import unicodedata
from collections.abc import Collection
from itertools import groupby
from typing import Final

from confusable_homoglyphs import confusables

from halles.errors import Rejection, RejectionCode
from halles.world.booth import clean_name
from halles.world.text import INVISIBLE

MARKS_MOST: Final = 3
"""Combining marks on one letter after composition: Hebrew and Thai need two, hardly any spelling more than three."""


def check_name(name: str, taken: Collection[str]) -> str:
    """Returns a chosen name as it will be shown.

    Args:
        name: What somebody typed.
        taken: Keys (``key_of``) of names that belong to staff and organisations.

    Raises:
        Rejection: INVALID_TEXT when empty, too long or with control, override or invisible characters, or with a
            tower of marks on a letter; NAME_TAKEN when it looks like a taken one.
    """
    shown = " ".join(clean_name(unicodedata.normalize("NFKC", name)).split())
    if not any(char.isalnum() for char in shown):
        raise Rejection(RejectionCode.INVALID_TEXT, "a name has a letter or a digit")
    if any(mark and sum(1 for _ in run) > MARKS_MOST for mark, run in groupby(shown, _is_mark)):
        raise Rejection(RejectionCode.INVALID_TEXT, f"a letter bears at most {MARKS_MOST} marks")
    plain = folded(shown)
    if key_of_folded(plain) in taken or key_of_folded(signs_as_letters(plain)) in taken:
        raise Rejection(RejectionCode.NAME_TAKEN, "the name looks like one of the show's")
    return shown


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me")


def key_of(name: str) -> str:
    """Folds a name so that look-alikes share a key: case, accents, spaces and letters of other scripts (UTS 39).

    What shows nothing counts for nothing: a name stored before it was refused guards against its twin as well.
    """
    return key_of_folded(folded(name))


def key_of_folded(text: str) -> str:
    """Returns the key of what ``folded`` returned."""
    return "".join(char for char in text.casefold().translate(_DIGITS) if char.isalnum())


def folded(name: str) -> str:
    """Returns a name in Latin letters without accents, where it can be read so; case, spaces and signs stay."""
    plain = "".join(_latin(char) for char in INVISIBLE.sub("", unicodedata.normalize("NFKC", name)))
    return "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))


def signs_as_letters(text: str) -> str:
    """Returns a text with the letters for which people write signs and digits, as in ``@dm!n`` and ``5t4ff``."""
    return text.translate(_SIGNS)


_SIGNS: Final = str.maketrans("@4!|$53€7", "aaiisseet")

_DIGITS: Final = str.maketrans({"0": "o", "1": "l", "i": "l"})
"""Digits and letters that fonts draw alike."""


_DRAWN: Final = re.compile(
    r"(?:LETTER SMALL CAPITAL|NEGATIVE \w+ LATIN CAPITAL LETTER|REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])$"
)
"""Signs that are Latin letters to the eye only: neither Unicode's normal form nor UTS 39 says so of them."""


def _latin(char: str) -> str:
    """Returns the Latin look-alike of a letter of another script, or the letter itself."""
    if char.isascii():
        return char
    if drawn := _DRAWN.search(unicodedata.name(char, "")):
        return drawn[1]
    found = confusables.is_confusable(char, greedy=True, preferred_aliases=[])
    for homoglyph in found[0]["homoglyphs"] if found else ():
        candidate = str(homoglyph["c"])
        if len(candidate) == 1 and candidate.isascii():
            return candidate
    return char
