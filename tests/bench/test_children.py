"""What the bench starts stands on its core and does not outlive it, however the bench ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bench import children, serving

ROOT = Path(__file__).parents[2]
ENDS_S = 10.0
SERVER = "import time; print('ready http://127.0.0.1:1', flush=True); time.sleep(60)"
SLOW = """
import signal, sys, time
said = []

def hear(*_):
    if said:
        sys.exit()
    said.append(1)
    print("stopping", file=sys.stderr, flush=True)

signal.signal(signal.SIGTERM, hear)
"""
BENCH = """
import asyncio, sys, uvloop
from bench import ending, serving

async def measure(server):
    print(server.process.pid, flush=True)
    await asyncio.sleep(60)

with ending.on_signals(), serving.started([sys.executable, "-c", {server!r}], core=0) as server:
    uvloop.run(measure(server))
"""


@contextmanager
def measuring(code: str = SERVER) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """Runs a bench that measures for ever; gives it and its server."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", BENCH.format(server=code)], cwd=ROOT, text=True, **pipes) as bench:  # type: ignore[call-overload]
        assert bench.stdout is not None
        server = psutil.Process(int(bench.stdout.readline()))
        try:
            yield bench, server
        finally:
            bench.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_bench_and_its_server_with_one_word(number: signal.Signals) -> None:
    with measuring() as (bench, server):
        bench.send_signal(number)
        assert bench.communicate(timeout=ENDS_S) == ("", "interrupted\n")
        assert bench.returncode == 128 + number
        assert not server.is_running()


def test_a_bench_in_a_shell_s_background_ends_as_well_when_it_is_asked_to() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as such a shell does; who is started here inherits it
    try:
        with measuring() as (bench, server):
            bench.send_signal(signal.SIGTERM)
            assert bench.communicate(timeout=ENDS_S) == ("", "interrupted\n")
            assert not server.is_running()
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_second_ctrl_c_ends_a_long_farewell_and_leaves_nothing_either() -> None:
    with measuring(SLOW + SERVER) as (bench, server):
        bench.send_signal(signal.SIGINT)
        assert bench.stderr is not None
        assert bench.stderr.readline() == "stopping\n"
        bench.send_signal(signal.SIGINT)
        assert bench.communicate(timeout=ENDS_S) == ("", "interrupted\n")
        assert bench.returncode == 130
        assert not server.is_running()


class _AskedAtOnce(subprocess.Popen[str]):
    """A program during whose first asking the second Ctrl-C comes."""

    asked = 0

    def terminate(self) -> None:
        super().terminate()
        self.asked += 1
        if self.asked == 1:
            raise KeyboardInterrupt


def test_a_second_ctrl_c_that_comes_before_the_wait_still_sees_the_program_end() -> None:
    with _AskedAtOnce([sys.executable, "-c", "import time; time.sleep(60)"], text=True) as program:
        with pytest.raises(KeyboardInterrupt):
            children.stop(program)
        assert program.returncode == -signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_bench_that_is_killed_takes_its_server_with_it() -> None:
    with measuring() as (bench, server):
        bench.kill()
        assert psutil.wait_procs([server], ENDS_S)[1] == []


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system does not pin")
def test_a_program_is_pinned_without_another_program_s_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    core = min(os.sched_getaffinity(0))
    with serving.started([sys.executable, "-c", SERVER], core=core) as server:
        assert server.process.cpu_affinity() == [core]


def test_a_core_that_there_is_not_pins_nothing() -> None:
    with serving.started([sys.executable, "-c", SERVER], core=1000) as server:
        assert server.url == "http://127.0.0.1:1"


def test_who_does_not_stop_when_asked_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "STOP_S", 0.1)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    with serving.started([sys.executable, "-c", deaf + SERVER], core=None) as server:
        pass
    assert not server.process.is_running()
