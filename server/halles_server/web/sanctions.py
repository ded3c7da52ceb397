"""The page of one's own sanctions: what, why and until when, the appeal with its answer, and what is over."""

from dataclasses import dataclass

from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.world.sanctions import APPEAL_CAP
from halles_server.ports.sanctions import Known
from halles_server.web.api import problem
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.scopes import place_of


@dataclass(frozen=True, slots=True)
class _Typed:
    """An appeal as it was typed, and what is wrong with it."""

    number: int
    text: str
    problem: str


_NOTHING: _Typed = _Typed(0, "", "")


@for_members
async def show(asked: Asked) -> Response:
    """Shows what somebody is under now."""
    return await _page(asked)


@for_members
async def appeal(asked: Asked) -> Response:
    """Takes an appeal; one that cannot be taken is shown again with what was typed."""
    form = await asked.form()
    number, text = number_in(form.get("sanction", ""), ID_DIGITS) or 0, form.get("text", "")
    try:
        await asked.services.sanctions.appeal(Known(asked.actor.account), request_of(form), number, text)
    except Rejection as refusal:
        if refusal.code not in {RejectionCode.INVALID_TEXT, RejectionCode.NOT_FOUND}:
            raise
        return await _page(asked, _Typed(number, text, refusal.code), problem.status_of(refusal))
    return asked.see("/sanctions")


async def _page(asked: Asked, typed: _Typed = _NOTHING, status: int = 200) -> Response:
    services, code = asked.services, asked.reader.code
    records = await services.sanctions.history(Known(asked.actor.account))
    holding = {one.number for one in asked.actor.standing.sanctions}
    rows = [(one, await place_of(services, one.scope, code)) for one in records]
    values = {
        "holding": [row for row in rows if row[0].number in holding],
        "past": [row for row in rows if row[0].number not in holding],
        "typed": typed,
        "text_cap": APPEAL_CAP,
        "form": True,
    }
    return await asked.page("sanctions.html", values, status)
