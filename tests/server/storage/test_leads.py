"""What a booth's staff does with leads, in a real Postgres."""

import asyncio
from datetime import timedelta

import pytest

from halles.errors import Rejection
from halles.ids import AccountId
from halles_server.ports.cards import Card, Giving
from halles_server.ports.leads import LeadFilter
from halles_server.storage.cards import Cards
from halles_server.storage.leads import NOTES_CAP, TAGS_CAP, Leads
from halles_server.storage.pool import Database
from tests.support.audit import about
from tests.support.booth_people import BOOTH, OTHER_BOOTH, account_of, booths_in, person, request_id


async def given(database: Database, name: str, organisation: str = "", mail: str = "") -> tuple[AccountId, int]:
    account = account_of(await person(database, name))
    card = Card(name, organisation, mail)
    lead = await Cards(database).give(account, request_id(), Giving(BOOTH, card, "answer", "nl", timedelta(days=30)))
    return account, lead


def test_a_list_is_filtered_by_text_without_accents_and_by_tag_and_comes_in_parts(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            leads = Leads(database)
            _, zoe = await given(database, "Zoë", "École 02", "zoe@example.org")
            for name in ("Ada", "Bob"):
                await given(database, name)
            await leads.tag(BOOTH, zoe, "school")
            for wanted, names in (
                (LeadFilter(), ["Bob", "Ada", "Zoë"]),
                (LeadFilter("ECOLE"), ["Zoë"]),
                (LeadFilter("zoe@"), ["Zoë"]),
                (LeadFilter("100%"), []),
                (LeadFilter("", "school"), ["Zoë"]),
                (LeadFilter("ada", "school"), []),
            ):
                page = await leads.page(BOOTH, wanted, 50, 0)
                assert [lead.card.name for lead in page.leads] == names
                assert (page.found, page.held, page.tags) == (len(names), 3, ("school",))
            second = await leads.page(BOOTH, LeadFilter(), 2, 2)
            assert ([lead.card.name for lead in second.leads], second.found) == (["Zoë"], 3)
            assert (await leads.page(OTHER_BOOTH, LeadFilter(), 50, 0)).held == 0

    asyncio.run(play())


def test_notes_are_added_once_with_their_author_and_bounded(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            leads, staff = Leads(database), account_of(await person(database, "Staff", staff_of=BOOTH))
            _, lead = await given(database, "Ada")
            key = request_id()
            for _ in range(2):
                await leads.note(staff, key, BOOTH, lead, "wants a stand")
            (note,) = (await leads.read(BOOTH, lead)).notes
            assert (note.author, note.text) == ("Staff", "wants a stand")
            for number in range(1, NOTES_CAP):
                await leads.note(staff, request_id(), BOOTH, lead, f"note {number}")
            with pytest.raises(Rejection, match="OVER_BUDGET"):
                await leads.note(staff, request_id(), BOOTH, lead, "one too many")
            assert len((await leads.read(BOOTH, lead)).notes) == NOTES_CAP

    asyncio.run(play())


def test_tags_are_a_set_that_is_bounded(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            leads = Leads(database)
            _, lead = await given(database, "Ada")
            tags = [f"tag {number}" for number in range(TAGS_CAP)]
            for tag in (*tags, tags[0]):
                await leads.tag(BOOTH, lead, tag)
            with pytest.raises(Rejection, match="OVER_BUDGET"):
                await leads.tag(BOOTH, lead, "one too many")
            await leads.untag(BOOTH, lead, tags[0])
            await leads.untag(BOOTH, lead, "never there")
            assert (await leads.read(BOOTH, lead)).tags == tuple(tags[1:])

    asyncio.run(play())


def test_a_lead_is_found_under_its_own_booth_only(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            leads, staff = Leads(database), account_of(await person(database, "Staff", staff_of=OTHER_BOOTH))
            _, lead = await given(database, "Ada")
            for act in (
                leads.read(OTHER_BOOTH, lead),
                leads.note(staff, request_id(), OTHER_BOOTH, lead, "x"),
                leads.tag(OTHER_BOOTH, lead, "x"),
                leads.untag(OTHER_BOOTH, lead, "x"),
                leads.export_one(staff, OTHER_BOOTH, lead),
            ):
                with pytest.raises(Rejection, match="NOT_FOUND"):
                    await act
            assert await leads.export_all(staff, OTHER_BOOTH) == ()

    asyncio.run(play())


def test_each_export_is_in_the_audit_and_said_to_each_person(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            leads, staff = Leads(database), account_of(await person(database, "Staff", staff_of=BOOTH))
            ada, first = await given(database, "Ada")
            _, second = await given(database, "Bob")
            exported = await leads.export_all(staff, BOOTH)
            assert [lead.lead for lead in exported] == [first, second]
            for _ in range(2):
                await leads.export_one(staff, BOOTH, first)
            exports = [entry for entry in await about(database, f"booth:{BOOTH}") if entry.act == "leads.export"]
            assert [entry.detail for entry in exports] == [
                {"kind": "vcard", "leads": [first]},
                {"kind": "vcard", "leads": [first]},
                {"kind": "csv", "leads": [first, second]},
            ]
            assert {entry.actor for entry in exports} == {staff}
            (held,) = await Cards(database).held(ada)
            assert [(left.kind, left.author) for left in held.exports] == [("csv", "Staff"), ("vcard", "Staff")]

    asyncio.run(play())
