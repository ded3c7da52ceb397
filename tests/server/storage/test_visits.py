"""Visits: epochs, and the token that brings one back once."""

import asyncio
import hashlib
import random
import uuid
from dataclasses import replace

import asyncpg
import pytest

from halles.ids import AccountId, HallId, VisitId
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.ports.visits import Place, VisitRecord
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.visits import Visits


def token(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


def stay(name: str, account: AccountId | None = None) -> VisitRecord:
    return VisitRecord(
        VisitId(name), account, 0, name, Role.GUEST, "fr", Look(2), False, HallId("crossroads"), 1.0, 2.0, 0.0, 0.5
    )


def store(database: pool.Database, resume_s: float = 60.0) -> Visits:
    return Visits(database, resume_s=resume_s, unseen_s=5.0)


async def newest_epoch(url: str) -> int:
    owner = await asyncpg.connect(url)
    try:
        return int(await owner.fetchval("SELECT visit_epoch FROM accounts"))
    finally:
        await owner.close()


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
            visits = store(database)
            assert await visits.open(stay("v"), token("one")) == 0
            await visits.keep_places({VisitId("v"): Place(HallId("lille"), 3.5, -4.25, 0.1, 3.0)})
            await visits.dropped({VisitId("v"): 0})
            back = await visits.resume(token("one"), token("two"))
            assert back is not None
            assert 0 <= back.place_age_s < 5
            expected = VisitRecord(
                VisitId("v"), None, 1, "v", Role.GUEST, "fr", Look(2), False, HallId("lille"), 3.5, -4.25, 0.1, 3.0
            )
            assert replace(back, place_age_s=0.0) == expected
            again = await visits.resume(token("two"), token("three"))
            assert again is not None
            assert replace(again, place_age_s=0.0) == replace(expected, epoch=2), "each return is newer than the last"

    asyncio.run(play())


def test_a_token_works_once_and_its_owner_is_unharmed(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits, account = store(database), await ana(database)
            assert await visits.open(stay("v", account), token("one")) == 1
            back = await asyncio.gather(*(visits.resume(token("one"), token(f"next{n}")) for n in range(6)))
            assert [one is None for one in back].count(False) == 1
            assert await newest_epoch(database_url) == 2
            assert await visits.resume(token("one"), token("thief")) is None
            assert await newest_epoch(database_url) == 2
            winner = next(n for n, one in enumerate(back) if one)
            assert await visits.resume(token(f"next{winner}"), token("last")) is not None

    asyncio.run(play())


@pytest.mark.parametrize(
    ("resume_s", "seconds", "good"), [(60, 0, True), (60, 58, True), (60, 61, False), (300, 290, True), (10, 12, False)]
)
def test_a_token_is_good_for_as_long_as_the_setting_says_after_the_drop(
    database_url: str, resume_s: int, seconds: int, good: bool
) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = store(database, resume_s)
            await visits.open(stay("v"), token("one"))
            await visits.dropped({VisitId("v"): 0})
            await change(database_url, f"UPDATE visits SET dropped = now() - interval '{seconds} s'")
            assert (await visits.resume(token("one"), token("two")) is not None) is good

    asyncio.run(play())


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (64, True), (66, False), (20 * 86_400, False)])
def test_a_token_of_a_visit_that_a_crash_left_behind_ages_from_when_it_was_last_stored(
    database_url: str, seconds: int, good: bool
) -> None:
    # Up to 5 s pass between two stores: nobody who was connected at the crash has less than the 60 s.
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = store(database)
            await visits.open(stay("v"), token("one"))
            await change(database_url, f"UPDATE visits SET seen = now() - interval '{seconds} s'")
            assert (await visits.resume(token("one"), token("two")) is not None) is good

    asyncio.run(play())


