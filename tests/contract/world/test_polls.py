import pytest
from msgspec.structs import replace

from halles.errors import Rejection, RejectionCode
from halles.world.polls import Poll, PollCard, checked, chosen, counts_seen, decided
from halles.world.text import Text

YES, NO = Text("oui", "ja", "yes"), Text("non", "nee", "no")
POLL = Poll("single", "hidden", Text("D’accord ?", "Akkoord?", "Agreed?"), (YES, NO))
CARD = PollCard(1, POLL, "open", 1_000)


def test_choices_count_once_and_none_takes_the_vote_back():
    several = replace(CARD, poll=replace(POLL, kind="multiple"))
    assert chosen(several, (1, 0, 1)) == (0, 1)
    assert chosen(CARD, ()) == ()


@pytest.mark.parametrize("choices", [(0, 1), (2,), (-1,)])
def test_more_than_one_of_a_single_choice_or_an_option_that_is_not_there_is_refused(choices):
    with pytest.raises(Rejection) as refused:
        chosen(CARD, choices)
    assert refused.value.code == RejectionCode.BAD_FIELD


def test_nobody_votes_in_a_poll_that_is_closed():
    with pytest.raises(Rejection) as refused:
        chosen(decided(CARD, "close", 2_000), (0,))
    assert refused.value.code == RejectionCode.NOT_NOW


def test_hidden_counts_are_seen_only_once_they_are_shown():
    closed = decided(CARD, "close", 2_000)
    shown = decided(closed, "show", 3_000)
    assert [counts_seen(card) for card in (CARD, closed, shown)] == [False, False, True]
    assert (closed.closed_ms, shown.closed_ms) == (2_000, 2_000)


def test_open_counts_are_seen_until_the_poll_is_withdrawn():
    card = replace(CARD, poll=replace(POLL, results="open"))
    assert counts_seen(card)
    assert not counts_seen(decided(card, "withdraw", 2_000))


def test_counts_of_an_open_poll_cannot_be_shown_before_it_is_closed():
    with pytest.raises(Rejection) as refused:
        decided(CARD, "show", 2_000)
    assert refused.value.code == RejectionCode.NOT_NOW


@pytest.mark.parametrize(
    ("poll", "code", "most"),
    [
        (replace(POLL, title=Text()), "INVALID_TEXT", 0),
        (replace(POLL, title=Text("x" * 161)), "INVALID_TEXT", 160),
        (replace(POLL, options=(YES, Text("  "))), "INVALID_TEXT", 0),
        (replace(POLL, options=(YES, YES)), "DUPLICATE", 0),
    ],
    ids=["no title", "too long a title", "an empty option", "twice the same"],
)
def test_a_poll_that_cannot_be_read_is_refused_for_its_own_reason(poll, code, most):
    with pytest.raises(Rejection) as refused:
        checked(poll)
    assert (refused.value.code, refused.value.most_characters) == (code, most)


def test_a_poll_is_stored_without_blanks_around_its_words():
    assert checked(replace(POLL, title=Text(" D’accord ? "))).title == Text("D’accord ?")
