"""The data folder: lock, socket folder, log and sentences."""

import fcntl
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from halles.errors import ConfigError
from halles_server.storage import cluster
from halles_server.storage.os_user import choose


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"the data folder .*file/data cannot be used: Not a directory"):  # noqa: SIM117
        with cluster.locked(tmp_path / "file" / "data"):
            raise AssertionError("locked")


def test_what_cannot_be_used_inside_the_folder_is_named(tmp_path: Path) -> None:
    lacking = FileNotFoundError(2, "No such file or directory", str(tmp_path / "note"))
    sentence = str(cluster.cannot_be_used(tmp_path, lacking))
    assert sentence == f"the data folder {tmp_path} cannot be used: {tmp_path}/note: No such file or directory"


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with cluster.locked(tmp_path / "data"):
            assert (tmp_path / "data" / "lock").read_text() == f"{os.getpid()}\n"
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def made_lock(folder: Path, note: str) -> int:
    """The lock's file as an earlier holder left it, open."""
    folder.mkdir(mode=0o700)
    (folder / "lock").write_text(note)
    return os.open(folder / "lock", os.O_RDWR)


def dead_process() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def soon(act: Callable[[], object]) -> threading.Timer:
    """Does something in a moment."""
    timer = threading.Timer(0.03, act)
    timer.start()
    return timer


def test_who_only_asks_keeps_no_server_from_starting(tmp_path: Path) -> None:
    asker = made_lock(tmp_path / "data", f"{dead_process()}\n")
    fcntl.flock(asker, fcntl.LOCK_SH)
    timer = soon(lambda: os.close(asker))
    with cluster.locked(tmp_path / "data"):
        assert cluster.holder(tmp_path / "data") == os.getpid()
    timer.join()


def test_asking_again_and_again_refuses_no_start(tmp_path: Path) -> None:
    code = "import sys, pathlib; from halles_server.storage import cluster\n"
    code += "print(flush=True)\nwhile True: cluster.holder(pathlib.Path(sys.argv[1]))"
    with cluster.locked(tmp_path):
        pass
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as asker:
        try:
            assert asker.stdout is not None
            asker.stdout.readline()
            for _ in range(2000):
                with cluster.locked(tmp_path):
                    pass
        finally:
            asker.kill()


def test_a_free_folder_is_held_by_nobody_whatever_its_note_says(tmp_path: Path) -> None:
    assert cluster.holder(tmp_path) is None
    os.close(made_lock(tmp_path / "data", f"{os.getpid()}\n"))
    assert cluster.holder(tmp_path / "data") is None


@pytest.mark.parametrize("asked", [True, False], ids=["asking", "starting"])
def test_a_process_that_is_gone_is_not_named_for_the_one_that_has_just_begun(tmp_path: Path, asked: bool) -> None:
    lock = made_lock(tmp_path / "data", f"{dead_process()}\n")
    fcntl.flock(lock, fcntl.LOCK_EX)
    timer = soon(lambda: (os.ftruncate(lock, 0), os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)))
    if asked:
        assert cluster.holder(tmp_path / "data") == os.getpid()
    else:
        with pytest.raises(ConfigError, match=rf"in use by another server .*\(process {os.getpid()}\): "):  # noqa: SIM117
            with cluster.locked(tmp_path / "data"):
                raise AssertionError("locked")
    timer.join()
    os.close(lock)


def test_a_long_folder_for_temporary_files_is_not_used_for_the_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    user = choose(tmp_path / "cluster", None)
    made = cluster.make_socket_folder(tmp_path, user)
    assert len(os.fsencode(made / ".s.PGSQL.5432")) <= 107
    assert (made.stat().st_mode & 0o777, made.stat().st_uid) == (0o700, user.uid)
    again = cluster.make_socket_folder(tmp_path, user)
    assert again != made
    assert not made.exists()
    cluster.clear_socket_folder(tmp_path)
    assert not again.exists()


def test_a_note_that_names_something_else_removes_nothing(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "socket").write_text(str(tmp_path / "precious"))
    cluster.clear_socket_folder(tmp_path)
    assert (tmp_path / "precious").is_dir()


def test_a_long_log_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    cluster.cap_log(log)
    log.write_bytes(b"short")
    cluster.cap_log(log)
    assert log.exists()
    log.write_bytes(bytes(5_000_000))
    cluster.cap_log(log)
    assert [path.name for path in tmp_path.iterdir()] == ["postgres.log.old"]


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("LOG: a\nFATAL:  could not write: No space left on device\nLOG: bye\n", "It fails: the disk of /data is full"),
        ("LOG: a\nFATAL:  data directory is odd\nLOG: bye\n", "It fails: FATAL:  data directory is odd"),
        ("initdb: error: no such user\n\n", "It fails: initdb: error: no such user"),
        (
            'PANIC:  could not open file "/proc/self/cwd/global/pg_control"\n',
            'It fails: PANIC:  could not open file "/data/cluster/global/pg_control"',
        ),
        ("only words\n", "It fails: only words"),
        ("", "It fails: it said nothing"),
    ],
)
def test_what_postgres_printed_becomes_one_sentence(output: str, sentence: str) -> None:
    assert cluster.why_failed("It fails", output, Path("/data")) == sentence
