"""Two texts with what differs marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles_server.web.studio_marks import Piece, marked

WORDS = st.lists(st.sampled_from(["un", "deux", "trois", ",", "\n\n"]), max_size=30).map(" ".join)


def test_what_is_gone_and_what_is_new_stand_where_they_were() -> None:
    assert marked("un studio qui montre des films", "un studio qui montre une série") == (
        Piece("same", "un studio qui montre "),
        Piece("gone", "des"),
        Piece("new", "une"),
        Piece("same", " "),
        Piece("gone", "films"),
        Piece("new", "série"),
    )


@pytest.mark.parametrize(("before", "after"), [("", ""), ("", "new"), ("old", "")])
def test_an_empty_text_is_wholly_new_or_gone(before: str, after: str) -> None:
    assert [piece.text for piece in marked(before, after)] == [text for text in (before, after) if text]


@given(WORDS, WORDS)
def test_the_pieces_joined_are_both_texts(before: str, after: str) -> None:
    pieces = marked(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_texts_made_to_be_slow_to_compare_are_not_compared_word_by_word() -> None:
    before, after = "x " + "a b " * 990, "y " + "b a " * 990 + "z"
    assert [piece.kind for piece in marked(before, after)] == ["gone", "new"]
