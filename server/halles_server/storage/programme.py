"""The programme: its entries, each changed with its audit row in one transaction, and who said that they will come.

That no stage and no speaker is taken twice is two exclusion constraints (``migrations/0017_programme.sql``); what is in
the way is read afterwards, only to name it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, MediaId, RequestId
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.ports.meetings import Period
from halles_server.ports.programme import PLANNED_CAP, Clash, Clashes, Entry, Material, Person, Speaker
from halles_server.storage import audit, live_hosts, live_materials, live_place, requests
from halles_server.storage.pool import Connection, Database, transacting

MARKS_CAP: Final = 200
"""Live sessions to come that one account may say it will come to."""

READ: Final = """
SELECT p.*, lower(p.during) AS start, upper(p.during) AS finish,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(s.name, s.organisation, s.account, coalesce(a.login, ''))
      ORDER BY s.place), '[]')
     FROM programme_speakers s LEFT JOIN accounts a ON a.id = s.account WHERE s.session = p.id) AS speakers,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(m.media, m.title) ORDER BY m.place), '[]')
     FROM programme_materials m WHERE m.session = p.id) AS materials,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(a.id, a.name, a.login) ORDER BY a.name, a.id), '[]')
     FROM grants g JOIN accounts a ON a.id = g.account
     WHERE g.scope = 'live:' || p.id AND g.role = 'moderator' AND (g.until IS NULL OR g.until > now())) AS hosts,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(a.id, a.name, a.login) ORDER BY a.name, a.id), '[]')
     FROM programme_invited i JOIN accounts a ON a.id = i.account WHERE i.session = p.id) AS invited,
  coalesce((SELECT s.phase FROM live_states s WHERE s.session = p.id), 'scheduled') AS reached
FROM programme p
"""

_WRITE: Final = """
INSERT INTO programme (id, title, summary, hall, stage, during, language, capacity, access, mode, working_group,
                       made_by)
VALUES ($1, $2, $3, $4, $5, tstzrange($6, $7), $8, $9, $10, $11, nullif($12, ''),
        (SELECT id FROM accounts WHERE id::text = $13))
ON CONFLICT (id) DO NOTHING RETURNING true
"""

_CHANGE: Final = """
UPDATE programme SET title = $2, summary = $3, hall = $4, stage = $5, during = tstzrange($6, $7), language = $8,
  capacity = $9, access = $10, mode = $11, working_group = nullif($12, ''), revision = revision + 1,
  sequence = sequence + 1, changed = now()
