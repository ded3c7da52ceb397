"""Records how people move in the live sessions of this node's halls: once a second, beside the ticks.

One node records each, by a claim in Postgres that ends by itself; another goes on when it falls silent. What cannot be
stored now is kept for some minutes, then forgotten, oldest first. What people do is recorded with their acts
(``storage.live``).
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from halles.errors import Unavailable
from halles.ids import HallId, LiveSessionId, VisitId
from halles.world import live_motion
from halles.world.live_motion import SAMPLES_CAP, STEP_MS, KeyedNumber, MotionChunk, Sample
from halles_server.gateway.boards import Attempt, Board
from halles_server.services.recordings import LEAD_S

if TYPE_CHECKING:
    from halles_server.gateway.world import World

BACKLOG: Final = 60
"""Chunks that wait for a database that is away: ten minutes of one live session."""

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


class Recorder(Board):
    """What is recorded on this node."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._until: dict[LiveSessionId, float] = {}
        """Until when this node may record what."""

        self._begun: dict[LiveSessionId, _Seen] = {}
        self._waiting: deque[_Seen] = deque(maxlen=BACKLOG)

    async def keep(self) -> None:
        """Looks once a second, for ever, and stores what is whole."""
        while True:
            await asyncio.sleep(STEP_MS / 1000)
            await self._attempt("claim recordings", self._claim())
            self.look()
            await self._store_waiting()

    async def store(self) -> None:
        """Stores what was seen before the node stops."""
        for session in tuple(self._begun):
            self._waiting.append(self._begun.pop(session))
        await self._store_waiting()

    def look(self) -> None:
        """Takes one sample of every hall whose live session this node records."""
        recorded = self._recorded()
        for session in self._begun.keys() - recorded.keys():
            self._waiting.append(self._begun.pop(session))
        for session, hall in recorded.items():
            here = self._world.runners[hall].hall
            seen = self._begun.get(session)
            if seen is None:
                now_ms = int(self._world.services.clock.wall().timestamp() * 1000)
                seen = self._begun[session] = _Seen(session, hall, now_ms)
            sample = Sample(*here.whereabouts())
            known = np.fromiter(seen.visits, dtype=np.uint16, count=len(seen.visits))
            seen.visits |= here.visits_of(np.setdiff1d(sample.numbers, known).tolist())
            seen.samples.append(sample)
            if len(seen.samples) >= SAMPLES_CAP:
                self._waiting.append(self._begun.pop(session))

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

    async def _claim(self) -> None:
        """Claims before a claim ends. While the database is away nobody else can claim, so that this node goes on."""
        now, open_now = self._world.now(), {record.entry.session for record in self._world.live.records()}
        for session in self._until.keys() - open_now:
            del self._until[session]
        for session in open_now:
            if self._until.get(session, _NEVER) - now > LEAD_S / 2:
                continue
            try:
                leads = await self._world.services.recordings.lead(session)
            except Unavailable:
                leads = session in self._until
            if leads:
                self._until[session] = now + LEAD_S
            else:
                self._until.pop(session, None)

    async def _store_waiting(self) -> None:
        while self._waiting and await self._attempt("store motion", self._store(self._waiting[0])):
            pass

    async def _store(self, seen: _Seen) -> None:
        recordings = self._world.services.recordings
        keys = await recordings.keys(seen.session)
        people = tuple(KeyedNumber(number, keys[visit]) for number, visit in seen.visits.items() if visit in keys)
        # Packing a crowd takes some milliseconds: the ticks do not wait for it.
        data = await asyncio.to_thread(live_motion.pack, seen.samples)
        await recordings.keep(seen.session, MotionChunk(seen.begun_ms, len(seen.samples), data, people))
        if self._waiting and self._waiting[0] is seen:
            self._waiting.popleft()
