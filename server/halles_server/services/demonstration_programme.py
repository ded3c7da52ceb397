"""The demonstration's programme: ``assets/demo/programme.toml`` as entries around the moment of the import.

As often as one likes: entries stay where they are as long as the first is not over, then all move to the new moment.
What people have changed or cancelled stays theirs.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from halles.errors import ConfigError
from halles.ids import HallId, LiveSessionId
from halles.world.text import Language, Text
from halles_server.ports.meetings import Period
from halles_server.ports.programme import Access, Entry, Mode, Speaker, WorkingGroup

STAGE = "stage"
"""Of each hall, in the demonstration."""


class PreparedProgrammeStore(Protocol):
    """Where a prepared programme goes."""

    async def put(self, groups: tuple[WorkingGroup, ...], entries: tuple[Entry, ...], now: datetime) -> tuple[int, int]:
        """Brings groups and entries into the show; returns how many entries were added, and how many moved.

        Raises:
            Rejection: STORAGE_FULL.
            Unavailable: The database does not answer; nothing was imported.
        """


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    fr: str
    nl: str
    en: str

    def text(self) -> Text:
        return Text(self.fr, self.nl, self.en)


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: _Words
    purpose: _Words


class _Planned(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: _Words
    summary: _Words
    hall: str
    begins: int
    minutes: int
    language: Language
    mode: Mode
    access: Access = "public"
    group: str = ""
    speakers: tuple[str, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    groups: tuple[_Group, ...]
    entries: tuple[_Planned, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeReport:
    """What an import did."""

    entries: int
    added: int
    moved: int

    def __str__(self) -> str:
        """Says it in a sentence, for the operator."""
        return f"Programme: {self.entries} live sessions, {self.added} added, {self.moved} moved to now."


async def import_programme(store: PreparedProgrammeStore, file: Path, now: datetime) -> ProgrammeReport:
    """Brings the programme of a file into the show, around a moment.

    Raises:
        ConfigError: The file is missing or malformed.
        Rejection: STORAGE_FULL.
        Unavailable: The database does not answer; nothing was imported.
    """
    groups, entries = read_programme(file, now)
    added, moved = await store.put(groups, entries, now)
    return ProgrammeReport(len(entries), added, moved)


def read_programme(file: Path, now: datetime) -> tuple[tuple[WorkingGroup, ...], tuple[Entry, ...]]:
    """Reads the file; ``ConfigError``."""
    try:
        read = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{file.name}: {error}") from None
    start = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    groups = tuple(WorkingGroup(one.id, one.name.text(), one.purpose.text()) for one in read.groups)
    return groups, tuple(_entry(one, start, {group.group: group for group in groups}) for one in read.entries)


def _entry(one: _Planned, start: datetime, groups: Mapping[str, WorkingGroup]) -> Entry:
    if one.group and one.group not in groups:
        raise ConfigError(f"programme.toml: no group {one.group}")
    begins = start + timedelta(minutes=one.begins)
    return Entry(
        session=LiveSessionId(one.id),
        title=one.title.text(),
        summary=one.summary.text(),
        hall=HallId(one.hall),
        stage=STAGE,
        during=Period(begins, begins + timedelta(minutes=one.minutes)),
        language=one.language,
        access=one.access,
        mode=one.mode,
        working_group=one.group,
        speakers=tuple(Speaker(name) for name in one.speakers),
    )
