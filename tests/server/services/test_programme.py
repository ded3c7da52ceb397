"""The programme: who writes it, what may stand in it, who reads which entry."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from halles.errors import Rejection
from halles.ids import HallId
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.announcements import Announcement, ProgrammeChanged, SanctionChanged
from halles_server.cluster.local import LocalBus
from halles_server.ports.meetings import MeetingAnswer, MeetingRequest
from halles_server.ports.programme import Material, Speaker, WorkingGroup
from halles_server.ports.standing import Grant, Standing
from halles_server.services.programme import NoSuchPeople
from halles_server.storage.groups import Groups
from halles_server.storage.meetings import Meetings
from halles_server.storage.pool import Database
from tests.support.booth_people import BOOTH, StoppedClock, account_of, person, request_id
from tests.support.programme import ZONE, login_of, organiser, played, programme_of, wanted


def test_an_organiser_writes_changes_and_cancels_and_each_is_announced(database_url: str) -> None:
    async def play(database: Database) -> None:
        heard: list[Announcement] = []
        bus = LocalBus()
        bus.listen(heard.append)
        programme, author = programme_of(database, bus), await organiser(database)
        key = request_id()
        session = (await programme.write(author, key, wanted("Débat : l’image"))).session
        assert (await programme.write(author, key, wanted("Débat : l’image"))).session == session
        assert session.startswith("debat-l-image-")
        (entry,) = await programme.public()
        assert entry.during.start.astimezone(ZONE).time() == time(10)
        await programme.change(author, request_id(), session, 1, wanted("Débat", 14))
        await programme.cancel(author, request_id(), session, 2)
        (entry,) = await programme.public()
        assert (entry.title, entry.cancelled, entry.sequence) == (Text("Débat"), True, 2)
        assert [news for news in heard if isinstance(news, ProgrammeChanged)] == [ProgrammeChanged(session)] * 4

    played(database_url, play)


def test_who_becomes_or_is_no_host_any_more_is_looked_at_at_once_and_words_alone_touch_none(database_url: str) -> None:
    async def play(database: Database) -> None:
        heard: list[Announcement] = []
        bus = LocalBus()
        bus.listen(heard.append)
        programme, author = programme_of(database, bus), await organiser(database)
        ada, bob = [await login_of(database, await person(database, name)) for name in ("Ada", "Bob")]
        session = (await programme.write(author, request_id(), replace(wanted(), hosts=(ada,)))).session
        assert heard.count(SanctionChanged()) == 1
        words = replace(wanted("Autre titre"), hosts=(ada,), hosts_read=(ada,))
        await programme.change(author, request_id(), session, 1, words)
        assert heard.count(SanctionChanged()) == 1
        changed = replace(words, hosts=(bob,), hosts_read=(ada, "gone-meanwhile"))
        await programme.change(author, request_id(), session, 2, changed)
        assert heard.count(SanctionChanged()) == 2
        (entry,) = await programme.public()
        assert [host.login for host in entry.hosts] == [bob]

    played(database_url, play)


def test_only_who_plans_writes_and_an_organiser_of_a_hall_there_alone(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, ada = programme_of(database), await person(database, "Ada")
        moderator = replace(ada, role=Role.MODERATOR)
        of_lille = replace(ada, standing=Standing((Grant(Role.ORGANISER, "hall:lille"),)))
        for actor in (ada, moderator):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await programme.write(actor, request_id(), wanted())
        session = (await programme.write(of_lille, request_id(), wanted())).session
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await programme.change(of_lille, request_id(), session, 1, replace(wanted(), hall=HallId("hainaut")))
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await programme.cancel(ada, request_id(), session, 1)

    played(database_url, play)


def test_a_groups_lead_writes_what_is_said_and_nothing_else(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, author, ada = programme_of(database), await organiser(database), await person(database, "Ada")
        found = await programme._people(replace(wanted(), hosts=(await login_of(database, ada),)))
        lead = next(iter(found.values()))
        await Groups(database).put(account_of(author), request_id(), WorkingGroup("web", Text("Web"), Text(), lead))
        with_group = replace(wanted(), working_group="web", hosts=(lead.login,), access="members")
        session = (await programme.write(author, request_id(), with_group)).session
        entry = await programme.read(ada.account, ada.role, session)
        assert await programme.may_describe(ada, entry)
        words = replace(with_group, title=Text("Autre"), speakers=(Speaker("Intervenante 1"),), language="nl")
        await programme.change(ada, request_id(), session, 1, words)
        for more in (
            replace(words, minutes=90),
            replace(words, access="public"),
            replace(words, hosts=()),
            replace(words, working_group=""),
        ):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await programme.change(ada, request_id(), session, 2, more)
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await programme.change(await person(database, "Bob"), request_id(), session, 2, words)

    played(database_url, play)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": Text()}, "INVALID_TEXT"),
        ({"title": Text("a\u202eb")}, "INVALID_TEXT"),
        ({"summary": Text(en="x" * 2001)}, "INVALID_TEXT"),
        ({"stage": "roof"}, "BAD_FIELD"),
        ({"hall": HallId("nowhere")}, "BAD_FIELD"),
        ({"minutes": 4}, "BAD_FIELD"),
        ({"minutes": 721}, "BAD_FIELD"),
        ({"capacity": 0}, "BAD_FIELD"),
        ({"day": date(2020, 1, 1)}, "BAD_FIELD"),
        ({"day": date(2099, 1, 1)}, "BAD_FIELD"),
        ({"materials": (Material("x"),)}, "BAD_FIELD"),  # type: ignore[arg-type]
        ({"speakers": (Speaker(" "),)}, "INVALID_TEXT"),
        ({"speakers": (Speaker("A"),) * 17}, "OVER_BUDGET"),
        ({"working_group": "nobody"}, "NOT_FOUND"),
        ({"hosts": ("nobody",)}, "NOT_FOUND"),
    ],
)
def test_what_cannot_stand_in_the_programme_is_refused(database_url: str, wrong: dict[str, object], code: str) -> None:
    async def play(database: Database) -> None:
        programme, author = programme_of(database), await organiser(database)
        with pytest.raises(Rejection) as refusal:
            await programme.write(author, request_id(), replace(wanted(), **wrong))  # type: ignore[arg-type]
        assert refusal.value.code == code
        assert await programme.public() == ()

    played(database_url, play)


def test_the_logins_that_nobody_has_are_named(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, author = programme_of(database), await organiser(database)
        known = await login_of(database, author)
        with pytest.raises(NoSuchPeople) as refusal:
            await programme.write(author, request_id(), replace(wanted(), hosts=(known, "zz"), invited=("yy",)))
        assert refusal.value.logins == ("zz", "yy")

    played(database_url, play)


def test_members_and_invited_entries_are_for_those_alone(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, author, ada = programme_of(database), await organiser(database), await person(database, "Ada")
        member = replace(await person(database, "Member"), role=Role.MEMBER)
        for hour, access in enumerate(("public", "members", "invited"), 9):
            invited = (await login_of(database, ada),) if access == "invited" else ()
            entry = replace(wanted(access, hour), access=access, invited=invited)  # type: ignore[arg-type]
            await programme.write(author, request_id(), entry)
        seen = {
            name: [one.title.fr for one in await programme.listed(account, role)]
            for name, account, role in (
                ("nobody", None, Role.GUEST),
                ("ada", ada.account, ada.role),
                ("member", member.account, member.role),
                ("author", author.account, author.role),
            )
        }
        assert seen == {
            "nobody": ["public"],
            "ada": ["public", "invited"],
            "member": ["public", "members"],
            "author": ["public", "members", "invited"],
        }
        closed = (await programme.listed(ada.account, ada.role))[1].session
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await programme.read(member.account, member.role, closed)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await programme.mark(member, request_id(), closed, coming=True)
        await programme.mark(ada, request_id(), closed, coming=True)
        assert [one.session for one in await programme.of(account_of(ada))] == [closed]
        async with database.connection() as connection:
            await connection.execute("UPDATE accounts SET role = 'member' WHERE id = $1", member.account)
        member_only = (await programme.listed(member.account, member.role))[1]
        assert (member_only.title.fr, member_only.revision) == ("members", 1)
        await programme.mark(member, request_id(), member_only.session, coming=True)
        assert [one.session for one in await programme.of(account_of(member))] == [member_only.session]
        closed_now = replace(wanted("jury", 10), access="invited")
        await programme.change(author, request_id(), member_only.session, 1, closed_now)
        assert await programme.of(account_of(member)) == (), "a mark keeps nobody informed whom it is not for any more"

    played(database_url, play)


def test_a_speaker_with_a_meeting_then_is_said_and_not_refused(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, author, ada = programme_of(database), await organiser(database), await person(database, "Ada")
        host, meetings = account_of(await person(database, "Host", staff_of=BOOTH)), Meetings(database)
        speaking = replace(wanted(), speakers=(Speaker("", "", None, await login_of(database, ada)),))
        written = await programme.write(author, request_id(), speaking)
        assert written.meeting == ()
        (entry,) = await programme.public()
        await meetings.open(host, request_id(), BOOTH, host, (entry.during,))
        slot = (await meetings.slots(BOOTH))[0].slot
        wish = MeetingRequest(BOOTH, slot, "", "fr", timedelta(days=1))
        meeting = await meetings.ask(account_of(ada), request_id(), wish)
        await meetings.answer(host, request_id(), MeetingAnswer(BOOTH, meeting, True, ""))
        assert (await programme.change(author, request_id(), written.session, 1, speaking)).meeting == ("Ada",)

    played(database_url, play)


def test_hours_are_those_of_the_clock_on_the_wall_also_when_summer_time_ends(database_url: str) -> None:
    async def play(database: Database) -> None:
        clock = StoppedClock(datetime(2026, 10, 1, tzinfo=UTC))
        programme, author = programme_of(database, clock=clock), await organiser(database)
        night = replace(wanted(minutes=180), day=date(2026, 10, 25), start=time(1))
        await programme.write(author, request_id(), night)
        (entry,) = await programme.public()
        assert [f"{one.astimezone(ZONE):%H:%M}" for one in (entry.during.start, entry.during.end)] == ["01:00", "03:00"]
        clock.at = datetime(2027, 3, 1, tzinfo=UTC)
        with pytest.raises(Rejection, match="BAD_FIELD"):
            await programme.write(author, request_id(), replace(night, day=date(2027, 3, 28), start=time(2, 30)))

    played(database_url, play)
