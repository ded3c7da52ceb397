"""The data folder: lock, socket folder, log and sentences."""

import os
import tempfile
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


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with cluster.locked(tmp_path / "data"):
            assert (tmp_path / "data" / "lock").read_text() == f"{os.getpid()}\n"
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


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
        ("only words\n", "It fails: only words"),
        ("", "It fails: it said nothing"),
    ],
)
def test_what_postgres_printed_becomes_one_sentence(output: str, sentence: str) -> None:
    assert cluster.why_failed("It fails", output, Path("/data")) == sentence
