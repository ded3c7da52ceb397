"""The page docs/protocol.md is enough: a client without a line of ours walks all four spaces and reads a booth."""

import json
import re
import subprocess
import sys
from pathlib import Path

from halles import resources
from tests.support.postgres import demo_url, postgres
from tests.support.serving import real_server

__all__ = ["demo_url", "postgres"]

CLIENT = Path(__file__).with_name("foreign_client.py")


def test_a_client_written_from_the_page_alone_walks_all_four_spaces_and_reads_a_booth(demo_url: str) -> None:
    assert not re.search(r"^\s*(import|from) halles", CLIENT.read_text(encoding="utf-8"), re.MULTILINE)
    with real_server(demo=True, database_url=demo_url) as server:
        walk = subprocess.run(
            [sys.executable, str(CLIENT), server.world, str(resources.scenes())],
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
    assert walk.returncode == 0, walk.stderr[-2000:]
    reports = json.loads(walk.stdout)
    assert {report["name"] for report in reports} == {"Étranger 0", "Étranger 1", "Étranger 2"}
    walked = [[stop["hall"] for stop in report["walked"]] for report in reports]
    assert sorted(walked) == [[hall, "crossroads", hall] for hall in ("hainaut", "lille", "valenciennes")]
    for report in reports:
        into, back, again = report["walked"]
        assert all(stop["booths"] >= 30 for stop in (into, again))
        assert all(stop["ms"] < 2000 for stop in (into, back, again))
        assert report["seen"] == 2, "each sees both others"
        assert report["booth"]["name"]
        assert any(report["booth"]["pitch"])
        assert report["booth"]["panels"] >= 2
        assert report["corrections"] == 0, "a walk at running speed along the lines is never overruled"
        assert report["closed"] == 1000
