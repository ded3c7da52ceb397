"""The media of one server as bootstrap joins them, with a database of a test's own, and a worker to be troubled."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from halles_server.media import child
from halles_server.media.folder import Folder
from halles_server.media.intake import Uploads as Intake
from halles_server.media.worker import Worker
from halles_server.services.media import Media
from halles_server.storage import pool
from halles_server.storage.media import Media as StoredMedia
from halles_server.storage.pool import Database

TROUBLED = """
import ctypes, os, pathlib, runpy, signal, sys
beginning = pathlib.Path(sys.argv[4]).read_bytes()[-4:]
if beginning == b"hang":
    signal.pause()
if beginning == b"exit":
    os._exit(3)
if beginning == b"grow":
    runpy.run_path({child!r})["bounded"](int(sys.argv[1]))
    bytearray(2**30)
if beginning == b"spin":
    runpy.run_path({child!r})["bounded"](int(sys.argv[1]))
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
    while True:
        pass
sys.argv[0] = {child!r}
runpy.run_path({child!r}, run_name="__main__")
"""
"""A child that hangs, ends, grows or spins where its file ends with that word, and else is the real one."""


def troubled(folder: Path) -> Path:
    """Returns the program of such a child."""
    program = folder / "troubled.py"
    program.write_text(TROUBLED.format(child=child.__file__), encoding="utf-8")
    return program


@dataclass(frozen=True, slots=True)
class Stored:
    """What is joined; ``folder`` holds large files, ``arriving`` uploads on their way."""

    database: Database
    stored: StoredMedia
    files: Folder
    worker: Worker
    intake: Intake
    media: Media
    folder: Path

    @property
    def arriving(self) -> Path:
        return self.folder / "arriving"


@asynccontextmanager
async def joined(database_url: str, folder: Path, *, wall_s: float = 60.0) -> AsyncIterator[Stored]:
    """Joins them as ``assembly.offered`` does."""
    async with pool.opened(database_url) as database:
        stored, files = StoredMedia(database), Folder(folder)
        worker = Worker(wall_s=wall_s, program=troubled(folder.parent))
        intake = Intake(folder / "arriving", worker, stored, files)
        yield Stored(database, stored, files, worker, intake, Media(stored, files), folder)


async def started(worker: Worker) -> int:
    """Waits until a child runs; returns its number."""
    while not worker.process:  # noqa: ASYNC110 - a process, which sets no event
        await asyncio.sleep(0.01)
    return worker.process


async def pieces(data: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    """Sends bytes as a connection brings them."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


def names(folder: Path) -> list[str]:
    """Returns the names of all files below a folder."""
    found: Iterable[Path] = folder.rglob("*") if folder.exists() else ()
    return sorted(path.name for path in found if path.is_file())
