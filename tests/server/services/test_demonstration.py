"""Importing the demonstration into a real Postgres: again and again, and never over what people wrote."""

import asyncio
import shutil
import uuid
from collections import Counter
from pathlib import Path

import pytest

from halles.errors import ConfigError
from halles.ids import AccountId, BoothId, RequestId
from halles.resources import assets
from halles.world.booth import BoothEdit, Change
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.services.demonstration import import_demonstration
from halles_server.services.demonstration_files import read_demonstration
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.booths import Booths
from halles_server.storage.demonstration import PreparedBooths
from halles_server.storage.media import Media

DEMO = assets() / "demo"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The exhibition without its pictures: only what is new is read, and nothing is new the second time."""
    return Path(shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("*.webp")))


def rewrite(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")


def test_the_whole_exhibition_arrives_with_its_pictures_and_a_second_import_changes_nothing(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            store = PreparedBooths(database)
            first = await import_demonstration(store, DEMO)
            assert str(first) == f"Demonstration: {len(first.outcomes)} booths, {len(first.outcomes)} added."
            show = read_demonstration(DEMO)
            stored = {record.booth: record for record in await Booths(database).all()}
            assert {booth.booth: booth.content for booth in show.booths} == {
                booth: record.content for booth, record in stored.items()
            }
            medium = await Media(database).read(show.pictures[0].media)
            assert medium is not None
            assert medium.data == show.pictures[0].file.read_bytes()
            assert (medium.mime, medium.width, medium.height) == ("image/webp", 640, 360)

            second = await import_demonstration(store, DEMO)
            assert set(second.outcomes.values()) == {"same"}
            assert {record.booth: record for record in await Booths(database).all()} == stored

    asyncio.run(play())


def test_an_exhibitors_edit_outlives_a_new_edition_of_the_files(database_url: str, copy: Path) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            store, booths = PreparedBooths(database), Booths(database)
            await import_demonstration(store, DEMO)
            ana = AccountId(str(uuid.uuid4()))
            await Accounts(database).create(Account(ana, "ana", "Ana", Role.EXHIBITOR, "fr", Look()), "hash")
            edit = BoothEdit((Change("pitch", "Nous filmons la nuit.", "fr"),))
            await booths.edit(ana, RequestId(uuid.uuid4().bytes), BoothId("studio-05"), 1, edit)

            assert set((await import_demonstration(store, copy)).outcomes.values()) == {"same"}
            rewrite(copy, "texts.toml", "is a demonstration exhibitor", "is an exhibitor of the demonstration")
            report = await import_demonstration(store, copy)

            assert report.outcomes[BoothId("studio-05")] == "kept"
            assert report.outcomes[BoothId("crrav")] == "same"
            counts = Counter(report.outcomes.values())
            assert f"{counts['changed']} brought up to date" in str(report)
            assert "1 kept as their exhibitors left them" in str(report)
            assert (await booths.read(BoothId("studio-05"))).content.pitch.fr == "Nous filmons la nuit."
            changed = await booths.read(BoothId("studio-06"))
            assert changed.revision == 2
            assert "of the demonstration" in changed.content.pitch.en

    asyncio.run(play())


def test_a_picture_that_is_not_the_named_one_stops_the_whole_import(database_url: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DEMO, tmp_path / "whole"))
    (folder / "posters" / "studio-41.poster-2.webp").write_bytes(b"RIFF")

    async def play() -> None:
        async with pool.opened(database_url) as database:
            with pytest.raises(ConfigError, match=r"studio-41\.poster-2\.webp"):
                await import_demonstration(PreparedBooths(database), folder)
            assert await Booths(database).all() == ()
            assert await Media(database).read(read_demonstration(DEMO).pictures[0].media) is None

    asyncio.run(play())
