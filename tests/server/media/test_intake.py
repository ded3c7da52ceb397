"""Uploads on their way: looked at, kept or refused, and gone from there in every case."""

import asyncio
import os
from pathlib import Path

import pytest

from halles.errors import Rejection, RejectionCode, Unavailable
from halles.ids import MediaId
from halles_server.ports.media import Facts, MediaKind
from halles_server.storage import room
from tests.support.files import film, pdf, photograph
from tests.support.media import Stored, joined, names, started
from tests.support.models import glb, png


async def sent(media: Stored, data: bytes, kind: MediaKind, name: str = "one") -> Facts:
    await media.intake.append(name, 0, data[:1000], kind)
    await media.intake.append(name, len(data[:1000]), data[1000:], kind)
    return await media.intake.finish(name, kind)


def test_each_kind_is_stored_where_it_belongs(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            picture = await sent(media, photograph(), "picture")
            model = await sent(media, glb(2), "model")
            document = await sent(media, pdf(2), "document")
            shown = await sent(media, film(tmp_path), "film")
            assert names(media.folder) == sorted([document.media, shown.media])
            for facts in (picture, model):
                found = await media.media.read(facts.media)
                assert found is not None
                assert len(found.data) == facts.size
            stored = await media.media.facts([picture.media, model.media, document.media, shown.media])
            assert stored[model.media].triangles == 2
            assert stored[shown.media].seconds == pytest.approx(shown.seconds, abs=0.01)
            assert {part.kind for part in stored[document.media].parts} == {"page", "near", "far"}
            for facts in stored.values():
                for part in facts.parts:
                    assert await media.media.read(part.media) is not None

    asyncio.run(play())


def test_what_is_only_looked_at_is_named_as_it_would_be_and_nothing_of_it_stays(
    database_url: str, tmp_path: Path
) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            data = pdf(2)
            await media.intake.append("one", 0, data, "document")
            looked_at = await media.intake.examine("one", "document")
            assert names(media.folder) == []
            assert await media.media.facts([looked_at.media]) == {}
            assert await sent(media, data, "document") == looked_at

    asyncio.run(play())


def test_the_same_file_twice_is_one_medium(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            first, second = await sent(media, pdf(1), "document"), await sent(media, pdf(1), "document", "two")
            assert first == second
            assert names(media.folder) == [first.media]

    asyncio.run(play())


@pytest.mark.parametrize("trouble", [b"", b"exit"])
def test_whatever_is_refused_leaves_nothing(trouble: bytes, database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            with pytest.raises(Rejection):
                await sent(media, (png() if trouble else photograph(kind="PNG")[:90]) + trouble, "picture")
            assert names(media.folder) == []
            async with media.database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM media") == 0

    asyncio.run(play())


def test_another_kind_is_refused_with_its_first_piece(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            for data in (b"<svg xmlns='http://www.w3.org/2000/svg'>", b"<!doctype html>", pdf()):
                with pytest.raises(Rejection) as refused:
                    await media.intake.append("one", 0, data, "picture")
                assert refused.value.code == RejectionCode.UNREADABLE
            assert names(media.folder) == []

    asyncio.run(play())


def test_a_piece_that_broke_off_is_written_over(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            data = photograph()
            await media.intake.append("one", 0, data[:500], "picture")
            await media.intake.append("one", 500, b"half of a piece that was not counted", "picture")
            await media.intake.append("one", 500, data[500:], "picture")
            assert (await media.intake.finish("one", "picture")).width == 480

    asyncio.run(play())


def test_nothing_is_taken_on_a_nearly_full_disk(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            await media.intake.append("one", 0, photograph(), "picture")
            monkeypatch.setattr(room, "RESERVE", 2**62)
            monkeypatch.setattr(room, "SHARE", 1.0)
            for act in (media.intake.append("two", 0, png(), "picture"), media.intake.finish("one", "picture")):
                with pytest.raises(Rejection) as refused:
                    await act
                assert refused.value.code == RejectionCode.STORAGE_FULL
            assert names(media.folder) == []

    asyncio.run(play())


def test_what_was_sent_and_is_gone_must_be_sent_again(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            media.arriving.mkdir(parents=True)
            with pytest.raises(Rejection, match="send it again"):
                await media.intake.finish("one", "picture")

    asyncio.run(play())


def test_a_film_whose_row_is_not_stored_is_an_orphan_that_the_sweep_finds_after_an_hour(
    database_url: str, tmp_path: Path
) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            kept = await sent(media, pdf(1), "document")
            # As after a crash between the file and its row.
            (tmp_path / "stray").write_bytes(pdf(2))
            await media.files.put(MediaId("ab" * 32 + ".pdf"), tmp_path / "stray")
            assert len(names(media.folder)) == 2
            assert await media.intake.sweep() == 0
            for path in media.folder.glob("??/*"):
                os.utime(path, (0, 0))
            assert await media.intake.sweep() == 1
            assert names(media.folder) == [kept.media]

    asyncio.run(play())


def test_what_a_killed_server_left_is_gone_after_an_hour(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            await media.intake.append("old", 0, png(), "picture")
            (media.arriving / "old.work").mkdir()
            (media.arriving / "old.work" / "sheet.webp").write_bytes(b"half")
            for path in media.arriving.iterdir():
                os.utime(path, (0, 0))
            await media.intake.append("young", 0, png(), "picture")
            assert await media.intake.sweep() == 2
            assert [path.name for path in media.arriving.iterdir()] == ["young.part"]
            await media.intake.drop("young")
            assert not list(media.arriving.iterdir())

    asyncio.run(play())


def test_a_folder_that_cannot_be_used_is_unavailable(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        (tmp_path / "media").write_bytes(b"a file")
        async with joined(database_url, tmp_path / "media") as media:
            with pytest.raises(Unavailable, match="the folder of media cannot be used"):
                await media.intake.append("one", 0, png(), "picture")

    asyncio.run(play())


def test_cancelled_while_a_file_is_looked_at_nothing_stays(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            task = asyncio.ensure_future(sent(media, png() + b"hang", "picture"))
            await started(media.worker)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)
            assert names(media.folder) == []

    asyncio.run(play())
