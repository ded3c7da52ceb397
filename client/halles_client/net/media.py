"""Media from the server's ``/media/<id>``: fetched in threads, checked against their id, kept in a folder.

The id of a medium is the SHA-256 of its bytes, so that a wrong or damaged one is never shown, wherever it came from.
A model is admitted here once more, before a loader sees it: what a loader believes of a file can end the process.
"""

import hashlib
import http.client
import os
import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from halles.errors import Rejection, Unavailable
from halles.ids import MediaId
from halles.world.model_admission import BYTES_CAP, admit

MEDIUM_CAP: Final = BYTES_CAP
"""Bytes of one medium; the server's own cap is the same."""

CACHE_CAP: Final = 256 * 1024 * 1024
"""Bytes of pictures kept in the folder; the longest unused go first."""

FETCH_S: Final = 15.0
_THREADS: Final = 3
_ID: Final = re.compile(r"^([0-9a-f]{64})\.(webp|png|jpg|glb)$")


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
        self._asked: dict[MediaId, Future[bytes]] = {}

    def come_from(self, world_url: str) -> None:
        """From now on fetches from this node: the same host and port as its websocket, over HTTP."""
        self._from = world_url

    def fetch(self, media: MediaId) -> "Future[bytes]":
        """Returns a future of a picture's bytes; asking twice while one is under way is one request.

        The future gets ``Unavailable`` when there is no such picture, it is too large or not what its id says.
        """
        under_way = self._asked.get(media)
        if under_way is not None and not under_way.done():
            return under_way
        for done in [key for key, future in self._asked.items() if future.done()]:
            del self._asked[done]
        future = self._threads.submit(self._get, media)
        self._asked[media] = future
        return future

    def close(self) -> None:
        """Stops fetching; what has not begun is given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _get(self, media: MediaId) -> bytes:
        match = _ID.match(media)
        if match is None:
            raise Unavailable(f"not the id of a picture or model: {media[:80]}")
        path = self._folder / media
        with suppress(OSError):
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() == match.group(1):
                os.utime(path)
                return _admitted(media, data)
        data = self._download(media)
        if hashlib.sha256(data).hexdigest() != match.group(1):
            raise Unavailable(f"{media} is damaged")
        self._keep(path, data)
        return _admitted(media, data)

    def _download(self, media: MediaId) -> bytes:
        kind: Callable[..., http.client.HTTPConnection]
        node = urlsplit(self._from)
        kind = http.client.HTTPSConnection if node.scheme == "wss" else http.client.HTTPConnection
        connection = kind(node.hostname or "localhost", node.port, timeout=FETCH_S)
        try:
            connection.request("GET", f"/media/{media}", headers={"Accept": "image/*, model/gltf-binary"})
            with connection.getresponse() as answer:
                if answer.status != http.client.OK:
                    raise Unavailable(f"{media}: the server answers {answer.status}")
                data = answer.read(MEDIUM_CAP + 1)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"{media}: {error}") from None
        finally:
            connection.close()
        if len(data) > MEDIUM_CAP:
            raise Unavailable(f"{media} is over {MEDIUM_CAP} bytes")
        return data

    def _keep(self, path: Path, data: bytes) -> None:
        """Writes a picture beside the others; a full or read-only disk only means fetching again."""
        part = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}.part")
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
            if _ID.match(entry.name):
                with suppress(FileNotFoundError):
                    stat = entry.stat()
                    found.append((stat.st_mtime_ns, stat.st_size, entry))
        total = sum(size for _, size, _ in found)
        for _, size, entry in sorted(found):
            if total <= self._cap:
                return
            entry.unlink(missing_ok=True)
            total -= size


def _admitted(media: MediaId, data: bytes) -> bytes:
    """Returns a picture as it is, and a model if the check of uploads would write the same; ``Unavailable``."""
    if not media.endswith(".glb"):
        return data
    try:
        same = admit(data).data == data
    except Rejection as refused:
        raise Unavailable(f"{media} is not admitted: {refused.text}") from None
    if not same:
        raise Unavailable(f"{media} holds more than a model may")
    return data
