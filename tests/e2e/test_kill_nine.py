"""``kill -9`` in the middle of edits: nothing that was acknowledged is lost, and no retry has a second effect."""

import subprocess
import threading
import time
from pathlib import Path

import pytest

from halles.protocol.messages import BoothRead, BoothsListed, Done, EditBooth, ReadBooth, Rejected
from halles.world.booth import BoothEdit, Change
from halles_server.storage import leftovers
from tests.support.drills import kill_all
from tests.support.processes import COMMAND, ServerProcess
from tests.support.wire import Peer, guest, request_id

PASSWORD = "a long enough password"
KILLS = 3
"""How often each test kills: the drill in trust.md does it 20 times, by hand."""

BUSY = {"HALLES_REQUESTS_PER_S": "100000", "HALLES_REQUESTS_BURST": "100000"} | {
    "HALLES_FRAMES_PER_S": "100000",
    "HALLES_FRAMES_BURST": "100000",
}
"""Rates that do not slow the editor down."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    added = subprocess.run(
        [*COMMAND, "--data", str(folder), "account", "add", "olga", "--role", "organiser"],
        input=PASSWORD + "\n",
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert added.returncode == 0, added.stderr
    return folder


class Editor:
    """Somebody who edits one booth without pause and notes what was acknowledged.

    Attributes:
        done: The revision that each acknowledged edit reached, by the name that it gave.
        pending: The edit that was under way when the connection broke.
    """

    def __init__(self, port: int, booth: str, revision: int) -> None:
        self.booth, self.revision = booth, revision
        self.done: dict[str, int] = {}
        self.pending: EditBooth | None = None
        self.peer = _organiser(port)

    def edit_until_it_breaks(self) -> None:
        """Edits; returns when the server is gone or says that the database is."""
        try:
            while self.one():
                pass
        except (AssertionError, ConnectionError):
            return

    def one(self) -> bool:
        """Edits once; False when it was refused."""
        name = f"Stand {self.revision}"
        self.pending = EditBooth(request_id(), self.booth, self.revision, BoothEdit((Change("name", name),)))
        return self.again(self.pending)

    def again(self, edit: EditBooth) -> bool:
        """Sends an edit, perhaps for the second time; False when it was refused."""
        self.peer.send(edit)
        for message in self.peer.messages():
            if isinstance(message, Done) and message.request_id == edit.request_id:
                self.revision = message.number
                self.done[edit.edit.changes[0].value] = message.number
                self.pending = None
                return True
            if isinstance(message, Rejected) and message.request_id == edit.request_id:
                return False
        raise ConnectionError


def _organiser(port: int) -> Peer:
    peer = Peer(port)
    try:
        peer.welcome(guest("olga", way="account", secret=PASSWORD))
    except (AssertionError, ConnectionError):
        peer.socket.close()
        raise
    return peer


def _read(peer: Peer, booth: str) -> BoothRead:
    peer.send(ReadBooth(request_id(), booth))
    return peer.expect(BoothRead)


def _check(editor: Editor, port: int) -> None:
    """After the return: all that was acknowledged is there, and the edit under way takes effect exactly once."""
    editor.peer.socket.close()
    editor.peer = _organiser(port)
    found = _read(editor.peer, editor.booth)
    newest = max(editor.done.values(), default=1)
    assert found.revision in {newest, newest + 1}, "an acknowledged edit is lost, or one had two effects"
    if editor.pending is not None:
        under_way = editor.pending
        assert editor.again(under_way)
        assert editor.again(under_way), "a third time gets the first answer as well"
        found = _read(editor.peer, editor.booth)
        assert found.revision == newest + 1
        assert found.content.name == under_way.edit.changes[0].value
    editor.revision = found.revision


def _first_booth(server: ServerProcess) -> tuple[str, int]:
    with _organiser(server.port) as peer:
        peer.enter("lille")
        card = peer.expect(BoothsListed).booths[0]
        return card.booth, card.revision


def test_killing_the_server_amid_edits_loses_nothing_acknowledged_and_doubles_nothing(data: Path) -> None:
    server = ServerProcess(data, "--demo", **BUSY)
    editor = None
    try:
        booth, revision = _first_booth(server)
        editor = Editor(server.port, booth, revision)
        for kill in range(KILLS):
            thread = threading.Thread(target=editor.edit_until_it_breaks)
            thread.start()
            time.sleep(0.3 + 0.17 * kill)
            server.kill()
            thread.join(timeout=20)
            assert editor.done, "no edit was acknowledged before the kill"
            began = time.monotonic()
            server = ServerProcess(data, **BUSY)
            assert time.monotonic() - began < 10
            _check(editor, server.port)
        assert server.stop() == 0
    finally:
        server.kill()
        if editor is not None:
            editor.peer.socket.close()


def test_killing_postgres_amid_edits_loses_nothing_and_heals_by_itself(data: Path) -> None:
    server = ServerProcess(data, "--demo", **BUSY)
    editor = None
    try:
        booth, revision = _first_booth(server)
        editor = Editor(server.port, booth, revision)
        for kill in range(KILLS):
            thread = threading.Thread(target=editor.edit_until_it_breaks)
            thread.start()
            time.sleep(0.3 + 0.13 * kill)
            kill_all(data / "database" / "cluster")
            thread.join(timeout=20)
            assert editor.done, "no edit was acknowledged before the kill"
            _wait_until_edits_work(server)
            _check(editor, server.port)
        assert server.stop() == 0
        assert not leftovers.running(data / "database" / "cluster")
    finally:
        server.kill()
        if editor is not None:
            editor.peer.socket.close()


def _wait_until_edits_work(server: ServerProcess) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            _organiser(server.port).socket.close()
        except (AssertionError, ConnectionError):
            assert time.monotonic() < until, "not healed within 10 s"
            time.sleep(0.1)
        else:
            return
