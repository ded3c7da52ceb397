"""A NATS of our own: on the loopback, with a token, and gone when we are."""

import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from halles.errors import ConfigError
from halles_server.cluster import nats_server


def test_it_listens_on_the_loopback_only_wants_its_token_and_ends_with_the_body() -> None:
    with nats_server.running() as server:
        token, _, address = server.url.removeprefix("nats://").partition("@")
        host, port = address.split(":")
        listening = [
            row.laddr.ip for row in psutil.Process(server.process.pid).net_connections() if row.status == "LISTEN"
        ]
        assert listening == [host] == ["127.0.0.1"]
        with socket.create_connection((host, int(port)), timeout=5) as peer:
            assert b'"auth_required":true' in peer.recv(4096)
            peer.sendall(b'CONNECT {"auth_token":"no"}\r\nPING\r\n')
            assert b"Authorization Violation" in peer.recv(4096)
        assert token not in " ".join(psutil.Process(server.process.pid).cmdline())
    assert server.process.poll() is not None


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ConfigError, match="NATS did not start"), nats_server.running(other.getsockname()[1]):
            pass


def test_it_ends_when_its_starter_is_killed_and_the_next_start_clears_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "halles-bus-somebody").mkdir()
    script = (
        "import time; from halles_server.cluster import nats_server\n"
        "with nats_server.running() as server: print(server.process.pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    with starter.stdout:
        child = psutil.Process(int(starter.stdout.readline()))
    starter.kill()
    starter.wait()
    until = time.monotonic() + 5
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert len(list(tmp_path.glob("halles-bus-*/nats.conf"))) == 1, "it holds the token"
    with nats_server.running(), nats_server.running():
        assert len(list(tmp_path.glob("halles-bus-*/nats.conf"))) == 2, "both of those that run"
    assert [left.name for left in tmp_path.iterdir()] == ["halles-bus-somebody"]
