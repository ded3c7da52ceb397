"""A person's card: given, never taken; each time to one booth, for a purpose and until a day; withdrawn at once.

Belongs here: what may stand on a card, and the giver's side of it. Not here: what a booth does with it (``leads``).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, RequestId
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles_server.ports.cards import Card, CardStore, Giving, Held, Purpose
from halles_server.ports.clock import Clock
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.names import check_name

ORGANISATION_CAP: Final = 80
MAIL_CAP: Final = 254
"""Characters of an address that mail servers take (RFC 5321, 4.5.3.1.3, without the angle brackets)."""

ANSWER_DAYS: Final = 30
"""How long a card is held that was given for an answer."""

_MAIL: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\".]+(\.[^\s@,;:<>()\[\]\\\".]+)+")
"""What looks like a mail address: whether mail arrives, only mail can tell."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agrees to when giving a card: to whom, for what, and which fields beside the name."""

    booth: BoothId
    purpose: Purpose
    organisation: bool
    mail: bool


class Cards:
    """What people do with their own card."""

    def __init__(self, store: CardStore, clock: Clock, lead_days: int) -> None:
        """Takes also the days that a card is held that was given to stay in touch."""
        self._clock = clock
        self._store = store
        self._days: dict[Purpose, int] = {"answer": min(ANSWER_DAYS, lead_days), "contact": lead_days}

    async def own(self, actor: Actor) -> Card:
        """Returns somebody's card; who has written none has one with its name."""
        return await self._store.read(_account(actor)) or Card(actor.name)

    async def keep(self, actor: Actor, card: Card) -> Card:
        """Stores somebody's card and returns it as stored; what was given before stays as it was given.

        Raises:
            Rejection: INVALID_TEXT; BAD_FIELD for what is no mail address; FORBIDDEN.
        """
        policies.require(actor, Right.GIVE_CARD)
        checked = check_card(card)
        await self._store.keep(_account(actor), checked)
        return checked

    async def give(self, actor: Actor, request_id: RequestId, consent: Consent) -> int:
        """Gives the actor's card, as it is now, to a booth; returns the lead's number once that is committed.

        Raises:
            Rejection: FORBIDDEN for guests, NOT_FOUND for no such booth.
            Unavailable: Nothing is known of the effect; asking again with the same ``request_id`` is safe.
        """
        policies.require(actor, Right.GIVE_CARD)
        card = await self.own(actor)
        given = Card(card.name, card.organisation if consent.organisation else "", card.mail if consent.mail else "")
        lasts = timedelta(days=self._days[consent.purpose])
        giving = Giving(consent.booth, given, consent.purpose, actor.language, lasts)
        return await self._store.give(_account(actor), request_id, giving)

    def until(self, purpose: Purpose) -> datetime:
        """Returns when a card that is given now for a purpose will be erased."""
        return self._clock.wall() + timedelta(days=self._days[purpose])

    async def withdraw(self, actor: Actor, lead: int) -> None:
        """Takes a card back: at once it is in no list and no export. ``Rejection`` NOT_FOUND."""
        await self._store.withdraw(_account(actor), lead)

    async def restore(self, actor: Actor, lead: int) -> None:
        """Undoes a withdrawal while that is possible; ``Rejection`` NOT_FOUND."""
        await self._store.restore(_account(actor), lead)

    async def held(self, actor: Actor) -> tuple[Held, ...]:
        """Returns who holds what about somebody, newest first, with what was withdrawn a moment ago."""
        return await self._store.held(_account(actor))

    async def erase(self, actor: Actor) -> None:
        """Erases somebody's card here and wherever it was given; there is no undo."""
        await self._store.erase(_account(actor))


def check_card(card: Card) -> Card:
    """Returns a card as it is stored; ``Rejection`` INVALID_TEXT, or BAD_FIELD for what is no mail address."""
    mail = clean_text(card.mail, MAIL_CAP, lines=False)
    if mail and not _MAIL.fullmatch(mail):
        raise Rejection(RejectionCode.BAD_FIELD, "no mail address looks like this")
    return Card(check_name(card.name, ()), clean_text(card.organisation, ORGANISATION_CAP, lines=False), mail)


def _account(actor: Actor) -> AccountId:
    """Returns whose card it is: whoever may do nothing any more still reads, takes back and erases their own."""
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests have no card")
    return actor.account


def wrong_fields(card: Card) -> tuple[str, ...]:
    """Names the fields of a card for which it would be refused."""
    alone = {
        "name": Card(card.name),
        "organisation": Card("-1", card.organisation),
        "mail": Card("-1", mail=card.mail),
    }
    return tuple(field for field, part in alone.items() if _refused(part))


def _refused(card: Card) -> bool:
    try:
        check_card(card)
    except Rejection:
        return True
    return False
