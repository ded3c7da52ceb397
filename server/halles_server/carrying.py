"""Booths carried between shows and servers on the command line: each out of the database as one file, and in again.

The same services and checks as on the studio's pages; who runs the server takes any booth out, and brings one in under
the name of an account that may work on it. Beside a server that runs, too.
"""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, RequestId
from halles_server.assembly import offered
from halles_server.cluster.local import LocalBus
from halles_server.config import ServerConfig
from halles_server.services.actor import Actor
from halles_server.services.booth_files import Found
from halles_server.services.membership import OtherNodes
from halles_server.services.offered import Services
from halles_server.services.passwords import Passwords
from halles_server.services.studio import Wish
from halles_server.storage.accounts import Accounts
from halles_server.storage.pool import Database


async def take_out(config: ServerConfig, database: Database, booth: BoothId, to: Path) -> int:
    """Writes a booth's draft into a new file, which is there whole or not at all; returns its bytes.

    Raises:
        Rejection: NOT_FOUND for the booth; BAD_FIELD where the file is there already or cannot be written.
        Unavailable: A medium cannot be had.
    """
    part = to.with_name(f"{to.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        async with _services(config, database) as services:
            with await asyncio.to_thread(part.open, "xb") as out:
                await services.booth_files.export_as_operator(booth, out)
                size = out.tell()
        await asyncio.to_thread(place, part, to)
    except FileExistsError:
        raise Rejection(RejectionCode.BAD_FIELD, f"there is already a file {to}") from None
    except OSError as error:
        raise Rejection(RejectionCode.BAD_FIELD, f"{to} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    return size


def place(part: Path, to: Path) -> None:
    """Gives a file its name, which nothing has; ``OSError``."""
    try:
        os.link(part, to)  # unlike a renaming, never over another file
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with to.open("xb") as out, part.open("rb") as written:
            try:
                shutil.copyfileobj(written, out)
            except OSError:
                to.unlink()
                raise


async def bring_in(config: ServerConfig, database: Database, wanted: tuple[BoothId, str], file: BinaryIO) -> int:
    """Makes a booth's draft what a file says; returns the draft's revision.

    Args:
        config: Where media lie.
        database: Where.
        wanted: The booth, and the login of the account that does it.
        file: From anybody.

    Raises:
        Rejection: NOT_FOUND for booth or login, and as ``BoothFiles.bring``.
        Unavailable: As there.
    """
    booth, login = wanted
    async with _services(config, database) as services:
        actor = await _actor(database, login)
        draft = await services.studio.open(actor, booth)
        wish = Wish(RequestId(uuid.uuid4().bytes), booth, draft.revision)
        return await services.booth_files.bring(actor, wish, file)


async def look_through(config: ServerConfig, database: Database, wanted: tuple[BoothId, str], file: BinaryIO) -> Found:
    """Checks a file as ``bring_in`` does and stores nothing; raises as it does."""
    booth, login = wanted
    async with _services(config, database) as services:
        return await services.booth_files.examine(await _actor(database, login), booth, file)


@asynccontextmanager
async def _services(config: ServerConfig, database: Database) -> AsyncIterator[Services]:
    passwords = Passwords()
    try:
        yield offered(config, database, OtherNodes(LocalBus()), passwords, {})
    finally:
        passwords.close()


async def _actor(database: Database, login: str) -> Actor:
    found = await Accounts(database).by_login(login)
    if found is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no account has the login {login}")
    account, _ = found
    return Actor(account.account, None, account.name, account.role, account.language, account.standing)
