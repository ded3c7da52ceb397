import pytest
from msgspec.structs import replace

from halles.errors import Rejection, RejectionCode
from halles.world.questions import Question, decided, in_order

ASKED = Question(1, "Et le prix ?", "fr", "a1", "Ada", 1_000)


def test_a_question_goes_from_the_queue_over_the_screen_to_the_answered_ones_with_the_moment():
    approved = decided(ASKED, "approve", 2_000)
    pinned = decided(approved, "pin", 3_000)
    answered = decided(pinned, "answer", 4_000)
    assert [approved.state, pinned.state, answered.state] == ["approved", "pinned", "answered"]
    assert (pinned.answered_ms, answered.answered_ms) == (0, 4_000)
    reopened = decided(answered, "reopen", 5_000)
    assert (reopened.state, reopened.answered_ms) == ("approved", 0)


def test_of_two_hosts_who_decide_the_same_the_second_changes_nothing():
    answered = decided(decided(ASKED, "approve", 2_000), "answer", 4_000)
    assert decided(answered, "answer", 9_000) == answered


def test_to_approve_a_pinned_question_unpins_it():
    assert decided(decided(ASKED, "pin", 2_000), "approve", 3_000).state == "approved"


@pytest.mark.parametrize(("state", "decision"), [("waiting", "answer"), ("refused", "pin"), ("waiting", "reopen")])
def test_what_the_state_does_not_allow_is_refused(state, decision):
    with pytest.raises(Rejection) as refused:
        decided(replace(ASKED, state=state), decision, 2_000)
    assert refused.value.code == RejectionCode.NOT_NOW


def test_pinned_ones_come_first_then_by_votes_then_the_older_and_answered_ones_last():
    old = replace(ASKED, state="approved", votes=2)
    young = replace(old, number=2, asked_ms=5_000)
    loved = replace(old, number=3, asked_ms=9_000, votes=7)
    pinned = replace(old, number=4, votes=0, state="pinned")
    first = replace(old, number=5, state="answered", answered_ms=6_000)
    second = replace(old, number=6, votes=99, state="answered", answered_ms=7_000)
    shown = in_order([second, young, first, old, loved, pinned])
    assert [question.number for question in shown] == [4, 3, 1, 2, 5, 6]
