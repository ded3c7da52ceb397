"""What is kept of one person, collected and erased."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from halles.errors import Rejection
from halles.ids import LiveSessionId, VisitId
from halles.world.live import LivePerson
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.cluster.local import LocalBus
from halles_server.ports.cards import Card
from halles_server.ports.live import Participant, key_of
from halles_server.ports.public import Asked, Doing
from halles_server.ports.reports import Wish
from halles_server.services.actor import Actor
from halles_server.services.blocks import Blocks
from halles_server.services.cards import Cards, Consent
from halles_server.services.groups import WorkingGroups
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.own_data import Marks, OwnData, Traces
from halles_server.services.recordings import Recordings
from halles_server.services.reports import Reports
from halles_server.services.satchel import Wanted, owner_of
from halles_server.storage.blocks import Blocks as StoredBlocks
from halles_server.storage.cards import Cards as StoredCards
from halles_server.storage.groups import Groups
from halles_server.storage.leads import Leads as StoredLeads
from halles_server.storage.live import Live
from halles_server.storage.media import Media
from halles_server.storage.own_records import Records as OwnRecords
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme
from halles_server.storage.questions import Questions
from halles_server.storage.recordings import Recordings as StoredRecordings
from halles_server.storage.reports import Reports as StoredReports
from tests.server.services.test_meetings import meetings_of, morning
from tests.server.services.test_satchel import satchels_of
from tests.support.booth_people import BOOTH, StoppedClock, account_of, booths_in, person, request_id
from tests.support.hosts import box, hosts_of, recording
from tests.support.programme import organiser, programme_of, wanted
from tests.support.public import attendance_of, no_rates


def marks_of(database: Database) -> Marks:
    groups = WorkingGroups(Groups(database), Programme(database))
    live = LiveSessions(Live(database), Media(database), StoppedClock(), LocalBus(), no_rates())
    blocks = Blocks(StoredBlocks(database), LocalBus(), StoppedClock())
    traces = Traces(Recordings(StoredRecordings(database), live), blocks, OwnRecords(database))
    return Marks(programme_of(database), groups, attendance_of(database), traces)


def own_data_of(database: Database) -> OwnData:
    cards = Cards(StoredCards(database), StoppedClock(), 365)
    hosts = hosts_of(database, LocalBus())
    return OwnData(cards, meetings_of(database), satchels_of(database), hosts, marks_of(database))


async def taking_part(database: Database, actor: Actor) -> tuple[LiveSessionId, str]:
    """Says for somebody to come to a live session, and makes them a member of a working group."""
    marks, author = marks_of(database), await organiser(database)
    session = (await marks.programme.write(author, request_id(), wanted())).session
    await marks.programme.mark(actor, request_id(), session, coming=True)
    group = await marks.groups.make(author, request_id(), Text("Web"), Text(), "")
    await marks.groups.join(replace(actor, role=Role.MEMBER), request_id(), group)
    return session, group


def test_all_is_collected_with_what_staff_noted_and_nothing_is_left_after_erasing(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, meetings = Cards(StoredCards(database), StoppedClock(), 365), meetings_of(database)
            satchels, ada = satchels_of(database), await person(database, "Ada")
            own = own_data_of(database)
            host = await person(database, "Host", staff_of=BOOTH)
            await cards.keep(ada, Card("Ada", "École", "ada@example.org"))
            lead = await cards.give(ada, request_id(), Consent(BOOTH, "contact", organisation=True, mail=False))
            await StoredLeads(database).note(account_of(host), request_id(), BOOTH, lead, "kind")
            await StoredLeads(database).tag(BOOTH, lead, "school")
            await meetings.open(host, request_id(), BOOTH, account_of(host), morning())
            slot = (await meetings.slots(BOOTH))[0]
            await meetings.ask(ada, request_id(), BOOTH, slot.slot, "a film")
            await satchels.take(ada, owner_of(ada), request_id(), Wanted(BOOTH))
            await hosts_of(database, LocalBus()).keep(host, request_id(), BOOTH, recording(box()), consent=True)
            session, group = await taking_part(database, ada)
            assert [one.booth for one in (await own.collect(host)).host_replays] == [BOOTH]
            kept = await own.collect(ada)
            assert (kept.name, kept.card) == ("Ada", Card("Ada", "École", "ada@example.org"))
            (held,) = kept.held
            assert ([note.text for note in held.notes], held.tags, held.card.mail) == (["kind"], ("school",), "")
            assert [meeting.subject for meeting in kept.meetings] == ["a film"]
            assert [(taken.booth, taken.file, taken.state) for taken in kept.satchel] == [("Studio", "", "offered")]
            assert (kept.coming, kept.groups) == ((session,), (group,))
            await own.erase(ada)
            after = await own.collect(ada)
            assert (after.card, after.held, after.meetings, after.satchel) == (Card("Ada"), (), (), ())
            assert (after.coming, after.groups) == ((), ())
            assert await meetings.agenda(host) == ()
            await own.erase(host)
            assert (await own.collect(host)).host_replays == ()

    asyncio.run(play())


def test_live_sessions_reports_sanctions_and_blocks_are_taken_away_and_erased_but_for_what_others_did(
    database_url: str,
) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            own, ada = own_data_of(database), await person(database, "Ada")
            session = await in_trouble(database, ada)
            kept = await own.collect(ada)
            assert [one.session for one in kept.named_in] == [session]
            assert [(one.session, one.text, one.state) for one in kept.questions] == [(session, "Why?", "waiting")]
            assert [(one.about, one.reason, one.text) for one in kept.reports] == [("other", "other", "It is loud.")]
            (sanction,) = kept.sanctions
            assert (sanction.kind, sanction.reason, sanction.appeal) == ("silence", "You shout.", "I whispered.")
            assert [one.name for one in kept.blocked] == ["Bo"]
            assert [(one.channel, one.where, one.text) for one in kept.lines] == [
                ("backstage", session, "Is it on?"),
                ("booth", BOOTH, "Nice."),
                ("hall", "lille", "Hello"),
                ("bell", BOOTH, "Call me."),
            ]
            assert msgspec.json.encode(kept), "as a file"
            await own.erase(ada)
            await own.erase(ada)
            after = await own.collect(ada)
            assert (after.named_in, after.questions, after.reports, after.blocked) == ((), (), (), ())
            assert after.sanctions == (sanction,), "whoever could erase it would lift it"
            assert after.lines == kept.lines, "others answered them"
            async with database.connection() as connection:
                report = await connection.fetchrow("SELECT * FROM reports")
                people = [tuple(row) for row in await connection.fetch("SELECT name FROM live_people WHERE name <> ''")]
            assert (report["said"], report["reporter_name"], report["reporter"]) == ("It is loud.", "", "")
            assert (report["reporter_account"], report["reporter_visit"]) == (None, None)
            assert people == []

    asyncio.run(play())


_SAID = """
INSERT INTO chat (hall, channel, account, visit, name, role, coat, text, booth, session, time_ms)
SELECT 'lille', channel, account, 'v', 'N', 'member', 0, text, booth, session,
  1000 * extract(epoch FROM now())::bigint + place
