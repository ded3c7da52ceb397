"""Numbers that stand in addresses, headers and forms: read the same way wherever they come from."""

from typing import Final

ID_DIGITS: Final = 18
"""Of a number that names something: what fits into a column of the database."""


def number_in(text: str, digits: int) -> int | None:
    """Returns the number that ``text`` is, in at most so many digits of ASCII; None for anything else.

    ``int`` alone also takes signs, spaces, underscores and digits of other scripts, at any length.
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None
