"""The report says what its figures depend on, also where some of it is missing."""

import json
from pathlib import Path

import pytest

from bench import machine, report
from bench.report import Result


def test_the_machine_says_what_ran_and_which_commit_it_was() -> None:
    told = machine.machine()
    for name in ("halles", "postgres", "nats-server", "nats-py", "picows", "numpy"):
        assert told[name] != machine.NONE
        assert str(told[name])[0].isdigit()
    assert {"commit", "compiler", "cpu", "cores"} <= told.keys()


def test_what_is_missing_is_told_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(machine, "LIBRARIES", {"picows": "no-such-distribution"})
    told = machine.machine()
    assert [told[name] for name in ("picows", "commit", "compiler")] == [machine.NONE] * 3


def test_the_json_says_when_and_by_which_command_it_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["/x/bench/__main__.py", "crowd", "--clients", "5"])
    report.publish([Result("x")], tmp_path / "x.json")
    written = json.loads((tmp_path / "x.json").read_text())
    assert written["command"] == "python -m bench crowd --clients 5"
    assert written["measured"].endswith("+00:00")
    assert written["machine"] == machine.machine()
    assert [result["name"] for result in written["results"]] == ["x"]
    assert "x" in capsys.readouterr().out
