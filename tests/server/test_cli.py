"""``halles-server`` as an operator types it: real processes, exit statuses, sentences."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import asyncpg
import psutil
import pytest

from halles import __version__
from halles.protocol.messages import BoothsListed
from halles_server import cli
from halles_server.storage import embedded
from halles_server.storage.schema import missing, versions
from tests.support.processes import COMMAND, ServerProcess, server_process
from tests.support.small_disk import cluster_megabytes, small_disk
from tests.support.tiny_plan import PLAN
from tests.support.wire import Peer, guest

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "var"


def run(data: Path, *arguments: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALLES_")}
    environment |= {"HALLES_DATA": str(data)} | settings
    return subprocess.run(
        [*COMMAND, *arguments], input=typed, env=environment, text=True, capture_output=True, timeout=90, check=False
    )


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[ServerProcess]:
    running = ServerProcess(data, "--demo")
    yield running
    running.kill()


def test_accounts_are_added_with_a_password_from_standard_input(data: Path) -> None:
    added = run(data, "account", "add", "ida", "--name", "Ida", "--role", "exhibitor", typed=PASSWORD + "\n")
    assert (added.returncode, added.stdout) == (0, "Account ida: Ida, exhibitor\n"), added.stderr
    again = run(data, "account", "add", "IDA", typed=PASSWORD + "\n")
    sentence = "halles-server: there is already an account with the login IDA"
    assert (again.returncode, again.stderr.splitlines()[-1]) == (2, sentence)
    short = run(data, "account", "add", "other", typed="short\n")
    assert (short.returncode, PASSWORD in short.stderr + again.stderr) == (2, False)
    assert "characters" in short.stderr


def test_an_account_for_a_booth_that_does_not_exist_is_not_added(data: Path) -> None:
    refused = run(data, "account", "add", "dan", "--booth", "nowhere", typed=PASSWORD + "\n")
    assert refused.returncode != 0
    assert "nowhere" in refused.stderr
    assert run(data, "account", "add", "dan", typed=PASSWORD + "\n").returncode == 0


def test_an_account_gets_another_password_from_standard_input(data: Path) -> None:
    assert run(data, "account", "add", "forgetful", typed=PASSWORD + "\n").returncode == 0
    changed = run(data, "account", "password", "Forgetful", typed="another long password\n")
    said = "Account forgetful: another password, and every web login ended\n"
    assert (changed.returncode, changed.stdout) == (0, said), changed.stderr
    unknown = run(data, "account", "password", "nobody", typed=PASSWORD + "\n")
    assert unknown.stderr.splitlines()[-1] == "halles-server: no account has the login nobody"
    assert unknown.returncode == 2
    short = run(data, "account", "password", "forgetful", typed="short\n")
    assert (short.returncode, "characters" in short.stderr) == (2, True)


def test_the_demonstration_may_be_imported_again_and_again(data: Path) -> None:
    assert "added" in run(data, "demo").stdout
    again = run(data, "demo")
    assert (again.returncode, "as before" in again.stdout) == (0, True), again.stderr


def test_doctor_says_in_words_what_is_well_and_what_is_not(data: Path) -> None:
    well = run(data, "doctor", HALLES_PORT="0", HALLES_METRICS_PORT="0")
    assert well.returncode == 0, well.stdout
    assert all(line.startswith("ok ") for line in well.stdout.splitlines())
    assert len(well.stdout.splitlines()) == 8
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ill = run(
            data,
            "doctor",
            HALLES_PORT=str(taken.getsockname()[1]),
            HALLES_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        )
    assert ill.returncode == 1
    bad = [line for line in ill.stdout.splitlines() if line.startswith("BAD")]
    assert any("in use" in line for line in bad)
    assert any("database at 127.0.0.1, port 1, does not answer" in line for line in bad)
    assert "Traceback" not in ill.stderr


@pytest.mark.parametrize("beside", [1, 5, 9, 17])
def test_a_disk_that_is_too_small_ends_serve_with_a_sentence(tmp_path: Path, beside: int) -> None:
    # Each size fails elsewhere: in initdb, at the database, in a migration or in the import, with Postgres dead or not.
    serve = (*COMMAND, "--data", "{}", "serve", "--demo", "--port", "0", "--metrics-port", "0")
    with small_disk(tmp_path, cluster_megabytes() + beside) as disk:
        done = disk.run(*(part.format(disk.folder / "data") for part in serve))
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].endswith(f"the disk of {disk.folder / 'data' / 'database'} is full")


def test_a_disk_that_is_full_already_ends_serve_with_a_sentence(tmp_path: Path) -> None:
    script = 'mkdir "$1/data"; cat /dev/zero > "$1/filler" 2>/dev/null; shift; exec "$@"'
    with small_disk(tmp_path, 4) as disk:
        command = (*COMMAND, "--data", str(disk.folder / "data"), "serve", "--port", "0", "--metrics-port", "0")
        done = disk.run("sh", "-c", script, "sh", str(disk.folder), *command)
    sentence = f"halles-server: the data folder {disk.folder}/data/database cannot be used: its disk is full"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, sentence)


def test_doctor_reads_the_plans_that_the_setting_names(data: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(PLAN.replace("x = 4.0, y = -4.0", "x = 40.0, y = -4.0"))
    ill = run(data, "doctor", HALLES_PORT="0", HALLES_METRICS_PORT="0", HALLES_SCENES=str(tmp_path))
    assert "BAD  scenes: tiny.toml:8: spawn door lies in a wall or outside" in ill.stdout.splitlines()


def test_a_folder_without_an_exhibition_is_named_and_nothing_is_made_in_it(tmp_path: Path) -> None:
    nothing = tmp_path / "var"
    well = run(nothing, "doctor", HALLES_PORT="0", HALLES_METRICS_PORT="0")
    assert "ok   database: none yet (made at the first start)" in well.stdout.splitlines()
    assert well.returncode == 0
    refused = run(nothing, "account", "password", "ida", typed=PASSWORD + "\n")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert f"there is no exhibition in {nothing} yet" in refused.stderr
    assert "halles-server serve" in refused.stderr
    assert not nothing.exists()


def test_an_account_in_an_empty_folder_says_that_it_begins_an_exhibition(tmp_path: Path) -> None:
    added = run(tmp_path / "var", "account", "add", "ida", typed=PASSWORD + "\n")
    assert added.returncode == 0
    assert f"there is no exhibition in {tmp_path / 'var'} yet: its database is made now" in added.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="what root alone meets")
def test_doctor_finds_what_keeps_a_first_start_from_making_its_database(tmp_path: Path) -> None:
    ports = {"HALLES_PORT": "0", "HALLES_METRICS_PORT": "0"}
    nobody = run(tmp_path / "var", "doctor", **ports, HALLES_POSTGRES_USER="nouser")
    assert nobody.returncode == 1
    sentence = "Postgres does not run as root, and there is no user nouser here"
    assert f"BAD  database: {sentence}" in nobody.stdout.splitlines()
    assert sentence in run(tmp_path / "var", "serve", **ports, HALLES_POSTGRES_USER="nouser").stderr
    nowhere = run(Path("/proc/x"), "doctor", **ports)
    assert nowhere.returncode == 1
    assert any(line.startswith("BAD  data folder: /proc cannot be written: ") for line in nowhere.stdout.splitlines())
    assert list(tmp_path.iterdir()) == [tmp_path / "var"], "serve's"


def test_doctor_changes_no_database(tmp_path: Path) -> None:
    data = tmp_path / "var"
    asyncio.run(_make_unmigrated(data))
    well = run(data, "doctor", HALLES_PORT="0", HALLES_METRICS_PORT="0")
    [line] = [line for line in well.stdout.splitlines() if "database" in line]
    assert line == f"ok   database: the embedded one answers, and the next start brings it to schema {versions()[-1]}"
    assert asyncio.run(_schema(data)) == versions()


async def _make_unmigrated(data: Path) -> None:
    async with embedded.running(data / "database"):
        pass


async def _schema(data: Path) -> tuple[str, ...]:
    """What an empty database lacks of this version's schema: all, while nobody migrated it."""
    async with embedded.running(data / "database") as running:
        return await missing(running.url)


