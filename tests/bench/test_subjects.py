"""The command explains itself, and what needs no load works without what a load needs."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from bench.subjects import arguments

ROOT = Path(__file__).parents[2]
BARE = """
import runpy, sys
for name in {missing!r}:
    sys.modules[name] = None
sys.argv = ["bench", *{arguments!r}]
runpy.run_module("bench", run_name="__main__")
"""


def subjects() -> dict[str, argparse.ArgumentParser]:
    [found] = [action for action in arguments()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found.choices)


def without(missing: list[str], *command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command where some libraries are missing."""
    code = BARE.format(missing=missing, arguments=list(command))
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", sorted(subjects()))
def test_every_option_says_what_it_is_for_and_what_holds_without_it(name: str) -> None:
    subject = subjects()[name]
    assert [action.option_strings for action in subject._actions if not action.help] == []
    told = subject.format_help()
    assert "Takes" in told
    for option in ("--clients", "--hz", "--seconds", "--quiet-s"):
        assert option not in told or "(default: " in told
    assert "``" not in told
    assert "%%" not in told


def test_the_command_s_help_says_what_w_is() -> None:
    assert "W(N, H) means" in arguments().format_help()


def test_help_needs_no_library_and_what_is_missing_is_named_with_what_installs_it() -> None:
    missing = ["picows", "uvloop", "psutil", "numpy", "halles"]
    assert "half-open" in without(missing, "--help").stdout
    refused = without(missing, "crowd", "--clients", "1")
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "pip install -e '.[dev]' installs it" in refused.stderr


def test_a_tick_is_measured_without_what_only_a_load_needs() -> None:
    missing = ["picows", "uvloop", "psutil"]
    told = subprocess.run(
        [sys.executable, "-c", f"import sys\nfor n in {missing!r}: sys.modules[n] = None\nimport bench.tick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (told.returncode, told.stderr) == (0, "")
