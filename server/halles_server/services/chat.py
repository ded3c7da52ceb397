"""Chat: what people say nearby, to the hall or at a booth, checked, stored, then heard."""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, LiveSessionId, RequestId, VisitId
from halles.protocol.messages import CHAT_CAP, ChatLine, Say
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles_server.announcements import BoothTalked
from halles_server.ports.chat import ChatStore, HallLine
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.ports.programme import Entry
from halles_server.ports.standing import Scope, booth_scope, hall_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.once_for_many import OnceForMany
from halles_server.services.staff import Staff

HISTORY: Final = 50
"""Lines of the hall's chat, or of a booth's, that a newcomer reads."""

NEARBY_M: Final = 12.0
"""How far a line said nearby is heard."""


_History = tuple[tuple[HallLine, ...], dict[LiveSessionId, Entry]]


class Chat:
    """What people say."""

    def __init__(self, store: ChatStore, clock: Clock, staff: Staff, bus: Bus, live: LiveSessions) -> None:
        self._store, self._clock, self._staff, self._bus, self._live = store, clock, staff, bus, live
        self._histories: dict[HallId, OnceForMany[_History]] = {}
        self._at_booths: dict[BoothId, OnceForMany[tuple[ChatLine, ...]]] = {}

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
        speaker, line = await self._spoken(actor, said, coat, hall_scope(hall))
        return line, (await self._store.append(speaker, RequestId(said.request_id), hall, line)).new

    async def say_at_booth(self, actor: Actor, said: Say, hall: HallId, coat: int, *, here: bool) -> None:
        """Stores a line said at a booth, and has every node tell it to those who hear it.

        A repeated request is told once more, since nobody knows whether it was heard: an equal line is the same. Its
        answer reaches also who has walked on meanwhile.

        Args:
            actor: Who speaks.
            said: What, at which booth, under which key.
            hall: The booth's.
            coat: As in ``say``.
            here: Whether they stand at the booth or have its page open; its staff speak there from anywhere.

        Raises:
            Rejection: INVALID_TEXT, FORBIDDEN, NOT_FOUND, STORAGE_FULL; BAD_FIELD for a used key.
            Unavailable: It was perhaps stored; asking again with the same ``request_id`` is safe.
        """
        booth = BoothId(said.booth)
        speaker, line = await self._spoken(actor, said, coat, booth_scope(hall, booth))
        key = RequestId(said.request_id)
        number = None if here else await self._store.answered(speaker, key, line)
        if number is None:
            if not here:
                await self.require_staff(actor, booth)
            number = (await self._store.append(speaker, key, hall, line)).number
        self._bus.announce(BoothTalked(booth, number))

    async def require_staff(self, actor: Actor, booth: BoothId) -> None:
        """Refuses who is far from a booth and not of its staff; ``Rejection`` FORBIDDEN."""
        if not await self._staff.serves(actor, booth):
            raise Rejection(RejectionCode.FORBIDDEN, f"not at booth {booth}, nor on its staff")

    async def history(self, actor: Actor, hall: HallId) -> tuple[ChatLine, ...]:
        """Returns the last lines said to the hall, oldest first, without those of what is not for whoever reads."""
        if hall not in self._histories:
            self._histories[hall] = OnceForMany(lambda: self._read(hall))
        lines, entries = await self._histories[hall].get()
        attends = {session for session, entry in entries.items() if self._live.may_attend(actor, entry)}
        return tuple(one.line for one in lines if one.session is None or one.session in attends)

    async def _read(self, hall: HallId) -> _History:
        """Reads the last lines, and the live sessions that they were said in."""
        lines = await self._store.last(hall, HISTORY)
        sessions = {one.session for one in lines if one.session is not None}
        return lines, {session: (await self._live.read(session)).entry for session in sessions}

    async def history_at(self, booth: BoothId) -> tuple[ChatLine, ...]:
        """Returns the last lines said at a booth that there is, oldest first."""
        if booth not in self._at_booths:
            self._at_booths[booth] = OnceForMany(lambda: self._store.last_at(booth, HISTORY))
        return await self._at_booths[booth].get()

    async def at_booth(self, number: int) -> ChatLine | None:
        """Returns a line said at a booth; None when it is not kept any more."""
        return await self._store.at_booth(number)

    async def _spoken(self, actor: Actor, said: Say, coat: int, scope: Scope) -> tuple[AccountId | VisitId, ChatLine]:
        """Returns who speaks, and the line as it is stored."""
        now = self._clock.wall()
        policies.require(actor, Right.SPEAK, await self._live.where(actor, scope))
        text = clean_text(said.text, CHAT_CAP, lines=False)
        if not text:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was said")
        speaker = actor.account or actor.visit
        if speaker is None:
            raise Rejection(RejectionCode.FORBIDDEN, "nobody speaks")
        time_ms = int(now.timestamp() * 1000)
        booth = said.booth if said.channel == "booth" else ""
        visit = actor.visit or VisitId("")
        return speaker, ChatLine(said.channel, visit, actor.name, actor.role, coat, text, time_ms, booth)
