"""The first of the two commands as a newcomer uses it: it opens, keeps its data, stops, and says what is in the way."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageStat

ROOT = Path(__file__).parents[2]
STOPS = ["1-lobby", "2-lille", "3-lille-booth", "4-valenciennes", "5-hainaut", "6-hainaut-stage"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Run:
    """``./run`` with its own data folder and no display."""

    def __init__(self, data: Path, port: int, *options: str, **settings: str) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        environment |= {"HALLES_DATA": str(data), "HALLES_METRICS_PORT": "0"} | settings
        self.port = port
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [str(ROOT / "run"), "--port", str(port), *options],
            cwd=data.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []

    def until(self, words: str) -> float:
        """Reads what it says until a line holds ``words``; returns the seconds since the start."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return time.monotonic() - self.started
        pytest.fail(f"it ended without {words!r}: {''.join(self.said)}")

    def page(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/fr/", timeout=10) as answer:
            return str(answer.read().decode())

    def stop(self, number: signal.Signals) -> int:
        parts = self.parts()
        self.process.send_signal(number)
        return self.ended(parts)

    def parts(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def ended(self, parts: list[psutil.Process]) -> int:
        """Waits for its end, and that none of its parts is left; returns the exit status."""
        assert self.process.stdout is not None
        with self.process.stdout:
            self.said += self.process.stdout.readlines()
        status = self.process.wait(30)
        _, alive = psutil.wait_procs(parts, timeout=10)
        assert alive == [], "a part outlived the show"
        return status


@contextlib.contextmanager
def running(data: Path, *options: str, **settings: str) -> Iterator[Run]:
    run = Run(data, free_port(), *options, **settings)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.stop(signal.SIGTERM)


def test_it_opens_keeps_its_data_opens_again_quickly_and_stops_cleanly(tmp_path: Path) -> None:
    with running(tmp_path / "var", "--bots", "3") as first:
        first.until("Halles is open")
        first.until(f"To join from a desktop: {os.path.relpath(ROOT / '.venv/bin/halles', tmp_path)} join ws://")
        assert "Lille Métropole" in first.page()
        first.until("3 of 3 bots online")
        assert first.stop(signal.SIGINT) == 0
        assert not any("come back" in line for line in first.said), "the walkers have left before"
    with running(tmp_path / "var", "--bots", "0") as second:
        second.until("Halles is open")
        assert any("127 as before" in line for line in second.said)
        assert second.stop(signal.SIGTERM) == 0
    assert not any("Traceback" in line for line in first.said + second.said)


def test_several_nodes_share_the_show_and_when_one_is_killed_its_visitors_are_back_on_the_other(tmp_path: Path) -> None:
    with running(tmp_path / "var", "--bots", "4", "--nodes", "2") as run:
        run.until("Halles is open")
        pages = [line.split()[-1] for line in run.said if "Halles is open" in line]
        run.until("Another node of the same show: ")
        pages.append(run.said[-1].split()[-1])
        private = [line.split()[-1] for line in run.said if "health and metrics" in line]
        assert len(set(pages)) == len(private) == 2
        for page in pages:
            with urllib.request.urlopen(f"{page}/fr/", timeout=10) as answer:
                assert "Lille Métropole" in answer.read().decode()
        run.until("2 of 2 bots online")
        run.until("2 of 2 bots online")
        serving = [part for part in run.parts() if "serve" in part.cmdline()]
        first = next(part for part in serving if part.cmdline()[-1] == str(run.port))
        first.kill()
        until = time.monotonic() + 10
        while _connected(private[1]) < 4:
            assert time.monotonic() < until, "not back on the other node"
            time.sleep(0.1)
        assert run.stop(signal.SIGINT) == 0
    assert not any("Traceback" in line for line in run.said)


def test_no_node_takes_a_port_of_another_nor_one_in_use(tmp_path: Path) -> None:
    port = _ports_in_a_row(4)
    run = Run(tmp_path / "var", port, "--bots", "0", "--nodes", "2", HALLES_METRICS_PORT=str(port + 1))
    try:
        with socket.create_server(("127.0.0.1", port + 2)):
            run.until(f"Another node of the same show: http://127.0.0.1:{port + 3}")
            run.until("Ctrl-C ends it")
    finally:
        status = run.stop(signal.SIGINT)
    assert status == 0, run.said


def test_ports_that_meet_are_refused_before_anything_starts(tmp_path: Path) -> None:
    port = free_port()
    for wrong, settings in ((port, {"HALLES_METRICS_PORT": str(port)}), (65_535, {}), (70_000, {})):
        run = Run(tmp_path / "var", wrong, "--nodes", "2", **settings)
        said, _ = run.process.communicate(timeout=60)
        assert (run.process.returncode, len(said.splitlines())) == (2, 1), said
        assert str(wrong) in said
    assert not (tmp_path / "var").exists()


def _ports_in_a_row(count: int) -> int:
    """The first of so many free ports that follow each other."""
    for port in range(20_000, 30_000, 50):
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for i in range(count):
                probes.enter_context(socket.create_server(("127.0.0.1", port + i)))
            return port
    pytest.fail("no free ports")


def test_any_node_that_dies_is_told_of_at_once_and_the_show_goes_on(tmp_path: Path) -> None:
    with running(tmp_path / "var", "--bots", "0", "--nodes", "2") as run:
        run.until("Ctrl-C ends it")
        (page,) = (line.split()[-1] for line in run.said if "Another node" in line)
        second = next(part for part in run.parts() if "serve" in part.cmdline() and str(run.port) not in part.cmdline())
        second.kill()
        run.until(f"The server node-2, {page}, ended by itself (-9)")
        assert "Lille Métropole" in run.page()
        assert run.stop(signal.SIGINT) == 0


def test_who_lets_other_machines_in_is_told_where_they_come_in_and_they_do(tmp_path: Path) -> None:
    with running(tmp_path / "var", "--bots", "0", HALLES_HOST="0.0.0.0") as run:
        run.until("Ctrl-C ends it")
        name = socket.gethostname()
        said = "".join(run.said)
        assert f"halles join ws://{name}:{run.port}/world" in said
        assert f"http://{name}:{run.port}\n" in said
        assert "HALLES_PUBLIC_URL" in said
        assert "HALLES_HOST=0.0.0.0" not in said
        for host, status in ((f"{name}:{run.port}", 200), ("rebound.example", 400)):
            connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=10)
            connection.request("GET", "/fr/", headers={"Host": host})
            assert connection.getresponse().status == status
            connection.close()


def _connected(private: str) -> int:
    with urllib.request.urlopen(f"{private}/metrics", timeout=5) as answer:
        found = re.search(r'halles_visits{state="connected"} (\S+)', answer.read().decode())
    return int(float(found.group(1))) if found else 0


def test_a_port_in_use_is_named_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = Run(tmp_path / "var", port)
        said, _ = run.process.communicate(timeout=60)
    assert run.process.returncode not in (0, None)
    assert str(port) in said
    assert "Traceback" not in said


def test_a_folder_in_use_is_named_in_a_sentence(tmp_path: Path) -> None:
    with running(tmp_path / "var", "--bots", "0") as first:
        first.until("Halles is open")
        second = Run(tmp_path / "var", free_port())
        said, _ = second.process.communicate(timeout=60)
        assert second.process.returncode not in (0, None)
        assert str(tmp_path / "var") in said
        assert "Traceback" not in said
        assert "Lille Métropole" in first.page(), "the first one goes on"


def test_a_server_that_dies_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    with running(tmp_path / "var", "--bots", "0") as run:
        run.until("Ctrl-C ends it")
        (server,) = (part for part in run.parts() if "serve" in part.cmdline())
        server.kill()
        assert run.ended(run.parts()) != 0
    assert any("ended by itself" in line for line in run.said)


def test_bad_settings_are_all_named_together(tmp_path: Path) -> None:
    run = Run(tmp_path / "var", free_port(), HALLES_TICK_HZ="fast", HALLES_COLOUR="red")
    said, _ = run.process.communicate(timeout=60)
    assert run.process.returncode not in (0, None)
    assert "HALLES_TICK_HZ" in said
    assert "HALLES_COLOUR" in said
    assert "Traceback" not in said


def test_the_tour_walks_to_every_stop_and_leaves_a_picture_of_each(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(tmp_path / "var", "--bots", "20", "--tour", str(out)) as run:
        run.until("1-lobby.png: ")
        assert run.ended(run.parts()) == 0
    stops = [line for line in run.said if line[1:].partition(".png: ")[1]]
    assert [line.partition(".png")[0] for line in stops] == STOPS
    for line in stops:
        seen = re.search(r"(\d+) people, (\d+) booths, entered in (\d+) ms", line)
        assert seen is not None, line
        people, booths, _ = map(int, seen.groups())
        assert people >= 1, line
        assert (booths > 30) is ("lobby" not in line), line
    for name in STOPS:
        with Image.open(out / f"{name}.png") as picture:
            assert picture.size == (1280, 720)
            lights = ImageStat.Stat(picture.convert("L"))
        assert lights.stddev[0] > 30, f"{name} shows nothing"
        assert 60 < lights.mean[0] < 200, f"{name} is too dark or too bright to see anything"


def test_a_tour_that_cannot_reach_its_stops_says_so_and_fails(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(ROOT / ".venv/bin/halles"), "tour", str(tmp_path / "out"), "--url", f"ws://127.0.0.1:{free_port()}/world"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode not in (0, None)
    assert "Traceback" not in done.stderr + done.stdout
    (sentence,) = done.stderr.splitlines()
    assert "the crossroads were not entered: " in sentence, "and it waits for nobody who is not there"
    assert "Connect" in sentence


def test_help_comes_at_once_and_installs_nothing(tmp_path: Path) -> None:
    # A folder of its own without .venv: with one, nothing would be installed either.
    for name in ("run", "launch_options.py", ".ci/prepare.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    done = subprocess.run([tmp_path / "run", "--help"], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--tour" in done.stdout
    assert not (tmp_path / ".venv").exists()
