"""Reports: stored once with their evidence, read by moderators alone, closed once, and in the audit without words."""

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from halles.errors import Rejection
from halles.ids import HallId, VisitId
from halles.world.reports import REPORTS, REPORTS_S
from halles.world.roles import Role
from halles_server.announcements import ReportsChanged
from halles_server.hall.recent import Evidence, Heard, Path
from halles_server.ports.reports import Wish
from halles_server.ports.standing import Grant, Standing
from halles_server.services.reports import AT_ONCE_BY_ADDRESS, LISTED
from tests.support.audit import about
from tests.support.staff import BOOTH, Show, guest, play, request

LILLE = HallId("lille")
SPAM = Wish("booth", BOOTH, "spam", "It shouts.")
SEEN = Evidence(
    (Heard(1_000, VisitId("v"), "Bo", Role.GUEST, "nearby", "rude"),), (Path(VisitId("v"), "Bo", ((1, 0.5, 2.0),)),)
)


def test_a_report_keeps_its_evidence_and_moderators_alone_read_it(database_url: str) -> None:
    async def scene(show: Show) -> None:
        reports, ada = show.services.reports, guest("Ada")
        mona = await show.account("mona", Role.MODERATOR)
        key = request()
        number = await reports.make(ada, key, SPAM, (LILLE, SEEN))
        assert await reports.make(ada, key, SPAM, (LILLE, SEEN)) == number, "a repeat has one effect"
        (report,) = (await reports.queue(mona)).waiting
        assert (report.number, report.name, report.booth, report.hall) == (number, "Studio 07", BOOTH, LILLE)
        assert (report.reporter.name, report.evidence, report.wish) == ("Ada", SEEN, SPAM)
        for other in (ada, await show.account("victor"), await show.account("xena", Role.EXHIBITOR)):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await reports.queue(other)
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await reports.read(other, number)
        (entry,) = await about(show.database, f"report:{number}")
        assert (entry.act, entry.detail) == ("report.make", {"about": "booth", "reason": "spam"})
        assert show.said == [ReportsChanged()] * 2

    asyncio.run(play(database_url, scene))


def test_a_report_is_taken_and_closed_once_and_its_reporter_is_told(database_url: str) -> None:
    async def scene(show: Show) -> None:
        reports, ada = show.services.reports, guest("Ada")
        mona, max_ = await show.account("mona", Role.MODERATOR), await show.account("max", Role.MODERATOR)
        number = await reports.make(ada, request(), SPAM)
        assert await reports.waiting() == {LILLE: 1}
        await reports.take(mona, request(), number)
        assert [(report.state, report.by) for report in (await reports.queue(max_)).waiting] == [("taken", "Mona")]
        assert await reports.waiting() == {}
        assert await reports.untold() == {}
        await reports.close(max_, request(), number, "acted", "told them")
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await reports.close(mona, request(), number, "nothing", "")
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await reports.take(mona, request(), number)
        report = await reports.read(mona, number)
        assert (report.state, report.by, report.decision, report.note) == ("closed", "Max", "acted", "told them")
        assert await reports.untold() == {number: ada.visit}
        await reports.told([number])
        assert await reports.untold() == {}
        assert [own.closed for own in await reports.own(str(ada.visit))] == [True]
        assert [entry.act for entry in await about(show.database, f"report:{number}")] == [
            "report.close",
            "report.take",
            "report.make",
        ]

    asyncio.run(play(database_url, scene))


