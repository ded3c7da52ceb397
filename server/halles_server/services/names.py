"""Names that people choose: readable, and not to be taken for somebody else's."""

import unicodedata
from collections.abc import Collection
from itertools import groupby
from typing import Final

from confusable_homoglyphs import confusables

from halles.errors import Rejection, RejectionCode
from halles.world.booth import clean_name
from halles.world.text import INVISIBLE

RESERVED: Final = (
    *("Halles", "Pôle Images", "Admin", "System"),
    *("Administrateur", "Administratrice", "Modérateur", "Modératrice", "Modération", "Organisateur", "Organisatrice"),
    *("Organisation", "Équipe", "Accueil", "Système"),
    *(
        "Beheerder",
        "Beheer",
        "Moderator",
        "Moderatie",
        "Organisator",
        "Organisatie",
        "Medewerker",
        "Onthaal",
        "Systeem",
    ),
    *("Administrator", "Moderation", "Organiser", "Organizer", "Organization", "Operator", "Staff", "Team", "Host"),
)
"""Names that sound as if somebody spoke for the show: no guest bears one or its look-alike. An operator may give one to
an account; the badge beside it tells the role."""


MARKS_MOST: Final = 3
"""Combining marks on one letter after composition: Hebrew and Thai need two, hardly any spelling more than three."""


def check_name(name: str, taken: Collection[str]) -> str:
    """Returns a chosen name as it will be shown.

    Args:
        name: What somebody typed.
        taken: Keys (``key_of``) of names that belong to staff and organisations, and of those that nobody may choose.

    Raises:
        Rejection: INVALID_TEXT when empty, too long or with control, override or invisible characters, or with a
            tower of marks on a letter; NAME_TAKEN when it looks like a taken one.
    """
    shown = " ".join(clean_name(unicodedata.normalize("NFKC", name)).split())
    if not any(char.isalnum() for char in shown):
        raise Rejection(RejectionCode.INVALID_TEXT, "a name has a letter or a digit")
    if any(mark and sum(1 for _ in run) > MARKS_MOST for mark, run in groupby(shown, _is_mark)):
        raise Rejection(RejectionCode.INVALID_TEXT, f"a letter bears at most {MARKS_MOST} marks")
    if key_of(shown) in taken:
        raise Rejection(RejectionCode.NAME_TAKEN, "the name looks like one of the show's")
    return shown


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me")


def key_of(name: str) -> str:
    """Folds a name so that look-alikes share a key: case, accents, spaces and letters of other scripts (UTS 39).

    What shows nothing counts for nothing: a name stored before it was refused guards against its twin as well.
    """
    plain = "".join(_latin(char) for char in INVISIBLE.sub("", unicodedata.normalize("NFKC", name)))
    stripped = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return "".join(char for char in stripped.casefold().translate(_DIGITS) if char.isalnum())


_DIGITS: Final = str.maketrans({"0": "o", "1": "l", "i": "l"})
"""Digits and letters that fonts draw alike."""


def _latin(char: str) -> str:
    """Returns the Latin look-alike of a letter of another script, or the letter itself."""
    if char.isascii():
        return char
    found = confusables.is_confusable(char, greedy=True, preferred_aliases=[])
    for homoglyph in found[0]["homoglyphs"] if found else ():
        candidate = str(homoglyph["c"])
        if len(candidate) == 1 and candidate.isascii():
            return candidate
    return char


RESERVED_KEYS: Final = frozenset(key_of(name) for name in RESERVED)
"""What ``RESERVED`` folds to."""
