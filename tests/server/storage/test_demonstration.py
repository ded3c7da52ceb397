"""Importing prepared booths again and again."""

import asyncio
import uuid

import pytest

from halles.errors import ConfigError
from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId
from halles.world.booth import BoothContent, BoothEdit, Change
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.booths import PreparedBooth
from halles_server.ports.people import Account
from halles_server.storage import demonstration, pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.booths import Booths
from tests.support.audit import about


def booth(number: int, slot: str, name: str = "") -> PreparedBooth:
    content = BoothContent(name or f"N{number}")
    return PreparedBooth(BoothId(f"b{number}"), f"o{number}", "Org", "", True, HallId("lille"), SlotId(slot), content)


def test_importing_twice_changes_nothing_the_second_time(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            many = [booth(n, f"A{n}") for n in range(1, 41)]
            assert set((await demonstration.put(database, many)).values()) == {"added"}
            assert set((await demonstration.put(database, many)).values()) == {"same"}
            assert set((await Booths(database).revisions()).values()) == {1}
            assert len(await about(database, "booth:b1")) == 1

    asyncio.run(play())


def test_a_changed_file_becomes_a_revision(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await demonstration.put(database, [booth(1, "A1")])
            assert await demonstration.put(database, [booth(1, "A1", "New")]) == {"b1": "changed"}
            read = await Booths(database).read(BoothId("b1"))
            assert (read.revision, read.content.name) == (2, "New")

    asyncio.run(play())


def test_what_people_have_edited_is_kept(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await demonstration.put(database, [booth(1, "A1")])
            ana = AccountId(str(uuid.uuid4()))
            await Accounts(database).create(Account(ana, "ana", "Ana", Role.EXHIBITOR, "fr", Look()), "hash")
            booths = Booths(database)
            edit = BoothEdit((Change("name", "Ours"),))
            await booths.edit(ana, RequestId(uuid.uuid4().bytes), BoothId("b1"), 1, edit)
            assert await demonstration.put(database, [booth(1, "A1", "New")]) == {"b1": "kept"}
            assert (await booths.read(BoothId("b1"))).content.name == "Ours"

    asyncio.run(play())


def test_booths_may_change_places_but_not_share_one(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await demonstration.put(database, [booth(1, "A1"), booth(2, "A2")])
            await demonstration.put(database, [booth(1, "A2"), booth(2, "A1")])
            assert [one.booth for one in await Booths(database).in_hall(HallId("lille"))] == ["b2", "b1"]
            with pytest.raises(ConfigError, match=r"two booths want one slot.*lille, A1"):
                await demonstration.put(database, [booth(3, "A3"), booth(4, "A1")])
            assert set(await Booths(database).revisions()) == {"b1", "b2"}

    asyncio.run(play())
