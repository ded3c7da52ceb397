"""A whole debate over real nodes: the nodes as processes, people at the level of bytes, and a crowd of bots."""

import asyncio
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx

from halles.ids import AccountId, HallId, LiveSessionId, MediaId
from halles.protocol.live_messages import ActLive, LivePartTold, LiveTold
from halles.protocol.messages import Done, EnterHall, HallEntered, Hello, Message, Move, PoseBatch, Rejected
from halles.protocol.replay_messages import OpenReplay, ReadReplay, ReplayOpened, ReplayRead
from halles.world.live import LivePerson, LiveState
from halles.world.live_acts import LiveAct
from halles.world.live_replay import ReplayOutline, ReplayPart
from halles.world.roles import Role
from halles_client.net.link import Credentials, Link
from halles_client.net.requests import new_request_id
from halles_server import bootstrap
from halles_server.bootstrap import NewAccount
from halles_server.config import ServerConfig
from halles_server.media.folder import Folder
from halles_server.secret import Secret
from halles_server.storage import pool
from tests.support import films, live
from tests.support.live import Planned
from tests.support.nats import deployment
from tests.support.processes import COMMAND, ServerProcess
from tests.support.wire import Peer, guest, request_id

SESSION, HALL, PASSWORD = LiveSessionId("the-debate"), HallId("lille"), "une longue phrase"
MODERATORS, SPEAKERS = ("mia", "mo"), ("ann", "ben", "cas", "dot", "eve")
NODES, FILM_S, PATIENCE_S = ("one", "two"), 60.0, 10.0

T = TypeVar("T", bound=Message)


# --- before --------------------------------------------------------------------------------------------------


def prepare(url: str, folder: Path | None = None) -> None:
    """Brings accounts, a document of three pages, a film and the entry of the programme into a database.

    The film's bytes go to where the nodes that are started in ``folder`` look for them; without one it has none.
    """
    with ThreadPoolExecutor(1) as thread:  # a browser's test has a loop in its own thread already
        thread.submit(lambda: asyncio.run(_prepare(url, folder))).result()


async def _prepare(url: str, folder: Path | None) -> None:
    async with pool.opened(url) as database:
        hosts = [await _account(database, login, Role.MODERATOR) for login in MODERATORS]
        speakers = [await _account(database, login, Role.VISITOR) for login in SPEAKERS]
    connection = await asyncpg.connect(url)
    try:
        document = await live.store_document(connection, pages=3)
        film = await live.store_film(connection, seconds=FILM_S)
        if folder is not None:
            await _film(connection, film, folder)
        planned = Planned(
            SESSION,
            HALL,
            hosts=tuple(hosts),
            speakers=tuple(speakers),
            materials=((document, "Slides"), (film, "Trailer")),
        )
        await live.plan(connection, planned)
    finally:
        await connection.close()


async def _film(connection: asyncpg.Connection, film: str, folder: Path) -> None:
    written = films.write(folder / "film.mp4", FILM_S)
    await connection.execute("UPDATE media SET size = $2 WHERE id = $1", film, written.stat().st_size)
    for node in NODES:
        copied = shutil.copy(written, folder / f"{node}.mp4")
        await Folder(ServerConfig(data=folder / node / "var").media_folder).put(MediaId(film), Path(copied))


async def _account(database: pool.Database, login: str, role: Role) -> AccountId:
    asked = NewAccount(login, login.title(), role, Secret(PASSWORD), "en", ())
    return (await bootstrap.add_account(ServerConfig(), database, asked)).account


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Reads something in SQL."""

    async def read() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(read())).result()


class Nodes:
    """Nodes of one deployment, by name; one that was killed may be started again."""

    def __init__(self, folder: Path, database: str, bus: str) -> None:
        self._folder = folder
        self.settings = {
            "HALLES_DATABASE_URL": database,
            "HALLES_BUS_URL": bus,
            "HALLES_DEPLOYMENT": deployment(),
            "HALLES_DRAIN_S": "0.5",
            "HALLES_COUNT_S": "0.3",
            "HALLES_SWEEP_S": "1",
            "HALLES_KEEP_PLACES_S": "1",
        }
        self.running: dict[str, ServerProcess] = {}

    def start(self, name: str) -> None:
        """Starts one, for the first time or again."""
        data = self._folder / name / "var"
        data.parent.mkdir(parents=True, exist_ok=True)
        self.running[name] = ServerProcess(data, **self.settings, HALLES_NODE=name)

    def port(self, name: str) -> int:
        """Returns a node's port."""
        return self.running[name].port

    def verify(self) -> subprocess.CompletedProcess[str]:
        """Runs ``halles-server audit verify``."""
        command = [*COMMAND, "--data", str(self._folder / "one" / "var"), "audit", "verify"]
        environment = os.environ | self.settings
        return subprocess.run(command, env=environment, text=True, capture_output=True, timeout=60, check=False)


