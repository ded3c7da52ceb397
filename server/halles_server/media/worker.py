"""Runs the child that looks at a file: one at a time, for so long at the most, and whatever becomes of it.

A file that makes a decoder hang, die or run out of memory costs its uploader an answer, and nobody else anything.
"""

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import structlog

import halles
import halles_server
from halles.errors import Excess, Rejection, RejectionCode
from halles.ids import MediaId
from halles.world.booth import MediaKind
from halles_server.media import child, report
from halles_server.ports.media import Facts, JobResult, Made, MadeFile, Part, Watch

WALL_S: Final = 90.0
QUEUE: Final = 32
"""Files that may wait for their turn."""
PARTS_CAP: Final = 100
_TURN_MS: Final = 10_000

_CHUNK: Final = 1024 * 1024
_ROOTS: Final = os.pathsep.join(str(Path(package.__path__[0]).resolve().parent) for package in (halles, halles_server))
"""Where the child finds our packages, since it is given no environment."""

_log: Final = structlog.get_logger(__name__)


class _Late(Exception):
    """A file was not looked at in time; its text says how many seconds."""


class _Unwatched:
    """A ``Watch`` that nobody reads."""

    def queue(self, waiting: int, running: int) -> None:
        """Forgets it."""

    def done(self, kind: MediaKind, result: JobResult, seconds: float) -> None:
        """Forgets it."""


class Worker:
    """The one place where files are looked at.

    Attributes:
        process: The number of the child that runs now, 0 when there is none.
        wall_s: Seconds that a file may take.
    """

    def __init__(
        self, *, wall_s: float = WALL_S, program: Path = Path(child.__file__), watch: Watch | None = None
    ) -> None:
        """Takes the seconds that a file may take, the child's program, and who is told what goes on."""
        self.process = 0
        self.wall_s, self._program = wall_s, program
        self._watch = watch or _Unwatched()
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def make(self, kind: MediaKind, source: Path, folder: Path) -> Made:
        """Looks at a file and writes what becomes of it into an empty folder.

        Cancellation ends the child. What lies in the folder is the caller's to remove.

        Raises:
            Rejection: What the file is refused with; UNREADABLE when the child died or was not done in time; TRY_LATER
                when too many wait.
        """
        if self._waiting > QUEUE:
            self._watch.done(kind, "turned_away", 0.0)
            raise Rejection(RejectionCode.TRY_LATER, f"{QUEUE} files wait to be looked at", _TURN_MS)
        self._changed(1)
        began: float | None = None
        result: JobResult = "cancelled"
        try:
            async with self._turn:
                began = time.perf_counter()
                self._changed(0)
                ended = await self._run(kind, source, folder)
            result = "refused" if ended == 0 else "died"
            made = await asyncio.to_thread(_made, ended, source, folder)
            result = "made"
            return made
        except _Late as late:
            result = "late"
            raise Rejection(RejectionCode.UNREADABLE, f"not looked at within {late} s") from None
        finally:
            self._changed(-1)
            self._watch.done(kind, result, time.perf_counter() - began if began is not None else 0.0)

    def _changed(self, by: int) -> None:
        """Counts who waits, the one that is looked at included."""
        self._waiting += by
        running = int(self._turn.locked())
        self._watch.queue(max(0, self._waiting - running), running)

    async def _run(self, kind: MediaKind, source: Path, folder: Path) -> int:
        """Runs a child; returns how it ended."""
        command = [sys.executable, "-I", str(self._program), str(os.getpid()), _ROOTS, kind, str(source), str(folder)]
        nothing = subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *command, stdin=nothing, stdout=nothing, stderr=nothing, env={}, cwd=folder, start_new_session=True
        )
        self.process = process.pid
        try:
            async with asyncio.timeout(self.wall_s):
                return await process.wait()
        except TimeoutError:
            _log.warning("media worker killed", act="media", kind=kind, after_s=self.wall_s)
            raise _Late(f"{self.wall_s:.0f}") from None
        finally:
            self.process = 0
            if process.returncode is None:
                process.kill()
                await process.wait()


def _made(ended: int, source: Path, folder: Path) -> Made:
    """Reads what the child has left; its files get their names from their bytes."""
    said = report.read(folder)
    if ended or said is None:
        _log.warning("media worker died", act="media", status=ended)
        raise Rejection(RejectionCode.UNREADABLE, "could not be looked at to the end")
    if said.fault:
        _log.warning("media worker fault", act="media", fault=said.fault)
    if said.code or said.medium is None:
        excess = Excess(said.over.what, said.over.measured, said.over.cap) if said.over is not None else None
        raise Rejection(said.code or RejectionCode.UNREADABLE, said.text or "cannot be read", excess=excess)
    if len(said.parts) > PARTS_CAP:
        raise Rejection(RejectionCode.UNREADABLE, f"{len(said.parts)} parts")
    parts = tuple(_file(row, source, folder) for row in said.parts)
    named = tuple(
        Part(row.kind, row.number, made.facts.media)
        for row, made in zip(said.parts, parts, strict=True)
        if row.kind != ""
    )
    return Made(_file(said.medium, source, folder, named), parts)


def _file(row: report.Row, source: Path, folder: Path, parts: tuple[Part, ...] = ()) -> MadeFile:
    path = source if row.source else folder / row.file
    try:
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        raise Rejection(RejectionCode.UNREADABLE, "could not be looked at to the end") from None
    facts = Facts(
        media=MediaId(f"{digest.hexdigest()}.{row.ending}"),
        size=size,
        width=row.width,
        height=row.height,
        seconds=row.seconds,
        pages=row.pages,
        triangles=row.triangles,
        texels=row.texels,
        parts=parts,
    )
    return MadeFile(path, facts)
