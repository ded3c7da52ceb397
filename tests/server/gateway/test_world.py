"""What the world does by itself: places kept, counts told, drops watched."""

import asyncio
import time

import asyncpg

from halles.errors import Unavailable
from halles.protocol.messages import Move
from halles_server import bootstrap
from tests.support.serving import RunningServer
from tests.support.wire import PATIENCE, Peer, guest


def _stored(server: RunningServer, visit: str) -> tuple[str, float] | None:
    async def read() -> tuple[str, float] | None:
        connection = await asyncpg.connect(server.server.config.database_url.reveal())
        row = await connection.fetchrow("SELECT hall, x FROM visits WHERE id = $1", visit)
        await connection.close()
        return (row["hall"], row["x"]) if row else None

    return asyncio.run(read())


def test_places_are_kept_while_people_walk_so_that_a_crash_costs_a_few_steps(serving) -> None:
    with serving(keep_places_s=0.2) as server, Peer(server.port) as peer:
        visit = peer.welcome(guest("Walker")).visit
        entered = peer.enter("lille")
        peer.send(Move(1, entered.x + 30, entered.y, 0, 0))
        until = time.monotonic() + PATIENCE
        while True:
            stored = _stored(server, visit)
            if stored and stored[0] == "lille" and abs(stored[1] * 100 - entered.x - 30) < 2:
                break
            assert time.monotonic() < until, stored
            time.sleep(0.05)


def test_a_drop_that_is_stored_late_does_not_age_the_token_of_a_visit_that_has_returned(server: RunningServer) -> None:
    async def store_first_drop(opened: bootstrap.Server) -> bool:
        (visit,) = [one for one in opened.world.visits if one.record.name == "Returner"]
        await opened.services.admission.dropped({visit.record.visit: 0})
        connection = await asyncpg.connect(opened.config.database_url.reveal())
        stored = await connection.fetchval("SELECT dropped FROM visits WHERE id = $1", visit.record.visit)
        await connection.close()
        return stored is not None

    with Peer(server.port) as peer, Peer(server.port) as returned:
        secret = peer.welcome(guest("Returner")).resume
        returned.welcome(guest("", way="resume", secret=secret))
        assert not server.do(store_first_drop)


def test_a_note_that_cannot_be_stored_ends_nothing(server: RunningServer) -> None:
    async def unavailable() -> None:
        raise Unavailable("the database is away")

    async def faulty() -> None:
        raise ZeroDivisionError

    async def note(opened: bootstrap.Server) -> None:
        opened.world.note("test", unavailable())
        opened.world.note("test", faulty())
        await asyncio.sleep(0.05)

    server.do(note)
    assert server.metric("halles_faults_total", place="note") == 1
    with Peer(server.port) as peer:
        assert peer.welcome()


def test_everybody_can_be_found_where_they_stand(server: RunningServer) -> None:
    with Peer(server.port) as one, Peer(server.port) as two:
        visit = one.welcome(guest("Sought")).visit
        entered = one.enter("hainaut")
        two.welcome(guest("Seeker"))
        beside = two.enter("", f"visit:{visit}")
        assert beside.hall == "hainaut"
        assert abs(beside.x - entered.x) + abs(beside.y - entered.y) < 400
