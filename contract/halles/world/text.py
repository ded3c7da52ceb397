"""A text in the show's three languages, which one a reader gets, and what of it nobody sees."""

import re
from typing import Final, Literal, get_args

import msgspec

Language = Literal["fr", "nl", "en"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""In the order in which signs show them."""

INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""A character that shows nothing: Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt), which
``unicodedata`` does not know, and the empty Braille pattern. Some are letters by their category, like U+3164."""

OWN_NAMES: Final[dict[Language, str]] = {"fr": "Français", "nl": "Nederlands", "en": "English"}
"""Each language in its own words: nobody has to read another to find theirs, and none is a flag."""


class Text(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One text in French, Dutch and English; an empty string where nobody has written it yet."""

    fr: str = ""
    nl: str = ""
    en: str = ""

    def within(self, language: Language) -> str:
        """Returns the text in exactly this language, perhaps empty."""
        return str(getattr(self, language))

    def read(self, language: Language) -> tuple[str, Language]:
        """Returns what a reader of ``language`` is shown and the language that it is in.

        The fallback goes through French, English, Dutch in this order.
        """
        for candidate in (language, *_FALLBACK):
            if found := self.within(candidate):
                return found, candidate
        return "", language

    def having(self, language: Language, text: str) -> "Text":
        """Returns a copy with one language replaced."""
        return msgspec.structs.replace(self, **{language: text})


_FALLBACK: Final[tuple[Language, ...]] = ("fr", "en", "nl")