WHERE id = $1 AND revision = $13 AND cancelled IS NULL RETURNING true
"""

_STAGE_TAKEN: Final = """
SELECT title, hall, stage, lower(during) AS start, upper(during) AS finish, '' AS who FROM programme
WHERE id <> $1 AND hall = $2 AND stage = $3 AND during && tstzrange($4, $5) AND cancelled IS NULL
ORDER BY during LIMIT 1
"""

_SPEAKER_TAKEN: Final = """
SELECT p.title, p.hall, p.stage, lower(p.during) AS start, upper(p.during) AS finish, s.name AS who
FROM programme_speakers s JOIN programme p ON p.id = s.session
WHERE p.id <> $1 AND s.account = ANY($2::uuid[]) AND s.during && tstzrange($3, $4) AND p.cancelled IS NULL
ORDER BY p.during LIMIT 1
"""


class Programme:
    """The port ``ProgrammeStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, author: AccountId, request_id: RequestId, entry: Entry) -> bool:
        """Stores a new entry; returns whether hosts were granted."""

        async def effect(connection: Connection) -> int:
            await store(connection, author, entry, new=True)
            return int(await live_hosts.set_hosts(connection, author, entry.session, _accounts(entry.hosts)))

        asked = ("write entry", _said(entry))
        hosts, _ = await requests.once(self._database, author, request_id, asked, effect)
        return bool(hosts)

    async def change(
        self,
        author: AccountId,
        request_id: RequestId,
        entry: Entry,
        hosts_read: Collection[AccountId] | None = None,
    ) -> bool:
        """Brings an entry to what is given; returns whether hosts were granted or taken."""
        hosts = _accounts(entry.hosts)

        async def effect(connection: Connection) -> int:
            await store(connection, author, entry, new=False)
            return int(await live_hosts.set_hosts(connection, author, entry.session, hosts, hosts_read))

        asked = ("change entry", _said(entry), None if hosts_read is None else sorted(hosts_read))
        changed, _ = await requests.once(self._database, author, request_id, asked, effect)
        return bool(changed)

    async def add_material(
        self, author: AccountId, request_id: RequestId, session: LiveSessionId, revision: int, material: Material
    ) -> None:
        """Adds to what its screens may show."""

        async def effect(connection: Connection) -> int:
            row = await connection.fetchrow(f"{READ} WHERE p.id = $1", session)
            if row is None:
                raise await _stale(connection, session)
            old = entry_of(row)
            if len(old.materials) >= PLANNED_CAP:
                raise Rejection(RejectionCode.OVER_BUDGET, f"at most {PLANNED_CAP} materials")
            new = replace(old, materials=(*old.materials, material), revision=revision)
            await store(connection, author, new, new=False)
            return 0

        asked = ("add material", session, revision, material.media, material.title)
        await requests.once(self._database, author, request_id, asked, effect)

    async def cancel(self, author: AccountId, request_id: RequestId, session: LiveSessionId, revision: int) -> None:
        """Cancels it; its stage and speakers are free again."""

        async def effect(connection: Connection) -> int:
            await live_place.hold_closed(connection, session)
            done = await connection.fetchval(
                "UPDATE programme SET cancelled = now(), changed = now(), revision = revision + 1,"
                " sequence = sequence + 1 WHERE id = $1 AND revision = $2 AND cancelled IS NULL RETURNING true",
                session,
                revision,
            )
            if not done:
                raise await _stale(connection, session)
            await live_place.require_closed(connection, session)
            await connection.execute("UPDATE programme_speakers SET during = NULL WHERE session = $1", session)
            await audit.note(connection, author, "programme.cancel", f"live:{session}")
            return 0

        await requests.once(self._database, author, request_id, ("cancel entry", session, revision), effect)

    async def read(self, session: LiveSessionId) -> Entry | None:
        """Reads one."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"{READ} WHERE p.id = $1", session)
        return entry_of(row) if row else None

    async def since(self, moment: datetime, limit: int) -> tuple[Entry, ...]:
        """Reads what ends after a moment, by time."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"{READ} WHERE upper(p.during) > $1 ORDER BY lower(p.during), p.id LIMIT $2", moment, limit
            )
        return tuple(entry_of(row) for row in rows)

    async def of(self, account: AccountId, moment: datetime) -> tuple[Entry, ...]:
        """Reads what somebody speaks in, hosts or will come to, by time."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"{READ} WHERE upper(p.during) > $2 AND (p.id IN (SELECT session FROM programme_marks"
                " WHERE account = $1 UNION SELECT session FROM programme_speakers WHERE account = $1)"
                " OR 'live:' || p.id IN (SELECT scope FROM grants WHERE account = $1 AND role = 'moderator'))"
                " ORDER BY lower(p.during), p.id",
                account,
                moment,
            )
        return tuple(entry_of(row) for row in rows)

    async def role(self, account: AccountId) -> Role:
        """Reads somebody's role in the show; of an account that is not there, a guest's."""
        async with self._database.connection() as connection:
            role = await connection.fetchval("SELECT role FROM accounts WHERE id = $1", account)
        return Role(role) if role is not None else Role.GUEST

    async def named(self, logins: Collection[str]) -> dict[str, Person]:
        """Reads accounts by their logins, as these are written."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT w.login AS written, a.id, a.name, a.login FROM unnest($1::text[]) AS w (login)"
                " JOIN accounts a ON a.login_key = lower(normalize(w.login, NFKC))",
                list(logins),
            )
        return {row["written"]: Person(AccountId(str(row["id"])), row["name"], row["login"]) for row in rows}

    async def met(self, accounts: Collection[AccountId], during: Period) -> frozenset[AccountId]:
        """Reads who of these has a meeting at that time."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT DISTINCT e.person FROM engagements e JOIN meetings m ON m.id = e.meeting"
                " WHERE e.person = ANY($1::uuid[]) AND e.during && tstzrange($2, $3) AND m.state = 'confirmed'",
                list(accounts),
                during.start,
                during.end,
            )
        return frozenset(AccountId(str(row["person"])) for row in rows)

    async def mark(self, account: AccountId, request_id: RequestId, session: LiveSessionId, coming: bool) -> None:
        """Keeps whether somebody will come."""

        async def effect(connection: Connection) -> int:
            await connection.execute(
                "DELETE FROM programme_marks WHERE account = $1 AND session = $2", account, session
            )
            if coming:
                await _marked(connection, account, session)
            return int(coming)

        await requests.once(self._database, account, request_id, ("coming", session, coming), effect)

    async def marked(self, accounts: Collection[AccountId]) -> dict[AccountId, frozenset[LiveSessionId]]:
        """Reads what these will come to, as far as it is not over."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT k.account, array_agg(k.session) AS sessions FROM programme_marks k"
                " JOIN programme p ON p.id = k.session WHERE k.account = ANY($1::uuid[]) AND upper(p.during) > now()"
                " GROUP BY k.account",
                list(accounts),
            )
        return {
            AccountId(str(row["account"])): frozenset(LiveSessionId(one) for one in row["sessions"]) for row in rows
        }

    async def erase_marks(self, account: AccountId) -> None:
        """Forgets all that somebody said to come to."""
        async with self._database.transaction() as connection:
            await connection.execute("DELETE FROM programme_marks WHERE account = $1", account)


