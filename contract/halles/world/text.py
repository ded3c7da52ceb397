"""A text in the show's three languages, and which one a reader gets."""

from typing import Final, Literal, get_args

import msgspec

Language = Literal["fr", "nl", "en"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""In the order in which signs show them."""


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