def test_doctor_calls_a_running_server_well(server: ServerProcess, data: Path) -> None:
    private = server.said().partition("health and metrics: http://127.0.0.1:")[2].split()[0]
    found = run(data, "doctor", HALLES_PORT=str(server.port), HALLES_METRICS_PORT=private)
    assert found.returncode == 0, found.stdout
    process = f"process {server.process.pid}"
    for port in (server.port, private):
        assert f"ok   port: {port} on 127.0.0.1 is this exhibition's own: {process} serves on it" in found.stdout
    assert f"ok   database: the embedded one (kept by {process}) answers, at schema" in found.stdout
    assert "ok   audit: " in found.stdout
    elsewhere = run(data, "doctor", "--metrics-port", private).stdout
    assert f"ok   port: {server.port} on 127.0.0.1 is this exhibition's own: {process}" in elsewhere, (
        "its port is found"
    )
    other = run(data.parent / "other", "doctor", HALLES_PORT=str(server.port), HALLES_METRICS_PORT=private)
    bad = [line for line in other.stdout.splitlines() if line.startswith("BAD  port")]
    assert (other.returncode, len(bad)) == (1, 2), "another exhibition's server is in the way"


def test_the_audit_is_verified_beside_the_running_server(server: ServerProcess, data: Path) -> None:
    holds = run(data, "audit", "verify")
    assert (holds.returncode, "rows are as they were sealed" in holds.stdout) == (0, True), holds.stderr
    lacks = run(data, "audit", "verify", "--known", f"999999:{bytes(32).hex()}")
    assert (lacks.returncode, lacks.stdout) == (1, "seal 999999 was noted, and is not there\n")


