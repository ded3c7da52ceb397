"""What the form needs with which a reader gives its card to a booth, on the booth's page or on one of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from halles.ids import BoothId
from halles_server.ports.cards import Card, Held, Purpose
from halles_server.web.actors import actor_of
from halles_server.web.asked import REQUEST_FIELD, new_request
from halles_server.web.door import PageDoor
from halles_server.web.reader import Reader

PURPOSES: Final[tuple[Purpose, ...]] = ("answer", "contact")


@dataclass(frozen=True, slots=True)
class Giving:
    """What a page says of giving a card.

    Attributes:
        card: What would be given; None for who has not logged in.
        held: What the booth holds already.
        ends: Until when it would hold it, for each purpose.
    """

    card: Card | None
    held: Held | None
    ends: Mapping[Purpose, datetime]

    request_field: ClassVar[str] = REQUEST_FIELD

    @property
    def new_request(self) -> str:
        """A fresh key for a form: sent twice, it gives or takes once."""
        return new_request()


async def giving_of(door: PageDoor, reader: Reader, booth: BoothId) -> Giving:
    """Reads what would be given, until when, and what the booth holds already; nothing is given by looking."""
    cards = door.services.cards
    ends = {purpose: cards.until(purpose) for purpose in PURPOSES}
    if reader.account is None:
        return Giving(None, None, ends)
    actor = actor_of(reader.account)
    held = (one for one in await cards.held(actor) if one.booth == booth and one.withdrawn is None)
    return Giving(await cards.own(actor), next(held, None), ends)
