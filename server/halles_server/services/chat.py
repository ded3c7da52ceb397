"""Chat: what people say nearby or to the hall, checked, stored, then heard."""

from typing import Final

from halles.errors import Rejection
from halles.ids import HallId, RequestId, VisitId
from halles.protocol.errors import RejectionCode
from halles.protocol.messages import CHAT_CAP, Channel, ChatLine
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles_server.ports import ChatStore, Clock
from halles_server.services import policies
from halles_server.services.actor import Actor

HISTORY: Final = 50
"""Lines of the hall's chat that a newcomer reads."""

NEARBY_M: Final = 12.0
"""How far a line said nearby is heard."""


class Chat:
    """What people say."""

    def __init__(self, store: ChatStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def say(
        self,
        actor: Actor,
        request_id: RequestId,
        hall: HallId,
        channel: Channel,
        text: str,
        coat: int,
    ) -> tuple[ChatLine, bool]:
        """Stores a line; returns it and whether it is new: a repeated request is not to be heard twice.

        Raises:
            Rejection: INVALID_TEXT, FORBIDDEN.
            Unavailable: It was perhaps stored; asking again with the same ``request_id`` is safe.
        """
        policies.require(actor, Right.SPEAK)
        text = clean_text(text, CHAT_CAP, lines=False)
        if not text:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was said")
        line = ChatLine(
            channel=channel,
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
        return line, await self._store.append(speaker, request_id, hall, line)

    async def history(self, hall: HallId) -> tuple[ChatLine, ...]:
        """Returns the last lines said to the hall, oldest first."""
        return await self._store.last(hall, HISTORY)
