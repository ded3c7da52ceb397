"""Questions to live sessions: asking, voting, and what hosts decide of them.

Belongs here: rights, texts, and telling every node that something has changed. Votes are told of a few times a second,
however many come: ``take_voted`` gives those to be told.
"""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId, RequestId
from halles.world.booth import clean_text
from halles.world.questions import QUESTION_CAP, SHOWN, Asking, Decision, in_order
from halles.world.text import Language
from halles_server.announcements import QuestionsChanged
from halles_server.ports.live import Participant
from halles_server.ports.nodes import Bus
from halles_server.ports.public import Asked, Doing, Footing, QuestionsRecord, QuestionStore
from halles_server.services.actor import Actor
from halles_server.services.live_ground import Ground

SAMPLE_MS: Final = 5_000
"""Between two records of how the votes stand, at least."""


class Questions:
    """What people do with questions."""

    def __init__(self, store: QuestionStore, ground: Ground, bus: Bus) -> None:
        self._store, self._ground, self._bus = store, ground, bus
        self._voted: set[LiveSessionId] = set()

    # --- reading --------------------------------------------------------------------------------------------

    async def read(self, actor: Actor, session: LiveSessionId) -> QuestionsRecord:
        """Returns what somebody sees, in order: hosts also what waits; ``Rejection`` NOT_FOUND."""
        hosts = await self._ground.is_host(actor, session)
        record = await self.all(session)
        seen = [question for question in record.questions if hosts or question.state in SHOWN]
        return QuestionsRecord(record.revision, record.asking, in_order(seen))

    async def all(self, session: LiveSessionId) -> QuestionsRecord:
        """Returns all that are shown or wait, for whoever tells each what they may see."""
        return await self._store.read(session)

    async def votes(self, session: LiveSessionId) -> dict[int, int]:
        """Returns the votes of each question that has some."""
        return await self._store.votes(session)

    async def revisions(self) -> dict[LiveSessionId, int]:
        """Returns the revisions of those live sessions that halls show now."""
        return await self._store.revisions()

    def take_voted(self) -> frozenset[LiveSessionId]:
        """Returns and forgets in which live sessions somebody has voted here since the last call."""
        voted, self._voted = self._voted, set()
        return frozenset(voted)

    async def sample(self, session: LiveSessionId) -> bool:
        """Records how the votes stand, for the replay, unless that was done a moment ago; tells whether it did."""
        return await self._store.sample(session, self._ground.now_ms(), SAMPLE_MS)

    async def count_over(self) -> None:
        """Counts votes that came while a live session ended, so that nowhere stays who voted for what."""
        await self._store.count_over()

    # --- the public's ---------------------------------------------------------------------------------------

    async def ask(
        self, actor: Actor, request_id: RequestId, session: LiveSessionId, language: Language, text: str
    ) -> int:
        """Asks something; returns the question's number once that is committed.

        Raises:
            Rejection: FORBIDDEN, NOT_NOW, NOT_FOUND; INVALID_TEXT; RATE_LIMITED; OVER_BUDGET; STORAGE_FULL; BAD_FIELD
                for a used key.
            Unavailable: Not known whether it was asked; asking again with the same ``request_id`` is safe.
        """
        words = clean_text(text, QUESTION_CAP, lines=False)
        if not words:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was asked")

        async def ask(who: Participant, footing: Footing) -> int:
            doing = Doing(session, who, request_id, self._ground.now_ms(), footing.entry)
            return await self._store.ask(doing, Asked(language, words))

        number = await self._ground.asking(actor, session, ask)
        self._bus.announce(QuestionsChanged(session))
        return number

    async def vote(self, actor: Actor, session: LiveSessionId, question: int, *, on: bool) -> None:
        """Votes for a question, or takes that back; again, it changes nothing.

        Raises:
            Rejection: FORBIDDEN, NOT_NOW, NOT_FOUND; RATE_LIMITED; STORAGE_FULL.
            Unavailable: Not known whether it was stored; the same again is safe.
        """
        await self._ground.voting(actor, session, lambda by: self._store.vote(session, by, question, on=on))
        self._voted.add(session)

    # --- the hosts' -----------------------------------------------------------------------------------------

    async def decide(
        self, actor: Actor, request_id: RequestId, session: LiveSessionId, question: int, decision: Decision
    ) -> int:
        """Decides what becomes of a question; returns the revision reached once that is committed.

        Raises:
            Rejection: FORBIDDEN, NOT_FOUND, NOT_NOW; OVER_BUDGET where too many are shown; BAD_FIELD for a used key.
        """
        doing = await self._hosting(actor, request_id, session, "decide-question")
        revision = await self._store.decide(doing, question, decision)
        self._bus.announce(QuestionsChanged(session))
        return revision

    async def set_asking(self, actor: Actor, request_id: RequestId, session: LiveSessionId, asking: Asking) -> int:
        """Says how questions are taken; returns the revision reached. ``Rejection`` as ``decide``."""
        doing = await self._hosting(actor, request_id, session, "set-asking")
        revision = await self._store.set_asking(doing, asking)
        self._bus.announce(QuestionsChanged(session))
        return revision

    async def _hosting(self, actor: Actor, request_id: RequestId, session: LiveSessionId, act: str) -> Doing:
        who = await self._ground.hosting(actor, session, act)
        return Doing(session, who, request_id, self._ground.now_ms())
