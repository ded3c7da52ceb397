"""Whatever the codec lets pass can be shown: no message of a server brings visit, HUD or view down."""

import io
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from halles.errors import RemoteProtocolError, Unavailable
from halles.ids import AvatarNumber, BoothId, HallId, MediaId
from halles.protocol import codec
from halles.protocol.host_messages import HostReplayAt, HostReplayRead, HostReplaysListed, ReadHostReplay
from halles.protocol.messages import (
    AvatarCard,
    AvatarsEntered,
    BoothCard,
    BoothEdited,
    BoothRead,
    BoothsListed,
    HallCard,
    HallEntered,
    Message,
    PoseBatch,
    Welcomed,
)
from halles.protocol.replay_messages import OpenReplay, ReadReplay, ReplayMoved, ReplayRead
from halles.protocol.table import TABLE, Direction
from halles.world.booth import Panel
from halles.world.geometry import place
from halles.world.live_motion import KeyedNumber, MotionChunk, pack
from halles.world.look import Look
from halles.world.movement import Intent
from halles.world.roles import Role
from halles.world.text import Text
from halles_client.hud_feed import HudFeed
from halles_client.net.media import Face
from halles_client.net.status import Phase, Status
from halles_client.replica.ghosts import GHOST_NUMBER
from halles_client.showing import Showing, names_of
from halles_client.view.crowd_rows import HOST_NUMBER
from halles_client.view.hud.clipboard import OwnClipboard
from halles_client.view.hud.hud import Hud
from halles_client.view.window import Window
from halles_client.visit import Visit
from tests.client.replica.test_ghosts import sample
from tests.client.test_replays import ADA, BEGUN, part
from tests.client.test_replays import opened as replay_opened
from tests.support.hosts import recording
from tests.support.live_hall import SESSION, opened
from tests.support.messages import message
from tests.support.plans import PLANS

HALL = HallId("lille")
SLOTS = PLANS.scenes[HALL].slots
BOOTH = BoothId("b1")
GENERATE = (hypothesis.Phase.generate,)
"""No shrinking: one client hears all examples."""

CARDS = tuple(BoothCard(BoothId(f"b{i}"), slot.id, 1, "Studio", "company", 1, ()) for i, slot in enumerate(SLOTS))
KEYS = ("1", "m", "i", "tab")
TOLD = [row.type for row in TABLE if row.direction is Direction.TO_CLIENT and row.type is not PoseBatch]


class Script:
    """A server that says what a test wants, through the real codec, and answers nothing; its pictures are odd."""

    def __init__(self, pictures: tuple[bytes, ...]) -> None:
        self.status = Status(Phase.ONLINE)
        self._queue: list[Message] = []
        self._pictures = pictures
        self._fetched = 0

    def say(self, *told: Message) -> None:
        for one in told:
            self._queue.append(codec.decode(codec.encode(one), Direction.TO_CLIENT))

    def drain(self) -> list[Message]:
        queue, self._queue = self._queue, []
        return queue

    def ask(self, asked: Message) -> "Future[Message]":
        return Future()

    def send(self, told: Message) -> None:
        """Hears it."""

    def tell(self, told: Message) -> None:
        """Hears it."""

    def fetch(self, media: MediaId, face: Face = "sheet") -> "Future[bytes]":
        future: Future[bytes] = Future()
        self._fetched += 1
        which = self._fetched % (len(self._pictures) + 1)
        if which == len(self._pictures):
            future.set_exception(Unavailable("gone"))
        else:
            future.set_result(self._pictures[which])
        return future

    def fetch_file(self, media: MediaId) -> "Future[Path]":
        future: Future[Path] = Future()
        future.set_exception(Unavailable("gone"))
        return future


