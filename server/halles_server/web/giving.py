"""What the form needs with which a reader gives its card to a booth, on the booth's page or on one of its own."""

from typing import Any, Final

from halles.ids import BoothId
from halles_server.ports.cards import Purpose
from halles_server.web.actors import actor_of
from halles_server.web.asked import REQUEST_FIELD, new_request
from halles_server.web.door import PageDoor
from halles_server.web.reader import Reader

PURPOSES: Final[tuple[Purpose, ...]] = ("answer", "contact")


async def giving(door: PageDoor, reader: Reader, booth: BoothId) -> dict[str, Any]:
    """Returns what would be given, until when, and what the booth holds already; nothing is given by looking."""
    cards = door.services.cards
    values: dict[str, Any] = {"card": None, "held": None}
    if reader.account is not None:
        actor = actor_of(reader.account)
        held = [one for one in await cards.held(actor) if one.booth == booth and one.withdrawn is None]
        values |= {"card": await cards.own(actor), "held": held[0] if held else None}
    return values | {
        "request_field": REQUEST_FIELD,
        "new_request": new_request,
        "ends": {purpose: cards.until(purpose) for purpose in PURPOSES},
    }
