"""C that the bench brings along, built by the machine's own compiler when it is needed."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

COMPILER: Final = "cc"
OPTIONS: Final = ("-O2", "-Wall", "-Wextra")


def there() -> bool:
    """Tells whether this machine has a C compiler."""
    return shutil.which(COMPILER) is not None


def needed() -> None:
    """Ends the bench where there is no C compiler."""
    if not there():
        raise SystemExit(
            f"This is a C program and there is no {COMPILER} here. On Debian: apt-get install gcc libc6-dev"
        )


def compiled(source: Path, folder: Path, *options: str) -> Path:
    """Builds a program or library of one file into a folder; ``SystemExit`` where there is no compiler."""
    needed()
    target = folder / source.stem
    subprocess.run([COMPILER, *OPTIONS, *options, "-o", target, source], check=True)
    return target
