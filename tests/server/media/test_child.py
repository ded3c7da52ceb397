"""The process that looks at a file has bounded itself, and has nothing of the server's."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from halles.errors import Rejection
from halles_server.media import child
from halles_server.media.worker import Worker

LOOKS = """
import json, os, pathlib, resource, runpy, sys
loaded = runpy.run_path({child!r})
before = dict(os.environ)
loaded["bounded"](int(sys.argv[1]))
seen = {{
    "environment": before,
    "isolated": sys.flags.isolated,
    "nice": os.nice(0),
    "memory": resource.getrlimit(resource.RLIMIT_AS),
    "cpu": resource.getrlimit(resource.RLIMIT_CPU),
    "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "open": sorted(os.listdir("/proc/self/fd")),
}}
pathlib.Path(sys.argv[5], "seen.json").write_text(json.dumps(seen))
"""


def look(folder: Path) -> dict[str, Any]:
    program, work = folder / "looks.py", folder / "work"
    program.write_text(LOOKS.format(child=child.__file__), encoding="utf-8")
    work.mkdir()
    os.environ["HALLES_TEST_CANARY"] = "a secret of the server"
    try:
        with pytest.raises(Rejection):
            asyncio.run(Worker(program=program).make("picture", folder / "none", work))
    finally:
        del os.environ["HALLES_TEST_CANARY"]
    found: dict[str, Any] = json.loads((work / "seen.json").read_text())
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at /proc")
def test_it_has_bounds_a_low_rank_and_nothing_of_the_server_s(tmp_path: Path) -> None:
    seen = look(tmp_path)
    assert "HALLES_TEST_CANARY" not in seen["environment"]
    assert set(seen["environment"]) <= {"LC_CTYPE"}
    assert seen["isolated"] == 1
    assert seen["nice"] >= min(19, os.nice(0) + child.NICE)
    assert seen["memory"] == [child.MEMORY, child.MEMORY] == [512 * 2**20] * 2
    assert seen["cpu"] == [60, 60]
    assert seen["files"] == [child.FILES, child.FILES]
    assert seen["core"] == [0, 0]
    assert len(seen["open"]) <= 4, "no socket and no file of the server's"