FROM (VALUES
  (1, 'hall', $1::uuid, 'Hello', NULL, NULL), (2, 'hall', $2::uuid, 'Of another', NULL, NULL),
  (3, 'booth', $1::uuid, 'Nice.', $3::text, NULL), (4, 'backstage', $1::uuid, 'Is it on?', NULL, $4::text)
) AS said (place, channel, account, text, booth, session)
"""
_RUNG = """
INSERT INTO bell_rings (booth, account, visit, name, role, language, state, message, rung)
VALUES ($2, $1, 'v', 'Ada', 'member', 'en', 'missed', 'Call me.', now() - interval '1 minute')
"""


async def in_trouble(database: Database, actor: Actor) -> LiveSessionId:
    """Lets somebody ask a question, report something, be sanctioned for it, and block somebody."""
    author, other = await organiser(database), await person(database, "Bo")
    session = (await programme_of(database).write(author, request_id(), wanted())).session
    key = key_of(session, actor.account, VisitId(""))
    who = Participant(LivePerson(key, VisitId(""), actor.name, "fr"), actor.account)
    await Questions(database).ask(Doing(session, who, request_id(), 1_000_000), Asked("en", "Why?"))
    reports = Reports(StoredReports(database), StoppedClock(), LocalBus())
    await reports.make(actor, request_id(), Wish("other", "", "other", "It is loud."))
    async with database.connection() as connection:
        await connection.execute(_SAID, actor.account, other.account, BOOTH, session)
        await connection.execute(_RUNG, actor.account, BOOTH)
        await connection.execute(
            "INSERT INTO sanctions (kind, scope, account, name, reason, until, made_name, made_role, appeal)"
            " VALUES ('silence', 'show', $1, 'Ada', 'You shout.', now() + interval '1 hour', 'M', 'moderator', $2)",
            actor.account,
            "I whispered.",
        )
        await connection.execute(
            "INSERT INTO blocks (owner_account, target_account, name) VALUES ($1, $2, 'Bo'), ($2, $1, 'Ada')",
            actor.account,
            other.account,
        )
    return session


def test_of_guests_nothing_is_kept(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            own, guest = own_data_of(database), Actor(None, None, "Guest", Role.GUEST, "fr")
            for act in (own.collect, own.erase):
                with pytest.raises(Rejection, match="FORBIDDEN"):
                    await act(guest)

    asyncio.run(play())
