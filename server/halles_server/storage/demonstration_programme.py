"""Importing the demonstration's programme: again and again, without touching what people have made of it."""

from dataclasses import replace
from datetime import datetime

import msgspec

from halles.errors import Rejection
from halles_server.ports.programme import Entry, WorkingGroup
from halles_server.storage.live_hosts import set_hosts
from halles_server.storage.pool import Connection, Database, transacting
from halles_server.storage.programme import store

_AUTHOR = "import"


class PreparedProgramme:
    """The port ``PreparedProgrammeStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, groups: tuple[WorkingGroup, ...], entries: tuple[Entry, ...], now: datetime) -> tuple[int, int]:
        """Brings groups and entries into the show; returns how many entries were added, and how many moved."""
        async with self._database.adding() as connection:
            for group in groups:
                await _group(connection, group)
            rows = await connection.fetch(
                "SELECT id, revision, demo_revision, upper(during) AS finish FROM programme WHERE id = ANY($1)",
                [entry.session for entry in entries],
            )
            known = {row["id"]: row for row in rows}
            first = known.get(entries[0].session) if entries else None
            over = first is None or first["finish"] <= now
            ours = {name: row["revision"] for name, row in known.items() if row["revision"] == row["demo_revision"]}
            moving = [
                replace(entry, revision=ours[entry.session]) for entry in entries if over and entry.session in ours
            ]
            moved = [await _put(connection, entry, new=False) for entry in moving]
            added = [await _put(connection, entry, new=True) for entry in entries if entry.session not in known]
        return sum(added), sum(moved)


async def _group(connection: Connection, group: WorkingGroup) -> None:
    await connection.execute(
        "INSERT INTO working_groups (id, name, purpose, demonstration) VALUES ($1, $2, $3, true)"
        " ON CONFLICT (id) DO NOTHING",
        group.group,
        msgspec.json.encode(group.name).decode(),
        msgspec.json.encode(group.purpose).decode(),
    )


async def _put(connection: Connection, entry: Entry, *, new: bool) -> bool:
    """Stores an entry as the import's; False where somebody else's is in the way, or it was cancelled."""
    try:
        async with transacting(connection):
            await store(connection, _AUTHOR, entry, new=new)
            await set_hosts(connection, _AUTHOR, entry.session, [host.account for host in entry.hosts])
            await connection.execute(
                "UPDATE programme SET demo_revision = revision, demonstration = true WHERE id = $1", entry.session
            )
    except Rejection:
        return False
    return True
