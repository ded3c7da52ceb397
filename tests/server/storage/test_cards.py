"""Cards given and withdrawn in a real Postgres: what reaches the booth, and what is left of a person."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from halles.errors import Rejection
from halles.ids import BoothId
from halles_server.ports.cards import UNDO, Card, Giving, Purpose
from halles_server.ports.leads import LeadFilter
from halles_server.storage.cards import Cards, settle
from halles_server.storage.leads import Leads
from halles_server.storage.pool import Database
from tests.support.audit import about
from tests.support.booth_people import BOOTH, OTHER_BOOTH, account_of, booths_in, person, request_id

ADA = Card("Ada", "École 02", "ada@example.org")
EVERYTHING = LeadFilter()


def giving(booth: BoothId = BOOTH, card: Card = ADA, purpose: Purpose = "answer", days: int = 30) -> Giving:
    return Giving(booth, card, purpose, "fr", timedelta(days=days))


async def names_at(database: Database, booth: BoothId = BOOTH) -> list[str]:
    return [lead.card.name for lead in (await Leads(database).page(booth, EVERYTHING, 50, 0)).leads]


def test_a_card_reads_back_as_it_was_kept_and_a_change_reaches_no_booth(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, ada = Cards(database), account_of(await person(database, "Ada"))
            assert await cards.read(ada) is None
            await cards.keep(ada, ADA)
            await cards.give(ada, request_id(), giving())
            await cards.keep(ada, Card("Ada Lovelace"))
            assert await cards.read(ada) == Card("Ada Lovelace")
            assert [row.card for row in await cards.held(ada)] == [ADA]

    asyncio.run(play())


def test_a_given_card_is_held_with_purpose_and_end_and_in_the_audit_without_its_content(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, ada = Cards(database), account_of(await person(database, "Ada"))
            lead = await cards.give(ada, request_id(), giving(purpose="contact", days=365))
            (held,) = await cards.held(ada)
            assert (held.lead, held.booth, held.booth_name, held.purpose) == (lead, BOOTH, "Studio", "contact")
            assert held.until - held.given == timedelta(days=365)
            assert (held.withdrawn, held.exports, held.notes, held.tags) == (None, (), (), ())
            entry = (await about(database, f"booth:{BOOTH}"))[0]
            assert (entry.actor, entry.act, entry.detail["fields"]) == (ada, "lead.give", list(ADA.fields))
            assert ADA.mail not in str(entry.detail)

    asyncio.run(play())


def test_a_repeated_giving_has_one_effect_and_giving_anew_replaces(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, ada, key = Cards(database), account_of(await person(database, "Ada")), request_id()
            numbers = await asyncio.gather(*(cards.give(ada, key, giving()) for _ in range(4)))
            assert len(set(numbers)) == 1
            assert await cards.give(ada, request_id(), giving(card=Card("Ada"), purpose="contact")) == numbers[0]
            (held,) = await cards.held(ada)
            assert (held.card, held.purpose) == (Card("Ada"), "contact")
            with pytest.raises(Rejection, match="BAD_FIELD"):
                await cards.give(ada, key, giving(purpose="contact"))
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await cards.give(ada, request_id(), giving(BoothId("nobody")))

    asyncio.run(play())


def test_no_card_is_held_longer_than_twelve_months(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            ada = account_of(await person(database, "Ada"))
            with pytest.raises(asyncpg.CheckViolationError):
                await Cards(database).give(ada, request_id(), giving(days=367))

    asyncio.run(play())


def test_withdrawing_takes_the_card_out_of_list_and_export_at_once_and_undo_brings_it_back(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, leads = Cards(database), Leads(database)
            ada, bob = [account_of(await person(database, name)) for name in ("Ada", "Bob")]
            staff = account_of(await person(database, "Staff", staff_of=BOOTH))
            lead = await cards.give(ada, request_id(), giving())
            await cards.give(bob, request_id(), giving(card=Card("Bob")))
            await cards.withdraw(ada, lead)
            assert await names_at(database) == ["Bob"]
            assert [one.card.name for one in await leads.export_all(staff, BOOTH)] == ["Bob"]
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await leads.export_one(staff, BOOTH, lead)
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await leads.read(BOOTH, lead)
            page = await leads.page(BOOTH, EVERYTHING, 50, 0)
            assert (page.held, page.withdrawn) == (1, 1)
            await cards.withdraw(ada, lead)  # again, nothing changes
            await cards.restore(ada, lead)
            assert sorted(await names_at(database)) == ["Ada", "Bob"]

    asyncio.run(play())


def test_nobody_withdraws_or_restores_anothers_card(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards = Cards(database)
            ada, eve = [account_of(await person(database, name)) for name in ("Ada", "Eve")]
            lead = await cards.give(ada, request_id(), giving())
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await cards.withdraw(eve, lead)
            await cards.withdraw(ada, lead)
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await cards.restore(eve, lead)
            assert await names_at(database) == []

    asyncio.run(play())


def test_what_was_given_anew_is_not_doubled_by_an_undo(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, ada = Cards(database), account_of(await person(database, "Ada"))
            lead = await cards.give(ada, request_id(), giving())
            await cards.withdraw(ada, lead)
            await cards.give(ada, request_id(), giving(card=Card("Ada")))
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await cards.restore(ada, lead)
            assert await names_at(database) == ["Ada"]

    asyncio.run(play())


def test_a_withdrawal_that_cannot_be_undone_any_more_leaves_a_stub_without_person(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, leads = Cards(database), Leads(database)
            ada = account_of(await person(database, "Ada"))
            staff = account_of(await person(database, "Staff", staff_of=BOOTH))
            lead = await cards.give(ada, request_id(), giving())
            await leads.note(staff, request_id(), BOOTH, lead, "wants a stand")
            await leads.tag(BOOTH, lead, "school")
            await leads.export_one(staff, BOOTH, lead)
            await cards.withdraw(ada, lead)
            async with database.transaction() as connection:
                assert await settle(connection) == 0  # it can still be undone
                await connection.execute("UPDATE leads SET withdrawn = now() - $1::interval", UNDO)
                assert await settle(connection) == 1
                row = dict(await connection.fetchrow("SELECT * FROM leads"))
                left = [await connection.fetchval(f"SELECT count(*) FROM {t}") for t in ("lead_notes", "lead_exports")]
            assert [row[name] for name in ("account", "name", "organisation", "mail", "tags")] == [None, "", "", "", []]
            assert left == [0, 0]
            page = await leads.page(BOOTH, EVERYTHING, 50, 0)
            assert (page.held, page.withdrawn, page.tags) == (0, 1, ())
            assert await cards.held(ada) == ()
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await cards.restore(ada, lead)

    asyncio.run(play())


def test_erasing_takes_the_card_and_every_lead_and_nobody_elses(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards = Cards(database)
            ada, bob = [account_of(await person(database, name)) for name in ("Ada", "Bob")]
            await cards.keep(ada, ADA)
            await cards.give(ada, request_id(), giving())
            await cards.give(ada, request_id(), giving(OTHER_BOOTH))
            await cards.give(bob, request_id(), giving(card=Card("Bob")))
            await cards.erase(ada)
            assert await cards.read(ada) is None
            assert await cards.held(ada) == ()
            assert await names_at(database) == ["Bob"]
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM leads WHERE name = 'Ada' OR mail <> ''") == 0
            await cards.erase(ada)  # again, nothing is left to erase

    asyncio.run(play())


def test_an_end_that_has_come_counts_before_the_night_and_giving_anew_begins_without_old_notes(
    database_url: str,
) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, leads = Cards(database), Leads(database)
            ada = account_of(await person(database, "Ada"))
            staff = account_of(await person(database, "Staff", staff_of=BOOTH))
            lead = await cards.give(ada, request_id(), giving())
            await leads.note(staff, request_id(), BOOTH, lead, "old")
            async with database.transaction() as connection:
                await connection.execute("UPDATE leads SET given = given - interval '31 days', until = now()")
            assert await names_at(database) == []
            assert await cards.held(ada) == ()
            again = await cards.give(ada, request_id(), giving())
            assert (await leads.read(BOOTH, again)).notes == ()

    asyncio.run(play())
