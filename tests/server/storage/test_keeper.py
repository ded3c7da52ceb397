"""The keeper ends its child when its own input ends, and passes its end on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from halles_server.storage import keeper

CHILD = """
import signal, sys, time
def stop(number, frame):
    print("stopped by", number, flush=True)
    sys.exit(7)
signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # a shell's background job would ignore it, as Postgres does not
print("ready", flush=True)
time.sleep(60)
"""


def kept(log: Path, *command: str) -> "subprocess.Popen[bytes]":
    arguments = ["-1", "-1", str(log), str(log.with_name("sockets")), *(command or (sys.executable, "-c", CHILD))]
    return subprocess.Popen([sys.executable, "-I", "-S", keeper.__file__, *arguments], stdin=subprocess.PIPE)


def wait_for(log: Path, word: str) -> None:
    deadline = time.monotonic() + 10
    while not (log.exists() and word in log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_child_is_interrupted_when_the_input_ends(tmp_path: Path) -> None:
    log = tmp_path / "log"
    (tmp_path / "sockets").mkdir()
    with kept(log) as running:
        wait_for(log, "ready")
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait(10) == 7
    assert log.read_text() == "ready\nstopped by 2\n"
    assert not (tmp_path / "sockets").exists()


def test_a_word_before_the_end_of_input_stops_the_child_at_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with kept(log) as running:
        wait_for(log, "ready")
        assert running.stdin is not None
        running.stdin.write(b"!")
        running.stdin.close()
        assert running.wait(10) == (-signal.SIGQUIT) % 256
    assert log.read_text() == "ready\n"


def test_a_child_that_heeds_nothing_is_ended_by_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    ignoring = "import signal, time\nfor n in (2, 3): signal.signal(n, signal.SIG_IGN)\n"
    stubborn = ignoring + "print('ready', flush=True)\ntime.sleep(60)"
    # The same script with less patience than a database deserves.
    script = Path(keeper.__file__).read_text().replace("= 60.0", "= 0.1").replace("SIGQUIT, 5.0", "SIGQUIT, 0.1")
    assert script.count("0.1") == 2
    (tmp_path / "keeper.py").write_text(script)
    monkeypatch.setattr(keeper, "__file__", str(tmp_path / "keeper.py"))
    with kept(log, sys.executable, "-c", stubborn) as running:
        wait_for(log, "ready")
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait(10) == (-signal.SIGKILL) % 256


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_to_the_keeper_do_not_end_the_child(tmp_path: Path, number: signal.Signals) -> None:
    log = tmp_path / "log"
    with kept(log) as running:
        wait_for(log, "ready")
        os.kill(running.pid, number)
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(0.2)
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait(10) == 7


def test_it_ends_with_its_child(tmp_path: Path) -> None:
    (tmp_path / "sockets").mkdir()
    with kept(tmp_path / "log", "/bin/sh", "-c", "echo bye; exit 3") as running:
        assert running.wait(10) == 3
    assert (tmp_path / "log").read_text() == "bye\n"
    assert (tmp_path / "sockets").exists()
