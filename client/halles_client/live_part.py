"""One visit's part in the live session of its hall: what it asks for there, and sitting down where it has a chair.

Not here: what is known of it (replica), how it looks (view). Whoever walks away from their chair gives it back.
"""

import math
from typing import Final

from halles.errors import HallesError
from halles.protocol.backstage_messages import SayBackstage
from halles.protocol.live_messages import ActLive, PointAt
from halles.protocol.messages import Message
from halles.protocol.public_messages import AskQuestion, React, VotePoll, VoteQuestion
from halles.world.geometry import wrap
from halles.world.live import Chair
from halles.world.live_acts import LeaveChair, LiveAct
from halles.world.movement import Gesture
from halles.world.reactions import Reaction
from halles.world.text import Language
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replica.live_sessions import Live
from halles_client.replica.replica import Replica
from halles_client.stage_people import seat_of

AWAY_M: Final = 1.6
"""Farther than this from their chair somebody has left it."""

FAR_M: Final = 18.0
"""Farther than this from the stage one is asked whether to go there."""

POINT_S: Final = 0.08
"""Between two places that one points at."""

REACT_S: Final = 0.4
"""Between two reactions of one visit."""


class LivePart:
    """One visit's part."""

    def __init__(self, replica: Replica, ask: Ask, refused: Failed) -> None:
        self._replica, self._ask, self._refused = replica, ask, refused
        self._sits_on: Chair | None = None
        self._arrived = False
        self._reacted_at = self._pointed_at = -math.inf
        self._pointing = False

    @property
    def live(self) -> Live | None:
        """The live session of this hall."""
        return self._replica.live.first

    @property
    def chair(self) -> Chair | None:
        """One's own chair."""
        live = self.live
        return next((row for row in live.state.chairs if row.person.key == live.key), None) if live else None

    @property
    def far(self) -> bool:
        """Whether one stands so far from the stage that one may want to be brought there."""
        live, scene, own = self.live, self._replica.scene, self._replica.own
        stage = next((row for row in scene.stages if live and row.id == live.about.stage), None) if scene else None
        return stage is not None and own is not None and math.dist((stage.x, stage.y), (own.pose.x, own.pose.y)) > FAR_M

    @property
    def presents(self) -> bool:
        """Whether one turns the pages now."""
        live = self.live
        return live is not None and (live.state.presenter == live.key if live.state.presenter else live.host)

    def act(self, act: LiveAct) -> None:
        """Does something."""
        live = self.live
        if live is not None:
            self._ask(ActLive(new_request_id(), live.about.session, act), _nothing, self._refused)

    def ask(self, text: str, language: Language) -> None:
        """Asks a question."""
        live = self.live
        if live is not None:
            self._ask(AskQuestion(new_request_id(), live.about.session, language, text), _nothing, self._refused)

    def say_backstage(self, text: str) -> None:
        """Says something to the hosts and speakers; it is shown once they are told it."""
        live = self.live
        if live is not None:
            self._ask(SayBackstage(new_request_id(), live.about.session, text), _nothing, self._refused)

    def vote(self, question: int, *, on: bool) -> None:
        """Votes for a question, or takes that back; believed at once, and taken back where it is refused."""
        live = self.live
        if live is None:
            return
        session, lives = live.about.session, self._replica.live

        def failed(error: HallesError) -> None:
            known = lives.open.get(session)
            if known is not None:
                lives.change_public(session, known.public.with_vote(question, on=not on))
            self._refused(error)

        lives.change_public(session, live.public.with_vote(question, on=on))
        self._ask(VoteQuestion(new_request_id(), session, question, on), _nothing, failed)

    def choose(self, poll: int, choices: tuple[int, ...]) -> None:
        """Votes in a poll; believed at once, and taken back where it is refused."""
        live = self.live
        if live is None:
            return
        session, lives, before = live.about.session, self._replica.live, live.public.chosen.get(poll, ())

        def failed(error: HallesError) -> None:
            known = lives.open.get(session)
            if known is not None:
                lives.change_public(session, known.public.with_choice(poll, before))
            self._refused(error)

        lives.change_public(session, live.public.with_choice(poll, choices))
        self._ask(VotePoll(new_request_id(), session, poll, choices), _nothing, failed)

    def reaction(self, reaction: Reaction, now: float) -> React | None:
        """Returns what to send for a reaction; None where the last one was a moment ago."""
        live = self.live
        if live is None or now - self._reacted_at < REACT_S:
            return None
        self._reacted_at = now
        return React(live.about.session, reaction)

    def point(self, spot: tuple[float, float] | None, now: float) -> PointAt | None:
        """Returns what to send for a spot of the screen that one points at, None for nowhere; None for nothing new."""
        live = self.live
        if live is None or not self.presents or (spot is None and not self._pointing):
            self._pointing = False
            return None
        if spot is not None and now - self._pointed_at < POINT_S:
            return None
        self._pointing, self._pointed_at = spot is not None, now
        x, y = spot or (0.0, 0.0)
        return PointAt(live.about.session, round(x * 10_000), round(y * 10_000), spot is not None)

    def step(self) -> None:
        """Sits down on a chair that one was given, gets up from one that is gone, and gives back one that was left."""
        live, scene, own, chair = self.live, self._replica.scene, self._replica.own, self.chair
        if own is None or scene is None:
            return
        if live is None or chair is None:
            if self._sits_on is not None and own.pose.gesture is Gesture.SIT:
                own.make(Gesture.NONE)
            self._sits_on = None
            return
        seat = seat_of(live, scene, chair.number)
        if seat is None:
            return
        away = math.dist((seat.x, seat.y), (own.pose.x, own.pose.y))
        if self._sits_on != chair:
            self._sits_on, self._arrived = chair, False
        if not self._arrived and away < AWAY_M / 2:
            self._arrived = True
            own.make(Gesture.SIT)
            own.turn(wrap(seat.heading - own.pose.heading))
        elif self._arrived and away > AWAY_M:
            self._arrived = False
            self.act(LeaveChair())


def _nothing(_: Message) -> None:
    """The state tells what came of it."""
