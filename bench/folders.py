"""Folders for the time of a measurement; one whose bench was killed is removed by the next that makes one."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

PREFIX: Final = "halles-bench-"
OWNED: Final = re.compile(rf"{PREFIX}(\d+)-")
"""A folder's name begins with its owner's process number."""


@contextlib.contextmanager
def passing() -> Iterator[str]:
    """Gives a new folder, which is removed when the block ends."""
    _remove_orphans()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as folder:
        yield folder


def _remove_orphans() -> None:
    """Removes the folders of this user whose owners live no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = OWNED.match(folder.name)
        if owner and not psutil.pid_exists(int(owner[1])):
            # What is another user's stays: that is not this one's to remove.
            shutil.rmtree(folder, ignore_errors=True)
