"""Media from the server's ``/media/<id>``: fetched in threads, checked against their id, kept in a folder.

The id of a medium is the SHA-256 of its bytes, so that a wrong or damaged one is never shown, wherever it came from.
Films, which are too large to be held, are files there. What pictures and models are worth is for whoever reads them.
"""

import hashlib
import http.client
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from halles.errors import Unavailable
from halles.ids import MediaId

MEDIUM_CAP: Final = 10_000_000
"""Bytes of a picture or model; the server's own cap is the same."""

FILM_CAP: Final = 200_000_000
"""Bytes of a film."""

CACHE_CAP: Final = 512 * 1024 * 1024
"""Bytes kept in the folder; the longest unused go first."""

Face = Literal["far", "near", "sheet"]
"""Which size of a picture: for who stands away, for who comes near, and the whole."""

FACES_CAP: Final = 4096
"""Smaller sizes whose ids are remembered, so that each is asked for once a visit."""

FETCH_S: Final = 15.0
_THREADS: Final = 3
_PIECE: Final = 256 * 1024
_SMALL: Final = re.compile(r"([0-9a-f]{64})\.(webp|png|jpg|glb)")
_ELSEWHERE: Final = re.compile(r"/media/([0-9a-f]{64}\.(?:webp|png|jpg))")
_FILM: Final = re.compile(r"([0-9a-f]{64})\.(mp4|webm)")


class Media:
    """Fetches pictures once and keeps them on disk."""

    def __init__(self, world_url: str, folder: Path, *, cache_cap: int = CACHE_CAP) -> None:
        """Prepares a cache.

        Args:
            world_url: The first node's websocket; see ``come_from``.
            folder: Where they are kept; made when missing.
            cache_cap: Bytes to keep.
        """
        self._from = world_url
        self._folder, self._cap = folder, cache_cap
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="halles media")
        self._asked: dict[tuple[MediaId, Face], Future[bytes]] = {}
        self._faces: dict[tuple[MediaId, Face], MediaId] = {}

    def come_from(self, world_url: str) -> None:
        """From now on fetches from this node: the same host and port as its websocket, over HTTP."""
        self._from = world_url

    def address(self, media: MediaId) -> str:
        """Returns where a browser finds a medium."""
        node = urlsplit(self._from)
        return f"{'https' if node.scheme == 'wss' else 'http'}://{node.netloc}/media/{media}"

    def fetch(self, media: MediaId, face: Face = "sheet") -> "Future[bytes]":
        """Returns a future of a picture's bytes; asking twice while one is under way is one request.

        A smaller face is what the server has made of the picture; where it has none, it is the picture itself. The
        future gets ``Unavailable`` when there is no such picture, it is too large or not what its id says.
        """
        under_way = self._asked.get((media, face))
        if under_way is not None and not under_way.done():
            return under_way
        for done in [key for key, future in self._asked.items() if future.done()]:
            del self._asked[done]
        future = self._threads.submit(self._get, media, face)
        self._asked[media, face] = future
        return future

    def fetch_file(self, media: MediaId) -> "Future[Path]":
        """Returns a future of the file of a film, whole and checked; its errors are those of ``fetch``."""
        return self._threads.submit(self._get_file, media)

    def close(self) -> None:
        """Stops fetching; what has not begun is given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _get(self, media: MediaId, face: Face) -> bytes:
        match = _SMALL.fullmatch(media)
        if match is None:
            raise Unavailable(f"not the id of a picture or model: {media[:80]}")
        found = media if face == "sheet" else self._faces.get((media, face)) or self._face(media, face)
        path = self._folder / found
        with suppress(OSError):
            data = path.read_bytes()
            if _is(found, data):
                os.utime(path)
                return data
        data = b"".join(self._download(found, MEDIUM_CAP))
        if not _is(found, data):
            raise Unavailable(f"{found} is damaged")
        self._keep(path, data)
        return data

    def _face(self, media: MediaId, face: Face) -> MediaId:
        """Asks which medium is a picture's smaller face; it is checked against its own id as every medium."""
        with self._answer(f"/media/{media}?face={face}", "HEAD") as answer:
            if answer.status == http.client.OK:
                found = media
            elif match := _ELSEWHERE.fullmatch(answer.headers.get("Location", "")):
                found = MediaId(match[1])
            else:
                raise Unavailable(f"{media}: the server answers {answer.status} for its face")
        while len(self._faces) >= FACES_CAP:
            with suppress(KeyError, RuntimeError):  # another thread was quicker
                del self._faces[next(iter(self._faces))]
        self._faces[media, face] = found
        return found

    def _get_file(self, media: MediaId) -> Path:
        match = _FILM.fullmatch(media)
        if match is None:
            raise Unavailable(f"not the id of a film: {media[:80]}")
        path = self._folder / media
        with suppress(OSError), path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == match[1]:
                os.utime(path)
                return path
        part, digest = _beside(path), hashlib.sha256()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                for piece in self._download(media, FILM_CAP):
                    digest.update(piece)
                    out.write(piece)
            if digest.hexdigest() != match[1]:
                raise Unavailable(f"{media} is damaged")
            part.replace(path)
        except OSError as error:
            raise Unavailable(f"{media} cannot be kept: {error.strerror}") from None
        finally:
            part.unlink(missing_ok=True)
        with suppress(OSError):
            self._trim()
        return path

    def _download(self, media: MediaId, cap: int) -> Iterator[bytes]:
        """Gives a medium's bytes in pieces; ``Unavailable`` when there is none, or it has more than ``cap``."""
        got = 0
        with self._answer(f"/media/{media}") as answer:
            if answer.status != http.client.OK:
                raise Unavailable(f"{media}: the server answers {answer.status}")
            while piece := answer.read(_PIECE):
                got += len(piece)
                if got > cap:
                    raise Unavailable(f"{media} is over {cap} bytes")
                yield piece

    @contextmanager
    def _answer(self, path: str, method: str = "GET") -> Iterator[http.client.HTTPResponse]:
        """Asks the node; what goes wrong on the way, also while the answer is read, is ``Unavailable``."""
        kind: Callable[..., http.client.HTTPConnection]
        node = urlsplit(self._from)
        kind = http.client.HTTPSConnection if node.scheme == "wss" else http.client.HTTPConnection
        connection = kind(node.hostname or "localhost", node.port, timeout=FETCH_S)
        try:
            connection.request(method, path, headers={"Accept": "image/*, model/gltf-binary, video/*"})
            with connection.getresponse() as answer:
                yield answer
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"{path}: {error}") from None
        finally:
            connection.close()

    def _keep(self, path: Path, data: bytes) -> None:
        """Writes a medium beside the others; a full or read-only disk only means fetching again."""
        part = _beside(path)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                part.write_bytes(data)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            self._trim()

    def _trim(self) -> None:
        found = []
        for entry in self._folder.iterdir():
            if _SMALL.fullmatch(entry.name) or _FILM.fullmatch(entry.name):
                with suppress(FileNotFoundError):
                    stat = entry.stat()
                    found.append((stat.st_mtime_ns, stat.st_size, entry))
        total = sum(size for _, size, _ in found)
        for _, size, entry in sorted(found):
            if total <= self._cap:
                return
            entry.unlink(missing_ok=True)
            total -= size


def _is(media: MediaId, data: bytes) -> bool:
    """Tells whether bytes are what an id says."""
    return hashlib.sha256(data).hexdigest() == media.partition(".")[0]


def _beside(path: Path) -> Path:
    """Returns a name that nobody else writes to, in the same folder."""
    return path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}.part")
