"""A live session whose database is asleep: its host goes on, and all that was said to be done is found afterwards.

What cannot be stored is refused, and done once when it is asked for again under the same key; how people move is
recorded meanwhile. Those who only walk are the crowd of any other trouble.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import numpy as np
import psutil
import uvloop

from bench import crowd, exhibitors, live_show, measuring, serving, trouble
from bench.live_show import SESSION
from bench.report import Note, Result
from bench.witnessing import Crowd
from halles.protocol import codec
from halles.protocol.live_messages import ActLive
from halles.protocol.messages import Done, Hello, Rejected
from halles.protocol.table import BY_TYPE, Direction
from halles.world.live_acts import LiveAct, ShowPage, Step
from halles.world.look import Look

ASKED: Final = "pages turned while it slept"
REFUSED: Final = "of these refused as UNAVAILABLE"
SLOWEST: Final = "slowest answer s"
CAUGHT_UP: Final = "all of them done when asked again, after s"
LOST: Final = "done and lost"
DOUBLED: Final = "done twice"
UNAUDITED: Final = "without an audit row"
UNRECORDED: Final = "seconds of its sleep without recorded motion"

AGAIN_S: Final = 0.25
ANSWER_S: Final = 10.0
_STEP_MS: Final = 1000
_ANSWERS: Final = frozenset(BY_TYPE[kind].code for kind in (Done, Rejected))


class Host(crowd.Visitor):
    """Whoever conducts: asks, and knows what was answered."""

    heeds = 1 << 20

    def __init__(self, url: str) -> None:
        super().__init__(Crowd(1, np.random.default_rng(1), witnesses=0), 0, url)
        self._answers: dict[bytes, asyncio.Future[str]] = {}

    def greet(self) -> None:
        """Logs in."""
        login, password = live_show.LOGIN, exhibitors.PASSWORD
        self.send(codec.encode(Hello(1, 1, "account", password, login, "en", Look(), "bench", conduct=True)))

    def receive(self, payload: bytes) -> None:
        """Comes in; then hears answers only."""
        if not self.inside.done():
            super().receive(payload)
        elif live_show.code_of(payload) in _ANSWERS:
            message = codec.decode(payload, Direction.TO_CLIENT)
            if isinstance(message, Done | Rejected) and message.request_id in self._answers:
                answer = self._answers.pop(message.request_id)
                answer.set_result(message.code if isinstance(message, Rejected) else "")

    async def asks(self, key: bytes, act: LiveAct) -> str:
        """Asks for an act; returns "" once it is done, else the code of the refusal."""
        answer = self._answers[key] = asyncio.get_running_loop().create_future()
        self.send(codec.encode(ActLive(key, SESSION, act)))
        async with asyncio.timeout(ANSWER_S):
            return await answer


@dataclass(slots=True)
class _Turned:
    """The pages that were asked for, each once, with their keys."""

    keys: dict[int, bytes] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    refused: int = 0
    slowest_s: float = 0.0

    async def turn(self, host: Host, page: int) -> None:
        """Asks for a page, perhaps again."""
        key, begun = self.keys.setdefault(page, uuid.uuid4().bytes), time.perf_counter()
        code = await host.asks(key, ShowPage(0, page))
        self.slowest_s = max(self.slowest_s, time.perf_counter() - begun)
        self.refused += code == "UNAVAILABLE"
        if not code:
            self.done.add(page)


def run(load: trouble.Load, settings: dict[str, str]) -> list[Result]:
    """Measures a crowd before, while and after the database sleeps for ``load.seconds``."""
    measuring.pin_load()
    with live_show.running(crowd.settings(load.clients + 1, load.hz) | settings) as show:
        return uvloop.run(measure(show, load))


async def measure(show: live_show.Show, load: trouble.Load) -> list[Result]:
    """Measures on a server that runs."""
    host = Host(show.server.world)
    sleeping = trouble.Trouble("database asleep", lambda crowded: _conduct(show, host, crowded))
    try:
        return await trouble.measure(show.server, load, sleeping)
    finally:
        host.leave()


async def _conduct(show: live_show.Show, host: Host, crowded: trouble.Crowded) -> dict[str, Note]:
    await host.come()
    for step in ("open-doors", "start"):
        if code := await host.asks(uuid.uuid4().bytes, Step(step)):
            raise SystemExit(f"the live session does not begin: {code}")
    await _recording(show)
    turned, asleep_ms = _Turned(), int(time.time() * 1000)
    with asleep(show.server):
        end = time.perf_counter() + crowded.seconds
        for page in range(1, live_show.PAGES + 1):
            await turned.turn(host, page)
            if time.perf_counter() > end:
                break
            await asyncio.sleep(AGAIN_S)
        await asyncio.sleep(max(0.0, end - time.perf_counter()))
    meanwhile: dict[str, Note] = {ASKED: len(turned.keys), REFUSED: turned.refused, SLOWEST: turned.slowest_s}
    awake_ms = int(time.time() * 1000)
    caught_up = await _catch_up(host, turned)
    return meanwhile | {CAUGHT_UP: caught_up, **await _kept(show, turned), **await _moved(show, asleep_ms, awake_ms)}


async def _recording(show: live_show.Show) -> None:
    """Waits until a node has claimed the recording: without the database nobody can begin one."""
    connection = await asyncpg.connect(show.database)
    begun = time.perf_counter()
    try:
        while not await connection.fetchval("SELECT count(*) FROM live_recorders"):
            if time.perf_counter() - begun > trouble.GIVE_UP_S:
                raise SystemExit("nobody records the live session")
            await asyncio.sleep(AGAIN_S)
    finally:
        await connection.close()
    await asyncio.sleep(AGAIN_S)  # until the node has heard that it may


@contextlib.contextmanager
def asleep(server: serving.Serving) -> Iterator[None]:
    """Stops all processes of a server's Postgres, as a machine that is frozen does, for as long as the block lasts."""
    stopped = [process for process in server.process.children(recursive=True) if process.name() == "postgres"]
    for process in stopped:
        process.suspend()
    try:
        yield
    finally:
        for process in stopped:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


