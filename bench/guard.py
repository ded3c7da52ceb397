"""The regression guard: the work of one tick and of the moves before it, for input that never changes.

``python -m bench guard`` prints it; with ``--keep`` it is kept in ``guard.json``, and a test compares. Shares of a
core and milliseconds would change with what else the machine does; this does not. Where valgrind is installed the
processor's own instructions are printed as well, which depend on the machine and are therefore kept nowhere.
"""

import asyncio
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from websockets.server import ServerProtocol

from bench.flood import masked
from bench.report import Result
from bench.work import Counter, Work
from halles.ids import HallId, VisitId
from halles.protocol import codec
from halles.protocol.messages import Move
from halles.protocol.table import Direction
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import Scene, parse
from halles_server.config import ServerConfig
from halles_server.gateway.connection import Connection
from halles_server.gateway.hall_runner import HallRunner
from halles_server.gateway.visits import Visits
from halles_server.hall.hall import Hall
from halles_server.hall.overload import Overload
from halles_server.observability import Metrics
from halles_server.ports.visits import Place, VisitRecord

KEPT: Final = Path(__file__).with_name("guard.json")
MARGIN: Final = 1.3
"""How far above the kept figures is allowed; for opcodes only with another Python or numpy, which may take more."""
OPCODES_MARGIN: Final = 1.02
"""For opcodes with the same Python and numpy, where they are the same each time: five for each person, so that another
loop over people shows."""
PEOPLE: Final = 1000
HZ: Final = 10
WARM, TICKS = 3, 3
"""Ticks with their moves before those that count, and these; each does the same."""
HEARD: Final = 100
"""Moves whose way in is counted."""
PARTS: Final = {"all over the hall": 23.0, "in one spot": 3.5}
"""Where everybody walks: within ± so many metres of the middle."""
BEATS: Final = {f"a tick and its moves, {name}": name for name in PARTS}
"""The results that tell what a tick keeps: whatever it frees was made within it."""
RECORD: Final = VisitRecord(VisitId(""), None, 0, "Load", Role.GUEST, "en", Look(), True, HallId(""), 0, 0, 0, 0)
HANDSHAKE: Final = (
    b"GET /world HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
VALGRIND: Final = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")


def run(*, keep: bool = False, people: int = PEOPLE) -> list[Result]:
    """Measures all parts."""
    works = measured(people)
    if keep:
        figures = {name: asdict(work) for name, work in works.items()}
        kept = {"with": versions(), "works": figures}
        KEPT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    results = [Result(name, clients=people, notes={**asdict(work)}) for name, work in works.items()]
    if shutil.which("valgrind"):
        notes = {beat: instructions(name, people) for beat, name in BEATS.items()}
        results.append(Result("the processor's instructions", clients=people, notes={**notes}))
    return results


def versions() -> dict[str, str]:
    """Returns what the number of opcodes depends on."""
    return {"python": ".".join(platform.python_version_tuple()[:2]), "numpy": np.__version__}


def kept() -> dict[str, Work]:
    """Returns the figures that are kept."""
    return {name: Work(**work) for name, work in json.loads(KEPT.read_text(encoding="utf-8"))["works"].items()}


def grown(works: dict[str, Work]) -> list[str]:
    """Returns a sentence for each figure that is too far above the one that is kept."""
    same = json.loads(KEPT.read_text(encoding="utf-8"))["with"] == versions()
    margins = {"opcodes": OPCODES_MARGIN if same else MARGIN, "arrays": MARGIN, "bytes": MARGIN}
    return [
        f"{name}: {now:,} {figure}, {before:,} are kept: {now - before:,} more"
        for name, work in kept().items()
        for figure, margin in margins.items()
        if (now := getattr(works[name], figure)) > margin * (before := getattr(work, figure))
    ]


def measured(people: int, runner: type[HallRunner] = HallRunner) -> dict[str, Work]:
    """Returns the work of a tick with the moves before it, per tick, for each place to be, and of some moves alone."""
    return asyncio.run(_measured(people, runner))


async def _measured(people: int, runner: type[HallRunner]) -> dict[str, Work]:
    works = {}
    for beat, name in BEATS.items():
        crowd = FixedCrowd(people, PARTS[name], runner)
        with Counter() as counter:
            # The first make in sight of the counter what they will free in it, and the interpreter's own for counting.
            beats = [counter.run(partial(crowd.beat, crowd.walk())) for _ in range(WARM + TICKS)]
            works[beat] = Work.mean(beats[WARM:])
            works[f"{HEARD} moves heard"] = counter.run(partial(crowd.hear, crowd.walk()[:HEARD]))
    return works


class FixedCrowd:
    """A hall full of people who always walk the same way, each with a connection that leads nowhere."""

    def __init__(self, people: int, half: float, runner: type[HallRunner] = HallRunner) -> None:
        self._runner = runner(Hall(_square(), tick_hz=HZ), Overload(HZ, 64), Metrics())
        self._half, self._round = half, 0
        rng = np.random.default_rng(7)
        self._places, self._headings = rng.uniform(-half, half, (people, 2)), rng.uniform(0, math.tau, people)
        visits, config, metrics = Visits(ServerConfig()), ServerConfig(), Metrics()
        self._connections = []
        for index, (x, y) in enumerate(self._places.tolist()):
            visit, _ = visits.add(replace(RECORD, visit=VisitId(f"v{index}")), "")
            connection = Connection(_shaken_hands(), Nowhere(), "127.0.0.1", config, metrics)
            connection.begin(self, self)
            connection.visit, visit.connection = visit, connection
            self._runner.enter(visit, Place(self._runner.id, x, y, 0.0, 1.0), 0.0)
            self._connections.append(connection)

    def walk(self) -> list[tuple[Connection, bytearray]]:
        """Moves everybody on; returns what each connection will hear of it."""
        self._round += 1
        turned = self._headings + self._round / 9
        self._places += 1.4 / HZ * np.stack([np.cos(turned), np.sin(turned)], axis=1)
        np.clip(self._places, -self._half, self._half, out=self._places)
        centimetres = np.round(self._places * 100).astype(int).tolist()
        moves = [Move(self._round, x, y, 0, 9 * self._round) for x, y in centimetres]
        return list(zip(self._connections, (bytearray(masked(codec.encode(move))) for move in moves), strict=True))

    def hear(self, moves: list[tuple[Connection, bytearray]]) -> None:
        """Lets moves arrive, each in bytes of its own as from a socket, so that whoever keeps these is seen."""
        for connection, move in moves:
            connection.data_received(bytes(move))

    def beat(self, moves: list[tuple[Connection, bytearray]]) -> None:
        """Lets moves arrive and ticks the hall, which then holds nothing of them any more."""
        self.hear(moves)
        self._runner.tick(self._round / HZ)

    def take(self, connection: Connection, data: bytes, now: float) -> None:
        """Takes a move, as the dispatch does."""
        message = codec.decode(data, Direction.TO_SERVER)
        assert isinstance(message, Move), "nothing else is sent here"
        assert connection.visit is not None, "it has had one from the start"
        self._runner.submit(connection.visit, message)

    def greeted(self, connection: Connection) -> None:
        """Nobody is admitted here."""

    def lost(self, connection: Connection) -> None:
        """Nobody is lost here."""

    forget = lost


class Nowhere(asyncio.Transport):
    """A transport that is always ready and drops what it gets."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Drops it."""

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Drops them."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Has no buffer."""


def _square() -> Scene:
    file = Path(__file__).parent / "scenes/square.toml"
    return parse(file.read_text(encoding="utf-8"), file.name)


def _shaken_hands() -> ServerProtocol:
    """Returns a protocol whose handshake is done."""
    protocol = ServerProtocol()
    protocol.receive_data(HANDSHAKE)
    for request in protocol.events_received():
        protocol.send_response(protocol.accept(request))
    protocol.data_to_send()
    return protocol


def instructions(name: str, people: int = PEOPLE) -> int:
    """Returns the processor's instructions for a tick and its moves, by valgrind; takes half a minute."""
    few, many = (_instructions(name, people, ticks) for ticks in (WARM, WARM + TICKS))
    return (many - few) // TICKS


def _instructions(name: str, people: int, ticks: int) -> int:
    command = [*VALGRIND, sys.executable, "-m", "bench.guard", name, str(people), str(ticks)]
    said = subprocess.run(
        command, env=os.environ | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=True, timeout=300
    ).stderr
    found = re.search(r"I\s+refs:\s+([\d,]+)", said)
    assert found is not None, said
    return int(found[1].replace(",", ""))


async def _walk(name: str, people: int, ticks: int) -> None:
    crowd = FixedCrowd(people, PARTS[name])
    for _ in range(ticks):
        crowd.beat(crowd.walk())


if __name__ == "__main__":
    asyncio.run(_walk(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
