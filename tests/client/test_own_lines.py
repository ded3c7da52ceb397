"""What becomes of one's own lines, with answers given by hand."""

from collections.abc import Callable

import pytest

from halles.errors import HallesError, Rejection, RejectionCode, Unavailable
from halles.protocol.messages import Done, Message, Say
from halles_client.own_lines import OwnLines


class Asked:
    """Takes lines and answers them when told."""

    def __init__(self) -> None:
        self.said: list[tuple[Say, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refusals: list[HallesError] = []
        self.lines = OwnLines(self._ask, self.refusals.append)
        self.lines.entered("lille")

    def take(self) -> None:
        message, done, _ = self.said[-1]
        done(Done(message.request_id))

    def refuse(self, error: HallesError) -> None:
        self.said[-1][2](error)

    @property
    def unsaid(self) -> list[tuple[str, bool]]:
        return [(line.text, line.failed) for line in self.lines.unsaid]

    def _ask(self, message: Message, done: Callable[[Message], None], failed: Callable[[HallesError], None]) -> None:
        assert isinstance(message, Say)
        self.said.append((message, done, failed))


LATER = [Rejection(RejectionCode.RATE_LIMITED, "", 1000), Unavailable("no answer in time")]
NEVER = [Rejection(RejectionCode.INVALID_TEXT, ""), Rejection(RejectionCode.FORBIDDEN, "")]


@pytest.mark.parametrize("error", LATER)
def test_a_line_that_failed_is_said_again_under_its_key(error: HallesError) -> None:
    asked = Asked()
    asked.lines.say("nearby", "quick")
    asked.refuse(error)
    assert (asked.unsaid, asked.refusals) == ([("quick", True)], [error])
    asked.lines.say("nearby", "other")
    asked.take()
    assert asked.unsaid == [("quick", True)], "another line does not take it away"
    asked.lines.say_again(asked.lines.unsaid[0].request)
    assert asked.unsaid == [("quick", False)]
    first, again = asked.said[0][0], asked.said[-1][0]
    assert (again.request_id, again.text) == (first.request_id, "quick")
    asked.take()
    assert asked.unsaid == []


@pytest.mark.parametrize("error", NEVER)
def test_a_line_that_can_never_be_taken_leaves_with_the_next_one(error: HallesError) -> None:
    asked = Asked()
    asked.lines.say("hall", "no")
    asked.refuse(error)
    asked.lines.say_again(asked.lines.unsaid[0].request)
    assert (asked.unsaid, len(asked.said)) == ([("no", True)], 1)
    asked.lines.say("hall", "yes")
    assert asked.unsaid == [("yes", False)]


def test_a_failed_line_stays_behind_in_the_hall_where_it_was_said() -> None:
    asked = Asked()
    asked.lines.say("hall", "quick")
    asked.refuse(LATER[0])
    asked.lines.entered("lille")
    assert asked.unsaid == [("quick", True)]
    asked.lines.entered("hainaut")
    assert asked.unsaid == []


def test_a_line_under_way_that_fails_after_one_went_to_another_hall_stays_behind_as_well() -> None:
    asked = Asked()
    asked.lines.say("hall", "quick")
    asked.lines.entered("hainaut")
    assert asked.unsaid == [("quick", False)], "it may still be taken where it was said"
    asked.refuse(LATER[0])
    assert (asked.unsaid, asked.refusals) == ([], [LATER[0]])


def test_a_line_that_comes_back_from_the_hall_was_taken() -> None:
    asked = Asked()
    asked.lines.say("hall", "hello")
    asked.lines.heard("hall", "hello")
    assert asked.unsaid == []


def test_what_is_heard_nearby_takes_no_equal_line_to_the_hall_away() -> None:
    asked = Asked()
    asked.lines.say("hall", "bonjour")
    asked.refuse(LATER[0])
    asked.lines.say("nearby", "bonjour")
    asked.lines.heard("nearby", "bonjour")
    assert [(line.channel, line.failed) for line in asked.lines.unsaid] == [("hall", True)]


def test_of_two_equal_lines_the_one_under_way_is_the_one_that_was_heard() -> None:
    """One that failed may have been taken as well, its answer lost; nothing says so while another is under way."""
    asked = Asked()
    asked.lines.say("hall", "bonjour")
    asked.refuse(LATER[1])
    asked.lines.say("hall", "bonjour")
    asked.lines.heard("hall", "bonjour")
    assert asked.unsaid == [("bonjour", True)]
    asked.lines.heard("hall", "bonjour")
    assert asked.unsaid == []
