"""The client's three languages: its texts, and how each writes numbers, distances and times.

Texts live in ``assets/locale/<language>/LC_MESSAGES/halles.po``, keyed by their English; they are compiled in memory
when a language is first spoken (a few milliseconds), so that no compiled file can be older than its source.
Every text that a person reads passes through here; logs do not.
"""

import gettext
import io
from datetime import date
from functools import cache
from typing import Final

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from halles.resources import assets
from halles.world.text import LANGUAGES, Language

KEYWORDS: Final[dict[str, tuple[int, ...] | None]] = {"_": None, "many": (1, 2)}
"""What ``babel extract`` looks for: ``_("…")`` and ``_.many("one", "more", n)``."""

NARROW: Final = "\u202f"
"""Narrow no-break blank: before French double punctuation and units."""

_FIXED: Final = "\u00a0"


class Tongue:
    """Speaks one language.

    Calling it translates: ``_("Hello, {name}", name=who)``. Values are put in after translation, so that a
    translation may move them; a value never is a text that was not translated itself.

    Attributes:
        language: Which one.
    """

    def __init__(self, language: Language) -> None:
        self.language: Final = language
        self._catalogue = _catalogue(language)

    def __call__(self, text: str, **values: object) -> str:
        """Returns the text in this language."""
        return self._catalogue.gettext(text).format(**values)

    def many(self, one: str, more: str, count: int, **values: object) -> str:
        """Returns the text for this count; ``{count}`` in it is the number as this language writes it."""
        return self._catalogue.ngettext(one, more, count).format(count=self.number(count), **values)

    def number(self, value: float) -> str:
        """Writes a number: 1 850,5 · 1.850,5 · 1,850.5."""
        return str(format_decimal(value, locale=self.language))

    def metres(self, value: float) -> str:
        """Writes a distance."""
        return f"{self.number(value)}{NARROW if self.language == 'fr' else _FIXED}m"

    def seconds(self, value: int) -> str:
        """Writes a short time."""
        return f"{self.number(value)}{NARROW if self.language == 'fr' else _FIXED}s"

    def day(self, day: date) -> str:
        """Writes a day: ven. 27 nov. · vr 27 nov. · Fri 27 Nov."""
        return str(format_date(day, "EEE d MMM", locale=self.language))

    def time(self, hour: int, minute: int) -> str:
        """Writes a time of day: 14 h 30 · 14.30 uur · 14:30."""
        if self.language == "fr":
            return f"{hour}{_FIXED}h{_FIXED}{minute:02d}"
        return f"{hour}.{minute:02d}{_FIXED}uur" if self.language == "nl" else f"{hour}:{minute:02d}"


def speak(language: Language) -> Tongue:
    """Returns the language; unknown ones cannot be asked for, see ``nearest``."""
    return Tongue(language)


def nearest(wish: str | None) -> Language:
    """Returns the language for a locale name such as ``nl_BE.UTF-8``; French, the show's own, when there is none."""
    code = (wish or "").replace("-", "_").split("_")[0].split(".")[0].lower()
    return next((known for known in LANGUAGES if known == code), "fr")


@cache
def _catalogue(language: Language) -> gettext.GNUTranslations:
    file = assets() / "locale" / language / "LC_MESSAGES" / "halles.po"
    with file.open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
