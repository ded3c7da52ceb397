"""Which user of the machine Postgres runs as: Postgres refuses root, and Halles makes no users.

Started by anybody else than root, it runs as that user. Started by root, as the owner of an existing cluster (whom the
configuration may name, and nobody else), else as the user named by the configuration, else as ``postgres`` where the
machine has one, else as ``nobody``.
Programs run for it get no more than a small environment and no further groups.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from halles.errors import ConfigError
from halles_server.storage.keeper import ENVIRONMENT

_CANDIDATES: Final = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class OsUser:
    """A user of the machine.

    Attributes:
        name: Its login name, which ``peer`` authentication compares.
        dropped: Whether we are root and must drop to it.
    """

    uid: int
    gid: int
    name: str
    dropped: bool

    def identity(self) -> dict[str, Any]:
        """Returns the keyword arguments of ``subprocess`` that make a child this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def run(self, command: list[str], *, cwd: Path | str = "/", stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        """Runs a program as this user and returns what it printed, both streams in ``stdout``; at most 120 s."""
        done = subprocess.run(
            command,
            cwd=cwd,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            timeout=120,
            check=False,
            **self.identity(),
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(errors="replace"))


def choose(cluster: Path, wanted: str | None) -> OsUser:
    """Returns who runs the Postgres of a cluster folder, which need not exist yet.

    Raises:
        ConfigError: The cluster belongs to somebody whom we cannot become or who is not wanted, or no such user exists.
    """
    me = os.geteuid()
    owner = cluster.stat().st_uid if cluster.exists() else None
    if me != 0:
        if owner not in (None, me):
            raise ConfigError(f"{cluster} belongs to the user {_name(owner)}: run as that user or as root")
        if wanted not in (None, _name(me)):
            raise ConfigError(f"only root can run Postgres as {wanted}")
        return OsUser(me, os.getegid(), _name(me), dropped=False)
    if owner not in (None, 0):
        if wanted not in (None, _name(owner)):
            raise ConfigError(
                f"{cluster} belongs to the user {_name(owner)}, and HALLES_POSTGRES_USER names {wanted}:"
                " unset it, or give the folder with all in it to that user"
            )
        return _dropped(pwd.getpwuid(owner))
    for name in (wanted,) if wanted else _CANDIDATES:
        try:
            return _dropped(pwd.getpwnam(name))
        except KeyError:
            continue
    raise ConfigError(f"Postgres does not run as root, and there is no user {wanted or ' or '.join(_CANDIDATES)} here")


def my_name() -> str:
    """Returns the login name of the user that this process runs as."""
    return _name(os.geteuid())


def _dropped(entry: pwd.struct_passwd) -> OsUser:
    if entry.pw_uid == 0:
        raise ConfigError("Postgres does not run as root: name another user")
    return OsUser(entry.pw_uid, entry.pw_gid, entry.pw_name, dropped=True)


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid).pw_name if uid is not None else ""
    except KeyError:
        raise ConfigError(f"the user id {uid} has no name on this machine, which Postgres needs") from None
