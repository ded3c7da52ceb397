"""Large files in a bucket, as in a folder."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from halles.errors import Unavailable
from halles.ids import MediaId
from halles_server.media.bucket import CHUNK, Bucket
from tests.support.bucket import bucket


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with bucket() as found:
        yield found


def a_film(folder: Path, data: bytes) -> tuple[MediaId, Path]:
    file = folder / "made.mp4"
    file.write_bytes(data)
    return MediaId(f"{hashlib.sha256(data).hexdigest()}.mp4"), file


async def read(files: Bucket, media: MediaId, start: int, stop: int) -> bytes:
    return b"".join([piece async for piece in files.stream(media, start, stop)])


def test_a_file_is_put_read_in_stretches_listed_and_removed(address: str, tmp_path: Path) -> None:
    async def play() -> None:
        files, data = Bucket(address), bytes(range(256)) * 9000
        media, file = a_film(tmp_path, data)
        await files.put(media, file)
        await files.put(media, file)
        assert await read(files, media, 0, len(data)) == data
        assert await read(files, media, CHUNK - 3, CHUNK + 5) == data[CHUNK - 3 : CHUNK + 5]
        assert await files.older_than(3600) == ()
        assert await files.older_than(-3600) == (media,)
        await files.remove(media)
        await files.remove(media)
        with pytest.raises(Unavailable):
            await read(files, media, 0, 1)

    asyncio.run(play())


def test_a_store_that_is_not_there_is_unavailable_and_names_no_secret(tmp_path: Path) -> None:
    async def play() -> None:
        files = Bucket("s3://key:hidden@127.0.0.1:9/films?tls=no")
        media, file = a_film(tmp_path, b"data")
        for act in (files.put(media, file), read(files, media, 0, 4), files.older_than(1)):
            with pytest.raises(Unavailable) as away:
                await act
            assert "hidden" not in str(away.value)

    asyncio.run(play())
