"""Live sessions: a state is one row, changed under its lock by a pure decision; every act is a row beside it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, MediaId, RequestId, VisitId
from halles.world.live import OPEN, LivePerson, LiveState, Phase
from halles.world.live_acts import name_of
from halles_server.ports.live import Caption, Decide, Deed, LiveRecord, Participant, key_of
from halles_server.ports.programme import Material
from halles_server.ports.standing import InForce
from halles_server.storage import audit, left_out, live_bound, live_materials, question_votes, recorded_talk, requests
from halles_server.storage.pool import Connection, Database
from halles_server.storage.programme import READ, entry_of

_BEGIN: Final = """
INSERT INTO live_states (session, hall, stage, phase, revision, state)
SELECT id, hall, stage, 'scheduled', 0, $2 FROM programme WHERE id = $1 AND cancelled IS NULL FOR SHARE
ON CONFLICT DO NOTHING RETURNING true
"""
"""A change of the entry that is under way is waited for: it begins where that leads (``live_place``)."""

_KEPT: Final = """
SELECT l.revision, l.state,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(m.media, m.title) ORDER BY m.place), '[]')
   FROM live_materials m WHERE m.session = l.session) AS materials
FROM live_states l WHERE l.session = $1
"""
_CHANGE: Final = """
UPDATE live_states SET phase = $2, state = $3, revision = revision + 1, changed = now(),
       host_seen = CASE WHEN phase = $2 AND NOT $4 THEN host_seen ELSE now() END,
       ended = CASE WHEN $2 = 'ended' THEN coalesce(ended, now()) ELSE ended END
WHERE session = $1 RETURNING revision
"""
_PERSON: Final = """
INSERT INTO live_people (session, key, account, visit, name, language) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (session, key) DO UPDATE SET visit = coalesce(nullif(excluded.visit, ''), live_people.visit),
    name = excluded.name, language = excluded.language,
    account = coalesce(live_people.account, excluded.account)