class Client:
    """A client in a hall with booths and people, without its link."""

    def __init__(self, window: Window, script: Script) -> None:
        self.script, self._now = script, 100.0
        self.visit = Visit(script, PLANS, script)
        self.hud = Hud(window, "fr", clipboard=OwnClipboard())
        self.showing = Showing(window, script)
        self._feed = HudFeed(self.visit, "fr", "ws://somewhere/")
        self._shown = -1
        halls = tuple(HallCard(hall, Text(hall), Text(), Text(), "ffffff", 1, "") for hall in PLANS.scenes)
        script.say(
            Welcomed(1, "me", "token", "Zo", Role.GUEST, "fr", Look(), halls, 20),
            HallEntered(b"0" * 16, HALL, 0, 0, 1000, 0, 0, 1),
            AvatarsEntered(
                tuple(
                    AvatarCard(i, f"v{i}", f"V {i}", Role.EXHIBITOR, "fr", Look(), False, 100 * i, 1000, 0)
                    for i in range(1, 20)
                )
            ),
        )
        self.begin()

    def begin(self) -> None:
        """Stands in the hall again, before an open booth."""
        self.script.say(HallEntered(b"0" * 16, HALL, 0, 0, 1000, 0, 0, 1), BoothsListed(HALL, CARDS), opened())
        self.frame()
        self.visit.booths.open(BOOTH)
        self.frame()

    def frame(self) -> None:
        self._now += 0.6
        visit, replica = self.visit, self.visit.replica
        visit.hear(self._now)
        if replica.scene is not None and replica.own is not None:
            if replica.entered != self._shown:
                self._shown = replica.entered
                self.showing.show_hall(replica.scene, replica.own.pose)
            pose = visit.walk(Intent(), 0.0, self._now, 0.1) or replica.own.pose
            self.showing.draw(visit, pose, 0.0, self._now, 0.1, self.hud.rectangles())
        self.hud.show(self._feed.state(self._now))
        self.hud.step(self._now)

    def close(self) -> None:
        self.hud.close()
        self.showing.close()


def pictures() -> tuple[bytes, ...]:
    """Good, broken and boastful ones."""
    good, bomb = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (60, 40), (20, 60, 200)).save(good, "PNG")
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    return good.getvalue(), b"no picture", good.getvalue()[:60], bomb.getvalue()


class WithHost(Script):
    """A server whose first booth has a recorded host."""

    def ask(self, asked: Message) -> "Future[Message]":
        future: Future[Message] = Future()
        if isinstance(asked, ReadHostReplay):
            box = SLOTS[0].box
            future.set_result(HostReplayRead(asked.request_id, BoothId("b0"), 3, "Eva", Look(), 0, recording(box)))
        return future


