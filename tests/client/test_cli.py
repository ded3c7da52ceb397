import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import halles
from halles.world.look import Look
from halles_client import cli
from halles_client.config import Settings
from halles_client.net.link import Credentials
from tests.support.serving import RunningServer, real_server

HALLES = str(Path(sys.executable).parent / "halles")


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with real_server() as running:
        yield running


def test_without_a_screen_joining_says_one_sentence(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env |= {"XDG_CONFIG_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    command = [HALLES, "join", "wss://halles.example:8443/world#lille"]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("halles: Halles cannot open a window: there is no screen (DISPLAY is not set); ")
    assert "https://halles.example:8443/" in ran.stderr
    assert "halles tour" in ran.stderr
    assert " or the graphics driver" not in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("typed", ["", "\n", "  \n"])
def test_without_a_ticket_where_one_was_to_come_nobody_is_sent_to_the_door(typed: str) -> None:
    command = [HALLES, "join", "--ticket-stdin"]
    ran = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("halles: no ticket came")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("program", ["halles", "halles-server"])
def test_both_programs_tell_their_version(program: str) -> None:
    command = [str(Path(HALLES).with_name(program)), "--version"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (0, f"Halles {halles.__version__}\n")


def test_who_comes_by_ticket_brings_the_remembered_language_and_look() -> None:
    remembered = Settings("Zoé", "nl", Look(7, 3, 4, 2, 5))
    assert cli.by_ticket("t", None, remembered) == Credentials("", "nl", Look(7, 3, 4, 2, 5), "ticket", "t")
    assert cli.by_ticket("t", "en", remembered).language == "en"


def test_who_wants_less_motion_says_so_once_or_not_at_all() -> None:
    assert not cli.remembered(cli.read(["join"]), Settings()).reduced_motion
    assert cli.remembered(cli.read(["join"]), Settings(reduced_motion=True)).reduced_motion
    assert cli.remembered(cli.read(["join", "--reduced-motion"]), Settings()).reduced_motion
    assert not cli.remembered(cli.read(["join", "--no-reduced-motion"]), Settings(reduced_motion=True)).reduced_motion


@pytest.mark.parametrize("words", [["foo://x"], ["bots", "--url", "ws://"], ["join", "#Nowhere"]])
def test_a_wrong_address_is_said_in_a_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith("halles: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(("word", "meant"), [("joi", "join"), ("jion", "join"), ("bot", "bots"), ("tuor", "tour")])
def test_what_is_nearly_a_command_is_no_address(word: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([word]) == 2
    assert f"halles {meant}" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["localhost", "halles.example", "127.0.0.1:8470", "#lille/digiport", "ws://join"])
def test_an_address_alone_joins(address: str) -> None:
    assert cli.read([address]).address == address


def test_bots_run_for_a_while_and_take_leave(server: RunningServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bots", "--count", "3", "--url", server.world, "--seconds", "2"]) == 0
    assert "3 of 3 bots online" in capsys.readouterr().out


def test_bots_that_are_told_to_stop_leave_at_once(server: RunningServer) -> None:
    bots = subprocess.Popen(
        [HALLES, "bots", "--count", "4", "--url", server.world],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert bots.stdout is not None
    while "4 of 4" not in bots.stdout.readline():
        assert bots.poll() is None
    bots.send_signal(signal.SIGTERM)
    _, errors = bots.communicate(timeout=10)
    assert bots.returncode == 0
    assert errors == ""


@pytest.mark.parametrize("count", ["0", "-5", "2001", "many"])
def test_a_number_of_bots_that_cannot_be_is_refused(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["bots", "--count", count])
    assert ended.value.code == 2
    assert "--count" in capsys.readouterr().err
