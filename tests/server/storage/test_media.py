"""Pictures by the hash of their bytes."""

import asyncio
import dataclasses
import hashlib
from pathlib import Path

import msgspec
import pytest

from halles.ids import BoothId, HallId, MediaId, SlotId
from halles.world.booth import BoothContent, Panel
from halles_server.ports.booths import PreparedBooth
from halles_server.ports.media import Facts, Made, MadeFile, Medium, Part
from halles_server.storage import demonstration, pool
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


def made(folder: Path, *names: str) -> Made:
    """A medium and its parts, each with the bytes of its name."""
    files = []
    for name in names:
        path = folder / name
        path.write_bytes(name.encode() * 50)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        facts = Facts(MediaId(f"{digest}.{name.partition('.')[2]}"), path.stat().st_size, width=4, height=3)
        files.append(MadeFile(path, facts))
    medium, *parts = files
    kinds = [Part("page", number, part.facts.media) for number, part in enumerate(parts, 1)]
    return Made(MadeFile(medium.path, dataclasses.replace(medium.facts, pages=2, parts=tuple(kinds))), tuple(parts))


def test_a_medium_is_kept_with_its_parts_and_large_ones_without_their_bytes(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            media, document = Media(database), made(tmp_path, "book.pdf", "one.webp", "two.webp")
            await media.keep(document)
            await media.keep(document)
            name = document.medium.facts.media
            assert await media.facts([name, MediaId("0" * 64 + ".pdf")]) == {name: document.medium.facts}
            assert await media.read(name) is None
            page = await media.read(document.parts[0].facts.media)
            assert page is not None
            assert page.data == b"one.webp" * 50

    asyncio.run(play())


def test_what_nothing_refers_to_for_seven_days_goes_with_its_parts(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            media = Media(database)
            shown = made(tmp_path, "shown.webp", "shown-far.webp")
            once = made(tmp_path, "once.webp")
            left = made(tmp_path, "left.pdf", "left-one.webp", "shown-far.webp")
            for one in (shown, once, left):
                await media.keep(one)
            content = BoothContent("Studio", "company", panels=(Panel("poster-1", picture=once.medium.facts.media),))
            booth = PreparedBooth(
                BoothId("studio"), "studio", "Studio", "", False, HallId("lille"), SlotId("A1"), content
            )
            await demonstration.put(database, [booth])
            now = msgspec.structs.replace(content, panels=(Panel("poster-1", picture=shown.medium.facts.media),))
            await demonstration.put(database, [dataclasses.replace(booth, content=now)])
            assert await media.forget_unused() == ()
            async with database.connection() as connection:
                await connection.execute("UPDATE media SET stored = now() - interval '7 days 1 hour'")
            gone = await media.forget_unused()
            assert sorted(gone) == sorted([left.medium.facts.media, left.parts[0].facts.media])
            assert set(await media.facts([file.facts.media for file in (shown.medium, *shown.parts, once.medium)])) == {
                file.facts.media for file in (shown.medium, *shown.parts, once.medium)
            }, "what is shown, what was shown in an earlier revision, and parts of it"

    asyncio.run(play())


def test_a_medium_kept_again_is_young_again(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            media, picture = Media(database), made(tmp_path, "one.webp")
            await media.keep(picture)
            async with database.connection() as connection:
                await connection.execute("UPDATE media SET stored = now() - interval '8 days'")
            await media.keep(picture)
            assert await media.forget_unused() == ()

    asyncio.run(play())


def test_a_model_that_an_import_stored_unseen_is_weighed_once_it_is_uploaded(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            media, model = Media(database), made(tmp_path, "model.glb")
            await media.keep(model)
            seen = dataclasses.replace(model.medium.facts, triangles=90, texels=64)
            await media.keep(Made(MadeFile(model.medium.path, seen)))
            (known,) = (await media.facts([seen.media])).values()
            assert (known.triangles, known.texels) == (90, 64)

    asyncio.run(play())
