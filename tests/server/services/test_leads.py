"""Leads: only the booth's own staff, and only texts that say something."""

import asyncio
from dataclasses import replace

import pytest

from halles.errors import Rejection
from halles.world.roles import Role
from halles_server.ports.leads import LeadFilter
from halles_server.services.booth_staff import BoothStaff
from halles_server.services.cards import Cards, Consent
from halles_server.services.leads import NOTE_CAP, TAG_CAP, Leads
from halles_server.storage.booth_staff import BoothStaff as StoredStaff
from halles_server.storage.cards import Cards as StoredCards
from halles_server.storage.leads import Leads as StoredLeads
from halles_server.storage.pool import Database
from tests.support.booth_people import BOOTH, OTHER_BOOTH, StoppedClock, booths_in, person, request_id


def leads_of(database: Database) -> Leads:
    return Leads(StoredLeads(database), BoothStaff(StoredStaff(database)))


async def given(database: Database, name: str) -> int:
    cards, actor = Cards(StoredCards(database), StoppedClock(), 365), await person(database, name)
    return await cards.give(actor, request_id(), Consent(BOOTH, "answer", organisation=True, mail=True))


def test_nobody_but_the_booths_own_staff_sees_or_exports_a_lead(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            leads, lead = leads_of(database), await given(database, "Ada")
            visitor = await person(database, "Visitor")
            neighbour = await person(database, "Neighbour", staff_of=OTHER_BOOTH)
            organiser = replace(visitor, role=Role.ORGANISER)
            guest = replace(visitor, account=None, role=Role.GUEST)
            for actor in (visitor, neighbour, organiser, guest):
                for act in (
                    leads.page(actor, BOOTH, LeadFilter(), 1),
                    leads.read(actor, BOOTH, lead),
                    leads.note(actor, request_id(), BOOTH, lead, "x"),
                    leads.tag(actor, BOOTH, lead, "x"),
                    leads.untag(actor, BOOTH, lead, "x"),
                    leads.export_all(actor, BOOTH),
                    leads.export_one(actor, BOOTH, lead),
                ):
                    with pytest.raises(Rejection, match="FORBIDDEN"):
                        await act

    asyncio.run(play())


def test_staff_note_tag_and_export(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            leads, lead = leads_of(database), await given(database, "Ada")
            staff = await person(database, "Staff", staff_of=BOOTH)
            await leads.note(staff, request_id(), BOOTH, lead, " two\r\nlines ")
            await leads.tag(staff, BOOTH, lead, "  big   fish ")
            found = await leads.read(staff, BOOTH, lead)
            assert ([note.text for note in found.notes], found.tags) == (["two\nlines"], ("big fish",))
            assert await leads.export_all(staff, BOOTH) == (found,)
            await leads.untag(staff, BOOTH, lead, "big fish")
            assert (await leads.export_one(staff, BOOTH, lead)).tags == ()
            page = await leads.page(staff, BOOTH, LeadFilter("ada"), 1)
            assert (page.found, page.held) == (1, 1)

    asyncio.run(play())


@pytest.mark.parametrize("text", ["", "  \n ", "a\u202eb", "x" * (NOTE_CAP + 1)])
def test_a_note_that_says_nothing_or_hides_something_is_refused(database_url: str, text: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            leads, lead = leads_of(database), await given(database, "Ada")
            staff = await person(database, "Staff", staff_of=BOOTH)
            with pytest.raises(Rejection, match="INVALID_TEXT"):
                await leads.note(staff, request_id(), BOOTH, lead, text)
            with pytest.raises(Rejection, match="INVALID_TEXT"):
                await leads.tag(staff, BOOTH, lead, text or "x" * (TAG_CAP + 1))
            assert (await leads.read(staff, BOOTH, lead)).notes == ()

    asyncio.run(play())
