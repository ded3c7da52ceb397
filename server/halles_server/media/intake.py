"""Where uploads arrive, piece by piece, until they are whole and become media. The port ``Intake``.

What arrives lies in one file for each upload, named by us; what is made of it in a folder beside it. Both go in every
case; after a crash ``sweep`` removes them within the hour, with files of the store that nothing in the database knows.
"""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles.world.booth import MediaKind
from halles_server.media import folder, kinds
from halles_server.media.worker import Worker
from halles_server.ports.media import FILED, Facts, FileStore, Made, MediaStore, check_size, ending

LEFT_S: Final = 3600.0
"""After which what an ended server has left is nobody's."""


class Uploads:
    """Uploads in a folder of this node."""

    def __init__(self, root: Path, worker: Worker, media: MediaStore, files: FileStore) -> None:
        """Takes the folder, who looks at files, and where media are kept."""
        self._root = root
        self._worker = worker
        self._media = media
        self._files = files

    async def append(self, upload: str, offset: int, data: bytes, kind: MediaKind) -> None:
        """Adds bytes to what has arrived; ``Rejection`` STORAGE_FULL, or UNREADABLE for another kind of file."""
        if offset == 0:
            kinds.check_kind(data[: kinds.SNIFFED], kind)
        await asyncio.to_thread(self._append, upload, offset, data)

    async def finish(self, upload: str, kind: MediaKind, sender: AccountId | None = None) -> Facts:
        """Makes a medium of what has arrived, which is gone afterwards, whatever came of it."""
        async with self._looked_at(upload, kind) as made:
            if ending(made.medium.facts.media) in FILED:
                await self._files.put(made.medium.facts.media, made.medium.path)
            await self._media.keep(made, sender)
            return made.medium.facts

    async def examine(self, upload: str, kind: MediaKind) -> Facts:
        """Returns what ``finish`` would; nothing is kept, and what has arrived is gone afterwards."""
        async with self._looked_at(upload, kind) as made:
            return made.medium.facts

    async def drop(self, upload: str) -> None:
        """Removes what has arrived."""
        await asyncio.to_thread(_remove, self._part(upload), self._root / f"{upload}.work")

    async def sweep(self) -> int:
        """Removes what was left for over an hour, and files that the database does not know; returns how much.

        Raises:
            Unavailable: Folder, store or database do not answer.
        """
        try:
            left = await asyncio.to_thread(_left, self._root, time.time() - LEFT_S)
        except OSError as error:
            raise folder.told(error) from None
        old = await self._files.older_than(LEFT_S)
        known = await self._media.facts(old) if old else {}
        strays = [media for media in old if media not in known]
        for media in strays:
            await self._files.remove(media)
        return left + len(strays)

    @asynccontextmanager
    async def _looked_at(self, upload: str, kind: MediaKind) -> AsyncIterator[Made]:
        """Has the worker look at what has arrived; leaving removes it with all that was made of it."""
        source, work = self._part(upload), self._root / f"{upload}.work"
        try:
            await asyncio.to_thread(_ready, source, work, kind)
            yield await self._worker.make(kind, source, work)
        finally:
            await asyncio.shield(asyncio.to_thread(_remove, source, work))

    def _part(self, upload: str) -> Path:
        return self._root / f"{upload}.part"

    def _append(self, upload: str, offset: int, data: bytes) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            folder.check_room(self._root, len(data))
            with self._part(upload).open("ab") as file:
                # What a piece that broke off has left behind the offset goes.
                file.truncate(offset)
                file.seek(offset)
                file.write(data)
        except OSError as error:
            raise folder.told(error) from None


def _ready(source: Path, work: Path, kind: MediaKind) -> None:
    """Looks at a whole upload once more, as it lies there, and makes room for what becomes of it."""
    try:
        size = source.stat().st_size
        check_size(size, kind)
        with source.open("rb") as file:
            kinds.check_kind(file.read(kinds.SNIFFED), kind)
        folder.check_room(work.parent, size)
        work.mkdir()
    except FileNotFoundError:
        raise Rejection(RejectionCode.UNREADABLE, "what was sent is gone; send it again") from None
    except OSError as error:
        raise folder.told(error) from None


def _remove(source: Path, work: Path) -> None:
    source.unlink(missing_ok=True)
    shutil.rmtree(work, ignore_errors=True)


def _left(root: Path, moment: float) -> int:
    count = 0
    with suppress(FileNotFoundError):
        for entry in list(os.scandir(root)):
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < moment:
                    if entry.is_dir(follow_symlinks=False):
                        shutil.rmtree(entry.path)
                    else:
                        Path(entry.path).unlink()
                    count += 1
    return count
