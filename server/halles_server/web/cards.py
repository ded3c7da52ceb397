"""The reader's own card, and giving it to a booth."""

from dataclasses import replace
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.world.booth import NAME_CAP
from halles_server.ports.booths import BoothRecord
from halles_server.ports.cards import Card
from halles_server.services.cards import MAIL_CAP, ORGANISATION_CAP, Consent, wrong_fields
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.door import door_of
from halles_server.web.giving import PURPOSES, giving_of
from halles_server.web.reading import read_booth

_FIELD_REFUSALS: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.BAD_FIELD})


@for_members
async def own(asked: Asked) -> Response:
    """Shows the reader's card to be changed."""
    return await _own(asked, await asked.services.cards.own(asked.actor))


@for_members
async def keep(asked: Asked) -> Response:
    """Stores the reader's card; who came from a booth goes back there."""
    form = await asked.form()
    typed = Card(form.get("name", ""), form.get("organisation", ""), form.get("mail", ""))
    try:
        await asked.services.cards.keep(asked.actor, typed)
    except Rejection as refusal:
        if refusal.code not in _FIELD_REFUSALS:
            raise
        return await _own(asked, typed, wrong_fields(typed))
    if booth := form.get("booth", ""):
        record = await read_booth(asked.door, booth)
        return asked.see(f"/booths/{record.booth}/card")
    return asked.see("/me/card?saved=1")


async def offer(request: Request) -> Response:
    """Shows what would be given to a booth, for what and until when; nothing is given by looking."""
    door = door_of(request)
    reader = await door.reader(request)
    record = await read_booth(door, request.path_params["booth"])
    values = {
        "giving": await giving_of(door, reader, record.booth),
        "record": record,
        "hall_colour": record.hall,
        "given": "given" in request.query_params,
        "inline": False,
        "back": f"{request.url.path}",
    }
    return await door.page(request, reader, "booth_card.html", values)


@for_members
async def give(asked: Asked) -> Response:
    """Gives the reader's card to a booth."""
    form = await asked.form()
    record: BoothRecord = await read_booth(asked.door, asked.request.path_params["booth"])
    purpose = next((known for known in PURPOSES if known == form.get("purpose")), None)
    if purpose is None:
        raise HTTPException(400)
    consent = Consent(record.booth, purpose, organisation="organisation" in form, mail="mail" in form)
    giver = replace(asked.actor, language=asked.reader.code)  # an answer is read as this page is
    await asked.services.cards.give(giver, request_of(form), consent)
    return asked.see(f"/booths/{record.booth}{'?given=1#meet' if 'inline' in form else '/card?given=1'}")


async def _own(asked: Asked, card: Card, wrong: tuple[str, ...] = ()) -> Response:
    values = {
        "card": card,
        "wrong": wrong,
        "saved": "saved" in asked.request.query_params,
        "booth": asked.request.query_params.get("booth", "")[:64],
        "caps": {"name": NAME_CAP, "organisation": ORGANISATION_CAP, "mail": MAIL_CAP},
    }
    return await asked.page("card.html", values, 422 if wrong else 200)
