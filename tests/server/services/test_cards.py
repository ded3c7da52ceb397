"""Cards: what may stand on one, who may give one, and how long it lasts."""

import asyncio
from datetime import timedelta

import pytest

from halles.errors import Rejection
from halles.world.roles import Role
from halles_server.ports.cards import Card
from halles_server.services.actor import Actor
from halles_server.services.cards import ANSWER_DAYS, Cards, Consent, check_card, wrong_fields
from halles_server.storage.cards import Cards as StoredCards
from tests.support.booth_people import BOOTH, StoppedClock, booths_in, person, request_id

GUEST = Actor(None, None, "Guest", Role.GUEST, "fr")


def test_only_what_was_ticked_is_given(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, ada = Cards(StoredCards(database), StoppedClock(), 365), await person(database, "Ada")
            await cards.keep(ada, Card("  Ada ", "École 02", "ada@example.org"))
            await cards.give(ada, request_id(), Consent(BOOTH, "answer", organisation=False, mail=True))
            (held,) = await cards.held(ada)
            assert held.card == Card("Ada", "", "ada@example.org")
            assert held.until - held.given == timedelta(days=ANSWER_DAYS)

    asyncio.run(play())


def test_who_has_written_no_card_gives_the_name_alone(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards, ada = Cards(StoredCards(database), StoppedClock(), 365), await person(database, "Ada")
            await cards.give(ada, request_id(), Consent(BOOTH, "contact", organisation=True, mail=True))
            (held,) = await cards.held(ada)
            assert held.card == Card("Ada")

    asyncio.run(play())


def test_an_end_is_told_by_the_clock_and_no_purpose_outlasts_the_shows_limit(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            clock = StoppedClock()
            cards = Cards(StoredCards(database), clock, 7)
            assert {cards.until("answer"), cards.until("contact")} == {clock.wall() + timedelta(days=7)}

    asyncio.run(play())


def test_guests_have_no_card_and_nothing_is_held_of_them(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            cards = Cards(StoredCards(database), StoppedClock(), 365)
            consent = Consent(BOOTH, "answer", organisation=True, mail=True)
            for act in (
                cards.own(GUEST),
                cards.held(GUEST),
                cards.give(GUEST, request_id(), consent),
                cards.erase(GUEST),
            ):
                with pytest.raises(Rejection, match="FORBIDDEN"):
                    await act

    asyncio.run(play())


@pytest.mark.parametrize(
    ("card", "wrong"),
    [
        (Card("Ada", "École", "ada@example.org"), ()),
        (Card("Ada"), ()),
        (Card("Ada", "", "a.b+c@mail.example.org"), ()),
        (Card("…"), ("name",)),
        (Card("A\u202eda"), ("name",)),
        (Card("A" * 41), ("name",)),
        (Card("Ada", "x" * 81), ("organisation",)),
        (Card("Ada", "a\u0007b"), ("organisation",)),
        (Card("Ada", "", "ada"), ("mail",)),
        (Card("Ada", "", "ada@example"), ("mail",)),
        (Card("Ada", "", "ada@example.org,eve@example.org"), ("mail",)),
        (Card("Ada", "", "<ada@example.org>"), ("mail",)),
        (Card("Ada", "", "ada@.example.org"), ("mail",)),
        (Card("Ada", "", f"{'a' * 250}@x.org"), ("mail",)),
        (Card("", "\u200b\u202e", "@"), ("name", "organisation", "mail")),
    ],
)
def test_each_field_is_refused_by_itself(card: Card, wrong: tuple[str, ...]) -> None:
    assert wrong_fields(card) == wrong
    if wrong:
        with pytest.raises(Rejection):
            check_card(card)
    else:
        assert check_card(card) == card
