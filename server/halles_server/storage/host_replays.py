"""Recorded hosts. A sound that no recording has any more is not kept for its seven days: it is somebody's voice.

A trigger sees to that, since recordings go with accounts and booths as well.
"""

from typing import Any, Final

import asyncpg
import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, MediaId, RequestId
from halles.world.host_replay import HostReplay
from halles.world.look import Look
from halles_server.ports.host_replays import HostRecord
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database

_READ: Final = """
SELECT r.booth, r.number, r.account, r.recorded, r.replay, r.sound, a.name, a.look, coalesce(m.seconds, 0) AS seconds,
       b.content ->> 'name' AS booth_name
FROM host_replays r JOIN accounts a ON a.id = r.account JOIN booths b ON b.id = r.booth
LEFT JOIN media m ON m.id = r.sound
"""


class HostReplays:
    """The port ``HostReplayStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, actor: AccountId, request_id: RequestId, booth: BoothId, replay: HostReplay) -> int:
        """Stores the recording of somebody instead of the booth's last one; returns its number."""

        async def effect(connection: Connection) -> int:
            await connection.execute("DELETE FROM host_replays WHERE booth = $1", booth)
            try:
                number = await connection.fetchval(
                    "INSERT INTO host_replays (booth, account, replay, sound) VALUES ($1, $2, $3, $4) RETURNING number",
                    booth,
                    actor,
                    _text(replay),
                    replay.sound or None,
                )
            except asyncpg.ForeignKeyViolationError:
                raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}, or no such sound") from None
            seconds = round(replay.seconds)
            await audit.note(connection, actor, "host.record", f"booth:{booth}", number=number, seconds=seconds)
            return int(number)

        number, _ = await requests.once(self._database, actor, request_id, ("host", booth, _text(replay)), effect)
        return number

    async def read(self, booth: BoothId) -> HostRecord | None:
        """Reads a booth's."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"{_READ} WHERE r.booth = $1", booth)
        return _record(row) if row else None

    async def numbers(self) -> dict[BoothId, tuple[HallId, int]]:
        """Reads which booths have one, where they stand, and its number."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT r.booth, b.hall, r.number FROM host_replays r JOIN booths b ON b.id = r.booth"
            )
        return {BoothId(row["booth"]): (HallId(row["hall"]), row["number"]) for row in rows}

    async def attach(self, account: AccountId, booth: BoothId, number: int, sound: MediaId) -> None:
        """Gives one's own recording a sound, under a new number: it is another one for who has fetched it."""
        async with self._database.adding() as connection:
            try:
                given = await connection.fetchval(
                    "UPDATE host_replays SET sound = $4, number = DEFAULT"
                    " WHERE booth = $1 AND number = $2 AND account = $3 RETURNING booth",
                    booth,
                    number,
                    account,
                    sound or None,
                )
            except asyncpg.ForeignKeyViolationError:  # swept since it was looked at
                raise Rejection(RejectionCode.NOT_FOUND, "no such sound") from None
            if given is None:
                raise Rejection(RejectionCode.NOT_FOUND, "no such recording of yours")
            await audit.note(connection, account, "host.sound", f"booth:{booth}", given=bool(sound))

    async def remove(self, actor: AccountId, booth: BoothId, number: int) -> None:
        """Deletes a recording if it still is this one."""
        async with self._database.transaction() as connection:
            gone = await connection.fetchval(
                "DELETE FROM host_replays WHERE booth = $1 AND number = $2 RETURNING booth", booth, number
            )
            if gone is None:
                raise Rejection(RejectionCode.NOT_FOUND, "no such recording")
            await audit.note(connection, actor, "host.remove", f"booth:{booth}", number=number)

    async def of_account(self, account: AccountId) -> tuple[HostRecord, ...]:
        """Reads all in which somebody is recorded."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(f"{_READ} WHERE r.account = $1 ORDER BY r.booth", account)
        return tuple(_record(row) for row in rows)

    async def erase(self, account: AccountId) -> tuple[BoothId, ...]:
        """Deletes all in which somebody is recorded, and lets go of sounds that they only sent; returns where."""
        async with self._database.transaction() as connection:
            rows = await connection.fetch("DELETE FROM host_replays WHERE account = $1 RETURNING booth", account)
            await connection.execute("DELETE FROM sound_senders WHERE account = $1", account)
            gone = tuple(BoothId(row["booth"]) for row in rows)
            for booth in gone:
                await audit.note(connection, account, "host.remove", f"booth:{booth}")
        return gone


def _text(replay: HostReplay) -> str:
    return msgspec.json.encode(replay).decode()


def _record(row: Any) -> HostRecord:
    replay = msgspec.json.decode(row["replay"], type=HostReplay)
    return HostRecord(
        booth=BoothId(row["booth"]),
        number=row["number"],
        account=AccountId(str(row["account"])),
        name=row["name"],
        look=Look(*row["look"]),
        recorded=row["recorded"],
        replay=msgspec.structs.replace(replay, sound=MediaId(row["sound"] or "")),
        booth_name=row["booth_name"] or "",
        sound_s=row["seconds"],
    )