@contextmanager
def two_nodes(folder: Path, database: str, bus: str) -> Iterator[Nodes]:
    """Runs the nodes ``one`` and ``two`` until they know each other."""
    nodes = Nodes(folder, database, bus)
    try:
        for name in NODES:
            nodes.start(name)
        for port in map(nodes.port, NODES):
            until(partial(_elsewhere, port), "the nodes do not know each other")
        yield nodes
    finally:
        for node in nodes.running.values():
            node.kill()


def _elsewhere(port: int) -> tuple[str, ...]:
    with Peer(port) as peer:
        return peer.welcome().elsewhere


def until(condition: Callable[[], object], otherwise: str, seconds: float = PATIENCE_S) -> None:
    """Waits for something to come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


# --- people --------------------------------------------------------------------------------------------------


class Person:
    """Somebody in the hall, whose thread hears everything while the test does something else.

    Attributes:
        heard: All messages but positions, in order.
        states: The live session's states as told, by revision.
        place: Where they stand, centimetres, as they believe.
    """

    def __init__(self, name: str, hello: Hello | None = None) -> None:
        self.name = name
        self._hello = hello or guest(name, way="account", secret=PASSWORD)
        self.heard: list[Message] = []
        self.states: dict[int, LiveState] = {}
        self.place = (0, 0)
        self._steps = 0

    def come(self, port: int) -> "Person":
        """Comes to a node: the first time by name, later with the resume token."""
        self.peer = Peer(port)
        self.welcomed = self.peer.welcome(self._hello)
        self._hello = guest("", way="resume", secret=self.welcomed.resume)
        entered = self.peer.enter(HALL)
        self.place = (entered.x, entered.y)
        threading.Thread(target=self._hear, args=(self.peer,), daemon=True).start()
        return self

    def _hear(self, peer: Peer) -> None:
        try:
            while not peer.close_code:
                for message in peer.messages(0.1):
                    if isinstance(message, LiveTold):
                        self.states[message.revision] = message.state
                    if not isinstance(message, PoseBatch):
                        self.heard.append(message)
        except OSError:
            return

    def go(self) -> None:
        """Ends it; no matter how."""
        self.peer.socket.close()

    def step(self, x: int, y: int) -> None:
        """Takes a step of so many centimetres."""
        self._steps += 1
        self.place = (self.place[0] + x, self.place[1] + y)
        self.peer.send(Move(self._steps, *self.place, 0, 0))

    def wait(self, kind: type[T], fits: Callable[[T], object] = lambda _: True, seconds: float = PATIENCE_S) -> T:
        """The newest message of a type that fits, once there is one."""

        def find() -> list[T]:
            return [message for message in list(self.heard) if isinstance(message, kind) and fits(message)]

        until(find, f"{self.name} never heard such a {kind.__name__}; closed with {self.peer.close_code}", seconds)
        return find()[-1]

    def ask(self, message: Any) -> Done | Rejected:
        """Sends a request and returns its answer."""
        self.peer.send(message)
        answers: list[Done | Rejected] = []

        def answered() -> bool:
            for heard in reversed(list(self.heard)):
                if isinstance(heard, Done | Rejected) and heard.request_id == message.request_id:
                    answers.append(heard)
                    return True
            return False

        until(answered, f"{self.name} got no answer to {message}")
        return answers[0]

    def does(self, message: Any) -> int:
        """Sends a request that is done; returns its number."""
        answer = self.ask(message)
        assert isinstance(answer, Done), f"{self.name}: {answer} to {message}"
        return answer.number

    def refused(self, message: Any) -> str:
        """Sends a request and returns the code with which it is refused, "" if it is done."""
        answer = self.ask(message)
        return answer.code if isinstance(answer, Rejected) else ""

    def acts(self, *acts: LiveAct) -> None:
        """Does acts in the live session."""
        for act in acts:
            self.does(ActLive(request_id(), SESSION, act))

    def may_not(self, act: LiveAct) -> str:
        """Tries an act; returns the code of the refusal, "" if it is done."""
        return self.refused(ActLive(request_id(), SESSION, act))

    @property
    def key(self) -> str:
        """Theirs in the live session."""
        return self.wait(LivePartTold).key

    @property
    def state(self) -> LiveState:
        """The newest state that they were told."""
        return self.states[max(self.states)]

    def sees(self, fits: Callable[[LiveState], object]) -> LiveState:
        """Waits until the newest state fits."""
        until(lambda: self.states and fits(self.state), f"{self.name} sees {self.states and self.state}")
        return self.state


def turned_away(port: int, hello: Hello) -> tuple[int, str]:
    """Says hello and is refused; returns the close code and the reason."""
    with Peer(port) as peer:
        peer.send(hello)
        code = peer.closed()
        return code, peer.goodbye.reason if peer.goodbye is not None else ""


class Bots:
    """A crowd on the real link, in a thread of its own, that takes a few steps and then stands.

    Attributes:
        returned: Where the server put each of them at its newest entry, centimetres.
        entries: How often each came into the hall.
    """

    def __init__(self, ports: list[int]) -> None:
        self.links: list[Link] = []
        self._ports = ports
        self.returned = [(0, 0)] * len(ports)
        self.stood = [(0, 0)] * len(ports)
        self.entries = [0] * len(ports)
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self) -> "Bots":
        self._thread.start()
        until(lambda: all(self.entries), "not every bot came in", 30)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=20)

    async def _run(self) -> None:
        self.links = [
            Link(f"ws://127.0.0.1:{port}/world", Credentials(f"Bot {index}", bot=True), rng=random.Random(index))
            for index, port in enumerate(self._ports)
        ]
        running: list[asyncio.Task[None]] = []
        for at in range(0, len(self.links), 10):
            some = self.links[at : at + 10]
            running += [asyncio.create_task(link.run()) for link in some]
            await asyncio.gather(*(link.request(EnterHall(new_request_id(), HALL)) for link in some))
        self._hear()
        for beat in range(1, 6):
            for index, link in enumerate(self.links):
                x, y = self.returned[index]
                self.stood[index] = (x + beat * 10, y)
                link.send(Move(beat, x + beat * 10, y, 0, 0))
            await asyncio.sleep(0.1)
        while not self._over.is_set():
            self._hear()
            await asyncio.sleep(0.1)
        for link in self.links:
            link.leave()
        await asyncio.wait(running, timeout=5)
        for task in running:
            task.cancel()

    def _hear(self) -> None:
        for index, link in enumerate(self.links):
            for message in link.inbox.drain():
                if isinstance(message, HallEntered):
                    self.returned[index] = (message.x, message.y)
                    self.entries[index] += 1


# --- afterwards ----------------------------------------------------------------------------------------------


def replay(peer: Peer) -> tuple[ReplayOutline, list[ReplayPart]]:
    """Reads all of the recording."""
    peer.send(OpenReplay(request_id(), SESSION))
    outline = peer.expect(ReplayOpened).outline
    parts = []
    for number in range(outline.parts):
        peer.send(ReadReplay(request_id(), SESSION, number))
        parts.append(peer.expect(ReplayRead).part)
    return outline, parts


def without_visits(state: LiveState) -> tuple[object, ...]:
    """What a recording keeps of a state: all but the visits, and guests' names."""
    people = (state.hands, state.chairs, state.floor)
    return (
        state.phase,
        state.mode,
        state.since_ms,
        state.presenter,
        state.slide,
        state.film,
        state.screen,
        tuple(tuple(_as_recorded(holder.person) for holder in holders) for holders in people),
    )


def _as_recorded(person: LivePerson) -> tuple[str, str]:
    """Guests are nobody in a recording."""
    return (person.key, person.name) if person.key.startswith("a") else ("", "")


def minutes(url: str, login: str) -> str:
    """Reads the draft of the minutes as a member."""
    with httpx.Client(base_url=url, headers={"origin": url}, timeout=20) as client:
        page = client.get("/en/login").text
        token = page.partition('name="form" value="')[2].partition('"')[0]
        answer = client.post("/en/login", data={"login": login, "password": PASSWORD, "form": token})
        assert answer.status_code == 303, answer.text
        return client.get(f"/live/{SESSION}/minutes.en.md").raise_for_status().text
