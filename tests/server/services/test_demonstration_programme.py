"""The demonstration's programme: alive at the moment of each import, honest, and never taking people's work back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from halles.errors import ConfigError
from halles.resources import assets
from halles.world.text import LANGUAGES, Text
from halles_server.services.demonstration_programme import import_programme, read_programme
from halles_server.storage.demonstration_programme import PreparedProgramme
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme
from tests.support.booth_people import account_of, person, request_id
from tests.support.plans import PLANS
from tests.support.programme import played

FILE = assets() / "demo" / "programme.toml"
NOW = datetime.now(UTC)


def test_every_text_is_there_in_three_languages_and_every_stage_in_the_plans() -> None:
    groups, entries = read_programme(FILE, NOW)
    for text in (*(one.name for one in groups), *(one.title for one in entries), *(one.summary for one in entries)):
        assert all(text.within(code) for code in LANGUAGES)
    for entry in entries:
        assert entry.stage in {stage.id for stage in PLANS.scenes[entry.hall].stages}
        assert all("(démonstration)" in speaker.name for speaker in entry.speakers)
    assert entries[0].during.start <= NOW < entries[0].during.end


def test_an_import_is_repeated_without_effect_until_its_first_entry_is_over_then_all_move(database_url: str) -> None:
    async def play(database: Database) -> None:
        store, programme = PreparedProgramme(database), Programme(database)
        first = await import_programme(store, FILE, NOW)
        assert (first.added, first.moved) == (first.entries, 0)
        again = await import_programme(store, FILE, NOW + timedelta(minutes=40))
        assert (again.added, again.moved) == (0, 0)
        before = await programme.since(NOW, 100)
        author = account_of(await person(database, "Organiser"))
        changed = replace(before[1], title=Text("À nous"))
        await programme.change(author, request_id(), changed)
        await programme.cancel(author, request_id(), before[2].session, 1)
        later = await import_programme(store, FILE, NOW + timedelta(days=3))
        assert (later.added, later.moved) == (0, first.entries - 2)
        after = {one.session: one for one in await programme.since(NOW, 100)}
        assert after[before[0].session].during.start > before[0].during.start + timedelta(days=2)
        assert after[changed.session].title == Text("À nous")
        assert after[changed.session].during == before[1].during
        assert after[before[2].session].cancelled

    played(database_url, play)


def test_an_organisers_entry_on_the_same_stage_is_left_and_the_demonstrations_left_out(database_url: str) -> None:
    async def play(database: Database) -> None:
        author, programme = account_of(await person(database, "Organiser")), Programme(database)
        _, entries = read_programme(FILE, NOW)
        await programme.write(author, request_id(), replace(entries[0], session="own", working_group=""))  # type: ignore[arg-type]
        report = await import_programme(PreparedProgramme(database), FILE, NOW)
        assert report.added == report.entries - 1
        assert await programme.read(entries[0].session) is None

    played(database_url, play)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing"):
        read_programme(tmp_path / "nothing.toml", NOW)
    broken = tmp_path / "programme.toml"
    broken.write_text("groups = 3")
    with pytest.raises(ConfigError, match="programme"):
        read_programme(broken, NOW)