def test_an_invitation_beside_the_running_server_is_a_code_that_its_page_takes(
    server: ServerProcess, data: Path
) -> None:
    booth = _booth(server)
    made = run(data, "invite", "--booth", booth, "--role", "editor")
    assert made.returncode == 0, made.stderr
    code = made.stdout.strip()
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert f"as editor of {booth}" in made.stderr
    assert "/nl/invitation" in made.stderr
    assert code not in made.stderr
    refused = run(data, "invite", "--booth", "nowhere")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "no booth nowhere" in refused.stderr
    assert run(data, "invite", "--booth", booth, "--role", "owner").returncode == 2


def test_a_booth_leaves_as_a_file_and_comes_into_the_draft_of_another_beside_the_running_server(
    server: ServerProcess, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "booth.zip"
    taken = run(data, "export", "booth", "studio-07", "--to", str(file))
    assert (taken.returncode, taken.stdout) == (0, f"{file}: studio-07, {file.stat().st_size} bytes\n"), taken.stderr
    again = run(data, "export", "booth", "studio-07", "--to", str(file))
    assert (again.returncode, again.stderr) == (1, f"halles-server: there is already a file {file}\n")
    assert list(tmp_path.iterdir()) == [file], "nothing half written is left"
    run(data, "account", "add", "carrier", "--role", "organiser", typed=PASSWORD + "\n")
    bring = ("import", "booth", str(file), "--booth", "studio-08", "--as", "carrier")
    looked = run(data, *bring, "--dry-run")
    assert re.fullmatch(r"studio-08: \d+ fields, \d+ media of \d+ bytes pass; nothing was stored\n", looked.stdout)
    brought = run(data, *bring)
    assert (brought.returncode, brought.stdout.partition(",")[0]) == (0, "studio-08: the draft is what the file says")
    assert "at its revision 1;" in brought.stdout, "the look before it changed no draft"


def test_a_booth_s_file_that_is_none_and_what_is_not_there_are_named_with_status_1(
    server: ServerProcess, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "booth.zip"
    file.write_bytes(b"no archive")
    run(data, "account", "add", "stranger", "--role", "exhibitor", typed=PASSWORD + "\n")
    bring = ("import", "booth", str(file), "--booth", "studio-08", "--as")
    for arguments, said in (
        (("export", "booth", "nowhere", "--to", str(tmp_path / "x.zip")), "no booth nowhere"),
        ((*bring, "nobody"), "no account has the login nobody"),
        ((*bring, "stranger", "--dry-run"), "has not the right"),
        ((*bring, "carrier"), "no ZIP archive"),
    ):
        done = run(data, *arguments)
        assert (done.returncode, said in done.stderr.splitlines()[-1]) == (1, True), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["booth.zip"]
    assert run(data, "import", "booth", str(file)).returncode == 2


def test_accounts_are_added_and_changed_while_people_visit(server: ServerProcess, data: Path) -> None:
    added = run(data, "account", "add", "late", "--role", "exhibitor", "--booth", _booth(server), typed=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    with Peer(server.port) as peer:
        assert peer.welcome(guest("late", way="account", secret=PASSWORD)).name == "late"
    assert run(data, "account", "password", "late", typed="another long password\n").returncode == 0
    with Peer(server.port) as peer:
        peer.welcome(guest("late", way="account", secret="another long password"))
    with Peer(server.port) as peer:
        peer.send(guest("late", way="account", secret=PASSWORD))
        assert peer.closed(5) == 4401


def _booth(server: ServerProcess) -> str:
    with Peer(server.port) as peer:
        peer.welcome(guest("Scout"))
        peer.enter("lille")
        return str(peer.expect(BoothsListed).booths[0].booth)


def test_serve_says_when_it_is_ready_and_stops_on_sigterm(server: ServerProcess, data: Path) -> None:
    with urlopen(f"{server.url}/fr/", timeout=10) as page:
        assert page.status == 200
    peers = [Peer(server.port) for _ in range(3)]
    codes: list[int] = []
    for i, peer in enumerate(peers):
        peer.welcome(guest(f"Visitor {i}"))
        peer.enter("lille")
    threads = [threading.Thread(target=lambda peer=peer: codes.append(peer.closed(60))) for peer in peers]
    for thread in threads:
        thread.start()
    second = run(data, "serve", HALLES_PORT="0", HALLES_METRICS_PORT="0")
    assert (second.returncode, "in use by another server" in second.stderr) == (2, True), second.stderr
    assert "HALLES_DATA or --data" in second.stderr
    taken = run(data.parent / "other", "serve", HALLES_PORT=str(server.port))
    assert (taken.returncode, f"port {server.port} on 127.0.0.1 is in use" in taken.stderr) == (2, True), taken.stderr
    assert not (data.parent / "other").exists(), "nothing is made before the port is known to be free"
    assert server.stop(signal.SIGTERM) == 0
    for thread in threads:
        thread.join()
    for peer in peers:
        peer.socket.close()
    assert codes == [1012] * 3
    assert "stopping: everybody is told to come back" in server.said()
    assert "Traceback" not in server.said()
    for word in ("Visitor 0", peers[0].welcomed.resume, PASSWORD):
        assert word not in server.said()


def test_serve_stops_on_sigint_as_well(data: Path) -> None:
    server = ServerProcess(data)
    try:
        assert server.stop(signal.SIGINT) == 0
        assert "Traceback" not in server.said()
        assert "come back" not in server.said(), "nobody is there"
    finally:
        server.kill()


def test_a_signal_during_the_start_ends_it_without_waiting_for_it(data: Path) -> None:
    process = _starting(data)
    process.send_signal(signal.SIGTERM)
    said, errors = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, ""), errors
    assert "Traceback" not in errors
    assert "before it was ready" in errors
    assert run(data, "migrate").returncode == 0, "and leaves a database that starts"


def test_a_second_signal_ends_the_farewell_without_a_traceback(data: Path) -> None:
    server = ServerProcess(data)
    try:
        with Peer(server.port) as deaf:  # answers no close, so that the farewell takes a while
            deaf.welcome(guest("Deaf"))
            server.process.send_signal(signal.SIGTERM)
            until = time.monotonic() + 10
            while "stopping" not in server.said():
                assert time.monotonic() < until
                time.sleep(0.02)
            assert server.stop(signal.SIGTERM) == 130
        assert "Traceback" not in server.said()
        assert "at once" in server.said()
    finally:
        server.kill()
    assert run(data, "migrate").returncode == 0, "the database was stopped in order"


def _starting(data: Path) -> subprocess.Popen[str]:
    """A server that has begun to start its database."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALLES_")}
    environment |= {"HALLES_DATA": str(data), "HALLES_PORT": "0", "HALLES_METRICS_PORT": "0"}
    process = subprocess.Popen(
        [*COMMAND, "serve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    )
    assert process.stderr is not None
    while "database" not in (line := process.stderr.readline()):
        assert line, "ended by itself"
    return process


def test_after_a_fault_the_first_signal_leaves_the_farewell_alone_and_the_second_ends_it() -> None:
    async def serve() -> int:
        stop = cli._Stop()
        stop.failed()
        await stop.wait()
        stop._asked()
        await asyncio.sleep(0)  # a farewell
        stop._asked()
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            assert stop.cancelled()
            return stop.status
        raise AssertionError("not ended")

    assert asyncio.run(serve()) == 130


def test_a_part_that_fails_ends_the_server_with_status_1(tmp_path: Path) -> None:
    data = tmp_path / "var"
    with server_process(data, HALLES_FORGET_S="0.5") as server, Peer(server.port) as peer:
        peer.welcome(guest("Visitor"))
        asyncio.run(_break_retention(data))
        assert peer.closed(20) == 1012, "even so nobody is cut off without a word"
        assert server.process.wait(timeout=20) == 1
        assert '"act": "forget"' in server.said()
    assert run(data, "migrate").returncode == 0, "the database was stopped in order"


async def _break_retention(data: Path) -> None:
    """Takes away what the server forgets with, as a bug of ours would have it."""
    kept = embedded.kept_by_another(data / "database")
    assert kept is not None
    connection = await asyncpg.connect(kept.url)
    await connection.execute("DROP FUNCTION audit_forget()")
    await connection.close()


def test_two_hundred_visitors_are_all_told_to_come_back(data: Path) -> None:
    server = ServerProcess(data)
    try:
        with contextlib.ExitStack() as stack:
            peers = []
            for i in range(200):
                peers.append(stack.enter_context(Peer(server.port)))
                peers[-1].welcome(guest(f"Visitor {i}"))
                peers[-1].enter("lille")
            with ThreadPoolExecutor(len(peers)) as hearing:
                closed = [hearing.submit(peer.closed, 15.0) for peer in peers]
                assert server.stop(signal.SIGTERM, 15.0) == 0
                assert [future.result() for future in closed] == [1012] * len(peers)
        assert "Traceback" not in server.said()
    finally:
        server.kill()


def test_all_problems_of_the_configuration_are_said_at_once(data: Path) -> None:
    said = run(data, "serve", HALLES_PORT="high", HALLES_TICK_HZ="99", HALLES_NONSENSE="1")
    assert said.returncode == 2
    assert len(said.stderr.splitlines()) == 3
    assert "Traceback" not in said.stderr


def test_a_database_that_does_not_answer_is_said_in_a_sentence(data: Path) -> None:
    said = run(data, "migrate", HALLES_DATABASE_URL="postgresql://halles:canary@127.0.0.1:1/none")
    assert said.returncode == 2
    assert "the database at 127.0.0.1, port 1, does not answer" in said.stderr
    assert "canary" not in said.stderr
    assert "Traceback" not in said.stderr


def test_version_and_settings_need_no_database(data: Path) -> None:
    assert __version__ in run(data, "--version").stdout
    assert "HALLES_DATABASE_URL" in run(data, "config").stdout
    assert run(data).returncode == 2


def test_a_bus_that_is_killed_is_back_at_the_same_address(tmp_path: Path) -> None:
    part = subprocess.Popen(
        [*COMMAND, "--data", str(tmp_path / "var"), "bus"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert part.stdout is not None
        assert part.stderr is not None
        port = urlsplit(part.stdout.readline().split()[1]).port
        time.sleep(2.1)  # sooner it would count as one that cannot be started
        (nats,) = psutil.Process(part.pid).children()
        nats.kill()
        assert "started anew" in part.stderr.readline()
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as found:
                assert found.recv(4) == b"INFO"
                break
            time.sleep(0.05)
        else:
            raise AssertionError("it does not answer")
    finally:
        part.terminate()
        part.communicate(timeout=20)


@pytest.mark.parametrize(("command", "scheme"), [("bus", "nats://"), ("database", "postgresql://")])
def test_what_several_nodes_share_says_where_it_is_and_stops_on_sigterm(
    tmp_path: Path, command: str, scheme: str
) -> None:
    part = subprocess.Popen(
        [*COMMAND, "--data", str(tmp_path / "var"), command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert part.stdout is not None
        ready, url = part.stdout.readline().split()
        assert (ready, url.startswith(scheme)) == ("ready", True)
        children = psutil.Process(part.pid).children(recursive=True)
        assert children
        part.send_signal(signal.SIGTERM)
        _, said = part.communicate(timeout=20)
        assert (part.returncode, "Traceback" in said) == (0, False), said
        assert psutil.wait_procs(children, timeout=10)[1] == []
    finally:
        part.kill()
        part.wait()
