"""Codes: enough bits, and whoever reads one aloud or misreads it types the same."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles_server.services.invitation_codes import CODE_BYTES, SIGNS, plain, spelled


def test_a_code_has_eighty_bits_in_groups_of_unambiguous_signs() -> None:
    code = spelled(b"\xff" * CODE_BYTES)
    assert code == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert len(plain(code)) * math.log2(len(SIGNS)) >= 80
    assert not set("ILOU") & set(SIGNS)


@given(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES), st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES))
def test_different_bytes_are_different_codes(one: bytes, other: bytes) -> None:
    assert (spelled(one) == spelled(other)) is (one == other)


@pytest.mark.parametrize(
    "typed",
    [
        "0123-4567-89AB-CDEF",
        " 0123 4567 89ab cdef ",
        "o1234567-89abCDEF",
        "OI23456789ABCDEF",
        "ol23 4567 89ab cdef",
    ],
)
def test_case_blanks_hyphens_and_look_alikes_do_not_matter(typed: str) -> None:
    assert plain(typed) == "0123456789ABCDEF"


@given(st.text(max_size=5000))
def test_whatever_is_typed_becomes_a_short_row_of_signs(typed: str) -> None:
    assert len(plain(typed)) <= 160
    assert set(plain(typed)) <= set(SIGNS)
