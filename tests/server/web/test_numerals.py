"""Numbers as peers write them."""

import pytest

from halles_server.web.numerals import number_in


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("123", 123)])
def test_plain_digits_are_a_number(text: str, number: int) -> None:
    assert number_in(text, 3) == number


@pytest.mark.parametrize("text", ["", "1234", "-1", "+1", " 1", "1_0", "1.0", "\u0661", "\u00b2", "x"])
def test_anything_else_is_none(text: str) -> None:
    assert number_in(text, 3) is None
