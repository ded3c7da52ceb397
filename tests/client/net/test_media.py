import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from halles.errors import Unavailable
from halles.ids import MediaId
from halles_client.net import media as media_module
from halles_client.net.media import Media

PICTURES = {f"{hashlib.sha256(body).hexdigest()}.webp": body for body in (b"one", b"two" * 100, b"three" * 1000)}
WHOLE, SMALLER, PLAIN = PICTURES
ASTRAY = f"{'a' * 64}.webp"
FACES = {WHOLE: f"/media/{SMALLER}", ASTRAY: "http://elsewhere.example/picture.webp"}
"""Where the host sends those who ask for a smaller face."""
DAMAGED = MediaId(f"{hashlib.sha256(b'right').hexdigest()}.png")


def test_a_browser_finds_a_medium_where_the_client_does(tmp_path: Path) -> None:
    paper = MediaId("a" * 64 + ".pdf")
    media = Media("wss://halles.example/world", tmp_path)
    assert media.address(paper) == f"https://halles.example/media/{paper}"
    media.come_from("ws://127.0.0.1:8470/world")
    assert media.address(paper) == f"http://127.0.0.1:8470/media/{paper}"
    media.close()


class Host:
    """A small HTTP server on loopback that counts what it is asked."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                name, _, query = self.path.removeprefix("/media/").partition("?")
                if query and name in FACES:
                    self.send_response(307)
                    self.send_header("Location", FACES[name])
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                body = b"wrong" if name == DAMAGED else PICTURES.get(name)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body or b"")

            def do_HEAD(self) -> None:
                self.do_GET()

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


def test_a_smaller_face_is_found_once_and_kept_under_its_own_name(host: Host, tmp_path: Path) -> None:
    media = Media(host.url, tmp_path)
    for _ in range(2):
        assert media.fetch(MediaId(WHOLE), "far").result(5) == PICTURES[SMALLER]
    assert host.asked == [f"/media/{WHOLE}?face=far", f"/media/{SMALLER}"]
    assert [file.name for file in tmp_path.iterdir()] == [SMALLER]
    media.close()


def test_a_picture_without_smaller_faces_is_its_own(host: Host, tmp_path: Path) -> None:
    media = Media(host.url, tmp_path)
    assert media.fetch(MediaId(PLAIN), "near").result(5) == PICTURES[PLAIN]
    media.close()


def test_a_face_that_lies_elsewhere_is_not_followed(host: Host, tmp_path: Path) -> None:
    media = Media(host.url, tmp_path)
    with pytest.raises(Unavailable, match="307"):
        media.fetch(MediaId(ASTRAY), "far").result(5)
    media.close()


def test_no_more_faces_are_remembered_than_a_visit_needs(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_module, "FACES_CAP", 2)
    media = Media(host.url, tmp_path)
    for name in PICTURES:
        media.fetch(MediaId(name), "far").result(5)
    assert len(media._faces) == 2
    media.close()


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


FILM = b"a film" * 1000
FILM_ID = MediaId(f"{hashlib.sha256(FILM).hexdigest()}.mp4")


def test_a_film_is_a_whole_file_that_is_fetched_once(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PICTURES, FILM_ID, FILM)
    media = Media(host.url, tmp_path / "media")
    for _ in range(2):
        assert media.fetch_file(FILM_ID).result(5).read_bytes() == FILM
    assert host.asked == [f"/media/{FILM_ID}"]
    media.fetch_file(FILM_ID).result(5).write_bytes(b"spoilt")
    assert media.fetch_file(FILM_ID).result(5).read_bytes() == FILM
    media.close()


def test_a_film_that_is_damaged_too_large_or_none_leaves_nothing_behind(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = MediaId("0" * 64 + ".mp4")
    monkeypatch.setitem(PICTURES, wrong, FILM)
    monkeypatch.setitem(PICTURES, FILM_ID, FILM)
    media = Media(host.url, tmp_path)
    with pytest.raises(Unavailable, match="damaged"):
        media.fetch_file(wrong).result(5)
    for name in ("../../etc/passwd", "x.mp4", f"{'0' * 64}.webp"):
        with pytest.raises(Unavailable, match="not the id"):
            media.fetch_file(MediaId(name)).result(5)
    monkeypatch.setattr(media_module, "FILM_CAP", 1000)
    with pytest.raises(Unavailable, match="over 1000"):
        media.fetch_file(FILM_ID).result(5)
    media.close()
    assert not list(tmp_path.iterdir())


def test_the_folder_keeps_to_its_bytes(host: Host, tmp_path: Path) -> None:
    media = Media(host.url, tmp_path, cache_cap=400)
    for name in PICTURES:
        media.fetch(MediaId(name)).result(5)
    media.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 400
