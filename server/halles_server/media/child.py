"""The process that looks at one uploaded file and then ends: small, slow to bother others, and nobody's loss.

Run by ``worker`` as ``python -I child.py``, with nothing of the server's environment. It bounds itself before it
opens anything. Whatever it is made to do there, it can hang for 90 s, die, or leave wrong files of bounded size in one
folder, where only the fields of ``report`` are believed.
"""

import ctypes
import os
import resource
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from halles_server.media.report import Report

MEMORY: Final = 512 * 1024 * 1024
CPU_S: Final = 60
NICE: Final = 10
FILE_BYTES: Final = 256 * 1024 * 1024
"""Of each file that it writes; a film written anew is as large as it came."""
FILES: Final = 64
"""Open at once."""

_MAKERS: Final = {
    "picture": "halles_server.media.pictures",
    "document": "halles_server.media.documents",
    "film": "halles_server.media.films",
    "model": "halles_server.media.models",
    "sound": "halles_server.media.sounds",
}
"""Imported when needed: each brings a library, and room that another does not have to spare."""

_PR_SET_PDEATHSIG: Final = 1
_FAULT_CAP: Final = 200


def main(arguments: list[str]) -> None:
    """Does one job: the parent's number, where packages lie, the kind of file, the file, and the folder to write to."""
    parent, roots, kind, source, folder = arguments
    bounded(int(parent))
    sys.path[:0] = roots.split(os.pathsep)
    from halles_server.media import report

    report.write(Path(folder), _made(kind, Path(source), Path(folder)))


def bounded(parent: int, *, memory: int = MEMORY, cpu_s: int = CPU_S, file_bytes: int = FILE_BYTES) -> None:
    """Gives up what is not needed, for good; ends with the parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.nice(NICE)
    for what, bound in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (bound, bound))
    # Read when numpy is imported: its threads would each take a stack out of the memory.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"


def _made(kind: str, source: Path, folder: Path) -> "Report":
    """Makes what a kind asks for; a refusal and a fault are answers as well."""
    from halles.errors import Rejection, RejectionCode
    from halles_server.media.report import Over, Report

    try:
        made: Report = import_module(_MAKERS[kind]).make(source, folder)
        return made
    except Rejection as refused:
        found = refused.excess
        over = Over(found.what, found.measured, found.cap) if found is not None else None
        return Report(code=refused.code, text=refused.text[:400], over=over)
    except MemoryError:
        return Report(code=RejectionCode.UNREADABLE, text=f"takes more than {MEMORY // 2**20} MiB to look at")
    except Exception as fault:  # noqa: BLE001 - the parent logs its name; a traceback may hold what is in the file
        return Report(code=RejectionCode.UNREADABLE, text="cannot be read", fault=type(fault).__name__[:_FAULT_CAP])


if __name__ == "__main__":
    main(sys.argv[1:])
