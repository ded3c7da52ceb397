"""How many people came to a booth: counting in memory, storing in batches, and what of it is shown.

Nothing here knows a person: who counts says booth, kind and language. What is counted and not stored yet is kept while
the database is away, up to a bound, and lost with the process: at most what came since the last batch.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import islice
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from halles.ids import BoothId, RequestId
from halles.world.roles import Right
from halles.world.text import LANGUAGES, Language
from halles_server.ports.clock import Clock
from halles_server.ports.numbers import MET, OPENED, PASSED, RANG, STOPPED, TOOK, NumberStore, Tally
from halles_server.services.actor import Actor
from halles_server.services.once_a_day import Doer, OnceADay
from halles_server.services.staff import Staff

LEAST: Final = 5
"""Smaller counts are told to nobody: who knows that somebody was there would know what they did."""

KINDS: Final = (PASSED, STOPPED, OPENED, TOOK, RANG, MET)
"""In the order in which people come closer."""

_ALWAYS: Final = frozenset({PASSED, STOPPED, OPENED, TOOK, MET})
"""Kinds that are counted wherever a server runs; the others are shown once there is something of them."""

SUMS_CAP: Final = 20_000
"""Sums that wait to be stored: of 150 booths, in all languages, those of ten days. What comes beyond is not counted."""

BATCH: Final = 500


class Hidden(Enum):
    """Why a count is not told."""

    FEW = "few"
    """It is under ``LEAST``."""
    WITHHELD = "withheld"
    """It is not, but beside it and the sum of all languages one that is would be known."""


Cell = int | Hidden

_Key = tuple[BoothId, date, Language, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One day or month: a count for each kind of the table."""

    day: date
    counts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a booth is told.

    Attributes:
        kinds: The columns.
        days: Newest first.
        months: What is older, newest first.
        sums: Of the days' counts that are shown, for each column.
    """

    kinds: tuple[str, ...]
    days: tuple[Row, ...]
    months: tuple[Row, ...]
    sums: tuple[int, ...]


class Numbers:
    """Counts, and tells."""

    def __init__(
        self, store: NumberStore, staff: Staff, clock: Clock, zone: ZoneInfo, new_id: Callable[[], UUID]
    ) -> None:
        """Takes also the zone in which days begin, and a source of ids."""
        self._store = store
        self._staff = staff
        self._clock = clock
        self._zone = zone
        self._new_id = new_id
        self._counted: Counter[_Key] = Counter()
        self._batch: tuple[RequestId, tuple[Tally, ...]] | None = None
        self._storing = asyncio.Lock()
        self._once = OnceADay(new_id().bytes)

    def count(self, booth: BoothId, kind: str, language: Language, count: int = 1) -> bool:
        """Counts something that happened now; False when so much waits to be stored that it is left out."""
        key = (booth, self._today(), language, kind)
        if key not in self._counted and len(self._counted) >= SUMS_CAP:
            return False
        self._counted[key] += count
        return True

    def count_once(self, doer: Doer, booth: BoothId, kind: str, language: Language) -> bool:
        """Counts what somebody has done, unless they have done it today already; tells whether it counted.

        Of whom and from where, only hashes under a key that this process alone knows are kept, in memory, until the day
        is over: after a restart, or at another node, it counts once more.
        """
        today = self._today()
        if not self._once.is_new(today, doer, booth, kind) or not self.count(booth, kind, language):
            return False
        self._once.remember(doer, booth, kind)
        return True

    async def store(self) -> None:
        """Stores what was counted, batch by batch.

        A batch that failed is repeated as it was before anything else is stored, so that one of which nothing is known
        counts once.

        Raises:
            Unavailable: What is not stored is kept.
            Rejection: STORAGE_FULL, likewise.
        """
        async with self._storing:
            while self._batch is not None or self._counted:
                if self._batch is None:
                    self._batch = (RequestId(self._new_id().bytes), self._take())
                await self._store.add(*self._batch)
                self._batch = None

    async def table(self, actor: Actor, booth: BoothId, language: Language | None) -> Table:
        """Returns what a booth is told, of all or of one language's readers; ``Rejection`` FORBIDDEN."""
        await self._staff.require(actor, Right.SEE_NUMBERS, booth)
        zone = self._zone.key
        days, months = await self._store.days(booth, zone), await self._store.months(booth, zone)
        found = {tally.kind for tally in (*days, *months)}
        kinds = tuple(kind for kind in KINDS if kind in _ALWAYS | found)
        rows = _rows(days, kinds, language)
        sums = tuple(sum(_told([row.counts[i] for row in rows])) for i in range(len(kinds)))
        return Table(kinds, rows, _rows(months, kinds, language), sums)

    def _today(self) -> date:
        return self._clock.wall().astimezone(self._zone).date()

    def _take(self) -> tuple[Tally, ...]:
        taken = list(islice(self._counted.items(), BATCH))
        for key, _ in taken:
            del self._counted[key]
        return tuple(Tally(*key, count) for key, count in taken)


def told(cells: Mapping[Language, int]) -> dict[Language, int]:
    """Returns those of one day's and kind's counts that may be told beside their sum.

    None under ``LEAST``; and where those left out are fewer together, the sum would tell them: then the smallest of the
    others is left out as well.
    """
    shown = {language: count for language, count in cells.items() if count >= LEAST}
    rest = sum(cells.values()) - sum(shown.values())
    if shown and 0 < rest < LEAST:
        del shown[min(shown, key=lambda language: shown[language])]
    return shown


def _rows(tallies: Iterable[Tally], kinds: tuple[str, ...], language: Language | None) -> tuple[Row, ...]:
    cells: dict[date, dict[str, dict[Language, int]]] = {}
    for tally in tallies:
        cells.setdefault(tally.day, {}).setdefault(tally.kind, dict.fromkeys(LANGUAGES, 0))[tally.language] += (
            tally.count
        )
    return tuple(
        Row(day, tuple(_cell(cells[day].get(kind, {}), language) for kind in kinds))
        for day in sorted(cells, reverse=True)
    )


def _cell(counts: Mapping[Language, int], language: Language | None) -> Cell:
    if language is None:
        total = sum(counts.values())
        return total if total >= LEAST else Hidden.FEW
    if counts.get(language, 0) < LEAST:
        return Hidden.FEW
    return told(counts).get(language, Hidden.WITHHELD)


def _told(cells: Iterable[Cell]) -> list[int]:
    """Returns the counts that are told."""
    return [cell for cell in cells if not isinstance(cell, Hidden)]
