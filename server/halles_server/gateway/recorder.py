"""Records how people move in the live sessions of this node's halls: once a second, beside the ticks.

Looking, claiming and storing are tasks of their own: a database that is slow or away takes no beat. Samples have no
time of their own within a chunk, so that a chunk ends where a beat was missed, and played-back time stays true.
One node records each, by a claim in Postgres that ends by itself; another goes on when it falls silent. What cannot be
stored now is kept for some minutes, then forgotten, oldest first, which is counted and said (``backlog``). What people
do is recorded with their acts (``storage.live``).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from halles.ids import HallId, LiveSessionId, VisitId
from halles.world import live_motion
from halles.world.live_motion import SAMPLES_CAP, STEP_MS, KeyedNumber, MotionChunk, Sample
from halles.world.reactions import NONE, ReactionCounts, summed
from halles_server.announcements import Announcement, LiveChanged, LiveReacted
from halles_server.gateway.backlog import Backlog
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.services.recordings import LEAD_S

if TYPE_CHECKING:
    from halles_server.gateway.world import World

BACKLOG: Final = 60
"""Chunks that wait for a database that is away: ten minutes of one live session."""

REACTED_S: Final = 4.0
"""Of so many seconds reactions are kept as one count of each."""

LATE_MS: Final = STEP_MS // 2
"""A sample that is farther than this from its beat begins a chunk of its own."""

_NEVER: Final = float("-inf")


@dataclass(slots=True, eq=False)
class _Seen:
    """What will be one chunk."""

    session: LiveSessionId
    hall: HallId
    begun_ms: int
    samples: list[Sample] = field(default_factory=list)
    visits: dict[int, VisitId] = field(default_factory=dict)
    """Who had which number: known now, since numbers are given again."""

    def expects(self, now_ms: int) -> bool:
        """Tells whether a sample of now is the next one of it."""
        return abs(now_ms - self.begun_ms - len(self.samples) * STEP_MS) <= LATE_MS


class Recorder(Board):
    """What is recorded on this node."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._until: dict[LiveSessionId, float] = {}
        """Until when this node may record what."""

        self._begun: dict[LiveSessionId, _Seen] = {}
        self._waiting: Backlog[_Seen] = Backlog("motion", BACKLOG, world.metrics)
        self._changed = asyncio.Event()
        self._reacted: dict[LiveSessionId, tuple[int, ReactionCounts]] = {}
        """Since when, and how many, for those that this node records now."""

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """What it does at which announcements."""
        return {LiveChanged: lambda _: self._changed.set(), LiveReacted: self._count}

    async def keep(self) -> None:
        """Looks once a second, for ever, claims what to record, and stores what is whole; each beside the others."""
        async with asyncio.TaskGroup() as beside:
            beside.create_task(self._keep_looking())
            beside.create_task(self._again(self.claim))
            beside.create_task(self._again(self._store_waiting))
            beside.create_task(self._again(self._keep_talk))
            beside.create_task(self._again(self._keep_reactions, REACTED_S))

    async def store(self) -> None:
        """Stores what was seen before the node stops."""
        for session in tuple(self._begun):
            self._waiting.put(self._begun.pop(session))
        await self._store_waiting()
        await self._keep_reactions()

    async def claim(self) -> None:
        """Claims before a claim ends, all at once: one answer that is late makes no other late."""
        now, open_now = self._world.now(), {record.entry.session for record in self._world.live.records()}
        for session in self._until.keys() - open_now:
            del self._until[session]
        async with asyncio.TaskGroup() as asking:
            for session in open_now:
                if self._until.get(session, _NEVER) - now <= LEAD_S / 2:
                    asking.create_task(self._claim_one(session, now))

    def look(self, now_ms: int | None = None) -> None:
        """Takes one sample of every hall whose live session this node records, now or at a moment in Unix time."""
        now_ms = self._now_ms() if now_ms is None else now_ms
        recorded = self._recorded()
        for session in tuple(self._begun):
            if session not in recorded or not self._begun[session].expects(now_ms):
                self._waiting.put(self._begun.pop(session))
        for session, hall in recorded.items():
            here = self._world.runners[hall].hall
            seen = self._begun.setdefault(session, _Seen(session, hall, now_ms))
            sample = Sample(*here.whereabouts())
            known = np.fromiter(seen.visits, dtype=np.uint16, count=len(seen.visits))
            seen.visits |= here.visits_of(np.setdiff1d(sample.numbers, known).tolist())
            seen.samples.append(sample)
            if len(seen.samples) >= SAMPLES_CAP:
                self._waiting.put(self._begun.pop(session))

    async def _keep_looking(self) -> None:
        """Looks on absolute beats, so that no wait adds up; after a missed one the beat is counted anew."""
        step, following = STEP_MS / 1000, self._world.now()
        while True:
            following = max(following + step, self._world.now())
            await asyncio.sleep(following - self._world.now())
            if self._world.now() - following > LATE_MS / 1000:
                following = self._world.now()
            await self._attempt("look", self._look())

    async def _look(self) -> None:
        began = time.thread_time()
        self.look()
        self._world.metrics.recording.observe(time.thread_time() - began)

    def _packed(self, samples: list[Sample]) -> bytes:
        began = time.thread_time()
        data = live_motion.pack(samples)
        self._world.metrics.recording.observe(time.thread_time() - began)
        return data

    def _now_ms(self) -> int:
        return int(self._world.services.clock.wall().timestamp() * 1000)

    def _count(self, news: LiveReacted) -> None:
        if news.session in self._recorded():
            since_ms, counts = self._reacted.get(news.session, (self._now_ms(), NONE))
            self._reacted[news.session] = since_ms, summed(counts, news.counts)

    async def _keep_reactions(self) -> None:
        """Stores how many came in the last seconds; what cannot be stored now is forgotten, as applause is."""
        reacted, self._reacted = self._reacted, {}
        for session, (since_ms, counts) in reacted.items():
            await self._attempt("keep reactions", self._world.services.recordings.react(session, since_ms, counts))

    @staticmethod
    async def _again(do: Callable[[], Awaitable[None]], every_s: float = STEP_MS / 1000) -> None:
        while True:
            await asyncio.sleep(every_s)
            await do()

    def recording(self, hall: HallId) -> LiveSessionId | None:
        """Returns what this node records of a hall at this moment; None where nothing is."""
        return next((session for session, where in self._recorded().items() if where == hall), None)

    def _recorded(self) -> Mapping[LiveSessionId, HallId]:
        now = self._world.now()
        return {
            record.entry.session: record.entry.hall
            for record in self._world.live.records()
            if record.state.recorded
            and self._until.get(record.entry.session, _NEVER) > now
            and record.entry.hall in self._world.runners
        }

    async def _keep_talk(self) -> None:
        """Keeps what was said once something may have ended, or now and then, should nobody have told us."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._world.config.sweep_s):
                await self._changed.wait()
        self._changed.clear()
        more = True

        async def keep() -> None:
            nonlocal more
            more = await self._world.services.recordings.keep_talk()

        while more and await self._attempt("keep what was said", keep()):
            pass

    async def _claim_one(self, session: LiveSessionId, now: float) -> None:
        """Claims one. While the database is away nobody else can claim, so that this node goes on."""

        async def ask() -> None:
            if await self._world.services.recordings.lead(session):
                self._until[session] = now + LEAD_S
            else:
                self._until.pop(session, None)

        if not await self._attempt("claim a recording", ask()) and session in self._until:
            self._until[session] = now + LEAD_S

    async def _store_waiting(self) -> None:
        while self._waiting and await self._attempt("store motion", self._store(self._waiting.first)):
            pass

    async def _store(self, seen: _Seen) -> None:
        recordings = self._world.services.recordings
        keys = await recordings.keys(seen.session)
        people = tuple(KeyedNumber(number, keys[visit]) for number, visit in seen.visits.items() if visit in keys)
        # Packing a crowd takes some milliseconds: the ticks do not wait for it.
        data = await asyncio.to_thread(self._packed, seen.samples)
        await recordings.keep(seen.session, MotionChunk(seen.begun_ms, len(seen.samples), data, people))
        self._waiting.done(seen)
