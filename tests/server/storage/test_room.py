"""What is stored no more when the disk is nearly full, and what goes on."""

import shutil
import sys
from pathlib import Path

import pytest

from halles.protocol.messages import Rejected, Say
from halles_server.storage import room
from tests.support.serving import real_server
from tests.support.small_disk import small_disk
from tests.support.wire import Peer, guest, request_id

DRILL = """
import sys, time
from pathlib import Path
from halles.protocol.messages import Done, HallEntered, EnterHall, Move, PoseBatch, Rejected, Say
from halles.protocol.pose_batch import read
from tests.support.serving import real_server
from tests.support.wire import Peer, guest, request_id

def say(peer, asked=None):
    asked = asked or Say(request_id(), "hall", "Is there room?")
    peer.send(asked)
    answer = next(one for one in peer.messages(8) if isinstance(one, Done | Rejected))
    assert answer.request_id == asked.request_id
    return asked, getattr(answer, "code", "Done")

def fill(filler):
    with filler.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(65_536))
        except OSError as full:
            print(full.strerror)

disk = Path(sys.argv[1])
with (
    real_server(data=disk / "var", keep_places_s=0.1) as server,
    Peer(server.port) as walker,
    Peer(server.port) as watcher,
):
    walker.welcome(guest("Walker"))
    watcher.welcome(guest("Watcher"))
    entered = walker.enter("lille")
    watcher.enter("lille")
    print(say(walker)[1])
    fill(disk / "filler")
    asked, code = say(walker)
    print(code)
    x = entered.x
    for sequence in range(1, 60):
        x += 2
        walker.send(Move(sequence, x, entered.y, 0, 0))
        seen = False
        until = time.monotonic() + 2
        while not seen:
            assert time.monotonic() < until, "nobody sees the walker"
            rows = read(watcher.expect(PoseBatch).near)
            seen = any(abs(int(row["x"]) - x) <= 1 for row in rows[rows["number"] == entered.number])
    print("walks")
    print(walker.enter("hainaut").hall)
    with Peer(server.port) as newcomer:
        newcomer.send(guest("Newcomer"))
        answer = next(iter(newcomer.messages(8)))
        print(type(answer).__name__ == "Welcomed" or (newcomer.closed(), newcomer.goodbye.reason)[0] == 1013)
    print(say(walker, asked)[1])
    (disk / "filler").unlink()
    until = time.monotonic() + 30
    while (code := say(walker)[1]) != "Done" and time.monotonic() < until:
        time.sleep(0.5)
    print(code)
"""


def test_a_disk_that_becomes_full_refuses_what_people_write_while_they_walk_and_heals(tmp_path: Path) -> None:
    with small_disk(tmp_path, 200) as disk:
        done = disk.run(sys.executable, "-c", DRILL, str(disk.folder))
    said = ["Done", "No space left on device", "STORAGE_FULL", "walks", "hainaut", "True", "STORAGE_FULL", "Done"]
    assert done.stdout.splitlines() == said, done.stderr


def test_on_a_nearly_full_disk_newcomers_are_welcome_and_only_their_words_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with real_server(data=tmp_path / "var") as server, Peer(server.port) as newcomer:
        monkeypatch.setattr(room, "RESERVE", sys.maxsize)
        monkeypatch.setattr(room, "SHARE", 1.0)
        assert newcomer.welcome(guest("Newcomer"))
        newcomer.enter("lille")
        newcomer.send(Say(request_id(), "hall", "Is there room?"))
        assert newcomer.expect(Rejected).code == "STORAGE_FULL"


def test_what_must_stay_free_is_a_share_of_a_small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SHARE", 1e-9)
    assert room.reserve(tmp_path) == int(shutil.disk_usage(tmp_path).total * 1e-9) < room.RESERVE
    monkeypatch.setattr(room, "SHARE", 1e9)
    assert room.reserve(tmp_path) == room.RESERVE


def test_a_folder_that_is_not_there_is_not_called_full(tmp_path: Path) -> None:
    assert not room.nearly_full(tmp_path / "none")
    assert not room.full(tmp_path / "none")
