"""How much of a booth is written in each language: pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from halles.world.text import LANGUAGES, Language, Text


@dataclass(frozen=True, slots=True)
class Meter:
    """How far texts exist in each language.

    Attributes:
        texts: How many there are in any language.
        written: How many of these there are in each.
        missing: The fields of those that each lacks.
    """

    texts: int
    written: dict[Language, int]
    missing: dict[Language, tuple[str, ...]]

    @property
    def cells(self) -> int:
        """How many texts there would be with each in every language."""
        return self.texts * len(LANGUAGES)

    @property
    def filled(self) -> int:
        """How many of these there are."""
        return sum(self.written.values())


def meter_of(texts: Mapping[str, Text]) -> Meter:
    """Measures texts, each under its field: one that nobody has written in any language does not count."""
    there = {field: text for field, text in texts.items() if any(text.within(code) for code in LANGUAGES)}
    missing = {code: tuple(field for field, text in there.items() if not text.within(code)) for code in LANGUAGES}
    return Meter(len(there), {code: len(there) - len(missing[code]) for code in LANGUAGES}, missing)
