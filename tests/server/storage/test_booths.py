"""Booths in a real Postgres: reading, editing, history, idempotency, search."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId
from halles.world.booth import BoothContent, BoothEdit, Change, Panel
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.ports.people import Account
from halles_server.storage import demonstration, pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.booths import Booths
from tests.support.audit import about

BOOTH = BoothId("decathlon")


def content(name: str = "Décathlon Pôle") -> BoothContent:
    return BoothContent(
        name,
        "company",
        2,
        Text("Nous recrutons des élèves ingénieurs.\nVenez !", "Wij werven studenten aan", "We hire students"),
        (Panel("screen", Text("Le vélo", "De fiets", "The bicycle")),),
    )


def prepared(booth: str = BOOTH, slot: str = "A1", hall: str = "lille", **fields: str) -> demonstration.PreparedBooth:
    return demonstration.PreparedBooth(
        BoothId(booth), booth, booth.title(), "hdf", True, HallId(hall), SlotId(slot), content(**fields)
    )


def renamed(name: str) -> BoothEdit:
    return BoothEdit((Change("name", name),))


def request() -> RequestId:
    return RequestId(uuid.uuid4().bytes)


async def add_account(database: pool.Database, login: str = "ana", role: Role = Role.EXHIBITOR) -> AccountId:
    account = AccountId(str(uuid.uuid4()))
    await Accounts(database).create(Account(account, login, login.title(), role, "fr", Look()), "hash")
    return account


@asynccontextmanager
async def show(url: str) -> AsyncIterator[tuple[pool.Database, Booths, AccountId]]:
    async with pool.opened(url) as database:
        await demonstration.put(database, [prepared()])
        yield database, Booths(database), await add_account(database)


def test_a_booth_reads_back_as_it_was_stored(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as (database, booths, _):
            await demonstration.put(database, [prepared("zebra", "A2", name="Zèbre")])
            await demonstration.put(database, [prepared("arbre", "B1", "crossroads", name="Arbre")])
            read = await booths.read(BOOTH)
            assert (read.hall, read.slot, read.revision, read.content) == ("lille", "A1", 1, content())
            assert [found.slot for found in await booths.in_hall(HallId("lille"))] == ["A1", "A2"]
            assert [found.content.name for found in await booths.all()] == ["Arbre", "Décathlon Pôle", "Zèbre"]
            assert await booths.revisions() == {"arbre": 1, "decathlon": 1, "zebra": 1}
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await booths.read(BoothId("nobody"))

    asyncio.run(play())


def test_an_edit_leaves_a_revision_and_an_audit_row(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as (database, booths, ana):
            assert await booths.edit(ana, request(), BOOTH, 1, renamed("Kalenji")) == 2
            assert (await booths.read(BOOTH)).content.name == "Kalenji"
            async with database.connection() as connection:
                history = await connection.fetch(
                    "SELECT revision, author::text, content ->> 'name' AS name FROM booth_revisions ORDER BY revision"
                )
            assert [tuple(row) for row in history] == [(1, None, "Décathlon Pôle"), (2, ana, "Kalenji")]
            newest = (await about(database, f"booth:{BOOTH}"))[0]
            assert (newest.actor, newest.act, newest.detail) == (ana, "booth.edit", {"revision": 2, "fields": ["name"]})

    asyncio.run(play())


def test_a_refused_edit_leaves_nothing_behind(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as (database, booths, ana):
            for revision, edit, code in (
                (7, renamed("x"), "STALE_REVISION"),
                (1, renamed("\u202e"), "INVALID_TEXT"),
                (1, BoothEdit((Change("name", "ok"), Change("roof", "red"))), "BAD_FIELD"),
            ):
                with pytest.raises(Rejection) as refused:
                    await booths.edit(ana, request(), BOOTH, revision, edit)
                assert refused.value.code == code
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await booths.edit(ana, request(), BoothId("nobody"), 1, renamed("x"))
            assert (await booths.read(BOOTH)).content == content()
            assert [entry.act for entry in await about(database, f"booth:{BOOTH}")] == ["booth.add"]

    asyncio.run(play())


def test_a_repeated_request_gets_the_first_answer_and_has_one_effect(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as (_, booths, ana):
            once, stale = request(), request()
            answers = await asyncio.gather(*(booths.edit(ana, once, BOOTH, 1, renamed("Once")) for _ in range(8)))
            assert answers == [2] * 8
            for _ in range(2):
                with pytest.raises(Rejection, match="STALE_REVISION"):
                    await booths.edit(ana, stale, BOOTH, 1, renamed("Twice"))
            assert await booths.edit(ana, once, BOOTH, 1, renamed("Once")) == 2
            for other in ((2, renamed("Once")), (1, renamed("Thrice"))):
                with pytest.raises(Rejection, match="BAD_FIELD"):
                    await booths.edit(ana, once, BOOTH, *other)
            found = await booths.read(BOOTH)
            assert (found.revision, found.content.name) == (2, "Once")

    asyncio.run(play())


def test_two_people_may_use_the_same_request_id(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as (database, booths, ana):
            bob, shared = await add_account(database, "bob"), request()
            assert await booths.edit(ana, shared, BOOTH, 1, renamed("Ana")) == 2
            assert await booths.edit(bob, shared, BOOTH, 2, renamed("Bob")) == 3

    asyncio.run(play())


def test_twenty_editors_lose_no_edit(database_url: str) -> None:
    outcomes: Counter[str] = Counter()
    written: list[str] = []

    async def editor(booths: Booths, ana: AccountId, number: int) -> None:
        for turn in range(20):
            name = f"{number}-{turn}"
            at = (await booths.read(BOOTH)).revision
            try:
                await booths.edit(ana, request(), BOOTH, at, renamed(name))
            except Rejection as refused:
                outcomes[refused.code] += 1
            else:
                outcomes["done"] += 1
                written.append(name)

    async def play() -> None:
        async with show(database_url) as (database, booths, ana):
            await asyncio.gather(*(editor(booths, ana, number) for number in range(20)))
            assert (await booths.read(BOOTH)).revision == 1 + outcomes["done"]
            async with database.connection() as connection:
                kept = await connection.fetch("SELECT content ->> 'name' FROM booth_revisions WHERE revision > 1")
            assert sorted(row[0] for row in kept) == sorted(written)

    asyncio.run(play())
    assert set(outcomes) == {"done", "STALE_REVISION"}
    assert outcomes.total() == 400


def test_only_leads_and_editors_may_edit(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as (database, booths, ana):
            assert not await booths.may_edit(ana, BOOTH)
            for role, allowed in (("staff", False), ("editor", True), ("lead", True)):
                await Accounts(database).set_staff(ana, BOOTH, role, "test")
                assert await booths.may_edit(ana, BOOTH) is allowed
            assert not await booths.may_edit(ana, BoothId("other"))
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await Accounts(database).set_staff(ana, BoothId("other"), "lead", "test")

    asyncio.run(play())
