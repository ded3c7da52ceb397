"""``kill -9`` in the middle of an upload and of looking at one: nothing of it is older than an hour."""

import os
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.server.web.test_entering import token_of
from tests.support.files import pdf, photograph
from tests.support.media import names
from tests.support.processes import COMMAND, ServerProcess

PASSWORD = "a long enough password"
BOOTH = "studio-07"


def exhibitor(data: Path, port: int) -> httpx.Client:
    """Returns a browser of somebody who edits the booth."""
    subprocess.run(
        [*COMMAND, "--data", str(data), "account", "add", "eva", "--role", "exhibitor", "--booth", BOOTH],
        input=PASSWORD + "\n",
        text=True,
        capture_output=True,
        timeout=60,
        check=True,
    )
    url = f"http://127.0.0.1:{port}"
    client = httpx.Client(base_url=url, headers={"origin": url}, timeout=60)
    form = {"form": token_of(client.get("/en/login").text), "login": "eva", "password": PASSWORD}
    assert client.post("/en/login", data=form).status_code == 303
    client.headers["x-halles-form"] = token_of(client.get(f"/en/booths/{BOOTH}/upload").text)
    return client


def begin(client: httpx.Client, kind: str, data: bytes) -> str:
    asked = {"booth": BOOTH, "kind": kind, "size": len(data)}
    return client.post("/api/uploads", json=asked).headers["location"]


def finish(client: httpx.Client, place: str, data: bytes) -> None:
    try:
        client.put(place, content=data, headers={"upload-offset": "0"})
    except httpx.TransportError:
        return


def test_killing_the_server_amid_uploads_leaves_nothing_older_than_an_hour(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    server = ServerProcess(folder, "--demo")
    try:
        client = exhibitor(folder, server.port)
        half, whole = photograph(), pdf(60)
        place = begin(client, "picture", half)
        assert client.put(place, content=half[:5000], headers={"upload-offset": "0"}).json()["received"] == 5000
        looked_at = begin(client, "document", whole)
        sending = threading.Thread(target=finish, args=(client, looked_at, whole))
        sending.start()
        until = time.monotonic() + 20
        while not list((folder / "media" / "arriving").glob("*.work/page-1.webp")):
            assert time.monotonic() < until
            time.sleep(0.02)
        server.kill()
        sending.join(timeout=20)
        client.close()
        assert {name.rpartition(".")[2] for name in names(folder / "media")} >= {"part", "webp"}
        for path in (folder / "media" / "arriving").iterdir():
            os.utime(path, (0, 0))
        server = ServerProcess(folder)
        until = time.monotonic() + 20
        while names(folder / "media"):
            assert time.monotonic() < until, names(folder / "media")
            time.sleep(0.05)
        gone = httpx.get(f"http://127.0.0.1:{server.port}{place}", cookies=client.cookies)
        assert gone.status_code in {403, 404}
    finally:
        server.kill()


@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_the_child_ends_with_its_server(signal: str, tmp_path: Path) -> None:
    folder = tmp_path / "var"
    server = ServerProcess(folder, "--demo")
    try:
        client = exhibitor(folder, server.port)
        whole = pdf(60)
        place = begin(client, "document", whole)
        sending = threading.Thread(target=finish, args=(client, place, whole))
        sending.start()
        until = time.monotonic() + 20
        while not (children := _children(folder)):
            assert time.monotonic() < until
            time.sleep(0.02)
        server.kill() if signal == "KILL" else server.stop()
        sending.join(timeout=30)
        client.close()
        until = time.monotonic() + 5
        while any(Path(f"/proc/{child}").exists() for child in children):
            assert time.monotonic() < until, "a child outlives its server"
            time.sleep(0.05)
    finally:
        server.kill()


def _children(folder: Path) -> list[int]:
    """Returns the processes that look at something in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"child.py" in command and str(folder).encode() in command:
                found.append(int(entry.name))
    return found
