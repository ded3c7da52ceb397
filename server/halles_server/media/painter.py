"""Runs the client's program that draws a booth: bounded, killable, and nobody's loss when it does not come back.

The server knows of that program only how it is called. Where it is not installed, nothing is drawn;
all else goes on.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

import structlog

import halles
import halles_server
from halles.errors import Unavailable
from halles.protocol.preview_job import PICTURE_CAP
from halles_server.media import bounded

WALL_S: Final = 30.0
OFF: Final = "off"
_NEEDED: Final = ("halles_client", "panda3d")
_SAID: Final = 300
"""Characters of what the program says that are logged."""

_WEBP: Final = (b"RIFF", b"WEBP")

_log: Final = structlog.get_logger(__name__)


def command_of(setting: Sequence[str]) -> tuple[str, ...]:
    """Returns the command that draws: the setting's, or the client's of this installation; () for none."""
    if tuple(setting) == (OFF,):
        return ()
    if setting:
        return tuple(setting)
    if any(find_spec(name) is None for name in _NEEDED):
        return ()
    return (sys.executable, "-P", "-m", "halles_client.preview")


class Painter:
    """The port ``Painter``, by a program.

    Attributes:
        process: The number of the program that runs now, 0 when there is none.
        wall_s: Seconds that a picture may take.
    """

    def __init__(self, command: Sequence[str], *, wall_s: float = WALL_S) -> None:
        self.process = 0
        self.wall_s = wall_s
        self._command = tuple(command)

    async def paint(self, job: bytes) -> bytes:
        """Draws a job; cancellation ends the program.

        Raises:
            Unavailable: It could not be begun, has died, was not done in time, or what it left is no picture.
        """
        try:
            with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as left, tempfile.TemporaryFile() as said:
                await asyncio.to_thread(_put, given, job)
                ended = await self._run(given, left, said)
                picture, words = await asyncio.to_thread(_taken, left, said)
        except OSError as error:  # no room on the disk, no more processes
            _log.warning("booth not drawn", act="preview", error=str(error))
            raise Unavailable("the booth could not be drawn") from None
        if ended != 0 or picture[:4] != _WEBP[0] or picture[8:12] != _WEBP[1]:
            _log.warning("booth not drawn", act="preview", status=ended, said=words)
            raise Unavailable("the booth could not be drawn")
        return picture

    async def _run(self, given: IO[bytes], left: IO[bytes], said: IO[bytes]) -> int | None:
        """Runs the program; returns how it ended, None when it had to be killed."""
        roots = os.pathsep.join(_roots())
        launch = [sys.executable, "-I", str(Path(bounded.__file__)), str(os.getpid()), roots, *self._command]
        # Files, not pipes: the limit on what a process may write bounds them, and nobody waits for a reader.
        process = await asyncio.create_subprocess_exec(
            *launch, stdin=given, stdout=left, stderr=said, env={}, cwd="/", start_new_session=True
        )
        self.process = process.pid
        try:
            async with asyncio.timeout(self.wall_s):
                return await process.wait()
        except TimeoutError:
            return None
        finally:
            self.process = 0
            # All of its session: what an operator has named may be a script, whose own programs would go on.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def _roots() -> list[str]:
    """Returns where the program finds our packages, since it is given no environment."""
    found = [*halles.__path__, *halles_server.__path__]
    client = find_spec(_NEEDED[0])
    found += (client.submodule_search_locations or ()) if client is not None else ()
    return list(dict.fromkeys(str(Path(path).resolve().parent) for path in found))


def _put(file: IO[bytes], data: bytes) -> None:
    file.write(data)
    file.flush()
    file.seek(0)


def _taken(left: IO[bytes], said: IO[bytes]) -> tuple[bytes, str]:
    left.seek(0)
    said.seek(0)
    words = said.read(bounded.FILE_BYTES).decode("utf-8", "replace").strip()
    return left.read(PICTURE_CAP), words[-_SAID:]
