"""Meetings: who may open, ask, answer and read."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from halles.errors import Rejection
from halles.world.roles import Role
from halles_server.ports.meetings import MeetingAnswer
from halles_server.services.booth_staff import BoothStaff
from halles_server.services.meeting_times import Opening
from halles_server.services.meetings import SUBJECT_CAP, MeetingRules, Meetings
from halles_server.storage.booth_staff import BoothStaff as StoredStaff
from halles_server.storage.meetings import Meetings as StoredMeetings
from halles_server.storage.pool import Database
from tests.support.booth_people import BOOTH, StoppedClock, account_of, booths_in, person, request_id

ZONE = ZoneInfo("Europe/Brussels")


def tomorrow() -> date:
    return (datetime.now(UTC) + timedelta(days=1)).date()


def morning(day: date | None = None) -> Opening:
    return Opening(day or tomorrow() + timedelta(days=1), time(10), time(11), 30)


def meetings_of(database: Database) -> Meetings:
    secrets = iter(["first secret", "second secret"])
    rules = MeetingRules(ZONE, timedelta(hours=48))
    staff = BoothStaff(StoredStaff(database))
    return Meetings(StoredMeetings(database), staff, StoppedClock(), rules, lambda: next(secrets))


def test_a_meeting_from_the_opening_of_its_slot_to_its_confirmation(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, ada = meetings_of(database), await person(database, "Ada")
            host = await person(database, "Host", staff_of=BOOTH)
            assert await meetings.open(host, request_id(), BOOTH, account_of(host), morning()) == 2
            slot = (await meetings.slots(BOOTH))[0]
            assert slot.during.start.astimezone(ZONE).time() == time(10)
            meeting = await meetings.ask(ada, request_id(), BOOTH, slot.slot, "  a film\r\ntogether ")
            (asked,) = await meetings.of_booth(host, BOOTH)
            assert (asked.state, asked.subject) == ("asked", "a film\ntogether")
            await meetings.answer(host, request_id(), MeetingAnswer(BOOTH, meeting, True, " bring it "))
            assert [(one.state, one.word) for one in await meetings.agenda(ada)] == [("confirmed", "bring it")]
            assert len(await meetings.asked_for(ada)) == 1
            assert await meetings.asked_for(host) == ()
            await meetings.cancel_own(ada, meeting)
            assert (await meetings.read(host, meeting)).state == "cancelled"

    asyncio.run(play())


def test_only_staff_open_answer_and_read_what_a_booth_has(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, ada = meetings_of(database), await person(database, "Ada")
            host = account_of(await person(database, "Host", staff_of=BOOTH))
            organiser = replace(ada, role=Role.ORGANISER)
            for actor in (ada, organiser):
                for act in (
                    meetings.open(actor, request_id(), BOOTH, host, morning()),
                    meetings.close(actor, BOOTH, 1),
                    meetings.of_booth(actor, BOOTH),
                    meetings.answer(actor, request_id(), MeetingAnswer(BOOTH, 1, True, "")),
                    meetings.cancel_at_booth(actor, BOOTH, 1, ""),
                ):
                    with pytest.raises(Rejection, match="FORBIDDEN"):
                        await act
            guest = replace(ada, account=None, role=Role.GUEST)
            for act in (
                meetings.ask(guest, request_id(), BOOTH, 1, ""),
                meetings.agenda(guest),
                meetings.new_feed(guest),
            ):
                with pytest.raises(Rejection, match="FORBIDDEN"):
                    await act

    asyncio.run(play())


def test_slots_lie_in_the_year_to_come(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, host = meetings_of(database), await person(database, "Host", staff_of=BOOTH)
            for day in (tomorrow() - timedelta(days=3), tomorrow() + timedelta(days=370)):
                with pytest.raises(Rejection, match="BAD_FIELD"):
                    await meetings.open(host, request_id(), BOOTH, account_of(host), morning(day))

    asyncio.run(play())


@pytest.mark.parametrize("text", ["x" * (SUBJECT_CAP + 1), "a\u202eb"])
def test_texts_are_checked_before_anything_is_asked(database_url: str, text: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, ada = meetings_of(database), await person(database, "Ada")
            host = await person(database, "Host", staff_of=BOOTH)
            with pytest.raises(Rejection, match="INVALID_TEXT"):
                await meetings.ask(ada, request_id(), BOOTH, 1, text)
            with pytest.raises(Rejection, match="INVALID_TEXT"):
                await meetings.answer(host, request_id(), MeetingAnswer(BOOTH, 1, True, text))
            with pytest.raises(Rejection, match="INVALID_TEXT"):
                await meetings.cancel_at_booth(host, BOOTH, 1, text)

    asyncio.run(play())


def test_a_secret_address_opens_its_owners_agenda_until_the_next(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            meetings, ada = meetings_of(database), await person(database, "Ada", language="nl")
            first, second = await meetings.new_feed(ada), await meetings.new_feed(ada)
            assert await meetings.fed(second) == ("nl", ())
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await meetings.fed(first)
            assert await meetings.has_feed(ada)
            await meetings.stop_feed(ada)
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await meetings.fed(second)

    asyncio.run(play())
