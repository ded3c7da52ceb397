"""The three languages of the pages: which one a reader gets, its catalogue and its typography.

Belongs here: addresses by language, catalogues, numbers, spaces and quotes. Not here: what people wrote in booths,
which is shown as written.
"""

import gettext
import io
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from math import ceil
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from halles.world.text import LANGUAGES, Language, Text
from halles_server.web.dates import Calendar

LOCALE: Final = Path(__file__).parent / "locale"

_LOCALES: Final[dict[Language, str]] = {"fr": "fr_BE", "nl": "nl_BE", "en": "en_GB"}

_NARROW: Final = "\u202f"
_WIDE: Final = "\u00a0"

_BEFORE_UNIT: Final = re.compile(r"(?:(?<=\d)|(?<=\)s)) (?=(?:s|m|min|Hz|ko|kB|Mo|MB)\b)")


@dataclass(frozen=True, slots=True)
class Said:
    """A text as one reader gets it.

    Attributes:
        text: The words; "" when nobody has written them in any language.
        language: The language they are in.
        elsewhere: Whether that is not the reader's own.
    """

    text: str
    language: Language
    elsewhere: bool

    def paragraphs(self) -> list[list[str]]:
        """Returns the text's paragraphs, each as its lines."""
        return [part.strip().splitlines() for part in re.split(r"\n\s*\n", self.text) if part.strip()]


class Tongue:
    """One language of the pages, with all that is written differently in it."""

    def __init__(self, code: Language) -> None:
        """Loads the catalogue, about 5 ms."""
        self.code = code
        self._locale = Locale.parse(_LOCALES[code])
        self.catalogue = _translations(code)

    def say(self, text: Text) -> Said:
        """Returns what a reader of this language is shown of a text."""
        words, language = text.read(self.code)
        return Said(words, language, bool(words) and language != self.code)

    def number(self, value: float, *, large: bool = False) -> str:
        """Writes a number.

        Args:
            value: The number; three decimals at most are shown.
            large: Whether it is set at 24 px or more, where the narrow space closes up.
        """
        written = format_decimal(value, locale=self._locale).replace(_WIDE, _NARROW)
        return written.replace(_NARROW, _WIDE) if large else written

    def size(self, count: int) -> str:
        """Writes how many bytes a file has: under a megabyte in kilobytes, rounded up, so that none is empty."""
        kilobytes = ceil(count / 1000)
        if kilobytes < 1000:
            return str(self.catalogue.gettext("%(n)s kB") % {"n": self.number(kilobytes)})
        return str(self.catalogue.gettext("%(n)s MB") % {"n": self.number(round(count / 1_000_000, 1))})

    def day_and_hour(self, at: datetime, zone: ZoneInfo) -> str:
        """Writes a day and an hour as the clock in a time zone shows them."""
        calendar = Calendar(self.code, zone)
        return f"{calendar.day(at)}, {calendar.hour(at)}"

    def metres(self, *sides: float) -> str:
        """Writes one length or the sides of a rectangle, as in "6 × 3 m", without a break."""
        return f"{_WIDE}×{_WIDE}".join(self.number(side) for side in sides) + f"{_WIDE}m"


@cache
def tongues() -> dict[Language, Tongue]:
    """Returns all three, loaded once."""
    return {code: Tongue(code) for code in LANGUAGES}


def chosen(accepted: str) -> Language:
    """Picks a language by an ``Accept-Language`` header (RFC 9110, 12.5.4); French when none fits."""
    best: tuple[float, Language] = (0.0, "fr")
    for part in accepted.split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        match = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight) if weight else None
        quality = float(match.group(1)) if match else 0.0 if weight else 1.0
        for code in LANGUAGES:
            if tag.strip().lower().split("-")[0] == code and quality > best[0]:
                best = (quality, code)
    return best[1]


def typeset(code: Language, text: str) -> str:
    """Sets the catalogue's plain spaces and quotes as the language prints them.

    French: a narrow no-break space before ``; : ! ? % €`` and ``»`` and after ``«``. All: the curved apostrophe, and
    no break between a number (or the place for one) and its unit.
    """
    text = text.replace("'", "’")
    text = _BEFORE_UNIT.sub(_NARROW if code == "fr" else _WIDE, text)
    if code != "fr":
        return text
    text = re.sub(r" (?=[;:!?€»]|%(?!\())", _NARROW, text)
    return text.replace("« ", f"«{_NARROW}")


def read_catalogue(code: Language) -> Catalog:
    """Reads ``locale/<code>/LC_MESSAGES/pages.po``."""
    with (LOCALE / code / "LC_MESSAGES" / "pages.po").open("rb") as file:
        return read_po(file, locale=code)


def _translations(code: Language) -> gettext.GNUTranslations:
    catalogue = read_catalogue(code)
    for message in catalogue:
        if message.id:
            message.string = (
                tuple(typeset(code, form) for form in message.string)
                if isinstance(message.string, tuple | list)
                else typeset(code, str(message.string))
            )
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
