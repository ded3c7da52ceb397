"""The embedded Postgres: starting, stopping, and every accident in between."""

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import asyncpg
import pytest

from halles.errors import ConfigError, Rejection, Unavailable
from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId
from halles.world.booth import BoothContent, BoothEdit, Change
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.storage import cluster as files
from halles_server.storage import demonstration, embedded, leftovers, pool, schema
from halles_server.storage.accounts import Accounts
from halles_server.storage.booths import Booths
from tests.support.drills import kill_all
from tests.support.small_disk import cluster_megabytes, small_disk

ANA = AccountId("00000000-0000-4000-8000-000000000001")

SERVER = """
import asyncio, sys, uuid
from pathlib import Path
from halles.errors import Rejection
from halles.world.booth import BoothEdit, Change
from halles_server.storage import embedded, pool
from halles_server.storage.booths import Booths

async def main():
    async with embedded.running(Path(sys.argv[1])) as server, pool.opened(server.url) as database:
        booths = Booths(database)
        await asyncio.gather(*(edit(booths, f"b{number}") for number in range(8)))

async def edit(booths, booth):
    while True:
        at = (await booths.read(booth)).revision
        request = uuid.uuid4()
        print("asks", booth, at, request.hex, flush=True)
        edit = BoothEdit((Change("name", request.hex),))
        await booths.edit(sys.argv[2], request.bytes, booth, at, edit)
        print("done", booth, at + 1, request.hex, flush=True)

asyncio.run(main())
"""


