"""Migrations: at once, again, too new, broken, half done."""

import asyncio
import re
import shutil
from pathlib import Path

import asyncpg
import pytest

from halles.errors import ConfigError
from halles.ids import BoothId, MediaId
from halles_server.ports.media import Facts
from halles_server.storage import pool, schema
from halles_server.storage.booths import Booths
from halles_server.storage.media import Media
from tests.support.postgres import TestPostgres


def folder_with(tmp_path: Path, name: str, statement: str) -> Path:
    """Returns a copy of this version's migrations with one more."""
    folder = Path(shutil.copytree(schema.FOLDER, tmp_path / name.partition("_")[0]))
    text = (
        f"-- one more\n-- depends: {schema.versions()[-1]}\n\n-- migrate: apply\n{statement};\n\n-- migrate: rollback\n"
    )
    (folder / f"{name}.sql").write_text(text)
    return folder


def test_nodes_that_migrate_at_once_do_it_once(postgres: TestPostgres) -> None:
    async def play() -> None:
        url = postgres.empty()
        applied = await asyncio.gather(*(schema.migrate(url) for _ in range(4)))
        assert sorted(applied, key=len) == [(), (), (), schema.versions()]
        async with pool.opened(url) as one, pool.opened(url) as other:
            await one.ping()
            await other.ping()

    asyncio.run(play())


def test_migrating_again_does_nothing(database_url: str) -> None:
    said: list[str] = []
    assert asyncio.run(schema.migrate(database_url, on_progress=said.append)) == ()
    assert said == []


def test_an_older_version_refuses_a_newer_database(postgres: TestPostgres, tmp_path: Path) -> None:
    newer = folder_with(tmp_path, "0099_tomorrow", "CREATE TABLE tomorrow (number integer)")

    async def play() -> None:
        url = postgres.fresh()
        assert await schema.migrate(url, folder=newer) == ("0099_tomorrow",)
        with pytest.raises(ConfigError, match=r"migrated by a newer Halles \(0099_tomorrow\): install that version"):
            await schema.migrate(url)
        with pytest.raises(ConfigError, match="newer Halles"):
            async with pool.opened(url):
                raise AssertionError("opened")

    asyncio.run(play())


def test_a_failing_migration_changes_nothing_and_says_which(postgres: TestPostgres, tmp_path: Path) -> None:
    broken = folder_with(tmp_path, "0099_broken", "CREATE TABLE half (n integer); SELECT 1 / 0")

    async def play() -> None:
        url = postgres.fresh()
        with pytest.raises(ConfigError, match="0099_broken: division by zero"):
            await schema.migrate(url, folder=broken)
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT to_regclass('half')") is None
        await connection.close()
        async with pool.opened(url) as database:
            await database.ping()
        # The lock went with the connection: the next one does not wait.
        async with asyncio.timeout(5):
            assert await schema.migrate(url) == ()

    asyncio.run(play())


def test_a_migration_does_not_block_a_running_show(postgres: TestPostgres, tmp_path: Path) -> None:
    seen = "CREATE TABLE patience AS SELECT current_setting('lock_timeout') AS s"
    patience = folder_with(tmp_path, "0098_patience", seen)
    waiting = folder_with(tmp_path, "0099_waiting", "SET LOCAL lock_timeout = '200ms'; ALTER TABLE chat ADD mood text")

    async def play() -> None:
        url = postgres.fresh()
        busy = await asyncpg.connect(url)
        async with busy.transaction():
            await busy.execute("SELECT count(*) FROM chat")
            with pytest.raises(ConfigError, match="0099_waiting: canceling statement due to lock timeout"):
                await schema.migrate(url, folder=waiting)
        await schema.migrate(url, folder=patience)
        assert await busy.fetchval("SELECT s FROM patience") == "5s"
        await busy.close()

    asyncio.run(play())


def test_a_body_of_a_database_that_exists_is_read_as_one_and_keeps_its_history(
    postgres: TestPostgres, tmp_path: Path
) -> None:
    # What the first version stored: the kind was called "public-body" in the table and in every content.
    first = tmp_path / "first"
    first.mkdir()
    shutil.copy(schema.FOLDER / "0001_ground.sql", first)
    content = (
        '{"name": "CRRAV", "kind": "public-body", "accent": 1, "pitch": {"fr": "Nous"}, "links": [], "panels":'
        ' [{"slot": "screen", "title": {"fr": "Un"}, "text": {}, "picture": "", "alt": {}}]}'
    )

    async def play() -> None:
        url = postgres.empty()
        await schema.migrate(url, folder=first)
        connection = await asyncpg.connect(url)
        await connection.execute("INSERT INTO organisations (id, name, kind) VALUES ('c', 'CRRAV', 'public-body')")
        await connection.execute(
            "INSERT INTO booths (id, organisation, hall, slot, format, content)"
            " VALUES ('c', 'c', 'lille', 'A1', 1, $1)",
            content,
        )
        await connection.execute(
            "INSERT INTO booth_revisions (booth, revision, format, content) VALUES ('c', 1, 1, $1)", content
        )
        assert await schema.migrate(url) == schema.versions()[1:]
        assert await connection.fetchval("SELECT kind FROM organisations") == "body"
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE organisations SET kind = 'public-body'")
        # Revisions are history and stay as they were written; reading raises them.
        assert await connection.fetchval("SELECT content ->> 'kind' FROM booth_revisions") == "public-body"
        await connection.close()
        async with pool.opened(url) as database:
            booths = Booths(database)
            read = (await booths.read(BoothId("c"))).content
            assert (read.kind, read.name, read.panels[0].title.fr) == ("body", "CRRAV", "Un")
            assert [found.record.content.kind for found in await booths.find("crrav", 5)] == ["body"]

    asyncio.run(play())


def test_pictures_of_a_database_that_exists_stay_and_are_as_large_as_their_bytes(
    postgres: TestPostgres, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    for version in schema.versions():
        if version < "0008":
            shutil.copy(schema.FOLDER / f"{version}.sql", before)
    picture = f"{'ab' * 32}.webp"

    async def play() -> None:
        url = postgres.empty()
        await schema.migrate(url, folder=before)
        connection = await asyncpg.connect(url)
        await connection.execute(
            "INSERT INTO media (id, mime, width, height, data) VALUES ($1, 'image/webp', 4, 3, $2)", picture, b"x" * 50
        )
        await connection.close()
        await schema.migrate(url)
        async with pool.opened(url) as database:
            facts = await Media(database).facts([MediaId(picture)])
            assert facts == {MediaId(picture): Facts(MediaId(picture), 50, 4, 3)}

    asyncio.run(play())


def test_every_migration_names_its_predecessor_and_has_no_way_back() -> None:
    files = sorted(schema.FOLDER.glob("*.sql"))
    before = ""
    for number, file in enumerate(files, 1):
        text = file.read_text()
        assert re.fullmatch(rf"{number:04}_[a-z_]+", file.stem)
        assert re.search(r"^-- depends:(.*)$", text, re.MULTILINE).group(1).strip() == before  # type: ignore[union-attr]
        assert text.partition("-- migrate: rollback")[2].strip() == ""
        before = file.stem
    assert files
