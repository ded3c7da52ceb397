"""Which processes belong to a cluster folder."""

import asyncio
import subprocess
import sys
from pathlib import Path

from halles_server.storage import embedded, leftovers


def test_somebody_who_only_looks_around_in_the_folder_is_not_postgres(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], cwd=tmp_path, stdin=subprocess.PIPE) as looking:
        assert leftovers.running(tmp_path) == []
        leftovers.clear(tmp_path, lambda said: None)
        assert looking.poll() is None


def test_all_processes_of_a_running_postgres_are_found(tmp_path: Path) -> None:
    async def play() -> None:
        async with embedded.running(tmp_path / "one") as one, embedded.running(tmp_path / "other") as other:
            mine = leftovers.running(one.cluster)
            assert one.postmaster() in mine
            assert len(mine) > 3
            assert not set(mine) & set(leftovers.running(other.cluster))

    asyncio.run(play())


def test_a_folder_without_a_pid_file_has_no_postmaster(tmp_path: Path) -> None:
    assert leftovers.postmaster(tmp_path) is None
    (tmp_path / "postmaster.pid").write_text("nonsense\n")
    assert leftovers.postmaster(tmp_path) is None
