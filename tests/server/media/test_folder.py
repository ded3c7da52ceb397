"""Large files in a folder: whole or not at all. One suite for every store of files."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from halles.errors import Rejection, RejectionCode, Unavailable
from halles.ids import MediaId
from halles_server.media import folder as folder_module
from halles_server.media.folder import Folder
from halles_server.storage import room


def a_film(folder: Path, data: bytes = bytes(range(256)) * 3000) -> tuple[MediaId, Path]:
    file = folder / "made.mp4"
    file.write_bytes(data)
    return MediaId(f"{hashlib.sha256(data).hexdigest()}.mp4"), file


async def read(files: Folder, media: MediaId, start: int, stop: int) -> bytes:
    return b"".join([piece async for piece in files.stream(media, start, stop)])


def test_a_file_is_put_once_read_in_stretches_and_removed(tmp_path: Path) -> None:
    async def play() -> None:
        files = Folder(tmp_path / "media")
        media, file = a_film(tmp_path)
        data = file.read_bytes()
        await files.put(media, file)
        assert not file.exists()
        assert await read(files, media, 0, len(data)) == data
        assert await read(files, media, 255, 300_000) == data[255:300_000]
        await files.put(*a_film(tmp_path))
        await files.remove(media)
        await files.remove(media)
        with pytest.raises(Unavailable):
            await read(files, media, 0, 1)

    asyncio.run(play())


def test_a_file_that_is_shorter_than_it_should_be_is_not_passed_off_as_whole(tmp_path: Path) -> None:
    async def play() -> None:
        files = Folder(tmp_path / "media")
        media, file = a_film(tmp_path, b"short")
        await files.put(media, file)
        with pytest.raises(Unavailable, match="ends before byte 9"):
            await read(files, media, 0, 9)

    asyncio.run(play())


def test_nothing_is_put_on_a_nearly_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "RESERVE", 2**62)
    monkeypatch.setattr(room, "SHARE", 1.0)

    async def play() -> None:
        with pytest.raises(Rejection) as refused:
            await Folder(tmp_path / "media").put(*a_film(tmp_path))
        assert refused.value.code == RejectionCode.STORAGE_FULL

    asyncio.run(play())
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]


def test_a_file_that_cannot_be_brought_to_the_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module, "_settle", full)

    async def play() -> None:
        with pytest.raises(Rejection) as refused:
            await Folder(tmp_path / "media").put(*a_film(tmp_path))
        assert refused.value.code == RejectionCode.STORAGE_FULL

    asyncio.run(play())
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]


def test_what_is_old_is_named_and_what_was_never_put_to_the_end_goes(tmp_path: Path) -> None:
    async def play() -> None:
        files = Folder(tmp_path / "media")
        media, file = a_film(tmp_path)
        await files.put(media, file)
        assert await files.older_than(3600) == ()
        place = tmp_path / "media" / media[:2] / media
        part = place.with_name(place.name + ".part")
        part.write_bytes(b"half")
        for path in (place, part):
            os.utime(path, (0, 0))
        assert await files.older_than(3600) == (media,)
        assert not part.exists()
        await files.put(*a_film(tmp_path))
        assert await files.older_than(3600) == (), "putting it again makes it young"

    asyncio.run(play())