async def _catch_up(host: Host, turned: _Turned) -> Note:
    """Asks again for what was refused until all is done; returns after how many seconds that was."""
    begun = time.perf_counter()
    while pages := sorted(turned.keys.keys() - turned.done):
        if time.perf_counter() - begun > trouble.GIVE_UP_S:
            return trouble.NEVER
        await turned.turn(host, pages[0])
        await asyncio.sleep(0.0 if pages[0] in turned.done else AGAIN_S)
    return time.perf_counter() - begun


async def _kept(show: live_show.Show, turned: _Turned) -> dict[str, Note]:
    connection = await asyncpg.connect(show.database)
    try:
        found = await connection.fetch(
            "SELECT (detail->>2)::int AS page, count(*) AS times FROM live_events WHERE kind = 'show-page' GROUP BY 1"
        )
        audited = await connection.fetchval("SELECT count(*) FROM audit WHERE act = 'live.show-page'")
    finally:
        await connection.close()
    times = {row["page"]: row["times"] for row in found}
    return {
        LOST: len(turned.done - times.keys()),
        DOUBLED: sum(count > 1 for count in times.values()),
        UNAUDITED: sum(times.values()) - audited,
    }


async def _moved(show: live_show.Show, since_ms: int, until_ms: int) -> dict[str, Note]:
    """Waits for the recording of a span to be stored; returns how many of its seconds are missing."""
    connection, begun = await asyncpg.connect(show.database), time.perf_counter()
    recorded: set[int] = set()
    try:
        while time.perf_counter() - begun < trouble.GIVE_UP_S and max(recorded, default=0) < until_ms // _STEP_MS:
            await asyncio.sleep(AGAIN_S)
            rows = await connection.fetch("SELECT begun_ms, samples FROM live_motion")
            recorded = {row["begun_ms"] // _STEP_MS + at for row in rows for at in range(row["samples"])}
    finally:
        await connection.close()
    # A beat is not exactly a second: two samples may fall into one, and none into the next.
    seconds = range(since_ms // _STEP_MS + 1, until_ms // _STEP_MS)
    return {UNRECORDED: sum(recorded.isdisjoint((second - 1, second, second + 1)) for second in seconds)}