class WithReplay(Script):
    """A server with one recorded live session, in which Ada stands before the stage."""

    def ask(self, asked: Message) -> "Future[Message]":
        future: Future[Message] = Future()
        if isinstance(asked, OpenReplay):
            future.set_result(replay_opened())
        elif isinstance(asked, ReadReplay):
            stage = PLANS.scenes[HALL].stages[0]
            rows = [(n, stage.x + (n % 5) - 2, stage.y - 5 + n // 5, 128, 0) for n in range(2, 12)]
            told = MotionChunk(BEGUN + 30_000, 1, pack([sample(*rows)]), (KeyedNumber(2, ADA.key),))
            self.say(ReplayMoved(SESSION, asked.part, told))
            future.set_result(ReplayRead(asked.request_id, SESSION, part(asked.part)))
        return future


def test_a_recorded_host_is_drawn_and_named_as_one_and_counts_as_nobody(window: Window) -> None:
    script = WithHost(())
    client = Client(window, script)
    at = place(SLOTS[0].box, 0.0, 4.0)
    number = AvatarNumber(0)
    script.say(
        HallEntered(b"0" * 16, HALL, number, round(at.x * 100), round(at.y * 100), 0, 0, 1),
        BoothsListed(HALL, CARDS),
        HostReplaysListed(HALL, (HostReplayAt(BoothId("b0"), 3),)),
        PoseBatch(1, 8_000_000, b"", b""),
    )
    for _ in range(4):
        client.frame()
    assert names_of(client.visit, "fr") == {HOST_NUMBER: "enregistrement · Eva"}
    assert client.visit.hosts.speaking is not None
    assert client.visit.replica.present == 1
    client.close()


def test_a_recorded_moment_is_shown_with_its_page_among_ghosts_who_are_nobody(window: Window) -> None:
    script = WithReplay(pictures()[:1])
    client = Client(window, script)
    client.visit.booths.close()
    scene = PLANS.scenes[HALL]
    stage = scene.stages[0]
    script.say(HallEntered(b"0" * 16, HALL, 0, round(stage.x * 100), round((stage.y - 9) * 100), 0, 0, 1))
    for _ in range(3):
        client.frame()
    window.step()
    before = np.asarray(window.picture()).astype(int)
    client.visit.replays.open(SESSION)
    for _ in range(6):
        client.frame()
        window.step()
    client.visit.replays.seek(BEGUN + 31_000)
    client.visit.replays.toggle()
    for _ in range(6):
        client.frame()
        window.step()
    seen = np.asarray(window.picture()).astype(int)
    blue = (seen[..., 2] > seen[..., 0] + 80) & (seen[..., 2] > seen[..., 1] + 60)
    was_blue = (before[..., 2] > before[..., 0] + 80) & (before[..., 2] > before[..., 1] + 60)
    assert blue.mean() > was_blue.mean() + 0.01, "the page of then is on the screen"
    assert names_of(client.visit, "fr") == {GHOST_NUMBER + 2: "enregistrement · Ada"}
    assert client.visit.replica.present == 1
    client.close()


SPICE = st.sampled_from(["", "", "\x85", "\u2029", "a\rb", "\x1c", "\U000e0001", "e\u0301", "\u202e", "字" * 30])
"""What texts end in: characters that fonts and line breakers stumble over."""

_TEXTS = ("name", "text", "title", "label", "alt", "pitch", "fr", "nl", "en")


def about(kind: type[Message]) -> st.SearchStrategy[Message]:
    """Any message of a kind, most often about what the client has on its screen."""
    return st.tuples(message(kind), st.integers(0, 3), SPICE).map(
        lambda drawn: _spiced(_near(drawn[0]) if drawn[1] else drawn[0], drawn[2])
    )


def _near(told: Any) -> Any:
    here: dict[str, Any] = {"hall": HALL, "session": SESSION, "booth": BOOTH, "slot": SLOTS[1].id, "revision": 0xFFFF}
    if isinstance(told, BoothRead):
        panel = Panel("poster-1", Text("x"), Text("y"), MediaId("m"))
        here["content"] = msgspec.structs.replace(told.content, panels=(panel, *told.content.panels))
    if isinstance(told, BoothsListed):
        here["booths"] = tuple(_near(card) for card in told.booths[:1])
    if isinstance(told, BoothEdited):
        here["card"] = _near(told.card)
    known = {name: value for name, value in here.items() if name in told.__struct_fields__}
    return msgspec.structs.replace(told, **known)


def _spiced(value: Any, spice: str) -> Any:
    """Returns a message in which every text for people ends in ``spice``."""
    if isinstance(value, tuple):
        return tuple(_spiced(one, spice) for one in value)
    if not isinstance(value, msgspec.Struct):
        return value
    fields = {name: getattr(value, name) for name in value.__struct_fields__}
    changed = {
        name: field + spice if isinstance(field, str) and name in _TEXTS else _spiced(field, spice)
        for name, field in fields.items()
    }
    return msgspec.structs.replace(value, **changed)


def _passes(told: list[Message]) -> bool:
    """Tells whether the client's codec lets these through."""
    try:
        for one in told:
            codec.decode(codec.encode(one), Direction.TO_CLIENT)
    except RemoteProtocolError:
        return False
    return True


@pytest.fixture(scope="module")
def odd_pictures() -> tuple[bytes, ...]:
    return pictures()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_whatever_a_server_says_is_shown_without_a_traceback(window: Window, odd_pictures: tuple[bytes, ...]) -> None:
    client = Client(window, Script(odd_pictures))

    @settings(max_examples=30, deadline=None, database=None, phases=GENERATE, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(TOLD).flatmap(about), min_size=1, max_size=4), st.sampled_from(KEYS))
    def shown(told: list[Message], then: str) -> None:
        assume(_passes(told))
        client.begin()
        client.script.say(*told)
        client.frame()
        client.hud.key(then)
        client.frame()
        client.hud.key("escape")
        window.step()

    shown()
    client.close()
