"""What the public of a recorded live session did, as one sees it at a moment of its replay. Pure.

Made of one part at a time by the rules by which a live one is followed (``live_public``). Bounded by what a part has.
"""

from dataclasses import replace

from halles.ids import LiveSessionId
from halles.protocol.messages import Message
from halles.protocol.public_messages import PollTold, QuestionTold, VotesTold
from halles.world.live_replay import PublicThen, ReactionsThen
from halles.world.reactions import NONE, summed
from halles_client.replica.live_public import REACTIONS_S, LivePublic, told


class FollowedPublic:
    """One part's public; what it was is remembered for the moment last asked for."""

    def __init__(self, session: LiveSessionId, public: PublicThen) -> None:
        changes: list[tuple[int, Message]] = []
        changes += [(one.at_ms, QuestionTold(session, 0, one.row)) for one in public.questions]
        changes += [(one.at_ms, VotesTold(session, one.votes)) for one in public.votes]
        changes += [(one.at_ms, PollTold(session, one.card, one.counts, one.voters)) for one in public.polls]
        self._changes = sorted(changes, key=lambda change: change[0])
        self._reactions: tuple[ReactionsThen, ...] = public.reactions
        self._known = LivePublic()
        self._so_many = 0

    def at(self, at_ms: int, now: float, pace: float) -> LivePublic:
        """Returns what was seen at a moment.

        Args:
            at_ms: Unix time of then.
            now: The clock by which reactions pass.
            pace: How fast that time goes, at least 1: at speed reactions stay as long as one sees them.
        """
        if self._so_many and self._changes[self._so_many - 1][0] > at_ms:  # one jumped back
            self._known, self._so_many = LivePublic(), 0
        while self._so_many < len(self._changes) and self._changes[self._so_many][0] <= at_ms:
            self._known = told(self._known, self._changes[self._so_many][1], now)
            self._so_many += 1
        counts, heard = NONE, float("-inf")
        for one in self._reactions:
            age = (at_ms - one.at_ms) / 1000.0 / pace
            if 0.0 <= age < REACTIONS_S:
                counts, heard = summed(counts, one.counts), now - age
        return replace(self._known, reactions=(counts, heard))
