"""C that the bench brings along, built by the machine's own compiler when it is needed."""

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

COMPILER: Final = "cc"
OPTIONS: Final = ("-O2", "-Wall", "-Wextra")
LEAST: Final = "#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n"
"""What every compiler builds that has headers and libraries."""


def there() -> bool:
    """Tells whether this machine has a C compiler that works: without headers and libraries it builds nothing."""
    return _works(COMPILER, OPTIONS)


@functools.cache
def _works(compiler: str, options: tuple[str, ...]) -> bool:
    if shutil.which(compiler) is None:
        return False
    with tempfile.TemporaryDirectory(prefix="halles-bench-") as folder:
        command = [compiler, *options, "-o", Path(folder) / "least", "-x", "c", "-"]
        return subprocess.run(command, input=LEAST, text=True, capture_output=True, check=False).returncode == 0


def needed(source: Path) -> None:
    """Ends the bench where no C compiler can build this file."""
    if not there():
        raise SystemExit(
            f"{source.name} is written in C, and {COMPILER} is missing here or lacks the headers and libraries of C. "
            "On Debian: apt-get install gcc libc6-dev"
        )


def compiled(source: Path, folder: Path, *options: str) -> Path:
    """Builds a program or library of one file into a folder; ``SystemExit`` where there is no compiler."""
    needed(source)
    target = folder / source.stem
    subprocess.run([COMPILER, *OPTIONS, *options, "-o", target, source], check=True)
    return target
