"""A server with a live session in its programme, for measurements of one: its moderator, its hall, its document."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg

from bench import exhibitors, folders, measuring, serving
from halles.ids import LiveSessionId
from halles_server.storage import embedded

LOGIN: Final = "moderator"
HALL: Final = "square"
SESSION: Final = LiveSessionId("bench")
PAGES: Final = 40


@dataclass(frozen=True, slots=True)
class Show:
    """A server that runs, and where its database is."""

    server: serving.Serving
    database: str


@contextlib.contextmanager
def running(settings: dict[str, str]) -> Iterator[Show]:
    """Runs a server whose programme has the live session, now, and an account that conducts it."""
    with (
        folders.passing() as folder,
        serving.running(core=measuring.SERVER_CORE, data=Path(folder), settings=settings) as server,
    ):
        exhibitors.add_moderator(Path(folder), LOGIN)
        kept = embedded.kept_by_another(Path(folder) / "database")
        if kept is None:
            raise SystemExit("the server's database is not there")
        asyncio.run(_plan(kept.url))
        yield Show(server, kept.url)


def code_of(payload: bytes) -> int:
    """Returns a message's code without reading the rest: its array begins with it."""
    at = 1 if payload[0] & 0xF0 == 0x90 else 3
    return payload[at] if payload[at] < 0x80 else payload[at + 1]


async def _plan(database: str) -> None:
    """Puts the live session into the programme, with a document of some pages that has no bytes."""
    connection = await asyncpg.connect(database)
    try:
        document = uuid.uuid4().hex * 2 + ".pdf"
        await connection.execute(
            "INSERT INTO media (id, mime, width, height, size, pages) VALUES ($1, 'application/pdf', 0, 0, 9, $2)",
            document,
            PAGES,
        )
        for number in range(1, PAGES + 1):
            await connection.execute(*_page(document, number))
        begins = datetime.now(UTC)
        await connection.execute(
            "INSERT INTO programme (id, title, hall, stage, during, language)"
            " VALUES ($1, $2, $3, 'stage', tstzrange($4, $5), 'en')",
            SESSION,
            json.dumps(["Le débat", "Het debat", "The debate"]),
            HALL,
            begins,
            begins + timedelta(hours=2),
        )
        await connection.execute(
            "INSERT INTO programme_materials (session, place, media, title) VALUES ($1, 0, $2, 'Slides')",
            SESSION,
            document,
        )
    finally:
        await connection.close()


def _page(document: str, number: int) -> tuple[Any, ...]:
    page = uuid.uuid4().hex * 2 + ".webp"
    statement = (
        "WITH page AS (INSERT INTO media (id, mime, width, height, size, data)"
        " VALUES ($3, 'image/webp', 4, 3, 1, 'x') RETURNING id)"
        " INSERT INTO media_parts (medium, kind, number, part) SELECT $1, 'page', $2, id FROM page"
    )
    return statement, document, number, page
