"""Personal tokens: as many as an account may have, known by their hash, ended by their owner or by time."""

import asyncio
import hashlib
import uuid

import asyncpg
import pytest

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.ports.tokens import TokenId
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.tokens import TOKENS_CAP, Tokens

OWNER = Account(AccountId(str(uuid.UUID(int=1))), "owner", "Owner", Role.EXHIBITOR, "fr", Look())
OTHER = AccountId(str(uuid.UUID(int=2)))


def hash_of(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def test_of_many_made_at_once_an_account_keeps_as_many_as_it_may(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await Accounts(database).create(OWNER, "hash")
            tokens = Tokens(database)
            adding = (tokens.add(OWNER.account, hash_of(n), f"token {n}", 30) for n in range(TOKENS_CAP + 5))
            done = await asyncio.gather(*adding, return_exceptions=True)
            refused = [one for one in done if one is not None]
            assert len(refused) == 5
            assert all(isinstance(one, Rejection) and one.code == RejectionCode.OVER_BUDGET for one in refused)
            assert len(await tokens.of(OWNER.account)) == TOKENS_CAP

    asyncio.run(play())


def test_a_token_tells_its_account_until_its_owner_ends_it(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await Accounts(database).create(OWNER, "hash")
            tokens = Tokens(database)
            await tokens.add(OWNER.account, hash_of(1), "mine", 30)
            assert (await tokens.of(OWNER.account))[0].used is None
            assert await tokens.account_of(hash_of(1)) == OWNER
            kept = (await tokens.of(OWNER.account))[0]
            assert kept.used is not None
            assert await tokens.account_of(hash_of(2)) is None
            assert not await tokens.remove(OTHER, kept.token)
            assert not await tokens.remove(OWNER.account, TokenId("not a uuid"))
            assert await tokens.remove(OWNER.account, kept.token)
            assert await tokens.account_of(hash_of(1)) is None

    asyncio.run(play())


@pytest.mark.parametrize(("days", "good"), [(29, True), (31, False)])
def test_a_token_ends_by_itself(database_url: str, days: int, good: bool) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await Accounts(database).create(OWNER, "hash")
            tokens = Tokens(database)
            await tokens.add(OWNER.account, hash_of(1), "mine", 30)
            owner = await asyncpg.connect(database_url)
            await owner.execute("UPDATE tokens SET until = until - make_interval(days => $1)", days)
            await owner.close()
            assert (await tokens.account_of(hash_of(1)) is not None) == good
            assert bool(await tokens.of(OWNER.account)) == good

    asyncio.run(play())
