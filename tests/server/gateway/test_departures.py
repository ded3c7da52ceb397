"""Who goes is stored, and a crowd that goes at once in a few statements."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest

from halles_server import bootstrap
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server
from tests.support.wire import PATIENCE, Peer, guest

CROWD = 20


@contextmanager
def crowd(server: RunningServer) -> Iterator[list[Peer]]:
    peers = [Peer(server.port) for _ in range(CROWD)]
    try:
        for index, peer in enumerate(peers):
            peer.welcome(guest(f"Goer {index}"))
        yield peers
    finally:
        for peer in peers:
            peer.socket.close()


async def _asked(opened: bootstrap.Server, query: str, wanted: int) -> int:
    """Asks the database again and again until it says what is wanted, and returns that."""
    connection = await asyncpg.connect(opened.config.database_url.reveal())
    try:
        async with asyncio.timeout(PATIENCE):
            while (count := await connection.fetchval(query)) != wanted:  # noqa: ASYNC110 - the database wakes nobody
                await asyncio.sleep(0.05)
    finally:
        await connection.close()
    return int(count)


@pytest.mark.parametrize("gone", ["dropped", "ended"])
def test_a_crowd_that_goes_at_once_is_stored(serving, gone: str) -> None:
    async def go(opened: bootstrap.Server) -> int:
        for visit in opened.world.visits:
            if gone == "ended":
                opened.world.end(visit)
            elif visit.connection is not None:
                visit.connection.cut()
        return await _asked(opened, f"SELECT count({gone}) FROM visits", CROWD)

    with serving() as server, crowd(server):
        assert server.do(go) == CROWD


def test_while_the_database_is_slow_one_statement_waits_and_not_one_for_each(serving) -> None:
    async def go(opened: bootstrap.Server) -> int:
        connection = await asyncpg.connect(opened.config.database_url.reveal())
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE visits IN SHARE MODE")
                for visit in opened.world.visits:
                    assert visit.connection is not None
                    visit.connection.cut()
                    await asyncio.sleep(0.01)
                waiting = await connection.fetchval(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
        finally:
            await connection.close()
        await _asked(opened, "SELECT count(dropped) FROM visits", CROWD)
        return int(waiting)

    with serving(keep_places_s=600.0) as server, crowd(server):
        assert server.do(go) == 1


@pytest.mark.parametrize("gone", ["dropped", "ended"])
def test_who_goes_while_the_database_does_not_answer_is_stored_once_it_does(serving, gone: str) -> None:
    async def go(opened: bootstrap.Server) -> int:
        connection = await asyncpg.connect(opened.config.database_url.reveal())
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE visits IN SHARE MODE")
                for visit in opened.world.visits:
                    if gone == "ended":
                        opened.world.end(visit)
                    elif visit.connection is not None:
                        visit.connection.cut()
                await asyncio.sleep(2.5 * opened.config.request_s)  # given up by now, and tried again
        finally:
            await connection.close()
        return await _asked(opened, f"SELECT count({gone}) FROM visits", CROWD)

    with serving(keep_places_s=600.0, request_s=0.2) as server, crowd(server):
        assert server.do(go) == CROWD


def test_the_last_to_go_are_stored_before_the_server_ends(postgres: TestPostgres) -> None:
    url = postgres.fresh()
    with real_server(database_url=url, keep_places_s=600.0) as server, crowd(server):

        async def end_all(opened: bootstrap.Server) -> None:
            for visit in opened.world.visits:
                opened.world.end(visit)

        server.do(end_all)

    async def ended() -> int:
        connection = await asyncpg.connect(url)
        try:
            return int(await connection.fetchval("SELECT count(ended) FROM visits"))
        finally:
            await connection.close()

    assert asyncio.run(ended()) == CROWD
    postgres.drop(url)
