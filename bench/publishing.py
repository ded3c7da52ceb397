"""How soon everybody in a hall hears that a booth in it has changed.

Each visitor stands in the hall and notes when the news of a revision comes in; the exhibitor is a program with a
personal token. A delay is from before the edit is asked for to the news, so that the commit is within it.
"""

import asyncio
import contextlib
import time
import uuid
from pathlib import Path
from typing import Final

import httpx
import numpy as np
import uvloop

from bench import crowd, exhibitors, folders, measuring, serving
from bench.report import Result
from bench.walkers import arrive
from bench.witnessing import Crowd
from halles.protocol import codec
from halles.protocol.messages import BoothEdited, EnterHall, HallEntered, Message, Welcomed
from halles.protocol.table import Direction

BOOTH: Final = "studio-08"
HALL: Final = "lille"
LOGIN: Final = "editor"
HEARD_S: Final = 10.0
"""After which who has not heard of a revision counts as not told."""
_SEED: Final = 7
PAUSE_S: Final = 0.25
"""Between two edits, so that an account's calls a second are not what is measured."""


class Reader(crowd.Visitor):
    """A visitor who stands in the booth's hall and hears of its revisions."""

    heeds = 65_536

    def __init__(self, members: Crowd, index: int, url: str, source: str = "") -> None:
        super().__init__(members, index, url, source)
        self.heard: dict[int, float] = {}
        self.news = asyncio.Event()

    def receive(self, payload: bytes) -> None:
        """Comes in; then notes when it hears of a revision."""
        now = time.perf_counter()
        message: Message = codec.decode(payload, Direction.TO_CLIENT)
        if isinstance(message, Welcomed) and not self.inside.done():
            self.send(codec.encode(EnterHall(uuid.uuid4().bytes, HALL, f"booth:{BOOTH}")))
        elif isinstance(message, HallEntered) and not self.inside.done():
            self.enter()
        elif isinstance(message, BoothEdited) and message.card.booth == BOOTH:
            self.heard[message.card.revision] = now
            self.news.set()


def run(clients: int, edits: int) -> list[Result]:
    """Measures how soon so many visitors hear of each of so many edits."""
    measuring.pin_load()
    with (
        folders.passing() as folder,
        serving.running(core=measuring.SERVER_CORE, data=Path(folder), demo=True) as server,
    ):
        exhibitors.add(Path(folder), LOGIN, [BOOTH])
        return [uvloop.run(_measure(server, clients, edits))]


async def _measure(server: serving.Serving, clients: int, edits: int) -> Result:
    members = Crowd(clients, np.random.default_rng(_SEED))
    readers = [Reader(members, index, server.world) for index in range(clients)]
    await arrive(readers)
    took, delays, untold = [], [], 0
    cpu, begun = server.cpu_s(), time.perf_counter()
    async with exhibitors.browser(server.url) as program:
        program.headers["authorization"] = f"Bearer {await _token(program)}"
        revision = (await program.get(f"/api/v1/booths/{BOOTH}")).json()["revision"]
        for number in range(edits):
            asked = time.perf_counter()
            revision = await _edit(program, revision, f"Revision {number}")
            took.append(time.perf_counter() - asked)
            await _all_heard(readers, revision)
            heard = [reader.heard[revision] - asked for reader in readers if revision in reader.heard]
            delays += heard
            untold += clients - len(heard)
            await asyncio.sleep(PAUSE_S)
    seconds = time.perf_counter() - begun
    for reader in readers:
        reader.leave()
    return Result(
        "a booth changes before everybody's eyes",
        clients=clients,
        seconds=seconds,
        server_cpu_share=(server.cpu_s() - cpu) / seconds,
        age_ms_p50=float(np.percentile(delays, 50)) * 1e3,
        age_ms_p99=float(np.percentile(delays, 99)) * 1e3,
        valid=not untold and not members.lost,
        notes={
            "edits": edits,
            "answer ms, median": float(np.median(took)) * 1e3,
            "answer ms, p95": float(np.percentile(took, 95)) * 1e3,
            "slowest news ms": max(delays) * 1e3,
            "not told": untold,
        },
    )


async def _edit(program: httpx.AsyncClient, revision: int, text: str) -> int:
    """Edits the booth, which publishes at once; returns its revision."""
    change = {"field": "pitch", "value": text, "language": "en"}
    asked = {"request_id": str(uuid.uuid4()), "revision": revision, "changes": [change]}
    answer = await program.post(f"/api/v1/booths/{BOOTH}/edits", json=asked)
    answer.raise_for_status()
    return int(answer.json()["revision"])


async def _all_heard(readers: list[Reader], revision: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(HEARD_S):
            for reader in readers:
                while revision not in reader.heard:
                    reader.news.clear()
                    await reader.news.wait()


async def _token(program: httpx.AsyncClient) -> str:
    """Logs in on the pages and makes a personal token there."""
    await exhibitors.log_in(program, LOGIN)
    return await exhibitors.new_token(program)