WHERE live_people.withdrawn IS NULL
"""
_EVENT: Final = """
INSERT INTO live_events (session, at_ms, kind, by_key, about_key, detail) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
"""
_ITSELF: Final = "server"
"""Whose act the audit calls what nobody did."""

_CAPTION: Final = "caption"
OVER: Final = frozenset({"ended", "published"})
STANDS: Final = (
    "EXISTS (SELECT FROM live_states l JOIN programme p ON p.id = l.session WHERE l.session = {session}"
    " AND l.phase = ANY({phases}::text[]) AND p.revision = {entry} AND p.cancelled IS NULL)"
)
"""Whether a live session is in one of these phases, and its entry still that which was read."""

BEGIN: Final = "begin"
"""The first event of all: the state before any act."""


class Live:
    """The port ``LiveStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, session: LiveSessionId) -> LiveRecord:
        """Reads one, also before anything has happened in it; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"{READ} WHERE p.id = $1", session)
            kept = await connection.fetchrow(_KEPT, session)
        if row is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}")
        entry = entry_of(row)
        if kept is None:
            return LiveRecord(entry, 0, LiveState(mode=entry.mode))
        state = _state(kept["state"])
        if state.phase != "scheduled":
            shown = msgspec.json.decode(kept["materials"], type=list[tuple[MediaId, str]])
            entry = replace(entry, materials=tuple(Material(media, title) for media, title in shown))
        return LiveRecord(entry, kept["revision"], state)

    async def open(self) -> dict[LiveSessionId, tuple[int, int]]:
        """Reads the revisions of those that halls show now, each with its entry's."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT l.session, l.revision, p.revision AS entry FROM live_states l"
                " JOIN programme p ON p.id = l.session WHERE l.phase = ANY($1::text[])",
                sorted(OPEN),
            )
        return {LiveSessionId(row["session"]): (row["revision"], row["entry"]) for row in rows}

    async def open_in(self, hall: HallId) -> frozenset[LiveSessionId]:
        """Reads which a hall shows now."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT l.session FROM live_states l JOIN programme p ON p.id = l.session"
                " WHERE p.hall = $1 AND l.phase = ANY($2::text[])",
                hall,
                sorted(OPEN),
            )
        return frozenset(LiveSessionId(row["session"]) for row in rows)

    async def act(
        self, session: LiveSessionId, who: Participant, request_id: RequestId | None, deed: Deed, decide: Decide
    ) -> int:
        """Changes a state and records the act, in one transaction; see the port."""

        async def effect(connection: Connection) -> int:
            return await _changed(connection, session, who, deed, decide)

        if request_id is None:
            async with self._database.transaction() as connection:
                return await effect(connection)
        asked = ("live", session, deed.words or msgspec.to_builtins(deed.act))
        reached, _ = await requests.once(self._database, who.requests, request_id, asked, effect)
        return reached

    async def refuse(self, session: LiveSessionId, who: Participant, act: str) -> None:
        """Notes in the audit that somebody tried what only hosts, or the presenter, may."""
        async with self._database.transaction() as connection:
            await audit.note(connection, who.requests, "live.refused", f"live:{session}", tried=act)

    async def caption(
        self, session: LiveSessionId, who: Participant, request_id: RequestId, caption: Caption
    ) -> tuple[int, bool]:
        """Records a caption; returns its number, and whether it is new."""

        async def effect(connection: Connection) -> int:
            phase = await held_phase(connection, session)
            if phase not in OPEN:
                raise Rejection(RejectionCode.NOT_NOW, f"no captions while {phase}")
            await keep_person(connection, session, who)
            said = Event(_CAPTION, caption.said_ms, who.person.key, detail=(caption.language, caption.text))
            return await record(connection, session, said)

        asked = (_CAPTION, session, caption.language, caption.text)
        return await requests.once(self._database, who.requests, request_id, asked, effect)

    async def read_caption(self, number: int) -> Caption | None:
        """Reads one."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT id, session, at_ms, detail FROM live_events WHERE id = $1 AND kind = $2", number, _CAPTION
            )
        return _caption(row) if row is not None else None

    async def captions(self, session: LiveSessionId, cap: int) -> tuple[Caption, ...]:
        """Reads the last ones, oldest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT id, session, at_ms, detail FROM live_events WHERE session = $1 AND kind = $2"
                " ORDER BY id DESC LIMIT $3",
                session,
                _CAPTION,
                cap,
            )
        return tuple(map(_caption, reversed(rows)))

    async def person(self, session: LiveSessionId, visit: VisitId) -> Participant | None:
        """Returns who a visit is that goes on now; None for nobody."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT account, name, language, devices FROM visits WHERE id = $1 AND ended IS NULL", visit
            )
        if row is None:
            return None
        account = AccountId(str(row["account"])) if row["account"] else None
        key = key_of(session, account, visit, row["devices"])
        person = LivePerson(key, visit, row["name"], row["language"])
        return Participant(person, account)

    async def member(self, session: LiveSessionId, account: AccountId) -> Participant | None:
        """Returns who an account is that is connected now; None for one that is not."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT id, name, language FROM visits"
                " WHERE account = $1 AND ended IS NULL AND dropped IS NULL ORDER BY epoch DESC LIMIT 1",
                account,
            )
        if row is None:
            return None
        visit = VisitId(row["id"])
        return Participant(LivePerson(key_of(session, account, visit), visit, row["name"], row["language"]), account)

    async def bound(self, session: LiveSessionId, people: Collection[LivePerson]) -> Mapping[str, tuple[InForce, ...]]:
        """Reads what those of these people are under who are under anything, by their keys."""
        async with self._database.connection() as connection:
            return await live_bound.bound(connection, session, people)

    async def stands(self, account: AccountId) -> tuple[HallId | None, VisitId | None]:
        """Reads in which hall an account's visit is, or is kept its place, and which visit; None for none."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT id, hall FROM visits WHERE account = $1 AND ended IS NULL ORDER BY epoch DESC LIMIT 1", account
            )
        return (HallId(row["hall"]), VisitId(row["id"])) if row and row["hall"] else (None, None)

    async def host_here(self, session: LiveSessionId) -> None:
        """Notes that one of its hosts is here now."""
        async with self._database.connection() as connection:
            await connection.execute("UPDATE live_states SET host_seen = now() WHERE session = $1", session)

    async def hosts_anew(self) -> None:
        """Counts anew how long no host has been here, of all that go on."""
        async with self._database.connection() as connection:
            await connection.execute("UPDATE live_states SET host_seen = now() WHERE phase = 'live'")

    async def without_hosts(self, seconds: float) -> tuple[LiveSessionId, ...]:
        """Reads which go on although no host has been here for so long."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT session FROM live_states WHERE phase = 'live' AND host_seen < now() - $1::interval",
                timedelta(seconds=seconds),
            )
        return tuple(LiveSessionId(row["session"]) for row in rows)

    async def over(self, visits: Collection[VisitId], resume_s: float) -> frozenset[VisitId]:
        """Returns which of these visits are over, or were dropped longer ago."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT id FROM visits WHERE id = ANY($1::text[])"
                " AND (ended IS NOT NULL OR coalesce(dropped, seen) < now() - $2::interval)",
                list(visits),
                timedelta(seconds=resume_s),
            )
        return frozenset(VisitId(row["id"]) for row in rows)


