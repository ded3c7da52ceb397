"""Idempotency keys: one effect, one answer, for a day."""

import asyncio
import sys
import uuid
from pathlib import Path

import asyncpg
import pytest

from halles.errors import Rejection
from halles.ids import RequestId
from halles_server.storage import audit, pool, requests, room
from halles_server.storage.pool import Connection
from tests.support.audit import about


def request() -> RequestId:
    return RequestId(uuid.uuid4().bytes)


async def seven(connection: Connection) -> int:
    await audit.note(connection, "test", "effect", "s")
    return 7


async def refusing(connection: Connection) -> int:
    await audit.note(connection, "test", "effect", "s")
    raise Rejection("STALE_REVISION", "too late")


async def failing(connection: Connection) -> int:
    await audit.note(connection, "test", "effect", "s")
    raise KeyError("a mistake of ours")


def test_the_effect_runs_once_and_everybody_gets_its_answer(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            key = request()
            answers = await asyncio.gather(*(requests.once(database, "ana", key, "asked", seven) for _ in range(10)))
            assert sorted(answers) == [(7, False)] * 9 + [(7, True)]
            assert await requests.once(database, "bob", key, "asked", seven) == (7, True)
            assert len(await about(database, "s")) == 2

    asyncio.run(play())


def test_a_refusal_is_an_answer_without_effect(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            key = request()
            for effect in (refusing, seven):
                with pytest.raises(Rejection) as refused:
                    await requests.once(database, "ana", key, "asked", effect)
                assert (refused.value.code, refused.value.text) == ("STALE_REVISION", "too late")
            assert await about(database, "s") == ()

    asyncio.run(play())


def test_a_key_that_comes_again_with_another_request_is_refused_and_keeps_its_first_answer(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            key = request()
            assert await requests.once(database, "ana", key, ("say", "hello"), seven) == (7, True)
            with pytest.raises(Rejection) as refused:
                await requests.once(database, "ana", key, ("say", "hello again"), seven)
            assert refused.value.code == "BAD_FIELD"
            assert await requests.once(database, "ana", key, ("say", "hello"), seven) == (7, False)
            assert await requests.once(database, "bob", key, ("say", "hello again"), seven) == (7, True)

    asyncio.run(play())


def test_on_a_nearly_full_disk_a_repeat_gets_its_answer_and_only_what_is_new_is_refused(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        async with pool.opened(database_url, folder=tmp_path) as database:
            stored, refused, fresh = request(), request(), request()
            assert await requests.once(database, "ana", stored, "asked", seven) == (7, True)
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await requests.once(database, "ana", refused, "asked", refusing)
            with monkeypatch.context() as disk:
                disk.setattr(room, "RESERVE", sys.maxsize)
                disk.setattr(room, "SHARE", 1.0)
                assert await requests.once(database, "ana", stored, "asked", seven) == (7, False)
                with pytest.raises(Rejection, match="STALE_REVISION"):
                    await requests.once(database, "ana", refused, "asked", seven)
                with pytest.raises(Rejection, match="STORAGE_FULL"):
                    await requests.once(database, "ana", fresh, "asked", seven)
            assert await requests.once(database, "ana", fresh, "asked", seven) == (7, True)

    asyncio.run(play())


def test_a_key_of_the_version_before_gets_its_answer(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            key = request()
            async with database.connection() as connection:
                await connection.execute(
                    "INSERT INTO requests (actor, request, number) VALUES ('ana', $1, 9)", uuid.UUID(bytes=key)
                )
            assert await requests.once(database, "ana", key, "asked", seven) == (9, False)

    asyncio.run(play())


def test_a_mistake_leaves_no_key(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            key = request()
            with pytest.raises(KeyError):
                await requests.once(database, "ana", key, "asked", failing)
            assert await requests.once(database, "ana", key, "asked", seven) == (7, True)

    asyncio.run(play())


def test_keys_are_forgotten_after_a_day(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            old, young = request(), request()
            for key in (old, young):
                await requests.once(database, "ana", key, "asked", seven)
            owner = await asyncpg.connect(database_url)
            await owner.execute(
                "UPDATE requests SET stored = now() - interval '25 hours' WHERE request = $1", uuid.UUID(bytes=old)
            )
            await owner.close()
            async with database.connection() as connection:
                assert await requests.forget_old(connection) == 1
            assert await requests.once(database, "ana", young, "asked", seven) == (7, False)
            assert await requests.once(database, "ana", old, "asked", seven) == (7, True)

    asyncio.run(play())
