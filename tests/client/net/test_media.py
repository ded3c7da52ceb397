import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from halles.errors import Unavailable
from halles.ids import MediaId
from halles.world.model_admission import admit
from halles_client.net import media as media_module
from halles_client.net.media import Media
from tests.support.models import glb

MODEL, WILD = admit(glb(3)).data, glb(3)
MODELS = {f"{hashlib.sha256(body).hexdigest()}.glb": body for body in (MODEL, WILD, b"glTF" + bytes(40))}
PICTURES = {f"{hashlib.sha256(body).hexdigest()}.webp": body for body in (b"one", b"two" * 100, b"three" * 1000)}
DAMAGED = MediaId(f"{hashlib.sha256(b'right').hexdigest()}.png")


class Host:
    """A small HTTP server on loopback that counts what it is asked."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                name = self.path.removeprefix("/media/")
                body = b"wrong" if name == DAMAGED else (PICTURES | MODELS).get(name)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.asked = asked
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"ws://127.0.0.1:{self.server.server_address[1]}/world"


@pytest.fixture
def host() -> Iterator[Host]:
    found = Host()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_a_picture_is_fetched_once_and_then_read_from_the_folder(host: Host, tmp_path: Path) -> None:
    name = MediaId(next(iter(PICTURES)))
    for _ in range(2):
        media = Media(host.url, tmp_path / "media")
        assert media.fetch(name).result(5) == PICTURES[name]
        media.close()
    assert host.asked == [f"/media/{name}"]


def test_pictures_come_from_the_node_that_one_is_connected_to_now(host: Host, tmp_path: Path) -> None:
    name = MediaId(next(iter(PICTURES)))
    media = Media("ws://127.0.0.1:9/world", tmp_path)
    with pytest.raises(Unavailable):
        media.fetch(name).result(5)
    media.come_from(host.url)
    assert media.fetch(name).result(5) == PICTURES[name]
    media.close()


def test_bytes_that_are_not_what_the_id_says_are_refused(host: Host, tmp_path: Path) -> None:
    media = Media(host.url, tmp_path)
    with pytest.raises(Unavailable, match="damaged"):
        media.fetch(DAMAGED).result(5)
    assert not list(tmp_path.iterdir())
    media.close()


def test_a_damaged_copy_in_the_folder_is_fetched_again(host: Host, tmp_path: Path) -> None:
    name = MediaId(next(iter(PICTURES)))
    (tmp_path / name).write_bytes(b"spoilt")
    media = Media(host.url, tmp_path)
    assert media.fetch(name).result(5) == PICTURES[name]
    media.close()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a.webp", f"{'0' * 64}.exe", f"{'0' * 64}.webp/../x"])
def test_what_is_not_an_id_is_never_asked_for(host: Host, tmp_path: Path, name: str) -> None:
    media = Media(host.url, tmp_path)
    with pytest.raises(Unavailable):
        media.fetch(MediaId(name)).result(5)
    assert not host.asked
    media.close()


def test_a_picture_that_is_not_there_or_a_host_that_is_not_there_is_unavailable(host: Host, tmp_path: Path) -> None:
    media = Media(host.url, tmp_path)
    with pytest.raises(Unavailable, match="404"):
        media.fetch(MediaId(f"{'0' * 64}.webp")).result(5)
    media.close()
    nobody = Media("ws://127.0.0.1:1/world", tmp_path)
    with pytest.raises(Unavailable):
        nobody.fetch(MediaId(f"{'0' * 64}.webp")).result(5)
    nobody.close()


def test_a_picture_over_the_cap_is_refused(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_module, "MEDIUM_CAP", 1000)
    media = Media(host.url, tmp_path)
    large = MediaId(list(PICTURES)[2])
    with pytest.raises(Unavailable, match="over 1000"):
        media.fetch(large).result(5)
    media.close()


def test_the_folder_keeps_to_its_bytes(host: Host, tmp_path: Path) -> None:
    media = Media(host.url, tmp_path, cache_cap=400)
    for name in PICTURES:
        media.fetch(MediaId(name)).result(5)
    media.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 400


def test_a_model_reaches_nobody_before_it_was_admitted(host: Host, tmp_path: Path) -> None:
    good, wild, broken = map(MediaId, MODELS)
    for _ in range(2):  # fetched, and then from the folder
        media = Media(host.url, tmp_path)
        assert media.fetch(good).result(5) == MODEL
        with pytest.raises(Unavailable, match="holds more than a model may"):
            media.fetch(wild).result(5)
        with pytest.raises(Unavailable, match="is not admitted"):
            media.fetch(broken).result(5)
        media.close()