def test_whoever_is_here_stays_resumable_also_while_in_no_hall(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = store(database)
            await visits.open(stay("v"), token("one"))
            await change(database_url, "UPDATE visits SET seen = now() - interval '1 hour'")
            await visits.keep_places({VisitId("v"): None})
            back = await visits.resume(token("one"), token("two"))
            assert back is not None
            assert (back.hall, back.x, back.heading) == ("crossroads", 1.0, 0.5)
            await visits.dropped({VisitId("v"): back.epoch})
            await change(database_url, "UPDATE visits SET dropped = now() - interval '61 s'")
            await visits.keep_places({VisitId("v"): None})  # a node keeps a suspended visit's place, not its time
            assert await visits.resume(token("two"), token("three")) is None

    asyncio.run(play())


@pytest.mark.parametrize("member", [False, True], ids=["guest", "account"])
def test_a_drop_that_is_stored_after_the_return_does_not_age_the_new_token(database_url: str, member: bool) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = store(database)
            epoch = await visits.open(stay("v", await ana(database) if member else None), token("one"))
            assert await visits.resume(token("one"), token("two")) is not None
            await visits.dropped({VisitId("v"): epoch})
            await change(database_url, "UPDATE visits SET dropped = dropped - interval '61 s'")
            assert await visits.resume(token("two"), token("three")) is not None

    asyncio.run(play())


def test_an_ended_visit_does_not_come_back(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = store(database)
            await visits.open(stay("v"), token("one"))
            await visits.end({VisitId("v")})
            await visits.dropped({VisitId("v"): 0})
            assert await visits.resume(token("one"), token("two")) is None

    asyncio.run(play())


def test_the_newest_visit_of_an_account_wins(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits, account = store(database), await ana(database)
            assert await visits.open(stay("first", account), token("first")) == 1
            assert await visits.open(stay("second", account), token("second")) == 2
            assert await visits.resume(token("first"), token("x")) is None
            assert (await visits.resume(token("second"), token("y"))).epoch == 3  # type: ignore[union-attr]
            epochs = await asyncio.gather(
                *(visits.open(stay(f"many{n}", account), token(f"many{n}")) for n in range(10)),
                *(visits.resume(token("y"), token(f"z{n}")) for n in range(3)),
            )
            newest = await newest_epoch(database_url)
            opened = [epoch for epoch in epochs if isinstance(epoch, int)]
            assert len(set(opened)) == 10
            live = [n for n in range(10) if await visits.resume(token(f"many{n}"), token(f"back{n}"))]
            assert [opened[n] for n in live] == [max(opened)]
            assert await newest_epoch(database_url) == newest + 1

    asyncio.run(play())


def test_rights_are_read_anew_at_the_return(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits, account = store(database), await ana(database)
            await visits.open(stay("v", account), token("one"))
            await change(database_url, "UPDATE accounts SET role = 'visitor', name = 'Ana B.'")
            back = await visits.resume(token("one"), token("two"))
            assert back is not None
            assert (back.role, back.name) == (Role.VISITOR, "Ana B.")

    asyncio.run(play())


def test_a_thousand_places_are_kept_in_one_statement(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits = store(database)
            await asyncio.gather(*(visits.open(stay(f"v{n}"), token(f"v{n}")) for n in range(20)))
            await visits.keep_places({VisitId(f"v{n}"): Place(HallId("lille"), n, -n, 0.0, 0.25) for n in range(1000)})
            await visits.keep_places({})
            back = await visits.resume(token("v7"), token("next"))
            assert back is not None
            assert (back.hall, back.x, back.y, back.heading) == ("lille", 7.0, -7.0, 0.25)

    asyncio.run(play())


def test_places_are_kept_by_a_plan_for_as_many_as_there_are(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url, pool.PoolLimits(connections=1)) as database:
            for _ in range(8):  # the sixth time Postgres would take a plan for any number
                await store(database).keep_places({VisitId("v"): Place(HallId("lille"), 3.5, -4.25, 0.1, 3.0)})
            async with database.connection() as connection:
                found = await connection.fetchrow(
                    "SELECT sum(custom_plans) AS custom, sum(generic_plans) AS generic FROM pg_prepared_statements"
                    " WHERE ltrim(statement, E'\\n ') LIKE 'UPDATE visits%'"
                )
            assert (found["custom"], found["generic"]) == (8, 0)

    asyncio.run(play())


def test_what_another_node_has_taken_up_is_not_touched_any_more(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            one = Visits(database, resume_s=60.0, unseen_s=5.0, node=lambda: 1)
            other = Visits(database, resume_s=60.0, unseen_s=5.0, node=lambda: 2)
            visit, mine = VisitId("v"), VisitId("mine")
            await one.open(stay("v"), token("one"))
            await one.open(stay("mine"), token("mine"))
            here, there = Place(HallId("lille"), 1.0, 1.0, 0.0, 0.0), Place(HallId("lille"), 9.0, 9.0, 0.0, 0.0)
            assert await one.keep_places({visit: here, mine: here}) == frozenset()
            assert await other.resume(token("one"), token("two")) is not None
            assert await one.keep_places({visit: there, mine: there}) == {visit}
            await one.dropped({visit: 0})
            await one.end({visit})
            assert await other.keep_places({visit: None}) == frozenset()
            back = await other.resume(token("two"), token("three"))
            assert back is not None
            assert back.x == 1.0, "the old node's place was not stored"
            await other.end({visit})
            assert await other.keep_places({visit: here}) == {visit}

    asyncio.run(play())


def test_many_who_are_kept_drop_and_end_at_once_do_not_wait_for_each_other_for_ever(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            visits, rng = store(database), random.Random(3)
            names = [f"v{number}" for number in range(400)]
            for name in names:
                await visits.open(stay(name), token(name))
            writes = []
            for _ in range(12):
                rng.shuffle(names)
                here = Place(HallId("lille"), 1.0, 2.0, 0.0, 0.0)
                writes.append(visits.keep_places({VisitId(name): here for name in names}))
                rng.shuffle(names)
                writes.append(visits.dropped({VisitId(name): 0 for name in names}))
                rng.shuffle(names)
            writes.append(visits.end({VisitId(name) for name in names}))
            outcomes = await asyncio.gather(*writes, return_exceptions=True)
            assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []

    asyncio.run(play())
