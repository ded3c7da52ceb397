"""Accounts and web logins."""

import asyncio
import hashlib
import uuid

import asyncpg
import pytest

from halles.errors import Rejection
from halles.ids import AccountId, BoothId, HallId, SlotId
from halles.world.booth import BoothContent
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.storage import demonstration, pool
from halles_server.storage.accounts import LOGINS_CAP, Accounts, Logins


def person(login: str, role: Role = Role.EXHIBITOR) -> Account:
    return Account(AccountId(str(uuid.uuid4())), login, login.title()[:40], role, "nl", Look(3, 1, 2, 3, 4))


def token(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


async def age(url: str, statement: str) -> None:
    """Moves a stored time back, as its owner."""
    owner = await asyncpg.connect(url)
    await owner.execute(statement)
    await owner.close()


def test_an_account_reads_back_by_login_in_any_case(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            accounts, ana = Accounts(database), person("Anaïs@École.fr")
            await accounts.create(ana, "the hash")
            for login in ("Anaïs@École.fr", "anaïs@école.fr", "ANAÏS@ÉCOLE.FR", "Anai\u0308s@École.fr"):
                assert await accounts.by_login(login) == (ana, "the hash")
            assert await accounts.by_login("anais@ecole.fr") is None
            assert await accounts.read(ana.account) == ana
            assert await accounts.read(AccountId(str(uuid.uuid4()))) is None

    asyncio.run(play())


def test_a_login_exists_once(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            accounts = Accounts(database)
            ends = await asyncio.gather(
                *(accounts.create(person(login), "h") for login in ("ana", "ANA", "Ana", "\uff21na")),
                return_exceptions=True,
            )
            refused = [end for end in ends if end is not None]
            assert [isinstance(end, Rejection) and end.code for end in refused] == ["NAME_TAKEN"] * 3

    asyncio.run(play())


def test_names_of_staff_organisations_and_booths_are_known(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            accounts = Accounts(database)
            await accounts.create(person("visitor", Role.VISITOR), "h")
            await accounts.create(person("modo", Role.MODERATOR), "h")
            booth = demonstration.PreparedBooth(
                BoothId("b"), "o", "École X", "", True, HallId("lille"), SlotId("A1"), BoothContent("X")
            )
            await demonstration.put(database, [booth])
            assert await accounts.guarded_names({Role.MODERATOR, Role.EXHIBITOR}) == {"Modo", "École X", "X"}

    asyncio.run(play())


def test_a_login_lasts_while_it_is_used_and_twelve_hours_at_most(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            logins, ana, boss = Logins(database), person("ana"), person("boss", Role.ORGANISER)
            for number, who in ((1, ana), (2, boss)):
                await Accounts(database).create(who, "h")
                await logins.open(token(number), who.account)
            await age(database_url, "UPDATE logins SET seen = now() - interval '31 minutes'")
            assert await logins.account_of(token(1), {Role.ORGANISER}) == ana
            assert await logins.account_of(token(2), {Role.ORGANISER}) is None
            await age(database_url, "UPDATE logins SET seen = now() - interval '119 minutes'")
            assert await logins.account_of(token(1), {Role.ORGANISER}) == ana
            await age(database_url, "UPDATE logins SET seen = now() - interval '121 minutes'")
            assert await logins.account_of(token(1), {Role.ORGANISER}) is None
            await age(database_url, "UPDATE logins SET seen = now(), created = now() - interval '721 minutes'")
            assert await logins.account_of(token(1), {Role.ORGANISER}) is None
            assert await logins.account_of(token(9), {Role.ORGANISER}) is None

    asyncio.run(play())


def test_the_oldest_login_ends_when_there_are_too_many(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            logins, ana = Logins(database), person("ana")
            await Accounts(database).create(ana, "h")
            for number in range(LOGINS_CAP + 2):
                await logins.open(token(number), ana.account)
            live = [
                await logins.account_of(token(number), {Role.ORGANISER}) is not None for number in range(LOGINS_CAP + 2)
            ]
            assert live == [False, False] + [True] * LOGINS_CAP
            await asyncio.gather(*(logins.open(token(100 + number), ana.account) for number in range(10)))
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM logins") == LOGINS_CAP

    asyncio.run(play())


def test_closing_and_a_new_password_end_logins(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            logins, accounts, ana = Logins(database), Accounts(database), person("ana")
            await accounts.create(ana, "h")
            for number in (1, 2):
                await logins.open(token(number), ana.account)
            await logins.close(token(1))
            assert await logins.account_of(token(1), {Role.ORGANISER}) is None
            assert await logins.account_of(token(2), {Role.ORGANISER}) == ana
            await accounts.set_password(ana.account, "other", "operator")
            assert await logins.account_of(token(2), {Role.ORGANISER}) is None
            assert await accounts.by_login("ana") == (ana, "other")

    asyncio.run(play())


def test_only_hashes_of_tokens_are_stored(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            ana = person("ana")
            await Accounts(database).create(ana, "h")
            with pytest.raises(asyncpg.CheckViolationError):
                await Logins(database).open(b"the token itself", ana.account)

    asyncio.run(play())