async def value(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def furnish(url: str, booths: int) -> None:
    await schema.migrate(url)
    async with pool.opened(url) as database:
        await Accounts(database).create(Account(ANA, "ana", "Ana", Role.EXHIBITOR, "fr", Look()), "hash")
        await demonstration.put(
            database,
            [
                demonstration.PreparedBooth(
                    BoothId(f"b{n}"), f"b{n}", "O", "", True, HallId("lille"), SlotId(f"A{n}"), BoothContent("first")
                )
                for n in range(booths)
            ],
        )


def until(happens: object, within_s: float = 10.0) -> None:
    assert callable(happens)
    deadline = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_makes_its_folder_starts_stops_and_keeps_its_data(tmp_path: Path) -> None:
    folder, said = tmp_path / "data", list[str]()

    async def play() -> None:
        async with embedded.running(folder, on_progress=said.append) as server:
            await value(server.url, "CREATE TABLE kept AS SELECT 7 AS number")
            assert str(await value(server.url, "SHOW server_version")).split(".")[0] == "18"
        assert leftovers.running(folder / "cluster") == []
        async with embedded.running(folder, on_progress=said.append) as server:
            assert await value(server.url, "SELECT number FROM kept") == 7

    asyncio.run(play())
    assert said == ["making the database"]


def test_it_keeps_what_it_acknowledges_and_listens_on_no_network(tmp_path: Path) -> None:
    async def play() -> None:
        async with embedded.running(tmp_path / "data") as server:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert await value(server.url, f"SHOW {name}") == "on"
            assert await value(server.url, "SHOW listen_addresses") == ""
            assert await value(server.url, "SELECT lower('ÉŒ')") == "éœ"

    asyncio.run(play())


def test_its_folders_are_private_and_nothing_above_is_touched(tmp_path: Path) -> None:
    outer = tmp_path / "private"
    outer.mkdir(mode=0o700)
    before = [folder.stat() for folder in (outer, *outer.parents)]

    socket = Path()

    def look(server: embedded.Embedded) -> None:
        nonlocal socket
        socket = Path(server.url.partition("host=")[2])
        runs_as = Path(f"/proc/{server.postmaster()}").stat().st_uid
        assert runs_as != 0
        for folder in (server.cluster, socket):
            assert folder.stat().st_mode & 0o777 == 0o700
            assert folder.stat().st_uid == runs_as
        assert (outer / "a" / "data").stat().st_mode & 0o777 == 0o700

    async def play() -> None:
        async with embedded.running(outer / "a" / "data") as server:
            look(server)

    asyncio.run(play())
    assert not socket.exists()
    after = [folder.stat() for folder in (outer, *outer.parents)]
    assert [(s.st_mode, s.st_uid, s.st_gid) for s in before] == [(s.st_mode, s.st_uid, s.st_gid) for s in after]


def test_nobody_comes_in_under_another_name(tmp_path: Path) -> None:
    async def play() -> None:
        async with embedded.running(tmp_path / "data") as server:
            await schema.migrate(server.url)
            for name in ("postgres", "halles_serve", "root"):
                with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
                    await asyncpg.connect(server.url.replace("halles_owner", name))

    asyncio.run(play())


def test_a_second_server_on_the_same_folder_gets_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def play() -> None:
        async with embedded.running(folder) as server:
            with pytest.raises(ConfigError) as refused:
                async with embedded.running(folder):
                    raise AssertionError("two at once")
            assert await value(server.url, "SELECT 1") == 1
            said = str(refused.value)
            by = f"another server or command (process {os.getpid()}): "
            assert said.startswith(f"the data folder {folder} is in use by {by}")
            assert "HALLES_DATA or --data" in said

    asyncio.run(play())


def test_another_process_comes_in_beside_who_keeps_it_and_only_then(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def play() -> None:
        assert embedded.kept_by_another(folder) is None
        assert not folder.exists()
        async with embedded.running(folder):
            kept = embedded.kept_by_another(folder)
            assert kept is not None
            assert (kept.process, await value(kept.url, "SELECT 1")) == (os.getpid(), 1)
        assert embedded.kept_by_another(folder) is None
        with files.locked(folder), pytest.raises(ConfigError, match=r"starting or stopping .* try again"):
            embedded.kept_by_another(folder)

    asyncio.run(play())


def test_a_deep_folder_works(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*("a folder with a long name é" for _ in range(8)))

    async def play() -> None:
        async with embedded.running(folder) as server:
            assert await value(server.url, "SELECT 1") == 1

    assert len(os.fsencode(folder)) > 200
    asyncio.run(play())


def test_settings_of_somebody_s_shell_do_not_disturb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, setting in (
        ("PGPORT", "1"),
        ("PGHOST", "example.invalid"),
        ("PGDATA", "/"),
        ("PGUSER", "x"),
        ("LANG", "xx"),
    ):
        monkeypatch.setenv(name, setting)

    async def play() -> None:
        async with embedded.running(tmp_path / "data") as server:
            assert await value(server.url, "SELECT 1") == 1

    asyncio.run(play())


def test_an_exception_inside_comes_out_as_it_is(tmp_path: Path) -> None:
    async def play() -> None:
        async with embedded.running(tmp_path / "data"):
            raise KeyError("mine")

    with pytest.raises(KeyError):
        asyncio.run(play())
    assert leftovers.running(tmp_path / "data" / "cluster") == []


@pytest.mark.parametrize("pid", [1, os.getpid()], ids=["init", "ours"])
def test_a_pid_file_that_names_somebody_else_is_no_hindrance(tmp_path: Path, pid: int) -> None:
    folder = tmp_path / "data"

    async def play() -> None:
        async with embedded.running(folder):
            pass
        (folder / "cluster" / "postmaster.pid").write_text(f"{pid}\n{folder}/cluster\n1\n5432\n/tmp\n\n0 0\n")
        async with embedded.running(folder) as server:
            assert await value(server.url, "SELECT 1") == 1

    asyncio.run(play())


def test_an_unfinished_first_start_is_begun_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "cluster.new" / "base").mkdir(parents=True)

    async def play() -> None:
        async with embedded.running(folder) as server:
            assert await value(server.url, "SELECT 1") == 1
        assert not (folder / "cluster.new").exists()

    asyncio.run(play())


def test_a_cluster_of_another_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def play() -> None:
        async with embedded.running(folder):
            pass
        (folder / "cluster" / "PG_VERSION").write_text("17\n")
        with pytest.raises(ConfigError, match=r"was made by Postgres 17, and .* is 18"):
            async with embedded.running(folder):
                raise AssertionError("started")

    asyncio.run(play())


@pytest.mark.parametrize("lost", ["PG_VERSION", "global/pg_control"])
def test_a_cluster_that_lacks_a_file_is_refused_with_its_path_and_what_to_do(tmp_path: Path, lost: str) -> None:
    folder = tmp_path / "data"

    async def play() -> None:
        async with embedded.running(folder):
            pass
        (folder / "cluster" / lost).unlink()
        with pytest.raises(ConfigError, match=rf": {folder}/cluster/{lost} is missing\. Put a copy of .* {folder} "):
            async with embedded.running(folder):
                raise AssertionError("started")

    asyncio.run(play())


def test_a_broken_cluster_is_refused_with_what_postgres_said(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def play() -> None:
        async with embedded.running(folder):
            pass
        (folder / "cluster" / "global" / "pg_control").write_bytes(b"")
        with pytest.raises(ConfigError, match=r"Postgres does not start: .*pg_control"):
            async with embedded.running(folder):
                raise AssertionError("started")

    asyncio.run(play())


FULL = """
import asyncio, sys
from pathlib import Path
from halles.errors import ConfigError
from halles_server.storage import embedded
async def main():
    async with embedded.running(Path(sys.argv[1])):
        print("started")
try:
    asyncio.run(main())
except ConfigError as problem:
    print(problem)
"""


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    with small_disk(tmp_path, cluster_megabytes() // 2) as disk:
        done = disk.run(sys.executable, "-c", FULL, str(disk.folder / "data"))
    assert done.stdout == f"Postgres cannot make its data folder: the disk of {disk.folder}/data is full\n", done.stderr


def test_a_disk_that_is_only_nearly_full_is_not_called_full(tmp_path: Path) -> None:
    async def play() -> None:
        async with embedded.running(tmp_path / "data"):
            raise pool.no_room()

    with pytest.raises(Rejection, match="nearly full"):
        asyncio.run(play())


def test_killing_postgres_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    # 300 edits on 30 booths at once; whoever gets no answer asks again with the same id.
    chance = random.Random(3)
    asked_again = 0
    finished = 0
    kill_at = sorted(chance.sample(range(20, 280), 3))

    async def editor(server: embedded.Embedded, booths: Booths, number: int) -> None:
        nonlocal asked_again, finished
        for turn in range(10):
            request = RequestId(uuid.uuid4().bytes)
            edit = BoothEdit((Change("name", f"turn {turn}"),))
            while True:
                try:
                    assert await booths.edit(ANA, request, BoothId(f"b{number}"), turn + 1, edit) == turn + 2
                    break
                except Unavailable:
                    asked_again += 1
                    await asyncio.sleep(0.05)
            finished += 1
            if finished in kill_at:
                kill_all(server.cluster)

    async def play() -> None:
        async with embedded.running(tmp_path / "data") as server:
            await furnish(server.url, 30)
            async with pool.opened(server.url) as database:
                booths = Booths(database)
                await asyncio.gather(*(editor(server, booths, number) for number in range(30)))
                assert set((await booths.revisions()).values()) == {11}
            history = "SELECT count(*) FROM booth_revisions WHERE content ->> 'name' = 'turn ' || revision - 2"
            assert await value(server.url, history) == 300
            assert await value(server.url, "SELECT count(*) FROM audit WHERE act = 'booth.edit'") == 300

    asyncio.run(play())
    assert asked_again > 0


def test_killing_the_server_loses_nothing_acknowledged(tmp_path: Path) -> None:
    folder, chance = tmp_path / "data", random.Random(5)

    async def begin() -> None:
        async with embedded.running(folder) as server:
            await furnish(server.url, 8)

    async def check(asked: list[str], done: list[str]) -> None:
        async with embedded.running(folder) as server, pool.opened(server.url) as database:
            booths = Booths(database)
            async with database.connection() as connection:
                rows = await connection.fetch("SELECT booth, revision, content ->> 'name' FROM booth_revisions")
            kept = {f"{booth} {revision} {name}" for booth, revision, name in rows}
            assert set(done) <= kept
            for line in set(asked) - {f"{b} {int(r) - 1} {q}" for b, r, q in map(str.split, done)}:
                # The answer was lost with the server; asking again has one effect, whether the first had it or not.
                booth, at, request = line.split()
                edit = BoothEdit((Change("name", request),))
                for _ in range(2):
                    again = await booths.edit(ANA, RequestId(uuid.UUID(request).bytes), BoothId(booth), int(at), edit)
                    assert again == int(at) + 1

    asyncio.run(begin())
    for _ in range(4):
        server = subprocess.Popen([sys.executable, "-c", SERVER, folder, ANA], stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        lines = list(itertools.islice(server.stdout, chance.randint(40, 300)))
        server.kill()
        lines += server.stdout.readlines()
        server.wait()
        server.stdout.close()
        whole = [line.split(maxsplit=1) for line in lines if line.endswith("\n")]
        asyncio.run(check([r.strip() for w, r in whole if w == "asks"], [r.strip() for w, r in whole if w == "done"]))


def test_a_killed_server_leaves_no_postgres_behind(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with _server(folder) as server:
        assert leftovers.running(folder / "cluster")
        sockets = Path((folder / "socket").read_text())
        server.kill()
    until(lambda: leftovers.running(folder / "cluster") == [] and not sockets.exists())


@pytest.mark.parametrize("state", ["busy", "frozen"])
def test_a_postgres_left_by_a_killed_server_and_keeper_is_stopped_first(tmp_path: Path, state: str) -> None:
    folder, said = tmp_path / "data", list[str]()
    with _server(folder) as server:
        left = leftovers.postmaster(folder / "cluster")
        keeper = int(Path(f"/proc/{left}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(keeper, signal.SIGKILL)
        server.kill()
        if state == "frozen":
            for pid in leftovers.running(folder / "cluster"):
                os.kill(pid, signal.SIGSTOP)

    async def play() -> None:
        async with embedded.running(folder, on_progress=said.append) as server:
            assert server.postmaster() != left
            assert await value(server.url, "SELECT 1") == 1

    asyncio.run(play())
    assert said == ["stopping the Postgres that an earlier server left"]


def test_ctrl_c_at_the_terminal_reaches_the_server_before_postgres(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with _server(folder) as server:
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(20) == 0
        assert server.stdout is not None
        assert server.stdout.read() == "still there\n"
    assert leftovers.running(folder / "cluster") == []


class _server:  # noqa: N801 reads as a function
    """A server in a process and process group of its own; on SIGINT it asks Postgres something before it leaves."""

    SCRIPT = """
import asyncio, asyncpg, signal, sys
from pathlib import Path
from halles_server.storage import embedded
async def main():
    leave = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, leave.set)
    async with embedded.running(Path(sys.argv[1])) as server:
        print("ready", flush=True)
        await leave.wait()
        await asyncio.sleep(0.2)
        connection = await asyncpg.connect(server.url)
        print(await connection.fetchval("SELECT 'still there'"), flush=True)
        await connection.close()
asyncio.run(main())
"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", self.SCRIPT, str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
