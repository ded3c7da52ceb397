"""A live session in the programme, put there by SQL: for tests of what happens in one."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import numpy as np

from halles.ids import AccountId, LiveSessionId, RequestId, VisitId
from halles.world.live_acts import GiveFloor, LiveAct, RaiseHand, ShowPage, Step, YieldFloor
from halles.world.live_motion import KeyedNumber, MotionChunk, Sample, pack
from halles.world.roles import Role
from halles_server.ports.live import key_of
from halles_server.services.actor import Actor
from halles_server.services.offered import Services

SESSION = LiveSessionId("co-productions")


@dataclass(frozen=True, slots=True)
class Planned:
    """What an entry of the programme is, where a test cares."""

    session: LiveSessionId = SESSION
    hall: str = "lille"
    stage: str = "stage"
    mode: str = "hands"
    access: str = "public"
    capacity: int = 2500
    hosts: tuple[AccountId, ...] = ()
    speakers: tuple[AccountId, ...] = ()
    materials: tuple[tuple[str, str], ...] = ()
    in_minutes: int = 0


async def plan(connection: asyncpg.Connection, planned: Planned) -> None:
    """Puts an entry into the programme, an hour long."""
    begins = datetime.now(UTC) + timedelta(minutes=planned.in_minutes)
    await connection.execute(
        "INSERT INTO programme (id, title, hall, stage, during, language, capacity, access, mode)"
        " VALUES ($1, $2, $3, $4, tstzrange($5, $6), 'fr', $7, $8, $9)",
        planned.session,
        json.dumps(["Les coproductions", "Coproducties", "Co-productions"]),
        planned.hall,
        planned.stage,
        begins,
        begins + timedelta(hours=1),
        planned.capacity,
        planned.access,
        planned.mode,
    )
    for host in planned.hosts:
        await connection.execute(
            "INSERT INTO grants (account, role, scope) VALUES ($1, 'moderator', $2)", host, f"live:{planned.session}"
        )
    for place, speaker in enumerate(planned.speakers):
        await connection.execute(
            "INSERT INTO programme_speakers (session, place, account, name, during)"
            " SELECT p.id, $2, a.id, a.name, p.during FROM programme p, accounts a WHERE p.id = $1 AND a.id = $3",
            planned.session,
            place,
            speaker,
        )
    for place, (media, title) in enumerate(planned.materials):
        await connection.execute(
            "INSERT INTO programme_materials (session, place, media, title) VALUES ($1, $2, $3, $4)",
            planned.session,
            place,
            media,
            title,
        )


async def store_document(connection: asyncpg.Connection, pages: int) -> str:
    """Stores what is known of a document with so many pages' pictures; returns its id. The document has no bytes."""
    document = uuid4().hex * 2 + ".pdf"
    await connection.execute(
        "INSERT INTO media (id, mime, width, height, size, pages) VALUES ($1, 'application/pdf', 0, 0, 9, $2)",
        document,
        pages,
    )
    for number in range(1, pages + 1):
        page = uuid4().hex * 2 + ".webp"
        await connection.execute(
            "INSERT INTO media (id, mime, width, height, size, data) VALUES ($1, 'image/webp', 4, 3, 1, 'x')", page
        )
        await connection.execute(
            "INSERT INTO media_parts (medium, kind, number, part) VALUES ($1, 'page', $2, $3)", document, number, page
        )
    return document


async def store_film(connection: asyncpg.Connection, seconds: float) -> str:
    """Stores what is known of a film; returns its id. There are no bytes behind it."""
    film = uuid4().hex * 2 + ".mp4"
    await connection.execute(
        "INSERT INTO media (id, mime, width, height, size, seconds) VALUES ($1, 'video/mp4', 640, 360, 9, $2)",
        film,
        seconds,
    )
    return film


def at(url: str, planned: Planned) -> None:
    """Plans in a database, from outside any loop."""

    async def do() -> None:
        connection = await asyncpg.connect(url)
        try:
            await plan(connection, planned)
        finally:
            await connection.close()

    asyncio.run(do())


async def record(services: Services, connection: asyncpg.Connection, planned: Planned, *, publish: bool = True) -> None:
    """Plans a live session, lets it happen with a host and a speaker who have accounts, and ends it.

    ``planned.hosts`` and ``planned.speakers`` are one account each, the host's a moderator's.
    """
    await plan(connection, planned)
    host, speaker = (
        Actor(account, VisitId(f"visit-{name.lower()}"), name, role, "fr")
        for account, name, role in (
            (planned.hosts[0], "Host", Role.MODERATOR),
            (planned.speakers[0], "Ada", Role.VISITOR),
        )
    )
    live, session = services.live, planned.session
    key = key_of(session, speaker.account, VisitId(""))

    async def act(actor: Actor, done: LiveAct) -> None:
        await live.act(actor, RequestId(uuid4().bytes), session, done)

    await act(host, Step("open-doors"))
    await act(host, Step("start"))
    await act(speaker, RaiseHand())
    await act(host, GiveFloor(key, 60))
    if planned.materials:
        await act(host, ShowPage(0, 1))
    await live.say_caption(host, RequestId(uuid4().bytes), session, "fr", "Nous coproduisons à trois")
    now_ms = int(services.clock.wall().timestamp() * 1000)
    await services.recordings.keep(session, MotionChunk(now_ms, 2, pack(_walk()), (KeyedNumber(2, key),)))
    await act(speaker, YieldFloor())
    for step in ("close", "end", *(("publish",) if publish else ())):
        await act(host, Step(step))  # type: ignore[arg-type]


def _walk() -> list[Sample]:
    numbers, still = np.array([1, 2], dtype=np.uint16), np.zeros(2, dtype=np.uint8)
    return [
        Sample(numbers, np.array([x, 500], dtype=np.int16), np.array([y, 2700], dtype=np.int16), still, still)
        for x, y in ((0, 0), (140, 0))
    ]
