"""Visits: epochs, and the token that brings one back once."""

import asyncio
import hashlib
import uuid

import asyncpg
import pytest

from halles.ids import AccountId, HallId, VisitId
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports import Account, VisitRecord
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.visits import Visits


def token(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


def stay(name: str, account: AccountId | None = None) -> VisitRecord:
    return VisitRecord(
        VisitId(name), account, 0, name, Role.GUEST, "fr", Look(2), False, HallId("crossroads"), 1.0, 2.0, 0.0, 0.5
    )


async def ana(database: pool.Database) -> AccountId:
    account = AccountId(str(uuid.uuid4()))
    await Accounts(database).create(Account(account, "ana", "Ana", Role.EXHIBITOR, "fr", Look()), "h")
    return account


async def change(url: str, statement: str) -> None:
    owner = await asyncpg.connect(url)
    await owner.execute(statement)
    await owner.close()


def test_a_dropped_guest_comes_back_where_they_were(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = Visits(database)
            assert await visits.open(stay("v"), token("one")) == 0
            await visits.keep_places([(VisitId("v"), HallId("lille"), 3.5, -4.25, 0.1, 3.0)])
            await visits.dropped(VisitId("v"))
            back = await visits.resume(token("one"), token("two"))
            assert back == VisitRecord(
                VisitId("v"), None, 0, "v", Role.GUEST, "fr", Look(2), False, HallId("lille"), 3.5, -4.25, 0.1, 3.0
            )
            again = await visits.resume(token("two"), token("three"))
            assert again == back

    asyncio.run(play())


def test_a_token_works_once_and_its_owner_is_unharmed(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits, account = Visits(database), await ana(database)
            assert await visits.open(stay("v", account), token("one")) == 1
            back = await asyncio.gather(*(visits.resume(token("one"), token(f"next{n}")) for n in range(6)))
            assert [one is None for one in back].count(False) == 1
            assert await visits.epoch(account) == 2
            assert await visits.resume(token("one"), token("thief")) is None
            assert await visits.epoch(account) == 2
            winner = next(n for n, one in enumerate(back) if one)
            assert await visits.resume(token(f"next{winner}"), token("last")) is not None

    asyncio.run(play())


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (58, True), (61, False)])
def test_a_token_is_good_for_a_minute_after_the_drop(database_url: str, seconds: int, good: bool) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = Visits(database)
            await visits.open(stay("v"), token("one"))
            await visits.dropped(VisitId("v"))
            await change(database_url, f"UPDATE visits SET dropped = now() - interval '{seconds} s'")
            assert (await visits.resume(token("one"), token("two")) is not None) is good

    asyncio.run(play())


def test_an_ended_visit_does_not_come_back(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = Visits(database)
            await visits.open(stay("v"), token("one"))
            await visits.end(VisitId("v"))
            await visits.dropped(VisitId("v"))
            assert await visits.resume(token("one"), token("two")) is None

    asyncio.run(play())


def test_the_newest_visit_of_an_account_wins(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits, account = Visits(database), await ana(database)
            assert await visits.open(stay("first", account), token("first")) == 1
            assert await visits.open(stay("second", account), token("second")) == 2
            assert await visits.resume(token("first"), token("x")) is None
            assert (await visits.resume(token("second"), token("y"))).epoch == 3  # type: ignore[union-attr]
            epochs = await asyncio.gather(
                *(visits.open(stay(f"many{n}", account), token(f"many{n}")) for n in range(10)),
                *(visits.resume(token("y"), token(f"z{n}")) for n in range(3)),
            )
            newest = await visits.epoch(account)
            opened = [epoch for epoch in epochs if isinstance(epoch, int)]
            assert len(set(opened)) == 10
            live = [n for n in range(10) if await visits.resume(token(f"many{n}"), token(f"back{n}"))]
            assert [opened[n] for n in live] == [max(opened)]
            assert await visits.epoch(account) == newest + 1

    asyncio.run(play())


def test_rights_are_read_anew_at_the_return(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits, account = Visits(database), await ana(database)
            await visits.open(stay("v", account), token("one"))
            await change(database_url, "UPDATE accounts SET role = 'visitor', name = 'Ana B.'")
            back = await visits.resume(token("one"), token("two"))
            assert back is not None
            assert (back.role, back.name) == (Role.VISITOR, "Ana B.")

    asyncio.run(play())


def test_a_thousand_places_are_kept_in_one_statement(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = Visits(database)
            await asyncio.gather(*(visits.open(stay(f"v{n}"), token(f"v{n}")) for n in range(20)))
            await visits.keep_places([(VisitId(f"v{n}"), HallId("lille"), n, -n, 0.0, 0.25) for n in range(1000)])
            await visits.keep_places([])
            back = await visits.resume(token("v7"), token("next"))
            assert back is not None
            assert (back.hall, back.x, back.y, back.heading) == ("lille", 7.0, -7.0, 0.25)

    asyncio.run(play())
