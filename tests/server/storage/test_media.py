"""Pictures by the hash of their bytes."""

import asyncio
import hashlib

import pytest

from halles.ids import MediaId
from halles_server.ports.media import Medium
from halles_server.storage import pool
from halles_server.storage.media import Media, keep


def medium(data: bytes) -> Medium:
    return Medium(MediaId(hashlib.sha256(data).hexdigest() + ".webp"), "image/webp", 640, 480, data)


async def put(database: pool.Database, picture: Medium) -> None:
    async with database.transaction() as connection:
        await keep(connection, picture)


def test_a_picture_is_stored_once_and_reads_back(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            media, picture = Media(database), medium(bytes(range(256)) * 4000)
            await asyncio.gather(*(put(database, picture) for _ in range(4)))
            assert await media.read(picture.media) == picture
            assert await media.read(MediaId("0" * 64 + ".png")) is None
            assert await media.read(MediaId("../../etc/passwd")) is None

    asyncio.run(play())


def test_an_id_that_is_not_the_hash_is_refused(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            wrong = Medium(MediaId("0" * 64 + ".webp"), "image/webp", 1, 1, b"x")
            with pytest.raises(ValueError, match="is not the hash"):
                await put(database, wrong)

    asyncio.run(play())
