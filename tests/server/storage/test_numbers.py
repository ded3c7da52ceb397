"""Sums in a real Postgres: added once, and after ninety days by month only."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from halles.ids import BoothId
from halles_server.ports.numbers import Tally
from halles_server.storage.numbers import Numbers, sum_up
from tests.support.booth_people import BOOTH, OTHER_BOOTH, account_of, booths_in, person, request_id

TODAY = datetime.now(UTC).date()


def tally(count: int = 1, *, booth: BoothId = BOOTH, day: date = TODAY, kind: str = "passed") -> Tally:
    return Tally(booth, day, "fr", kind, count)


def test_sums_are_added_once_for_each_batch_and_a_gone_booth_stops_nobody(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            numbers, batch = Numbers(database), request_id()
            rows = (tally(3), tally(2, booth=BoothId("gone")), tally(1, booth=OTHER_BOOTH))
            for _ in range(3):
                await numbers.add(batch, rows)
            await numbers.add(request_id(), (tally(4), tally(1, kind="stopped")))
            assert await numbers.days(BOOTH, "Europe/Brussels") == (tally(7), tally(1, kind="stopped"))
            assert await numbers.days(OTHER_BOOTH, "Europe/Brussels") == (tally(1, booth=OTHER_BOOTH),)

    asyncio.run(play())


def test_what_is_older_than_ninety_days_is_summed_by_month(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            numbers = Numbers(database)
            old, kept = TODAY - timedelta(days=91), TODAY - timedelta(days=89)
            first = old.replace(day=1)
            await numbers.add(request_id(), (tally(3, day=old), tally(2, day=first), tally(1, day=kept)))
            async with database.transaction() as connection:
                assert await sum_up(connection) == (1 if old == first else 2)
                assert await sum_up(connection) == 0
            assert await numbers.days(BOOTH, "UTC") == (tally(1, day=kept),)
            assert await numbers.months(BOOTH, "UTC") == (tally(5, day=first),)
            await numbers.add(request_id(), (tally(4, day=old),))
            async with database.transaction() as connection:
                await sum_up(connection)
            assert await numbers.months(BOOTH, "UTC") == (tally(9, day=first),)

    asyncio.run(play())


def test_meetings_that_were_held_count_on_their_day_in_the_shows_zone(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            host = account_of(await person(database, "Host", staff_of=BOOTH))
            ada = account_of(await person(database, "Ada"))
            insert = (
                "INSERT INTO meetings (booth, host, visitor, language, during, state, subject, expires) VALUES"
                " ($1, $2, $3, 'nl', tstzrange($4, $4::timestamptz + interval '20 minutes'), $5, '', now())"
            )
            midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
            async with database.transaction() as connection:
                for state, start in (
                    ("confirmed", midnight - timedelta(minutes=30)),
                    ("declined", midnight),
                    ("confirmed", datetime.now(UTC) + timedelta(days=1)),
                ):
                    await connection.execute(insert, BOOTH, host, ada, start, state)
            # Half an hour before midnight in Greenwich is the next day in Brussels.
            (met,) = await Numbers(database).days(BOOTH, "Europe/Brussels")
            assert met == Tally(BOOTH, midnight.date(), "nl", "met", 1)
            (met,) = await Numbers(database).days(BOOTH, "UTC")
            assert met.day == midnight.date() - timedelta(days=1)

    asyncio.run(play())
