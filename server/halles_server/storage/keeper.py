"""Starts one Postgres and stops it as soon as its own standard input ends.

Run as a script, its functions never called by the server: ``python -I -S keeper.py UID GID LOG SOCKETS COMMAND…``.
The server holds the other end of the pipe; when it closes it, or dies by whatever signal, this process sees the end of
input and shuts Postgres down. So a killed server leaves no Postgres behind, and a clean stop takes the same way as an
accident. Whatever is written into the pipe before says to stop at once, without the last checkpoint.
Standard library only, and no import of Halles: it must start in a moment and depend on nothing that changes.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import Final

FAST_STOP_S: Final = 60.0
"""How long a fast shutdown (its checkpoint) may take before Postgres is told to drop everything and recover later."""


ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""All that Postgres and its tools get of an environment: no secret of the server's, no setting of somebody's shell."""


def main(arguments: list[str]) -> int:
    """Runs the command until it ends or the input does; returns its exit status.

    Args:
        arguments: User id, group id (both -1 to stay who we are), the log file, a folder to remove after the end of
            input, then the command.
    """
    uid, gid, log, sockets, *command = arguments
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A handler, not SIG_IGN: Postgres would inherit that one.
        signal.signal(number, lambda *_: None)
    identity = {} if uid == "-1" else {"user": int(uid), "group": int(gid), "extra_groups": []}
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as sink:
        child = subprocess.Popen(  # type: ignore[call-overload]
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            env=ENVIRONMENT,
            start_new_session=True,
            **identity,
        )
    threading.Thread(target=_stop_at_end_of_input, args=(child, over), daemon=True).start()
    status = int(child.wait())
    if over.is_set():  # else the server starts another one there
        shutil.rmtree(sockets, ignore_errors=True)
    return status


def _stop_at_end_of_input(child: subprocess.Popen[bytes], over: threading.Event) -> None:
    at_once = False
    while os.read(0, 4096):  # not sys.stdin: its lock, held here, would make the interpreter abort at exit
        at_once = True
    over.set()
    # Fast, then at once, then by force: from the last two it recovers at its next start.
    ways = ((signal.SIGINT, FAST_STOP_S), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
    for number, patience in ways[1:] if at_once else ways:
        child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
