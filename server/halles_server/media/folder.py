"""Large files in a folder, by the hash of their bytes: ``ab/ab12….mp4``. The port ``FileStore``.

A file appears whole: it is written beside its place, on the disk before it is named. What lies under a name never
changes. Several nodes need one folder that all of them see, or a bucket.
"""

import asyncio
import errno
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from halles.errors import Rejection, RejectionCode, Unavailable
from halles.ids import MediaId
from halles_server.ports.media import FILED, ending
from halles_server.storage import room

CHUNK: Final = 256 * 1024
_PART: Final = ".part"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Folder:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        """Takes the folder, which is made when something is put there."""
        self._root = root

    async def put(self, media: MediaId, file: Path) -> None:
        """Takes a file over; whole or not at all. ``Rejection`` STORAGE_FULL."""
        await asyncio.to_thread(self._put, media, file)

    async def stream(self, media: MediaId, start: int, stop: int) -> AsyncIterator[bytes]:
        """Reads bytes ``start`` to before ``stop``; ``Unavailable`` when they cannot be had."""
        try:
            with await asyncio.to_thread(self._path(media).open, "rb") as file:
                file.seek(start)
                while start < stop:
                    data = await asyncio.to_thread(file.read, min(CHUNK, stop - start))
                    if not data:
                        raise Unavailable(f"{media} ends before byte {stop}")
                    start += len(data)
                    yield data
        except OSError as error:
            raise Unavailable(f"{media} cannot be read: {error.strerror}") from None

    async def remove(self, media: MediaId) -> None:
        """Removes a file, if it is there."""
        try:
            await asyncio.to_thread(self._path(media).unlink, missing_ok=True)
        except OSError as error:
            raise told(error) from None

    async def older_than(self, seconds: float) -> tuple[MediaId, ...]:
        """Returns what was put longer ago; what was never put to the end goes."""
        try:
            return await asyncio.to_thread(self._older, time.time() - seconds)
        except OSError as error:
            raise told(error) from None

    def _path(self, media: MediaId) -> Path:
        return self._root / media[:2] / media

    def _put(self, media: MediaId, file: Path) -> None:
        target = self._path(media)
        part = target.with_name(target.name + _PART)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                os.utime(target)
                return
            check_room(self._root, file.stat().st_size)
            _bring(file, part)
            part.replace(target)
            _settle(target.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise told(error) from None

    def _older(self, moment: float) -> tuple[MediaId, ...]:
        found = []
        for path in self._root.glob("??/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < moment:
                    if path.name.endswith(_PART):
                        path.unlink()
                    elif ending(MediaId(path.name)) in FILED:
                        found.append(MediaId(path.name))
        return tuple(found)


def check_room(folder: Path, size: int) -> None:
    """Refuses what would leave less free than the disk's reserve; ``Rejection`` STORAGE_FULL."""
    if shutil.disk_usage(folder).free - size < room.reserve(folder):
        raise Rejection(RejectionCode.STORAGE_FULL, "the server's disk is nearly full")


def told(error: OSError) -> Exception:
    """Returns what a fault of a disk means to whoever stores something."""
    if error.errno in _FULL:
        return Rejection(RejectionCode.STORAGE_FULL, "the server's disk is full")
    return Unavailable(f"the folder of media cannot be used: {error.strerror}")


def _bring(file: Path, part: Path) -> None:
    """Moves a file to beside its place, or copies it from another disk, and waits until it is on the disk."""
    try:
        file.replace(part)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(file, part)
    os.utime(part)
    _settle(part)


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