async def _marked(connection: Connection, account: AccountId, session: LiveSessionId) -> None:
    to_come = (
        "SELECT count(*) FROM programme_marks k JOIN programme p ON p.id = k.session"
        " WHERE k.account = $1 AND upper(p.during) > now()"
    )
    if await connection.fetchval(to_come, account) >= MARKS_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"at most {MARKS_CAP} live sessions to come are marked")
    try:
        await connection.execute("INSERT INTO programme_marks (account, session) VALUES ($1, $2)", account, session)
    except asyncpg.ForeignKeyViolationError:
        raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}") from None


async def store(connection: Connection, author: str, entry: Entry, *, new: bool) -> None:
    """Writes an entry with all that belongs to it but its hosts, or nothing; names what is in the way.

    Args:
        connection: In a transaction.
        author: An account, or the name of a program of ours.
        entry: What is stored; its ``revision`` is the one that was read.
        new: Whether it is to be added.

    Raises:
        Clashes: The stage or a speaker is taken.
        Rejection: NOT_FOUND; STALE_REVISION when it has another revision or is cancelled; NOT_NOW where it would move
            although its doors have opened; NAME_TAKEN for a new one that is there.
        Unavailable: It began just now, and nothing was stored.
    """
    try:
        async with transacting(connection):
            begun = not new and await live_place.follow(connection, entry)
            last = author if new else entry.revision
            if not await connection.fetchval(_WRITE if new else _CHANGE, *_columns(entry), last):
                if new:
                    raise Rejection(RejectionCode.NAME_TAKEN, f"there is {entry.session} already")
                raise await _stale(connection, entry.session)
            if not begun:
                await live_place.require_none_elsewhere(connection, entry)
            await _belongings(connection, entry)
    except asyncpg.ExclusionViolationError:
        raise await _in_the_way(connection, entry) from None
    except asyncpg.ForeignKeyViolationError as problem:
        raise Rejection(RejectionCode.NOT_FOUND, f"{problem.constraint_name}: no such thing") from None
    act = "programme.write" if new else "programme.change"
    await audit.note(connection, author, act, f"live:{entry.session}", hall=entry.hall, start=str(entry.during.start))


async def _belongings(connection: Connection, entry: Entry) -> None:
    media = {one.media for one in entry.materials}
    if await connection.fetchval("SELECT count(*) FROM media WHERE id = ANY($1)", list(media)) != len(media):
        raise Rejection(RejectionCode.NOT_FOUND, "a medium that is not stored")
    for table in ("programme_speakers", "programme_materials", "programme_invited"):
        await connection.execute(f"DELETE FROM {table} WHERE session = $1", entry.session)
    await connection.executemany(
        "INSERT INTO programme_speakers (session, place, account, name, organisation, during)"
        " VALUES ($1, $2, $3, $4, $5, tstzrange($6, $7))",
        [
            (entry.session, place, one.account, one.name, one.organisation, entry.during.start, entry.during.end)
            for place, one in enumerate(entry.speakers)
        ],
    )
    await connection.executemany(
        "INSERT INTO programme_materials (session, place, media, title) VALUES ($1, $2, $3, $4)",
        [(entry.session, place, one.media, one.title) for place, one in enumerate(entry.materials)],
    )
    await live_materials.follow(connection, entry.session)
    await connection.executemany(
        "INSERT INTO programme_invited (session, account) VALUES ($1, $2)",
        [(entry.session, account) for account in entry.invited],
    )


