"""Tickets work once, for a minute."""

import asyncio
import hashlib

import asyncpg

from halles.world.look import Look
from halles_server.ports.people import Ticket
from halles_server.storage import pool
from halles_server.storage.tickets import Tickets

SECRET = hashlib.sha256(b"secret").digest()
TICKET = Ticket(None, "Zoé", "nl", Look(1, 2, 3, 1, 0))


def test_a_ticket_is_taken_once_even_when_two_ask_at_once(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            tickets = Tickets(database)
            await tickets.issue(SECRET, TICKET)
            taken = await asyncio.gather(*(tickets.take(SECRET) for _ in range(8)))
            assert sorted(map(repr, taken)) == sorted([repr(TICKET)] + ["None"] * 7)
            assert await tickets.take(SECRET) is None

    asyncio.run(play())


def test_a_ticket_is_too_old_after_a_minute(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            tickets = Tickets(database)
            for seconds, good in ((58, True), (61, False)):
                secret = hashlib.sha256(str(seconds).encode()).digest()
                await tickets.issue(secret, TICKET)
                owner = await asyncpg.connect(database_url)
                await owner.execute(
                    "UPDATE tickets SET issued = now() - make_interval(secs => $2) WHERE secret_hash = $1",
                    secret,
                    seconds,
                )
                await owner.close()
                assert (await tickets.take(secret) == TICKET) is good

    asyncio.run(play())


def test_an_unknown_ticket_is_none(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            assert await Tickets(database).take(SECRET) is None

    asyncio.run(play())
