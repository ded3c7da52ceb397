"""What is kept of one person, collected and erased."""

import asyncio
from dataclasses import replace

import pytest

from halles.errors import Rejection
from halles.ids import LiveSessionId
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.cluster.local import LocalBus
from halles_server.ports.cards import Card
from halles_server.services.actor import Actor
from halles_server.services.cards import Cards, Consent
from halles_server.services.groups import WorkingGroups
from halles_server.services.own_data import Marks, OwnData
from halles_server.services.satchel import Wanted, owner_of
from halles_server.storage.cards import Cards as StoredCards
from halles_server.storage.groups import Groups
from halles_server.storage.leads import Leads as StoredLeads
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme
from tests.server.services.test_meetings import meetings_of, morning
from tests.server.services.test_satchel import satchels_of
from tests.support.booth_people import BOOTH, StoppedClock, account_of, booths_in, person, request_id
from tests.support.hosts import box, hosts_of, recording
from tests.support.programme import organiser, programme_of, wanted
from tests.support.public import attendance_of


def marks_of(database: Database) -> Marks:
    return Marks(programme_of(database), WorkingGroups(Groups(database), Programme(database)), attendance_of(database))


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
            own = OwnData(cards, meetings, satchels, hosts_of(database, LocalBus()), marks_of(database))
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


def test_of_guests_nothing_is_kept(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards = Cards(StoredCards(database), StoppedClock(), 365)
            satchels, hosts = satchels_of(database), hosts_of(database, LocalBus())
            own = OwnData(cards, meetings_of(database), satchels, hosts, marks_of(database))
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await own.collect(Actor(None, None, "Guest", Role.GUEST, "fr"))

    asyncio.run(play())