def _accounts(people: Collection[Person]) -> list[AccountId]:
    return sorted({one.account for one in people})


def _said(entry: Entry) -> tuple[object, ...]:
    """Returns what somebody says of an entry, in an order of its own, as a repeat of the request says it again."""
    speakers = [(one.name, one.organisation, one.account) for one in entry.speakers]
    materials = [(one.media, one.title) for one in entry.materials]
    return (*_columns(entry), speakers, materials, sorted(entry.invited), _accounts(entry.hosts), entry.revision)


def _columns(entry: Entry) -> tuple[object, ...]:
    return (
        entry.session,
        msgspec.json.encode(entry.title).decode(),
        msgspec.json.encode(entry.summary).decode(),
        entry.hall,
        entry.stage,
        entry.during.start,
        entry.during.end,
        entry.language,
        entry.capacity,
        entry.access,
        entry.mode,
        entry.working_group,
    )


async def _in_the_way(connection: Connection, entry: Entry) -> Clashes:
    times = (entry.during.start, entry.during.end)
    row = await connection.fetchrow(_STAGE_TAKEN, entry.session, entry.hall, entry.stage, *times)
    if row is None:
        accounts = [one.account for one in entry.speakers if one.account is not None]
        row = await connection.fetchrow(_SPEAKER_TAKEN, entry.session, accounts, *times)
    if row is None:  # the same speaker twice in this entry, or what was in the way has just gone
        twice = next((one.name for one in entry.speakers if one.account is not None), "")
        return Clashes(Clash(entry.title, entry.during, entry.hall, entry.stage, twice))
    title, during = msgspec.json.decode(row["title"], type=Text), Period(row["start"], row["finish"])
    return Clashes(Clash(title, during, HallId(row["hall"]), row["stage"], row["who"]))


async def _stale(connection: Connection, session: LiveSessionId) -> Rejection:
    row = await connection.fetchrow("SELECT revision, cancelled FROM programme WHERE id = $1", session)
    if row is None:
        return Rejection(RejectionCode.NOT_FOUND, f"no live session {session}")
    said = "is cancelled" if row["cancelled"] else f"has revision {row['revision']}"
    return Rejection(RejectionCode.STALE_REVISION, f"{session} {said}")


def entry_of(row: Any) -> Entry:
    """Returns the entry of a row that ``READ`` gives."""
    speakers = msgspec.json.decode(row["speakers"], type=list[tuple[str, str, str | None, str]])
    materials = msgspec.json.decode(row["materials"], type=list[tuple[str, str]])
    hosts = msgspec.json.decode(row["hosts"], type=list[tuple[str, str, str]])
    invited = msgspec.json.decode(row["invited"], type=list[tuple[str, str, str]])
    return Entry(
        session=LiveSessionId(row["id"]),
        title=msgspec.json.decode(row["title"], type=Text),
        summary=msgspec.json.decode(row["summary"], type=Text),
        hall=HallId(row["hall"]),
        stage=row["stage"],
        during=Period(row["start"], row["finish"]),
        language=row["language"],
        capacity=row["capacity"],
        access=row["access"],
        mode=row["mode"],
        working_group=row["working_group"] or "",
        speakers=tuple(
            Speaker(name, organisation, AccountId(account) if account else None, login)
            for name, organisation, account, login in speakers
        ),
        materials=tuple(Material(MediaId(media), title) for media, title in materials),
        invited=frozenset(AccountId(account) for account, _, _ in invited),
        revision=row["revision"],
        uid=str(row["uid"]),
        sequence=row["sequence"],
        cancelled=row["cancelled"] is not None,
        hosts=tuple(Person(AccountId(account), name, login) for account, name, login in hosts),
        changed=row["changed"],
        guests=tuple(Person(AccountId(account), name, login) for account, name, login in invited),
        phase=row["reached"],
    )