async def _changed(connection: Connection, session: LiveSessionId, who: Participant, deed: Deed, decide: Decide) -> int:
    row = await _locked(connection, session)
    before = _state(row["state"])
    after = decide(before)
    if after == before:
        return int(row["revision"])
    try:
        reached = await connection.fetchval(
            _CHANGE, session, after.phase, _json(after), deed.audited and not deed.itself
        )
    except asyncpg.UniqueViolationError:
        raise Rejection(RejectionCode.NOT_NOW, "another live session has the stage") from None
    if after.phase in OVER:  # locked before any person's row, as whoever asks does
        await connection.execute("SELECT FROM live_public WHERE session = $1 FOR UPDATE", session)
    for person in (who, deed.met):
        if person is not None:
            await keep_person(connection, session, person)
    kind = name_of(deed.act)
    await record(connection, session, Event(kind, deed.at_ms, who.person.key, deed.about, deed.act))
    if before.phase == "scheduled" and after.phase != "scheduled":
        await live_materials.hold(connection, session)
    if after.phase == "ended" != before.phase:
        await recorded_talk.owe(connection, session)
        await left_out.at_end(connection, session)
        await question_votes.count(connection, session)
    if after.phase in OVER:
        await left_out.guests(connection, session)
    if deed.audited:
        await audit.note(
            connection, _ITSELF if deed.itself else who.requests, f"live.{kind}", f"live:{session}", about=deed.about
        )
    return int(reached)


async def held_phase(connection: Connection, session: LiveSessionId) -> Phase:
    """Returns a live session's phase, which stays so until the transaction is over: nobody ends it meanwhile.

    What is recorded after the end would name guests whom the end has taken out (``left_out``).
    """
    held = "SELECT phase FROM live_states WHERE session = $1 FOR SHARE"
    phase: Phase = await connection.fetchval(held, session) or "scheduled"
    return phase


async def require_not_over(connection: Connection, session: LiveSessionId) -> None:
    """Refuses what hosts do once a live session is over, so that its recording stays as it was.

    Before ``live_public`` is locked, as the act that ends it does.

    Raises:
        Rejection: NOT_NOW.
    """
    phase = await held_phase(connection, session)
    if phase in OVER:
        raise Rejection(RejectionCode.NOT_NOW, f"nothing more is decided while {phase}")


async def _locked(connection: Connection, session: LiveSessionId) -> Any:
    select = "SELECT revision, state FROM live_states WHERE session = $1 FOR UPDATE"
    row = await connection.fetchrow(select, session)
    if row is None:
        mode = await connection.fetchval("SELECT mode FROM programme WHERE id = $1", session)
        begun = _json(LiveState(mode=mode or "hands"))
        if await connection.fetchval(_BEGIN, session, begun):
            await record(connection, session, Event(BEGIN, 0, detail=LiveState(mode=mode or "hands")))
        row = await connection.fetchrow(select, session)
    if row is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}, or it is cancelled")
    return row


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a live session, by keys of ``live_people``."""

    kind: str
    at_ms: int
    by: str = ""
    about: str = ""
    detail: object = ()


async def record(connection: Connection, session: LiveSessionId, event: Event) -> int:
    """Records what happened, within the transaction of what changed; returns its number."""
    detail = msgspec.json.encode(event.detail).decode()
    row = (session, event.at_ms, event.kind, event.by, event.about, detail)
    return int(await connection.fetchval(_EVENT, *row))


async def keep_person(connection: Connection, session: LiveSessionId, who: Participant) -> None:
    """Keeps who a key is, and which visit was theirs last; whoever has withdrawn stays nobody."""
    person = who.person
    if person.key:
        await connection.execute(_PERSON, session, person.key, who.account, person.visit, person.name, person.language)


def _caption(row: Any) -> Caption:
    language, text = msgspec.json.decode(row["detail"])
    return Caption(row["id"], LiveSessionId(row["session"]), language, text, row["at_ms"])


def _json(state: LiveState) -> str:
    return msgspec.json.encode(state).decode()


def _state(stored: str) -> LiveState:
    return msgspec.json.decode(stored, type=LiveState)
