"""Chat: what people say nearby or to the hall, checked, stored, then heard."""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import HallId, RequestId, VisitId
from halles.protocol.messages import CHAT_CAP, ChatLine, Say
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles_server.ports.chat import ChatStore
from halles_server.ports.clock import Clock
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.once_for_many import OnceForMany

HISTORY: Final = 50
"""Lines of the hall's chat that a newcomer reads."""

NEARBY_M: Final = 12.0
"""How far a line said nearby is heard."""


class Chat:
    """What people say."""

    def __init__(self, store: ChatStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._histories: dict[HallId, OnceForMany[tuple[ChatLine, ...]]] = {}

    async def say(
        self,
        actor: Actor,
        said: Say,
        hall: HallId,
        coat: int,
    ) -> tuple[ChatLine, bool]:
        """Stores a line; returns it and whether it is new: a repeated request is not to be heard twice.

        Args:
            actor: Who speaks.
            said: What, to whom, under which key.
            hall: Where.
            coat: The colour of the speaker's coat, beside the line for as long as it is shown.

        Raises:
            Rejection: INVALID_TEXT, FORBIDDEN, STORAGE_FULL; BAD_FIELD for a used key.
            Unavailable: It was perhaps stored; asking again with the same ``request_id`` is safe.
        """
        policies.require(actor, Right.SPEAK)
        text = clean_text(said.text, CHAT_CAP, lines=False)
        if not text:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was said")
        line = ChatLine(
            channel=said.channel,
            visit=actor.visit or VisitId(""),
            name=actor.name,
            role=actor.role,
            coat=coat,
            text=text,
            time_ms=int(self._clock.wall().timestamp() * 1000),
        )
        speaker = actor.account or actor.visit
        if speaker is None:
            raise Rejection(RejectionCode.FORBIDDEN, "nobody speaks")
        return line, await self._store.append(speaker, RequestId(said.request_id), hall, line)

    async def history(self, hall: HallId) -> tuple[ChatLine, ...]:
        """Returns the last lines said to the hall, oldest first."""
        if hall not in self._histories:
            self._histories[hall] = OnceForMany(lambda: self._store.last(hall, HISTORY))
        return await self._histories[hall].get()