def test_a_reported_line_is_kept_as_it_was_said_and_nobody_judges_themselves(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mona, max_ = await show.account("mona", Role.MODERATOR), await show.account("max", Role.MODERATOR)
        await show.execute(
            "INSERT INTO chat (hall, channel, account, visit, name, role, coat, text, time_ms)"
            " VALUES ('lille', 'nearby', $1, 'v-max', 'Max', 'moderator', 0, 'rude', 5000)",
            max_.account,
        )
        reports = show.services.reports
        wish = Wish("line", "v-max", "harassment", "", 5000)
        heard = Evidence((Heard(5000, VisitId("v-max"), "Max", Role.MODERATOR, "nearby", "rude"),))
        for seen in (None, (LILLE, SEEN)):
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await reports.make(guest("Ada"), request(), wish, seen)
        number = await reports.make(guest("Ada"), request(), wish, (LILLE, heard))
        line = (await reports.read(mona, number)).evidence.line
        assert line is not None
        assert (line.text, line.name) == ("rude", "Max")
        assert (await reports.queue(max_)).waiting == ()
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await reports.close(max_, request(), number, "nothing", "")
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await reports.make(guest("Ada"), request(), dataclasses.replace(wish, line_ms=5001))
        await show.execute("UPDATE chat SET channel = 'booth', booth = $1", BOOTH)
        reader = dataclasses.replace(guest("Bo"), visit=None)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await reports.make(reader, request(), wish, browser="browser:1")
        await reports.make(await show.account("zoe"), request(), wish)  # whose page shows the talk at the booth
        await show.execute("UPDATE chat SET channel = 'hall', booth = NULL")
        await reports.make(reader, request(), wish, browser="browser:1")

    asyncio.run(play(database_url, scene))


def test_a_moderator_of_one_hall_reads_that_hall_s_reports(database_url: str) -> None:
    async def scene(show: Show) -> None:
        reports, hans = show.services.reports, await show.account("hans")
        lille = await reports.make(guest("Ada"), request(), SPAM)
        other = await reports.make(guest("Ada"), request(), Wish("other", "", "other", "the door"))
        day = timedelta(days=1)

        def granted(scope: str, until: datetime) -> Standing:
            return Standing((Grant(Role.MODERATOR, scope, until),))

        now = datetime.now(UTC)
        moderator = dataclasses.replace(hans, standing=granted("hall:lille", now + day))
        assert [report.number for report in (await reports.queue(moderator)).waiting] == [lille]
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await reports.read(moderator, other)
        for standing in (granted("hall:lille", now - day), granted("booth:studio-07", now + day)):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await reports.queue(dataclasses.replace(hans, standing=standing))

    asyncio.run(play(database_url, scene))


def test_a_flood_of_reports_from_one_hall_hides_none_of_another_and_none_of_its_own(database_url: str) -> None:
    async def scene(show: Show) -> None:
        reports, mona = show.services.reports, await show.account("mona", Role.MODERATOR)
        await show.execute(
            "INSERT INTO reports (about, subject, subject_name, hall, reason, said, reporter, reporter_name,"
            " reporter_language, evidence) SELECT 'other', '', '', 'hainaut', 'spam', 'x', 'v-' || n, 'Troll', 'fr',"
            " '{}' FROM generate_series(1, $1) n",
            LISTED,
        )
        real = await reports.make(guest("Ada"), request(), SPAM)
        hans = await show.account("hans")
        hans = dataclasses.replace(hans, standing=Standing((Grant(Role.MODERATOR, "hall:lille"),)))
        assert [report.number for report in (await reports.queue(hans)).waiting] == [real]
        first, second = await reports.queue(mona), await reports.queue(mona, 2)
        assert (first.count, len(first.waiting), first.waiting[0].number) == (LISTED + 1, LISTED, real)
        assert len({report.number for report in (*first.waiting, *second.waiting)}) == LISTED + 1
        assert [report.number for report in await reports.waiting_in(mona, LILLE)] == [real]
        assert await reports.waiting_in(hans, HallId("hainaut")) == ()
        await reports.close(mona, request(), real, "nothing", "")
        assert [report.number for report in (await reports.queue(hans)).closed] == [real]

    asyncio.run(play(database_url, scene))


def test_who_comes_in_anew_and_anew_reports_no_more_than_a_class_does_from_one_address(database_url: str) -> None:
    async def scene(show: Show) -> None:
        reports = show.services.reports
        for number in range(AT_ONCE_BY_ADDRESS):
            reports.check_address(guest(f"troll-{number}"), "192.0.2.1")
        with pytest.raises(Rejection, match="RATE_LIMITED") as refused:
            reports.check_address(guest("another"), "192.0.2.1")
        assert 0 < refused.value.retry_after_ms <= REPORTS_S / REPORTS * 1000 + 1
        reports.check_address(guest("Ada"), "192.0.2.2")
        reports.check_address(await show.account("zoe"), "192.0.2.1")

    asyncio.run(play(database_url, scene))


def test_who_was_demoted_a_moment_ago_takes_and_closes_none(database_url: str) -> None:
    async def scene(show: Show) -> None:
        reports, mona = show.services.reports, await show.account("mona", Role.MODERATOR)
        number = await reports.make(guest("Ada"), request(), SPAM)
        await show.execute("UPDATE accounts SET role = 'visitor' WHERE id = $1", mona.account)
        for late in (
            reports.take(mona, request(), number),
            reports.close(mona, request(), number, "nothing", ""),
        ):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await late
        assert await show.value("SELECT state FROM reports") == "open"

    asyncio.run(play(database_url, scene))


def test_bad_reports_and_too_many_are_refused(database_url: str) -> None:
    async def scene(show: Show) -> None:
        reports, ada = show.services.reports, guest("Ada")
        mona = await show.account("mona", Role.MODERATOR)
        for wish, code in (
            (Wish("booth", "none", "spam"), "NOT_FOUND"),
            (Wish("person", "nobody", "spam"), "NOT_FOUND"),
            (Wish("host", BOOTH, "spam"), "NOT_FOUND"),
            (Wish("other", "", "spam", " "), "INVALID_TEXT"),
            (dataclasses.replace(SPAM, text="x" * 501), "INVALID_TEXT"),
        ):
            with pytest.raises(Rejection, match=code):
                await reports.make(ada, request(), wish)
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await reports.make(dataclasses.replace(ada, visit=None), request(), SPAM)
        numbers = [await reports.make(ada, request(), SPAM) for _ in range(REPORTS)]
        with pytest.raises(Rejection, match="RATE_LIMITED") as refused:
            await reports.make(ada, request(), SPAM)
        assert 0 < refused.value.retry_after_ms <= 600_001
        await reports.make(guest("Bo"), request(), SPAM)
        await reports.make(dataclasses.replace(ada, visit=None), request(), SPAM, browser="browser:1")
        with pytest.raises(Rejection, match="BAD_FIELD"):
            await reports.close(mona, request(), numbers[0], "burn", "")

    asyncio.run(play(database_url, scene))
