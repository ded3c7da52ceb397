import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_protocol_page_is_what_the_table_says_today() -> None:
    made = subprocess.run(
        [sys.executable, "docs/make_protocol.py"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert (ROOT / "docs/protocol.md").read_text(encoding="utf-8") == made, (
        "docs/protocol.md is stale: python docs/make_protocol.py > docs/protocol.md"
    )
