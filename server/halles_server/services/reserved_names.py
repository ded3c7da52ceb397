"""Names that sound as if somebody spoke for the show: no guest bears one, however it is written.

An operator may give one to an account; the badge beside it tells the role.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles_server.services.names import check_name, folded, key_of, key_of_folded, signs_as_letters

WITHIN: Final = (
    *("Halles", "Pôle Images", "Admin", "Staff", "Operator", "Moderator", "Moderation", "Administrator"),
    *("Administration", "Organiser", "Organizer", "Organization", "Organisation"),
    *("Administrateur", "Administratrice", "Modérateur", "Modératrice", "Modération", "Opérateur", "Opératrice"),
    *("Organisateur", "Organisatrice"),
    *("Beheerder", "Beheer", "Moderatoren", "Moderatie", "Operatoren", "Organisator", "Organisatoren", "Organisatie"),
    *("Administratie", "Administratoren", "Medewerker"),
)
"""Reserved as any word of a name. "Staff" is a surname as well, a rare one: who bears it leaves it to its initial."""

ALONE: Final = (
    *("Host", "Team", "System", "Support", "Security"),
    *("Hôte", "Hôtesse", "Équipe", "Accueil", "Système", "Personnel", "Sécurité"),
    *("Gastheer", "Gastvrouw", "Onthaal", "Systeem", "Personeel", "Beveiliging"),
)
"""Reserved where a name says nothing else: within a longer one they are surnames (Host, L'Hôte) and everyday words."""

_SMALL: Final = frozenset(
    {"le", "la", "les", "l", "un", "une", "de", "du", "des", "d", "et"}
    | {"the", "a", "an", "of", "and", "van", "der", "den", "het", "een", "en"}
)
"""Words that say nothing."""

_SIGNS: Final = "@!|$€"
_ENDS: Final = _SIGNS + "0123456789"


def check_guest_name(name: str, taken: Collection[str]) -> str:
    """Returns a guest's chosen name as it will be shown; see ``check_name``.

    Raises:
        Rejection: INVALID_TEXT, NAME_TAKEN.
    """
    shown = check_name(name, taken)
    if any(_speaks_for_show(words) for words in dict.fromkeys(map(tuple, _splittings(folded(shown))))):
        raise Rejection(RejectionCode.NAME_TAKEN, "the name looks like one of the show's")
    return shown


def _splittings(text: str) -> Iterator[list[str]]:
    """Yields the words of a name: signs between them, signs for letters, a capital for each new word."""
    yield re.findall(r"[^\W_]+", text)
    yield re.findall(rf"(?:[^\W_]|[{_SIGNS}])+", text)
    yield re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))


def _speaks_for_show(words: Sequence[str]) -> bool:
    """Tells whether any words are reserved within a name, or all that say something are reserved."""
    telling = [word for word in words if not word.isdecimal() and word.casefold() not in _SMALL]
    return any(map(_WITHIN.search, _readings(words))) or any(map(_ANY.fullmatch, _readings(telling)))


def _readings(words: Iterable[str]) -> Iterator[str]:
    """Yields the keys of what words can be read as: signs as letters or not, digits and signs at their ends or not."""
    words = tuple(words)
    # Of most names all these are the same; a crowd that arrives shall not wait for them.
    bare = {tuple(strip(word) for word in words) for strip in (str, _without_end, _without_ends)}
    for kept in bare | {tuple(map(signs_as_letters, kept)) for kept in bare}:
        yield " ".join(map(key_of_folded, kept))


def _without_end(word: str) -> str:
    return word.rstrip(_ENDS)


def _without_ends(word: str) -> str:
    return word.strip(_ENDS)


def _row(names: Iterable[str]) -> str:
    """Returns a pattern of one or several names' keys in a row, each in the singular or with an s, spaced or not."""
    keys = (" *".join(key_of(name)) for name in names)
    return f"(?:(?:{'|'.join(keys)})(?: *s)? *)+"


_WITHIN: Final = re.compile(rf"(?<![^ ]){_row(WITHIN)}(?:$|(?<= ))")
_ANY: Final = re.compile(" *" + _row((*WITHIN, *ALONE)))
