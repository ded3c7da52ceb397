"""The public of a recorded live session at each moment, whichever way one jumps."""

from halles.world.live_replay import PollThen, PublicThen, QuestionThen, ReactionsThen, VotesThen
from halles.world.polls import Poll, PollCard
from halles.world.questions import Question, QuestionState
from halles.world.reactions import NONE
from halles.world.text import Text
from halles_client.replica.live_public import REACTIONS_S
from halles_client.replica.public_then import FollowedPublic
from tests.support.live_hall import SESSION

CARD = PollCard(3, Poll("single", "hidden", Text("Q"), (Text("Oui"), Text("Non"))), "open", 0)


def question(number: int, votes: int = 0, state: QuestionState = "approved") -> Question:
    return Question(number, f"Question {number} ?", "fr", "k", "Eva", number, state, votes)


def followed() -> FollowedPublic:
    public = PublicThen(
        questions=(
            QuestionThen(0, question(1)),
            QuestionThen(1000, question(2)),
            QuestionThen(3000, question(1, 9, "refused")),
        ),
        votes=(VotesThen(2000, ((2, 5), (1, 7))),),
        polls=(PollThen(1500, CARD, (), 0),),
        reactions=(ReactionsThen(2000, (3, 0, 0, 0, 0)), ReactionsThen(4000, (2, 1, 0, 0, 0))),
    )
    return FollowedPublic(SESSION, public)


def test_questions_votes_and_polls_are_those_of_the_moment_also_after_a_jump_back() -> None:
    public = followed()
    seen = {500: [(1, 0)], 1600: [(1, 0), (2, 0)], 2500: [(1, 7), (2, 5)], 3500: [(2, 5)]}
    for at_ms in (*seen, *reversed(seen)):
        known = public.at(at_ms, 10.0, 1.0)
        assert [(row.number, row.votes) for row in known.top] == seen[at_ms]
        assert (known.poll is not None) == (at_ms >= 1500)


def test_applause_passes_as_it_did_and_at_speed_stays_as_long_as_one_sees_it() -> None:
    public = followed()
    assert public.at(1900, 10.0, 1.0).applause(10.0) == NONE
    assert public.at(2000, 10.0, 1.0).applause(10.0) == (3, 0, 0, 0, 0)
    assert public.at(4500, 10.0, 1.0).applause(10.0) == (5, 1, 0, 0, 0)
    after = 4000 + round(REACTIONS_S * 1000)
    assert public.at(after, 10.0, 1.0).applause(10.0) == NONE
    assert public.at(after, 10.0, 2.0).applause(10.0) == (5, 1, 0, 0, 0)
