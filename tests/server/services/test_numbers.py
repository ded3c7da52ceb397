"""Numbers: counted within bounds, stored once, and told only where they are too many to be anybody."""

import asyncio
from datetime import UTC, date, datetime
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import Rejection, Unavailable
from halles.ids import BoothId, RequestId
from halles.world.text import LANGUAGES, Language
from halles_server.cluster.local import LocalBus
from halles_server.ports.numbers import Tally
from halles_server.services import numbers as service
from halles_server.services.numbers import BATCH, LEAST, SUMS_CAP, Hidden, Numbers, told
from halles_server.services.once_a_day import Doer
from halles_server.services.staff import Staff
from halles_server.storage.numbers import Numbers as StoredNumbers
from halles_server.storage.pool import Database
from halles_server.storage.staff import Staff as StoredStaff
from tests.support.booth_people import BOOTH, OTHER_BOOTH, StoppedClock, booths_in, person

FEW: Final = Hidden.FEW
ZONE: Final = ZoneInfo("Europe/Brussels")
ADA: Final = Doer("visit:a", "192.0.2.1")
BEN: Final = Doer("visit:b", "192.0.2.1")


def numbers_of(database: Database, clock: StoppedClock | None = None) -> Numbers:
    staff = Staff(StoredStaff(database), LocalBus())
    return Numbers(StoredNumbers(database), staff, clock or StoppedClock(), ZONE, uuid4)


def count(numbers: Numbers, kind: str, language: Language, times: int) -> None:
    for _ in range(times):
        assert numbers.count(BOOTH, kind, language)


def test_what_was_counted_is_told_by_day_of_the_shows_zone(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            clock = StoppedClock(datetime(2027, 1, 12, 22, 30, tzinfo=UTC))
            numbers, staff = numbers_of(database, clock), await person(database, "Staff", staff_of=BOOTH)
            count(numbers, "passed", "fr", 6)
            count(numbers, "passed", "nl", 5)
            clock.go(hours=1)
            count(numbers, "passed", "fr", 7)
            count(numbers, "stopped", "fr", 4)
            await numbers.store()
            table = await numbers.table(staff, BOOTH, None)
            assert table.kinds == ("passed", "stopped", "opened", "took", "met")
            assert [(row.day, row.counts) for row in table.days] == [
                (date(2027, 1, 13), (7, FEW, FEW, FEW, FEW)),
                (date(2027, 1, 12), (11, FEW, FEW, FEW, FEW)),
            ]
            assert table.sums == (18, 0, 0, 0, 0)
            dutch = await numbers.table(staff, BOOTH, "nl")
            assert [row.counts[0] for row in dutch.days] == [FEW, 5]
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await numbers.table(staff, OTHER_BOOTH, None)

    asyncio.run(play())


def test_kinds_that_others_count_are_shown_once_there_is_something_of_them(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            numbers, staff = numbers_of(database), await person(database, "Staff", staff_of=BOOTH)
            count(numbers, "rang", "en", 5)
            await numbers.store()
            kinds = (await numbers.table(staff, BOOTH, None)).kinds
            assert kinds == ("passed", "stopped", "opened", "took", "rang", "met")

    asyncio.run(play())


def test_what_one_person_does_at_a_booth_counts_once_a_day(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            clock = StoppedClock(datetime(2027, 1, 12, 22, 30, tzinfo=UTC))
            numbers = numbers_of(database, clock)
            assert numbers.count_once(ADA, BOOTH, "took", "fr")
            assert not numbers.count_once(ADA, BOOTH, "took", "nl")
            assert numbers.count_once(ADA, BOOTH, "opened", "fr")
            assert numbers.count_once(ADA, OTHER_BOOTH, "took", "fr")
            assert numbers.count_once(BEN, BOOTH, "took", "fr")
            clock.go(hours=1)  # midnight in the show
            assert numbers.count_once(ADA, BOOTH, "took", "fr")
            await numbers.store()
            days = await StoredNumbers(database).days(BOOTH, "UTC")
            assert [(t.day.day, t.count) for t in days if t.kind == "took"] == [(12, 2), (13, 1)]

    asyncio.run(play())


class Forgetful:
    """A store that does what it is told and answers only sometimes: the network's part, not one of ours."""

    def __init__(self, store: StoredNumbers) -> None:
        self._store = store
        self.silent = True
        self.batches: list[RequestId] = []

    async def add(self, batch: RequestId, tallies: tuple[Tally, ...]) -> None:
        self.batches.append(batch)
        await self._store.add(batch, tallies)
        if self.silent:
            raise Unavailable("no answer")

    async def days(self, booth: BoothId, zone: str) -> tuple[Tally, ...]:
        return await self._store.days(booth, zone)

    async def months(self, booth: BoothId, zone: str) -> tuple[Tally, ...]:
        return await self._store.months(booth, zone)


def test_a_batch_without_an_answer_is_repeated_and_counts_once(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            stored = StoredNumbers(database)
            store = Forgetful(stored)
            numbers = Numbers(store, Staff(StoredStaff(database), LocalBus()), StoppedClock(), ZONE, uuid4)
            count(numbers, "passed", "fr", 3)
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await numbers.store()
            count(numbers, "passed", "fr", 2)
            store.silent = False
            await numbers.store()
            await numbers.store()  # nothing is left
            assert len(set(store.batches)) == 2
            assert [tally.count for tally in await stored.days(BOOTH, "UTC")] == [5]

    asyncio.run(play())


def test_what_waits_is_bounded_and_goes_in_batches(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            store = Forgetful(StoredNumbers(database))
            store.silent = False
            numbers = Numbers(store, Staff(StoredStaff(database), LocalBus()), StoppedClock(), ZONE, uuid4)
            booths = [BoothId(f"booth-{number}") for number in range(BATCH + 1)]
            monkeypatch.setattr(service, "SUMS_CAP", len(booths))
            assert all(numbers.count(booth, "passed", "fr") for booth in booths)
            assert not numbers.count(BOOTH, "passed", "fr")
            assert numbers.count(booths[0], "passed", "fr"), "what is known already still counts"
            await numbers.store()
            assert len(store.batches) == 2
            assert numbers.count(BOOTH, "passed", "fr")

    assert SUMS_CAP > 3 * 4 * 155
    asyncio.run(play())


@given(st.dictionaries(st.sampled_from(LANGUAGES), st.integers(0, 20)))
def test_no_small_count_can_be_computed_from_what_is_told(cells: dict[Language, int]) -> None:
    shown = told(cells)
    assert all(cells[language] == count >= LEAST for language, count in shown.items())
    total = sum(cells.values())
    rest = total - sum(shown.values())
    if total >= LEAST:  # then the sum of all languages is told as well
        assert rest == 0 or rest >= LEAST


def test_a_count_that_is_not_told_is_never_called_small(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            numbers, staff = numbers_of(database), await person(database, "Staff", staff_of=BOOTH)
            count(numbers, "passed", "fr", 9)
            count(numbers, "passed", "nl", 3)
            await numbers.store()
            cells = {code: (await numbers.table(staff, BOOTH, code)).days[0].counts[0] for code in LANGUAGES}
            assert cells == {"fr": Hidden.WITHHELD, "nl": FEW, "en": FEW}
            assert (await numbers.table(staff, BOOTH, None)).days[0].counts[0] == 12

    asyncio.run(play())
