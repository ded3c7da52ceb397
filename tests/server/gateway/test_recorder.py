"""How people move is recorded on its beats, with and without a database, and played back at the times that were."""

import asyncio
import time
from collections.abc import Iterator
from itertools import pairwise
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from halles.ids import LiveSessionId, RequestId, VisitId
from halles.world.live_acts import Step
from halles.world.live_motion import STEP_MS
from halles.world.roles import Role
from halles_server.announcements import LiveReacted
from halles_server.bootstrap import Server
from halles_server.gateway.recorder import LATE_MS
from halles_server.services.actor import Actor
from tests.server.gateway.conftest import Serving
from tests.support import live
from tests.support.live import SESSION, Planned
from tests.support.serving import RunningServer

AWAY_S = 4.0
"""For so long the database lets nobody record; longer than its own deadline."""

Chunk = tuple[int, int]
"""When it begins, and its samples."""


@pytest.fixture(scope="module")
def recording(serving: Serving) -> Iterator[RunningServer]:
    """A server that records a live session."""
    with serving() as server:
        live.at(server.server.config.database_url.reveal(), Planned())
        server.do(_open)
        yield server


async def _open(server: Server) -> None:
    account = await server.services.admission.create_account("host", "Host", Role.ORGANISER, "une longue phrase", "fr")
    host = Actor(account.account, VisitId("visit-host"), "Host", Role.ORGANISER, "fr")
    await server.services.live.act(host, RequestId(uuid4().bytes), SESSION, Step("open-doors"))


def _stored(server: RunningServer) -> list[Chunk]:
    """All chunks, those under way as well."""

    async def read() -> list[Chunk]:
        owner = await asyncpg.connect(server.server.config.database_url.reveal())
        try:
            rows = await owner.fetch("SELECT begun_ms, samples FROM live_motion ORDER BY begun_ms")
            return [(row["begun_ms"], row["samples"]) for row in rows]
        finally:
            await owner.close()

    server.do(lambda opened: opened.world.recorder.store())
    return asyncio.run(read())


def _until_recorded(server: RunningServer) -> None:
    while not _stored(server):
        time.sleep(0.1)


def test_while_the_database_lets_nobody_record_every_second_is_kept_at_its_own_time(recording: RunningServer) -> None:
    _until_recorded(recording)

    async def away() -> None:
        owner = await asyncpg.connect(recording.server.config.database_url.reveal())
        try:
            async with owner.transaction():
                await owner.execute("LOCK TABLE live_recorders, live_motion IN ACCESS EXCLUSIVE MODE")
                await asyncio.sleep(AWAY_S)
        finally:
            await owner.close()

    began_ms = time.time() * 1000
    asyncio.run(away())
    ended_ms = time.time() * 1000
    moments = [begun + STEP_MS * sample for begun, samples in _stored(recording) for sample in range(samples)]
    meanwhile = [moment for moment in moments if began_ms <= moment <= ended_ms]
    assert len(meanwhile) >= AWAY_S - 1
    assert all(after - before >= STEP_MS - LATE_MS for before, after in pairwise(moments)), moments


def test_a_missed_beat_closes_a_chunk_so_that_what_follows_has_its_own_time(recording: RunningServer) -> None:
    _until_recorded(recording)
    then = int(time.time() * 1000) + 3_600_000

    async def look(server: Server) -> None:
        for since in (0, 1000, 2000 + LATE_MS // 2, 3000, 7600, 8600):
            server.world.recorder.look(then + since)

    recording.do(look)
    found = [(begun - then, samples) for begun, samples in _stored(recording) if begun >= then]
    assert found == [(0, 4), (7600, 2)]


def test_applause_of_all_nodes_is_kept_as_one_count_of_some_seconds_and_not_while_nothing_is_recorded(
    recording: RunningServer,
) -> None:
    _until_recorded(recording)

    async def applaud(server: Server) -> None:
        for _ in range(2):
            server.world.announce(LiveReacted(SESSION, (3, 0, 0, 1, 0)))
        server.world.announce(LiveReacted(LiveSessionId("another"), (9, 9, 9, 9, 9)))
        await server.world.recorder.store()

    recording.do(applaud)
    url = recording.server.config.database_url.reveal()
    assert sum(asyncio.run(_kept(url)), start=0) == 8


async def _kept(url: str) -> list[int]:
    owner = await asyncpg.connect(url)
    try:
        rows = await owner.fetch("SELECT detail FROM live_events WHERE kind = 'reacted' AND session = $1", SESSION)
        others = await owner.fetchval("SELECT count(*) FROM live_events WHERE session = 'another'")
        assert others == 0
        return [count for row in rows for count in msgspec.json.decode(row["detail"], type=list[int])]
    finally:
        await owner.close()
