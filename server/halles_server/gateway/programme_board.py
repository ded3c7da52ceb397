"""The programme on this node: read again when it has changed, and told to each visit as far as it may know of it.

Most visits may know of the same entries and have marked none: a frame is made once for all who are told the same. A
sweep repairs a lost announcement, and lets go of what is over. While the database is away all stays as it was.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId, RequestId, VisitId
from halles.protocol.messages import Done
from halles.protocol.programme_messages import ENTRIES_TOLD, SPEAKERS_TOLD, MarkComing, ProgrammeEntry, ProgrammeTold
from halles.world.roles import Role
from halles_server.announcements import Announcement, ProgrammeChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.programme import Entry
from halles_server.services import policies

if TYPE_CHECKING:
    from halles_server.gateway.world import World

PAUSE_S: Final = 0.25
"""Seconds between two looks at least."""

_NAME_SHOWN: Final = 40
"""Characters of a speaker's name that are told: fifty entries fit into one message whatever stands in them."""

_Key = tuple[tuple[tuple[LiveSessionId, int], ...], frozenset[LiveSessionId]]
"""What a visit is told: which entries at which revisions, and which of them it marked."""

_NOTHING: Final[_Key] = ((), frozenset())


class ProgrammeBoard(Board):
    """What is on and what comes."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._entries: tuple[Entry, ...] = ()
        self._again: tuple[Entry, ...] = ()
        """What may be watched again: it is found, and no more announced."""

        self._by_role: dict[Role, tuple[Entry, ...]] = {}
        self._named: frozenset[AccountId] = frozenset()
        """Those named in an entry that is not for everybody."""
        self._marks: dict[AccountId, frozenset[LiveSessionId]] = {}
        self._told: dict[VisitId, tuple[Connection, _Key]] = {}
        self._frames: dict[_Key, bytes] = {}
        """Those of what is told since the last look; the time in them is that old."""

        self._news = asyncio.Event()

    async def mark(self, connection: Connection, visit: Visit, message: MarkComing) -> None:
        """Keeps whether a visit's account will come."""
        if visit.record.bot:
            raise Rejection(RejectionCode.FORBIDDEN, "bots come to nothing")
        request_id, session = RequestId(message.request_id), LiveSessionId(message.session)
        await self._world.services.programme.mark(visit.actor, request_id, session, coming=message.coming)
        connection.send(Done(message.request_id))
        self._news.set()

    def seen_by(self, visit: Visit) -> tuple[Entry, ...]:
        """Returns what a visit may know of, by time; for all who are named in no entry once for each role."""
        account, role = visit.record.account, visit.record.role
        if account in self._named:
            return self._seen(account, role)
        if role not in self._by_role:
            self._by_role[role] = self._seen(None, role)
        return self._by_role[role]

    def found_by(self, visit: Visit) -> tuple[Entry, ...]:
        """Returns what a visit may find: what it may know of, and what it may watch again."""
        account, role = visit.record.account, visit.record.role
        again = (one for one in self._again if policies.may_attend(account, role, one))
        return (*self.seen_by(visit), *again)

    def _seen(self, account: AccountId | None, role: Role) -> tuple[Entry, ...]:
        return tuple(one for one in self._entries if policies.may_attend(account, role, one))[:ENTRIES_TOLD]

    def listed(self, visit: Visit) -> bytes | None:
        """Returns the frame for a visit that enters a hall; None where it has been told, or there is nothing.

        What it marked follows, once that has been read.
        """
        if visit.record.account is not None:
            self._news.set()
        return self._news_for(visit, self._frames)

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Reads the programme again when it has changed."""
        return {ProgrammeChanged: lambda _: self._news.set()}

    async def keep(self) -> None:
        """Looks for ever: at once at news, else as often as booths are swept."""
        while True:
            self._news.clear()
            await self._attempt("look at the programme", self._look())
            await asyncio.sleep(PAUSE_S)  # many may come at once
            with suppress(TimeoutError):
                async with asyncio.timeout(self._world.config.sweep_s):
                    await self._news.wait()

    async def _look(self) -> None:
        now, programme = self._world.services.clock.wall(), self._world.services.programme
        entries, self._again = await programme.all(), await self._world.services.recordings.all_published()
        accounts = {visit.record.account for visit in self._world.visits if visit.record.account is not None}
        self._marks = await programme.marked(accounts) if entries else {}
        self._entries = tuple(one for one in entries if not one.cancelled and one.stands(now) != "over")
        self._by_role.clear()
        self._named = frozenset().union(*(one.everybody_named for one in self._entries if one.access != "public"))
        self._frames.clear()
        for visit in self._world.visits:
            frame = self._news_for(visit, self._frames) if visit.runner is not None else None
            if frame is not None and visit.connection is not None:
                visit.connection.out.put(frame)
                visit.connection.out.flush()
        here = {visit.record.visit for visit in self._world.visits}
        self._told = {who: told for who, told in self._told.items() if who in here}

    def _news_for(self, visit: Visit, frames: dict[_Key, bytes]) -> bytes | None:
        """Returns what a visit is to be told now, which then counts as told; None for nothing new."""
        connection, who = visit.connection, visit.record.visit
        if connection is None or visit.record.bot:
            return None
        entries, marks = self.seen_by(visit), self._marks.get(visit.record.account or AccountId(""), frozenset())
        key: _Key = (tuple((one.session, one.revision) for one in entries), marks)
        before, told = self._told.get(who, (None, _NOTHING))
        if key == (told if before is connection else _NOTHING):
            return None
        self._told[who] = connection, key
        if key not in frames:
            frames[key] = frame_of(self._message(entries, marks))
        return frames[key]

    def _message(self, entries: tuple[Entry, ...], marks: frozenset[LiveSessionId]) -> ProgrammeTold:
        now_ms = round(self._world.services.clock.wall().timestamp() * 1000)
        return ProgrammeTold(now_ms, tuple(self._entry(entry, coming=entry.session in marks) for entry in entries))

    def _entry(self, entry: Entry, *, coming: bool) -> ProgrammeEntry:
        local = entry.during.start.astimezone(self._world.config.zone)
        return ProgrammeEntry(
            session=entry.session,
            title=entry.title,
            hall=entry.hall,
            stage=entry.stage,
            start_ms=round(entry.during.start.timestamp() * 1000),
            end_ms=round(entry.during.end.timestamp() * 1000),
            offset_min=(local.utcoffset() or timedelta()) // timedelta(minutes=1),
            language=entry.language,
            speakers=tuple(speaker.name[:_NAME_SHOWN] for speaker in entry.speakers[:SPEAKERS_TOLD]),
            coming=coming,
        )
