"""What the public asks and votes, as one visit knows it."""

from halles.protocol.public_messages import (
    OwnVotesTold,
    PollChoice,
    PollTold,
    QuestionQueueTold,
    QuestionsTold,
    QuestionTold,
    ReactionsTold,
    VotesTold,
)
from halles.world.polls import POLLS_TOLD, Poll, PollCard, PollState
from halles.world.questions import SHOWN_CAP, Question, QuestionState
from halles.world.reactions import NONE
from halles.world.text import Text
from halles_client.replica.live_public import REACTIONS_S, LivePublic, told
from halles_client.replica.live_sessions import LiveSessions
from tests.support.live_hall import LILLE, SESSION, opened


def question(number: int, votes: int = 0, state: QuestionState = "approved") -> Question:
    return Question(number, f"Question {number} ?", "fr", "k", "Eva", number, state, votes)


def poll(number: int, state: PollState = "open") -> PollTold:
    options = (Text("Oui"), Text("Non"))
    return PollTold(SESSION, PollCard(number, Poll("single", "open", Text("Q"), options), state, 0), (3, 4), 7)


def test_questions_come_in_portions_change_one_by_one_and_stand_by_their_votes() -> None:
    known = told(LivePublic(), QuestionsTold(SESSION, 1, "free", (question(1, 2), question(2, 5))), 0.0)
    known = told(known, QuestionsTold(SESSION, 1, "free", (question(3, 1),), first=False), 0.0)
    assert [row.number for row in known.top] == [2, 1, 3]
    known = told(known, VotesTold(SESSION, ((3, 9), (77, 1))), 0.0)
    known = told(known, QuestionTold(SESSION, 2, question(1, 2, "pinned")), 0.0)
    assert [row.number for row in known.top] == [1, 3, 2]
    known = told(known, QuestionTold(SESSION, 3, question(3, 9, "refused")), 0.0)
    assert [row.number for row in known.top] == [1, 2]
    known = told(known, QuestionsTold(SESSION, 4, "closed", ()), 0.0)
    assert (known.top, known.asking) == ((), "closed")


def test_no_more_questions_and_polls_are_kept_than_can_be_shown() -> None:
    rows = tuple(question(number) for number in range(SHOWN_CAP + 20))
    known = LivePublic()
    for first in range(0, len(rows), 50):
        known = told(known, QuestionsTold(SESSION, 1, "free", rows[first : first + 50], first=False), 0.0)
    for number in range(POLLS_TOLD + 5):
        known = told(known, poll(number), 0.0)
    assert len(known.questions) == SHOWN_CAP
    assert len(known.polls) == POLLS_TOLD


def test_the_open_poll_comes_before_one_that_is_over_with_what_oneself_chose() -> None:
    known = told(told(LivePublic(), poll(1), 0.0), poll(2, "shown"), 0.0)
    known = told(known, OwnVotesTold(SESSION, (4,), (PollChoice(1, (1,)),), attends=False), 0.0)
    assert known.poll is not None
    assert known.poll.card.number == 1
    assert (known.voted, known.chosen) == ({4}, {1: (1,)})
    assert told(known, poll(1, "withdrawn"), 0.0).poll == known.polls[2]


def test_reactions_add_up_for_a_few_seconds() -> None:
    known = told(LivePublic(), ReactionsTold(SESSION, (5, 0, 0, 0, 0)), 0.0)
    known = told(known, ReactionsTold(SESSION, (7, 1, 0, 0, 0)), 1.0)
    assert known.applause(1.5) == (12, 1, 0, 0, 0)
    assert known.applause(1.0 + REACTIONS_S) == NONE


def test_it_belongs_to_an_open_live_session_and_goes_with_it() -> None:
    live = LiveSessions()
    assert live.apply(QuestionQueueTold(SESSION, 1, (), 4), LILLE, 0.0)
    assert not live.open
    live.apply(opened(), LILLE, 0.0)
    live.apply(QuestionQueueTold(SESSION, 1, (), 4), LILLE, 0.0)
    assert live.open[SESSION].public.waiting == 4
