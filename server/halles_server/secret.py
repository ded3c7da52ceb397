"""Texts that nobody may read in a log or an error: passwords, keys, URLs with either in them."""

from typing import Final


class Secret:
    """A text that never shows itself: printed, logged or formatted it is ``***``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Returns the text, for the one place that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "***" if self._value else "(none)"

    __str__ = __repr__


NO_SECRET: Final = Secret("")
