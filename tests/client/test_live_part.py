"""One visit's part in a live session: what it asks for, and sitting down and getting up."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from halles.errors import HallesError, Rejection, RejectionCode
from halles.protocol.backstage_messages import SayBackstage
from halles.protocol.live_messages import ActLive, PointAt
from halles.protocol.messages import Message
from halles.protocol.public_messages import AskQuestion, React, VotePoll, VoteQuestion
from halles.world.geometry import wrap
from halles.world.live_acts import LeaveChair, RaiseHand
from halles.world.movement import Gesture
from halles.world.stage_seats import seat
from halles_client.live_part import AWAY_M, POINT_S, REACT_S, LivePart
from tests.support.live_hall import ME, SESSION, STAGE, chair, here, replica, told

SEAT = seat(STAGE, 2, 8)


class Visitor:
    """A visit in the hall, what it asks for, and what it was refused."""

    def __init__(self, *messages: Message, at: tuple[float, float] = (0.0, 14.0)) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refused: list[HallesError] = []
        self.replica = replica(*here(at=at), *messages)
        self.part = LivePart(self.replica, lambda *row: self.asked.append(row), self.refused.append)

    @property
    def gesture(self) -> Gesture:
        assert self.replica.own is not None
        return self.replica.own.pose.gesture

    def stand(self, x: float, y: float) -> None:
        own = self.replica.own
        assert own is not None
        own.motion = replace(own.motion, pose=replace(own.pose, x=x, y=y))
        self.part.step()


def test_acts_questions_votes_and_reactions_are_asked_of_the_live_session_of_this_hall() -> None:
    visitor = Visitor(told())
    visitor.part.act(RaiseHand())
    visitor.part.ask("Quels budgets ?", "fr")
    visitor.part.vote(4, on=True)
    visitor.part.choose(1, (0,))
    visitor.part.say_backstage("Encore cinq minutes ?")
    asked = [row[0] for row in visitor.asked]
    assert [type(message) for message in asked] == [ActLive, AskQuestion, VoteQuestion, VotePoll, SayBackstage]
    assert {message.session for message in asked} == {SESSION}  # type: ignore[attr-defined]
    assert visitor.part.reaction("applaud", 1.0) == React(SESSION, "applaud")
    assert visitor.part.reaction("applaud", 1.0 + REACT_S / 2) is None
    assert visitor.part.reaction("laugh", 1.1 + REACT_S) == React(SESSION, "laugh")


def test_without_a_live_session_nothing_is_asked() -> None:
    visitor = Visitor()
    visitor.part.act(RaiseHand())
    visitor.part.vote(4, on=True)
    visitor.part.ask("?", "fr")
    visitor.part.say_backstage("?")
    assert visitor.asked == []
    assert visitor.part.reaction("applaud", 1.0) is None


def test_a_vote_is_believed_at_once_and_taken_back_where_it_is_refused() -> None:
    visitor = Visitor(told())
    visitor.part.vote(4, on=True)
    visitor.part.choose(1, (0,))
    live = visitor.part.live
    assert live is not None
    assert (live.public.voted, live.public.chosen) == ({4}, {1: (0,)})
    for _, _, failed in visitor.asked:
        failed(Rejection(RejectionCode.NOT_NOW, ""))
    live = visitor.part.live
    assert live is not None
    assert (live.public.voted, live.public.chosen) == (set(), {1: ()})
    assert len(visitor.refused) == 2


def test_who_is_given_a_chair_sits_down_once_they_are_there_looking_at_the_public_and_gets_up_when_it_is_gone() -> None:
    visitor = Visitor(told(chairs=(chair(2, ME),)))
    visitor.part.step()
    assert visitor.gesture is Gesture.NONE
    visitor.stand(SEAT.x, SEAT.y)
    assert visitor.gesture is Gesture.SIT
    assert visitor.replica.own is not None
    assert visitor.replica.own.pose.heading == pytest.approx(wrap(SEAT.heading))
    assert visitor.asked == []
    visitor.replica.apply(told(2), 1.0)
    visitor.part.step()
    assert visitor.gesture is Gesture.NONE


def test_who_walks_away_from_their_chair_gives_it_back_once() -> None:
    visitor = Visitor(told(chairs=(chair(2, ME),)), at=(SEAT.x, SEAT.y))
    visitor.part.step()
    for away in (0.5, AWAY_M + 0.1, AWAY_M + 1.0):
        visitor.stand(SEAT.x, SEAT.y - away)
    assert [row[0].act for row in visitor.asked] == [LeaveChair()]  # type: ignore[attr-defined]


def test_one_is_far_from_the_stage_at_the_door_and_not_before_it() -> None:
    assert Visitor(told(), at=(0.0, -28.0)).part.far
    assert not Visitor(told(), at=(0.0, 16.0)).part.far
    assert not Visitor(at=(0.0, -28.0)).part.far


def test_only_who_presents_points_as_often_as_is_heard_and_says_when_they_stop() -> None:
    assert Visitor(told(presenter="jan")).part.point((0.5, 0.5), 1.0) is None
    part = Visitor(told(presenter="me")).part
    assert part.point(None, 0.9) is None
    assert part.point((0.25, 1.0), 1.0) == PointAt(SESSION, 2_500, 10_000, on=True)
    assert part.point((0.3, 1.0), 1.0 + POINT_S / 2) is None
    assert part.point(None, 1.0 + POINT_S / 2) == PointAt(SESSION, 0, 0, on=False)
    assert part.point(None, 2.0) is None
