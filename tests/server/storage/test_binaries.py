"""Finding the programs of Postgres, wherever the checkout lies and whoever runs them."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from halles.errors import ConfigError
from halles_server.storage.binaries import find
from halles_server.storage.os_user import choose
from tests.support import private_world

START = """
import asyncio, os, sys
from pathlib import Path
import asyncpg
from halles_server.storage import embedded
async def main():
    async with embedded.running(Path(sys.argv[1]), cache=Path(sys.argv[2])) as server:
        connection = await asyncpg.connect(server.url)
        runs_as = os.stat(f"/proc/{server.postmaster()}").st_uid
        print(await connection.fetchval("SELECT 'fine'"), runs_as, server.binaries)
        await connection.close()
asyncio.run(main())
"""
ROOT = os.geteuid() == 0


@contextmanager
def _public_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="halles-test-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user of the machine can reach, unlike pytest's."""
    with _public_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def world() -> Iterator[private_world.World]:
    """A checkout that only we can enter, in a public folder."""
    with _public_folder() as folder:
        (folder / "checkout").mkdir(mode=0o700)
        yield private_world.build(folder / "checkout")


def test_a_private_checkout_works_for_its_owner(world: private_world.World, public: Path) -> None:
    # Root drops to a user who cannot reach the checkout, so it copies the programs; anybody else runs them in place.
    cache = public / "cache"
    for _ in range(2):
        done = world.run(START, str(world.folder / "data"), str(cache))
        assert done.returncode == 0, done.stderr
        word, runs_as, used = done.stdout.split()
        assert word == "fine"
        assert int(runs_as) == (os.geteuid() or choose(public / "none", None).uid)
        assert Path(used).is_relative_to(cache if ROOT else world.folder)
    assert world.folder.stat().st_mode & 0o777 == 0o700
    copies = [path.name for path in cache.iterdir()] if cache.exists() else []
    assert len(copies) == (1 if ROOT else 0)


def test_a_cache_that_cannot_be_written_is_told_in_a_sentence(world: private_world.World, public: Path) -> None:
    (public / "file").write_text("")
    done = world.run(START, str(public / "data"), str(public / "file" / "cache"))
    if ROOT:
        assert f"cannot copy the programs of Postgres to {public}/file/cache: Not a directory" in done.stderr
    else:
        assert done.stdout.startswith("fine")


def test_somebody_else_than_root_runs_them_in_place(world: private_world.World, public: Path) -> None:
    # Run by root, this becomes another user with a private checkout of their own; by anybody else, it is that user.
    uid = pwd.getpwnam("nobody").pw_uid if ROOT else os.geteuid()
    if ROOT:
        shutil.rmtree(world.folder / "data", ignore_errors=True)
        private_world.give(world.folder, uid)
    done = world.run(START, str(world.folder / "data"), str(public / "cache"), uid=uid if ROOT else None)
    assert done.returncode == 0, done.stderr
    word, runs_as, used = done.stdout.split()
    assert (word, int(runs_as)) == ("fine", uid)
    assert Path(used).is_relative_to(world.folder)
    assert not (public / "cache").exists()
    if ROOT:
        private_world.give(world.folder, 0)


def test_a_cluster_of_somebody_else_is_refused_or_run_as_them(public: Path) -> None:
    cluster = public / "cluster"
    cluster.mkdir()
    if ROOT:
        nobody = pwd.getpwnam("nobody")
        os.chown(cluster, nobody.pw_uid, nobody.pw_gid)
        assert choose(cluster, None).uid == choose(cluster, "nobody").uid == nobody.pw_uid
        with pytest.raises(ConfigError, match="belongs to the user nobody, and HALLES_POSTGRES_USER names daemon: "):
            choose(cluster, "daemon")
    else:
        with pytest.raises(ConfigError, match="belongs to the user root: run as that user or as root"):
            choose(Path("/etc"), None)


def test_any_other_installation_will_do(tmp_path: Path) -> None:
    user = choose(tmp_path / "cluster", None)
    ours = find(user, None)
    assert find(user, ours.folder) == ours
    assert ours.major >= 18


def test_missing_old_and_unreachable_programs_are_told_in_a_sentence(public: Path) -> None:
    user = choose(public / "cluster", None)
    with pytest.raises(ConfigError, match=f"no postgres in {public}"):
        find(user, public)
    for program in ("postgres", "initdb"):
        (public / program).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 12.3'\n")
    with pytest.raises(ConfigError, match=rf"the user {user.name} cannot run {public}/postgres"):
        find(user, public)
    for program in ("postgres", "initdb"):
        (public / program).chmod(0o755)
    with pytest.raises(ConfigError, match=f"{public} holds Postgres 12; Halles needs 15 or newer"):
        find(user, public)
