"""Live sessions on this node: which are open in its halls, who takes part, and telling the halls what has changed.

What people do is decided and stored by ``services.live_sessions``; here it is counted, answered and told. A state is
read again when ``LiveChanged`` says so, at most every ``GAP_S``, and a sweep repairs what was lost. While the database
is away all stays as it was: the live session goes on, and what cannot be stored is refused.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, RequestId, VisitId
from halles.protocol.live_messages import (
    ActLive,
    CaptionSaid,
    LiveOpened,
    LivePartTold,
    LiveSpeaker,
    PointAt,
    PointerMoved,
    SayCaption,
)
from halles.protocol.messages import Done
from halles.world.live import OPEN, LiveState, Material, chairs_of, has_floor, people_in
from halles.world.live_asked import has_seat, named
from halles.world.roles import Right
from halles.world.stage_seats import seat
from halles_server.announcements import (
    Announcement,
    LiveCaptioned,
    LiveChanged,
    LivePointed,
    ProgrammeChanged,
    SanctionChanged,
)
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.booth_board import Tell
from halles_server.gateway.connection import Connection
from halles_server.gateway.live_door import LiveDoor
from halles_server.gateway.live_over import LiveOver
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.live import LiveRecord, key_of
from halles_server.ports.programme import Entry
from halles_server.ports.standing import live_scope
from halles_server.ports.visits import Place
from halles_server.services.live_sessions import Around, participant

if TYPE_CHECKING:
    from halles_server.gateway.world import World

GAP_S: Final = 0.05
"""Between two readings of what has changed, at least: of many hands in a moment the hall is told a few times."""

POINT_S: Final = 0.04
"""Between two places that somebody points at, at least."""

PEOPLE_S: Final = 5.0
"""Between two looks at who is gone, and whether a host is here."""


class LiveBoard(Board):
    """The live sessions that this node's halls show.

    Attributes:
        door: Who may come into their halls, and stay there.
        over: Those that are over, and telling how any stands.
    """

    def __init__(self, world: "World", tell: Tell, attempt: Attempt) -> None:
        self._world, self._tell, self._attempt = world, tell, attempt
        self._records: dict[LiveSessionId, LiveRecord] = {}
        self._materials: dict[LiveSessionId, tuple[Material, ...]] = {}
        self._changed: set[LiveSessionId] = set()
        self._gone: set[VisitId] = set()
        self._sanctioned = False
        self.door: Final = LiveDoor(world, self)
        self.over: Final = LiveOver(world)
        self._news = asyncio.Event()
        self._hosts_anew = False
        """Whether, in this outage or start, all have been given time anew."""

        self._looks_since: float | None = None
        """Since when each look at who is here has succeeded; None before the first, and after one that has not."""

    # --- what visits ask for --------------------------------------------------------------------------------

    async def act(self, connection: Connection, visit: Visit, message: ActLive) -> None:
        """Does something for a visit."""
        session = LiveSessionId(message.session)
        request_id, known = RequestId(message.request_id), self._around(visit)
        reached = await self._world.services.live.act(visit.actor, request_id, session, message.act, known)
        connection.send(Done(message.request_id, reached))

    def point(self, visit: Visit, message: PointAt) -> None:
        """Shows where the presenter points; nobody is answered, nothing stored, and what comes too fast is dropped."""
        session, now = LiveSessionId(message.session), self._world.now()
        record = self._records.get(session)
        if record is None or now - visit.pointed_at < POINT_S:
            return
        key, hall = self.key(visit, record), record.entry.hall
        if self._may_point(record, visit, key) and self._world.standing_board.may(visit, Right.SPEAK, hall):
            visit.pointed_at = now
            self._world.announce(LivePointed(session, key, message.x, message.y, message.on))

    async def say_caption(self, connection: Connection, visit: Visit, message: SayCaption) -> None:
        """Says in writing what is spoken."""
        request_id, session = RequestId(message.request_id), LiveSessionId(message.session)
        live = self._world.services.live
        number = await live.say_caption(visit.actor, request_id, session, message.language, message.text)
        connection.send(Done(message.request_id, number))

    # --- what others ask ------------------------------------------------------------------------------------

    def around(self, account: AccountId | None) -> Around:
        """Returns what this node knows of where somebody is who acts from a page: with another one, they may be too."""
        visit = self._world.visits.of(account) if account is not None else None
        return self._around(visit) if visit is not None else Around(people=self.people, elsewhere=True)

    def people(self, hall: HallId) -> int:
        """Returns how many are in a hall, with whichever node; 0 in one that is not in the plan."""
        runner = self._world.runners.get(hall)
        return runner.hall.people if runner is not None else 0

    def open_in(self, hall: HallId) -> tuple[LiveRecord, ...]:
        """Returns the live sessions that a hall shows now."""
        return tuple(record for record in self._records.values() if record.entry.hall == hall)

    def scopes_in(self, hall: HallId) -> frozenset[str]:
        """Returns the keys of the live sessions that a hall shows now: what is decided in them binds in the hall."""
        return frozenset(live_scope(hall, record.entry.session).key for record in self.open_in(hall))

    def record(self, session: LiveSessionId) -> LiveRecord | None:
        """Returns a live session that is open."""
        return self._records.get(session)

    def records(self) -> tuple[LiveRecord, ...]:
        """Returns all that are open, in whichever hall."""
        return tuple(self._records.values())

    def key(self, visit: Visit, record: LiveRecord) -> str:
        """Returns who a visit is in a live session."""
        return key_of(record.entry.session, visit.record.account, visit.record.visit, visit.record.devices)

    def hosts(self, visit: Visit, session: LiveSessionId) -> bool:
        """Tells whether a visit conducts a live session that is open."""
        record = self._records.get(session)
        return record is not None and self._world.services.live.is_host(visit.actor, record.entry)

    def on_stage(self, visit: Visit) -> bool:
        """Tells whether a visit is heard by its whole hall now."""
        return visit.runner is not None and any(
            has_floor(record.state, self.key(visit, record)) for record in self.open_in(visit.runner.id)
        )

    def silent(self, hall: HallId) -> bool:
        """Tells whether a film is shown here that nothing should be called out over."""
        return any(record.state.mode == "screening" and record.state.phase == "live" for record in self.open_in(hall))

    def mute_ignored(self, visit: Visit) -> None:
        """Hears that somebody speaks who may not: of a live session the audit knows it, as of what else is refused."""
        refusals = self._world.services.live.refusals
        for record in self.open_in(visit.runner.id) if visit.runner is not None else ():
            session = record.entry.session
            who = participant(visit.actor, session)
            if refusals.due(who):
                self._world.note("write down a refusal", refusals.write(who, session, "speak"))

    def check_chat(self, visit: Visit, hall: HallId) -> None:
        """Refuses a line to the hall, or nearby in it, while its chat is frozen; ``Rejection`` NOT_NOW.

        Hosts write, and who sits on the stage or has the floor. What is said at a booth is the booth's own.
        """
        for record in self.open_in(hall):
            stage = has_seat(record.state, self.key(visit, record))
            if record.state.frozen and not stage and not self.hosts(visit, record.entry.session):
                raise Rejection(RejectionCode.NOT_NOW, "the hosts have frozen the chat")

    # --- what is told ---------------------------------------------------------------------------------------

    def listed(self, hall: HallId, visit: Visit) -> Iterator[bytes]:
        """Yields what a visit that comes into a hall is told of its live sessions, as of now."""
        for record in self.open_in(hall):
            yield frame_of(self._opened(record))
            yield frame_of(self._part(visit, record))
            yield self.over.told(record)
        yield from self.over.listed(hall, visit)

    def arrived(self, visit: Visit) -> None:
        """Hears that a visit has come into its hall: it has again what it had."""
        for record in self.open_in(visit.runner.id) if visit.runner is not None else ():
            person = people_in(record.state).get(self.key(visit, record))
            if person is not None and person.visit != visit.record.visit:
                session = record.entry.session
                self._world.note("return to a live session", self._world.services.live.came_back(visit.actor, session))

    def left(self, visit: VisitId) -> None:
        """Hears that a visit of this node is over: what it had here is free at once."""
        if any(named(record.state, visit) is not None for record in self._records.values()):
            self._gone.add(visit)
            self._news.set()

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Reads again what has changed; tells captions and pointers."""
        return {
            LiveChanged: self._heard,
            ProgrammeChanged: self._heard_of_programme,
            LiveCaptioned: self._captioned,
            LivePointed: self._pointed,
            SanctionChanged: self._heard_of_sanctions,
        }

    async def keep(self) -> None:
        """Reads what has changed, for ever; now and then looks at everything."""
        looked = peopled = float("-inf")
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._world.config.sweep_s):
                    await self._news.wait()
            self._news.clear()
            now = self._world.now()
            if now - looked >= self._world.config.sweep_s:
                looked = now
                await self._attempt("sweep live sessions", self._sweep())
            if now - peopled >= PEOPLE_S:
                peopled = now
                done = await self._attempt("look at who is in live sessions", self._look_at_people(now))
                self._looks_since = (self._looks_since or now) if done else None
                self._hosts_anew = self._hosts_anew and not done
                self._sanctioned = True  # whether or not another node told of it
            if self._gone:
                await self._attempt("leave live sessions", self._let_go())
            for session in tuple(self._changed):
                self._changed.discard(session)
                await self._attempt("read a live session", self._read(session))
            if self._sanctioned:
                self._sanctioned = False
                await self._attempt("take the floor from who is silenced", self._silence())
            await asyncio.sleep(GAP_S)

    def _heard(self, news: LiveChanged) -> None:
        known = self._records.get(news.session)
        if known is None or known.revision < news.revision:
            self._changed.add(news.session)
            self._news.set()

    def _heard_of_programme(self, news: ProgrammeChanged) -> None:
        if news.session in self._records:
            self._changed.add(news.session)
            self._news.set()

    def _heard_of_sanctions(self, _: SanctionChanged) -> None:
        self._sanctioned = True
        self._news.set()

    async def _captioned(self, news: LiveCaptioned) -> None:
        record = self._records.get(news.session)
        said = await self._world.services.live.caption(news.number) if record is not None else None
        if said is not None and record is not None and said.session == news.session:
            message = CaptionSaid(said.session, said.number, said.language, said.text, said.said_ms)
            self._tell(record.entry.hall, frame_of(message))

    def _pointed(self, news: LivePointed) -> None:
        record = self._records.get(news.session)
        if record is None or record.state.presenter not in ("", news.key):
            return
        frame = frame_of(PointerMoved(news.session, news.x, news.y, news.on))
        for visit in self._connected(record.entry.hall):
            if visit.connection is not None:
                visit.connection.out.put_latest("pointer", frame)

    async def _sweep(self) -> None:
        found = await self._world.services.live.open()
        for session, revisions in found.items():
            known = self._records.get(session)
            if known is None or (known.revision, known.entry.revision) != revisions:
                self._changed.add(session)
        self._changed.update(self._records.keys() - found.keys())  # over, or cancelled, and nobody told us

    async def _read(self, session: LiveSessionId) -> None:
        try:
            record = await self._world.services.live.read(session)
        except Rejection:  # taken out of the programme altogether
            self._records.pop(session, None)
            return
        before = self._records.get(session)
        if before is not None and not _is_newer(record, before):
            return
        is_open = record.state.phase in OPEN
        if is_open and (before is None or before.entry != record.entry):
            self._materials[session] = await self._world.services.live.materials(record.entry)
        if is_open:
            self._records[session] = record
        else:
            self._records.pop(session, None)
            self._materials.pop(session, None)
            if record.state.phase != "scheduled":
                self.over.put(record)
        try:
            if before is None or before.entry != record.entry or not is_open:
                await self._world.standing_board.heed(record.entry.hall)  # who has to go hears nothing of it
        finally:  # even where that takes too long: it is known from now on, and would not be told again
            if is_open or before is not None:
                self._tell_change(before, record)
            elif record.state.phase == "published":  # it is over here already: pages offer the replay
                self.over.tell(record, self._connected(record.entry.hall))

    def _tell_change(self, before: LiveRecord | None, record: LiveRecord) -> None:
        hall = record.entry.hall
        if before is None or before.entry != record.entry:
            self._tell(hall, frame_of(self._opened(record)))
        for visit in self._connected(hall) if before is None else ():
            if visit.connection is not None:
                visit.connection.send(self._part(visit, record))
        self._tell(hall, self.over.told(record))
        self._sit_down(before.state if before is not None else LiveState(), record)

    def _sit_down(self, before: LiveState, record: LiveRecord) -> None:
        """Puts those of this node's visits on their chairs who have just been given one."""
        sat = {chair.person.key: chair.number for chair in before.chairs}
        for chair in record.state.chairs:
            visit = self._world.visits.get(chair.person.visit)
            runner = visit.runner if visit is not None else None
            if visit is None or runner is None or runner.id != record.entry.hall:
                continue
            stage = next((row for row in runner.hall.scene.stages if row.id == record.entry.stage), None)
            if stage is not None and sat.get(chair.person.key) != chair.number:
                pose = seat(stage, chair.number, chairs_of(record.state.mode))
                runner.jump(visit, Place(runner.id, pose.x, pose.y, pose.z, pose.heading), self._world.now())

    async def _look_at_people(self, now: float) -> None:
        live, config = self._world.services.live, self._world.config
        if self._looks_since is None and not self._hosts_anew:  # after a start, or an outage: nobody was seen
            await live.hosts_anew()
            self._hosts_anew = True  # once: a look that fails for ever would keep all others from pausing
        # Until every node has stored again who is with it, its visits would seem to be over.
        others_are_seen = self._looks_since is not None and now - self._looks_since >= 2 * config.keep_places_s
        for session, record in tuple(self._records.items()):
            if any(self.hosts(visit, session) for visit in self._connected(record.entry.hall)):
                await live.host_here(session)
            visits = {person.visit for person in people_in(record.state).values()}
            elsewhere = {visit for visit in visits if visit and self._world.visits.get(visit) is None}
            if elsewhere and others_are_seen:
                await live.depart(record, await live.over(elsewhere, config.resume_s + config.keep_places_s))
        await live.pause_without_hosts()

    async def _silence(self) -> None:
        for record in tuple(self._records.values()):
            await self._world.services.live.silence(record)

    async def _let_go(self) -> None:
        gone = tuple(self._gone)
        for record in tuple(self._records.values()):
            await self._world.services.live.depart(record, gone)
        self._gone.difference_update(gone)

    def _around(self, visit: Visit | None) -> Around:
        place = visit.place() if visit is not None else None
        known = visit.record.visit if visit is not None else None
        return Around(place.hall if place is not None else None, self.people, known)

    def _connected(self, hall: HallId) -> Iterator[Visit]:
        for visit in self._world.visits:
            if visit.connection is not None and visit.runner is not None and visit.runner.id == hall:
                yield visit

    def _may_point(self, record: LiveRecord, visit: Visit, key: str) -> bool:
        presenter = record.state.presenter
        return presenter == key if presenter else self.hosts(visit, record.entry.session)

    def _opened(self, record: LiveRecord) -> LiveOpened:
        entry = record.entry
        return LiveOpened(
            session=entry.session,
            hall=entry.hall,
            stage=entry.stage,
            title=entry.title,
            summary=entry.summary,
            starts_ms=int(entry.during.start.timestamp() * 1000),
            ends_ms=int(entry.during.end.timestamp() * 1000),
            language=entry.language,
            capacity=entry.capacity,
            speakers=speakers_of(entry),
            materials=self._materials.get(entry.session, ()),
        )

    def _part(self, visit: Visit, record: LiveRecord) -> LivePartTold:
        session = record.entry.session
        return LivePartTold(session, self.key(visit, record), self.hosts(visit, session))


def _is_newer(record: LiveRecord, before: LiveRecord) -> bool:
    """Tells whether a live session or its entry in the programme has changed, and neither is of an older reading."""
    grown = record.revision > before.revision or record.entry.revision > before.entry.revision
    return grown and record.revision >= before.revision and record.entry.revision >= before.entry.revision


def speakers_of(entry: Entry) -> tuple[LiveSpeaker, ...]:
    """Returns who is announced to speak, as visitors are told."""
    return tuple(
        LiveSpeaker(
            speaker.name,
            speaker.organisation,
            key_of(entry.session, speaker.account, VisitId("")) if speaker.account is not None else "",
        )
        for speaker in entry.speakers
    )
