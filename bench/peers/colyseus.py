"""Colyseus under the same load: its plain room state, in which everybody hears of everybody at each patch."""

import contextlib
import hashlib
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgpack
import uvloop

from bench import measuring, serving, sizes
from bench.peers.patches import Players
from bench.report import Result
from bench.walkers import Walker
from bench.witnessing import Crowd, Sighting

HERE: Final = Path(__file__).parent
PACKAGES: Final = "package.json"
SERVER: Final = "colyseus.mjs"

JOIN_ROOM, ERROR, ROOM_DATA, ROOM_STATE, ROOM_STATE_PATCH = 10, 11, 13, 14, 15
"""Codes of ``@colyseus/shared-types``: the first byte of a message."""
MOVE: Final = 0
PATCHES_KEPT: Final = 32
PRODUCTION: Final = {"NODE_ENV": "production"}


class Square:
    """What the walkers of one room share: seats, and the state as the witnesses hear it.

    Colyseus sends the same bytes to everybody, so the first witness that gets a patch has it read for all.
    """

    def __init__(self, crowd: Crowd, url: str) -> None:
        self.crowd, self.url = crowd, url
        self._seats: dict[str, int] = {}
        self._players = Players(self._entered)
        self._sightings: dict[bytes, Sighting] = {}

    def seat(self, index: int) -> str:
        """Reserves a client's place in the room; returns where to connect for it."""
        request = urllib.request.Request(
            f"{self.url}/matchmake/joinOrCreate/square", b"{}", {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            seat = json.load(answer)
        self._seats[seat["sessionId"]] = index
        return f"{self.url.replace('http', 'ws', 1)}/{seat['processId']}/{seat['roomId']}?sessionId={seat['sessionId']}"

    def take(self, message: bytes) -> Sighting:
        """Returns whom a state or patch tells of."""
        sighting = self._sightings.get(message)
        if sighting is None:
            sighting = self._sightings[message] = self.crowd.sight(*self._players.apply(message))
            if len(self._sightings) > PATCHES_KEPT:
                del self._sightings[next(iter(self._sightings))]
        return sighting

    def _entered(self, session: str, reference: int) -> None:
        self.crowd.owner[reference] = self._seats[session]


class Player(Walker):
    """A walker in Colyseus' room."""

    def __init__(self, crowd: Crowd, index: int, square: Square) -> None:
        super().__init__(crowd, index, square.url)
        self.square = square

    def address(self) -> str:
        """Takes a seat, which Colyseus keeps for some seconds only."""
        return self.square.seat(self.index)

    def receive(self, payload: bytes) -> None:
        """Comes in; then hears of the others."""
        code = payload[0]
        if code == JOIN_ROOM:
            self.send(bytes([JOIN_ROOM]))
        elif code == ROOM_STATE and not self.inside.done():
            # The first one in hears of everybody else by patches, which are read for all.
            if self.index == 0:
                self.square.take(payload)
            self.enter()
        elif code == ROOM_STATE_PATCH and self.inside.done():
            self.crowd.ticks_heard += 1
            self.crowd.hear(self.index, self.square.take(payload), time.perf_counter())
        elif code == ERROR:
            raise ConnectionError(f"Colyseus refused client {self.index}: {payload[1:]!r}")

    def report(self, sequence: int, x: int, y: int, heading: int) -> bytes:
        """Returns the room's message of a place."""
        return bytes([ROOM_DATA, MOVE]) + bytes(msgpack.packb([x, y, heading >> 8]))


def run(clients: int, hz: float, seconds: float, cache: Path = sizes.CACHE) -> Result:
    """Measures Colyseus with a patch rate of ``hz``."""
    measuring.pin_load()
    with running(hz, cache, core=measuring.SERVER_CORE) as program:
        result = uvloop.run(_measure(program, clients, hz, seconds))
    return replace(result, notes=result.notes | _versions())


@contextlib.contextmanager
def running(hz: float, cache: Path, *, core: int | None) -> Iterator[serving.Program]:
    """Installs Colyseus where it is not yet and runs the room until the block ends."""
    server = installed(cache) / SERVER
    with serving.started([_found("node"), str(server), f"{hz:g}"], core=core, environment=PRODUCTION) as program:
        yield program


async def _measure(program: serving.Program, clients: int, hz: float, seconds: float) -> Result:
    crowd = measuring.new_crowd(clients)
    square = Square(crowd, program.url)
    players = [Player(crowd, index, square) for index in range(clients)]
    walking = measuring.Walking(program, players, hz)
    return await measuring.measure(f"Colyseus, W({clients}, {hz:g})", walking, seconds)


def installed(cache: Path) -> Path:
    """Returns a folder outside the tree with the packages, one for each list of them, and our server beside them."""
    packages = (HERE / PACKAGES).read_bytes()
    folder = cache / f"colyseus-{hashlib.sha256(packages).hexdigest()[:12]}"
    finished = folder / "installed"
    if not finished.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / PACKAGES, folder)
        print(f"installing Colyseus in {folder} …")
        options = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        subprocess.run([_found("npm"), "install", *options], cwd=folder, check=True)
        finished.touch()
    shutil.copy(HERE / SERVER, folder)
    return folder


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise SystemExit(f"Colyseus runs in Node.js and there is no {program} here. On Debian: apt-get install npm")
    return path


def _versions() -> dict[str, float | int | str]:
    node = subprocess.run([_found("node"), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    packages = json.loads((HERE / PACKAGES).read_text(encoding="utf-8"))["dependencies"]
    return {"node": node, **packages}
