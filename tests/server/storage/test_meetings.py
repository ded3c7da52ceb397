"""Meetings in a real Postgres: nobody is in two at once, whoever asks how fast."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from halles.errors import Rejection
from halles.ids import AccountId, BoothId
from halles_server.ports.meetings import MeetingAnswer, MeetingRequest, Period
from halles_server.storage.meetings import ASKS_CAP, SLOTS_CAP, Meetings
from halles_server.storage.pool import Database
from tests.support.audit import about
from tests.support.booth_people import BOOTH, OTHER_BOOTH, account_of, booths_in, person, request_id

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
LASTS = timedelta(hours=48)


def period(hours: float = 0.0, minutes: int = 20) -> Period:
    start = TOMORROW + timedelta(hours=hours)
    return Period(start, start + timedelta(minutes=minutes))


def wanted(slot: int, booth: BoothId = BOOTH, lasts: timedelta = LASTS) -> MeetingRequest:
    return MeetingRequest(booth, slot, "a co-production", "fr", lasts)


async def slot_at(database: Database, hours: float, host: AccountId, booth: BoothId = BOOTH) -> int:
    """Opens a slot and returns its number."""
    meetings = Meetings(database)
    known = {slot.slot for slot in await meetings.slots(booth)}
    await meetings.open(host, request_id(), booth, host, (period(hours),))
    (new,) = {slot.slot for slot in await meetings.slots(booth)} - known
    return new


async def someone(database: Database, name: str, staff_of: BoothId | None = None) -> AccountId:
    return account_of(await person(database, name, staff_of=staff_of))


async def refused(act: "asyncio.Future[object] | object") -> str:
    """The code with which an act is refused."""
    with pytest.raises(Rejection) as refusal:
        await act  # type: ignore[misc]
    return refusal.value.code


def test_slots_are_opened_all_or_none_and_never_twice_for_a_host(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, host, key = Meetings(database), await someone(database, "Host", BOOTH), request_id()
            for _ in range(2):
                assert await meetings.open(host, key, BOOTH, host, (period(0), period(1))) == 2
            assert (
                await refused(meetings.open(host, request_id(), BOOTH, host, (period(2), period(1.1)))) == "TIME_TAKEN"
            )
            slots = await meetings.slots(BOOTH)
            assert [(slot.during, slot.free, slot.host_name) for slot in slots] == [
                (period(0), True, "Host"),
                (period(1), True, "Host"),
            ]
            # One slot's end is another's beginning.
            next_one = Period(period(0).end, period(0).end + timedelta(minutes=20))
            assert await meetings.open(host, request_id(), BOOTH, host, (next_one,)) == 1
            assert (await about(database, f"booth:{BOOTH}"))[0].act == "slots.open"

    asyncio.run(play())


def test_only_the_booths_own_staff_host_and_a_booth_has_a_bound(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, host = Meetings(database), await someone(database, "Host", BOOTH)
            stranger = await someone(database, "Stranger", OTHER_BOOTH)
            assert await refused(meetings.open(host, request_id(), BOOTH, stranger, (period(),))) == "NOT_FOUND"
            many = tuple(period(number) for number in range(SLOTS_CAP + 1))
            assert await refused(meetings.open(host, request_id(), BOOTH, host, many)) == "OVER_BUDGET"

    asyncio.run(play())


def test_a_slot_is_asked_for_once_confirmed_and_stands_in_both_agendas(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings = Meetings(database)
            host, ada, bob = [await someone(database, *who) for who in (("Host", BOOTH), ("Ada",), ("Bob",))]
            slot, key = await slot_at(database, 0, host), request_id()
            meeting = await meetings.ask(ada, key, wanted(slot))
            assert await meetings.ask(ada, key, wanted(slot)) == meeting
            assert [one.free for one in await meetings.slots(BOOTH)] == [False]
            assert await refused(meetings.ask(bob, request_id(), wanted(slot))) == "NOT_FOUND"
            assert await refused(meetings.close(host, BOOTH, slot)) == "STALE_REVISION"
            await meetings.answer(host, request_id(), MeetingAnswer(BOOTH, meeting, True, "with pleasure"))
            for account, hosting in ((host, True), (ada, False)):
                (one,) = await meetings.agenda(account, timedelta(days=7))
                assert (one.state, one.word, one.hosting) == ("confirmed", "with pleasure", hosting)
                assert (one.visitor_name, one.host_name, one.sequence) == ("Ada", "Host", 1)
                assert (await meetings.read(account, meeting)).during == period(0)
            assert await meetings.agenda(bob, timedelta(days=7)) == ()
            assert await refused(meetings.read(bob, meeting)) == "NOT_FOUND"
            again = meetings.answer(host, request_id(), MeetingAnswer(BOOTH, meeting, False, ""))
            assert await refused(again) == "STALE_REVISION"

    asyncio.run(play())


def test_of_many_who_ask_for_a_slot_at_once_one_gets_it(database_url: str) -> None:
    outcomes: Counter[str] = Counter()

    async def ask(meetings: Meetings, visitor: AccountId, slot: int) -> None:
        try:
            await meetings.ask(visitor, request_id(), wanted(slot))
        except Rejection as refusal:
            outcomes[refusal.code] += 1
        else:
            outcomes["asked"] += 1

    async def play() -> None:
        async with booths_in(database_url) as database:
            host = await someone(database, "Host", BOOTH)
            slot = await slot_at(database, 0, host)
            visitors = [await someone(database, f"Visitor {number}") for number in range(12)]
            await asyncio.gather(*(ask(Meetings(database), visitor, slot) for visitor in visitors))
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM engagements") == 2

    asyncio.run(play())
    assert outcomes == {"asked": 1, "NOT_FOUND": 11}


def test_a_visitor_who_asks_two_booths_for_the_same_hour_at_once_gets_one(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, ada = Meetings(database), await someone(database, "Ada")
            first = await someone(database, "First", BOOTH)
            second = await someone(database, "Second", OTHER_BOOTH)
            here, there = await slot_at(database, 0, first), await slot_at(database, 0.2, second, OTHER_BOOTH)
            answers = await asyncio.gather(
                meetings.ask(ada, request_id(), wanted(here)),
                meetings.ask(ada, request_id(), wanted(there, OTHER_BOOTH)),
                return_exceptions=True,
            )
            refusals = [one for one in answers if isinstance(one, BaseException)]
            assert [getattr(one, "code", one) for one in refusals] == ["TIME_TAKEN"]
            assert len(await meetings.agenda(ada, timedelta(0))) == 1

    asyncio.run(play())


def test_who_hosts_here_cannot_visit_there_at_the_same_time(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, ada = Meetings(database), await someone(database, "Ada")
            host, other = await someone(database, "Host", BOOTH), await someone(database, "Other", OTHER_BOOTH)
            mine, theirs = await slot_at(database, 0, host), await slot_at(database, 0, other, OTHER_BOOTH)
            await meetings.ask(host, request_id(), wanted(theirs, OTHER_BOOTH))
            assert [slot.free for slot in await meetings.slots(BOOTH)] == [False]
            assert await refused(meetings.ask(ada, request_id(), wanted(mine))) == "NOT_FOUND"
            assert await refused(meetings.ask(host, request_id(), wanted(mine))) == "FORBIDDEN"

    asyncio.run(play())


def test_the_database_itself_refuses_a_double_booking(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            host, ada = await someone(database, "Host", BOOTH), await someone(database, "Ada")
            slots = [await slot_at(database, hours, host) for hours in (0, 1)]
            numbers = [await Meetings(database).ask(ada, request_id(), wanted(slot)) for slot in slots]

            async def engage_again(start: asyncio.Event) -> None:
                async with database.transaction() as connection:
                    await start.wait()
                    await connection.execute(
                        "INSERT INTO engagements (meeting, person, during)"
                        " SELECT $1, $2, during FROM engagements WHERE meeting = $3 AND person = $2",
                        numbers[1],
                        ada,
                        numbers[0],
                    )

            start = asyncio.Event()
            async with database.connection() as connection:
                await connection.execute("DELETE FROM engagements WHERE meeting = $1 AND person = $2", numbers[1], ada)
            both = asyncio.gather(engage_again(start), engage_again(start), return_exceptions=True)
            await asyncio.sleep(0)
            start.set()
            assert [type(error) for error in await both] == [asyncpg.ExclusionViolationError] * 2
            with pytest.raises(asyncpg.ExclusionViolationError):
                async with database.transaction() as connection:
                    await connection.execute("UPDATE meeting_slots SET during = $1", asyncpg.Range(*_bounds(period(0))))

    asyncio.run(play())


def _bounds(of: Period) -> tuple[datetime, datetime]:
    return of.start, of.end


def test_declining_and_cancelling_free_the_slot_and_both_people(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings = Meetings(database)
            host, ada, bob = [await someone(database, *who) for who in (("Host", BOOTH), ("Ada",), ("Bob",))]
            slot = await slot_at(database, 0, host)
            first = await meetings.ask(ada, request_id(), wanted(slot))
            await meetings.answer(host, request_id(), MeetingAnswer(BOOTH, first, False, "not then"))
            second = await meetings.ask(bob, request_id(), wanted(slot))
            await meetings.answer(host, request_id(), MeetingAnswer(BOOTH, second, True, ""))
            assert await refused(meetings.cancel(ada, second, "", None)) == "NOT_FOUND"
            assert await refused(meetings.cancel(host, second, "", OTHER_BOOTH)) == "NOT_FOUND"
            await meetings.cancel(bob, second, "ill", None)
            await meetings.cancel(bob, second, "", None)  # again, nothing changes
            third = await meetings.ask(ada, request_id(), wanted(slot))
            await meetings.cancel(host, third, "closed that day", BOOTH)
            states = {one.meeting: (one.state, one.word) for one in await meetings.of_booth(BOOTH)}
            assert states == {
                first: ("declined", "not then"),
                second: ("cancelled", "ill"),
                third: ("cancelled", "closed that day"),
            }
            await meetings.close(host, BOOTH, slot)
            assert await meetings.slots(BOOTH) == ()
            assert await refused(meetings.close(host, BOOTH, slot)) == "NOT_FOUND"

    asyncio.run(play())


def test_a_request_that_nobody_answers_is_void_and_keeps_nobody_busy(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings = Meetings(database)
            host, ada, bob = [await someone(database, *who) for who in (("Host", BOOTH), ("Ada",), ("Bob",))]
            slot = await slot_at(database, 0, host)
            first = await meetings.ask(ada, request_id(), wanted(slot))
            async with database.connection() as connection:
                await connection.execute("UPDATE meetings SET expires = now()")
            assert [one.state for one in await meetings.agenda(ada, LASTS)] == ["expired"]
            assert [one.free for one in await meetings.slots(BOOTH)] == [True]
            late = meetings.answer(host, request_id(), MeetingAnswer(BOOTH, first, True, ""))
            assert await refused(late) == "STALE_REVISION"
            assert await meetings.ask(bob, request_id(), wanted(slot)) > first

    asyncio.run(play())


def test_a_request_waits_no_longer_than_until_the_meeting(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, host, ada = (
                Meetings(database),
                await someone(database, "Host", BOOTH),
                await someone(database, "Ada"),
            )
            slot = await slot_at(database, 0, host)
            meeting = await meetings.ask(ada, request_id(), wanted(slot, lasts=timedelta(days=30)))
            assert (await meetings.read(ada, meeting)).expires == period(0).start

    asyncio.run(play())


def test_who_asks_for_everything_is_stopped(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, host, ada = (
                Meetings(database),
                await someone(database, "Host", BOOTH),
                await someone(database, "Ada"),
            )
            slots = [await slot_at(database, hours, host) for hours in range(ASKS_CAP + 1)]
            for slot in slots[:-1]:
                await meetings.ask(ada, request_id(), wanted(slot))
            assert await refused(meetings.ask(ada, request_id(), wanted(slots[-1]))) == "OVER_BUDGET"

    asyncio.run(play())


def test_a_feeds_secret_opens_one_agenda_until_it_is_renewed_or_taken_away(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, ada = Meetings(database), await someone(database, "Ada")
            old, new = b"o" * 32, b"n" * 32
            assert not await meetings.has_feed(ada)
            await meetings.set_feed(ada, old)
            assert await meetings.fed(old) == (ada, "fr")
            await meetings.set_feed(ada, new)
            assert (await meetings.fed(old), await meetings.fed(new)) == (None, (ada, "fr"))
            await meetings.set_feed(ada, None)
            assert (await meetings.fed(new), await meetings.has_feed(ada)) == (None, False)

    asyncio.run(play())


def test_erasing_takes_what_one_asked_for_and_leaves_what_one_hosts(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, host, ada = (
                Meetings(database),
                await someone(database, "Host", BOOTH),
                await someone(database, "Ada"),
            )
            slot = await slot_at(database, 0, host)
            await meetings.ask(ada, request_id(), wanted(slot))
            await meetings.set_feed(ada, b"s" * 32)
            await meetings.erase(host)
            assert len(await meetings.agenda(host, LASTS)) == 1
            await meetings.erase(ada)
            assert await meetings.agenda(host, LASTS) == ()
            assert not await meetings.has_feed(ada)
            assert [one.free for one in await meetings.slots(BOOTH)] == [True]

    asyncio.run(play())
