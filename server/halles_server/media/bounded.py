"""Turns into another program that is small, slow to bother others, and ends with the server.

Run by ``painter`` as ``python -I bounded.py``. The limits are taken on before the other program begins, since that one
is not ours to change: it may be anything that an operator has named.
"""

import os
import sys
from typing import Final

MEMORY: Final = 3 * 1024 * 1024 * 1024
"""Address space: a software driver maps much more than the 340 MB that it uses."""
CPU_S: Final = 25
FILE_BYTES: Final = 512 * 1024
"""Of what it writes: its picture, and its words."""


def main(arguments: list[str]) -> None:
    """Takes the parent's number, where packages lie, and the command with its arguments."""
    parent, roots, *command = arguments
    sys.path[:0] = roots.split(os.pathsep)
    from halles_server.media.child import bounded

    bounded(int(parent), memory=MEMORY, cpu_s=CPU_S, file_bytes=FILE_BYTES)
    # One thread of a software driver, or it takes every core for itself.
    environment = {**os.environ, "PYTHONPATH": roots, "LP_NUM_THREADS": "1"}
    os.execvpe(command[0], command, environment)


if __name__ == "__main__":
    main(sys.argv[1:])
