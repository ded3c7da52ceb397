"""The page of one's own sanctions: what, why and until when, the appeal with its answer, and what is over.

An account reads it wherever it logs in. A guest reads it in the browser by which it was present: what a device keeps
(``Hello.device``) is in a cookie there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.world.sanctions import APPEAL_CAP
from halles_server.ports.sanctions import Known, SanctionRecord
from halles_server.services.admission import digest
from halles_server.web.actors import asker
from halles_server.web.api import problem
from halles_server.web.asked import Answer, Asked, for_members, request_of
from halles_server.web.door import door_of
from halles_server.web.entering import DEVICE_COOKIE
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.scopes import place_of


@dataclass(frozen=True, slots=True)
class _Typed:
    """An appeal as it was typed, and what is wrong with it."""

    number: int
    text: str
    problem: str


_NOTHING: _Typed = _Typed(0, "", "")


def _for_the_known(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Returns a route for who is logged in, or was present in this browser; others read that they have to log in."""
    members = for_members(answer)

    async def route(request: Request) -> Response:
        door = door_of(request)
        reader = await door.reader(request)
        if reader.account is not None or not request.cookies.get(DEVICE_COOKIE, ""):
            return await members(request)
        return await answer(Asked(request, door, reader, asker(reader)))

    return route


async def _show(asked: Asked) -> Response:
    return await _page(asked)


async def _appeal(asked: Asked) -> Response:
    form = await asked.form()
    number, text = number_in(form.get("sanction", ""), ID_DIGITS) or 0, form.get("text", "")
    try:
        known = _with_visit(_known(asked), number, await _history(asked))
        await asked.services.sanctions.appeal(known, request_of(form), number, text)
    except Rejection as refusal:
        if refusal.code not in {RejectionCode.INVALID_TEXT, RejectionCode.NOT_FOUND}:
            raise
        return await _page(asked, _Typed(number, text, refusal.code), problem.status_of(refusal))
    return asked.see("/sanctions")


show = _for_the_known(_show)
"""Shows what somebody is under now, and what is over."""

appeal = _for_the_known(_appeal)
"""Takes an appeal; one that cannot be taken is shown again with what was typed."""


async def _page(asked: Asked, typed: _Typed = _NOTHING, status: int = 200) -> Response:
    services, code = asked.services, asked.reader.code
    holding = {one.number for one in await services.sanctions.of(_known(asked))}
    rows = [(one, await place_of(services, one.scope, code)) for one in await _history(asked)]
    values = {
        "holding": [row for row in rows if row[0].number in holding],
        "past": [row for row in rows if row[0].number not in holding],
        "typed": typed,
        "text_cap": APPEAL_CAP,
        "form": True,
    }
    return await asked.page("sanctions.html", values, status)


async def _history(asked: Asked) -> tuple[SanctionRecord, ...]:
    return await asked.services.sanctions.history(_known(asked))


def _known(asked: Asked) -> Known:
    if asked.actor.account is not None:
        return Known(asked.actor.account)
    return Known(devices=(digest(asked.request.cookies[DEVICE_COOKIE]),))


def _with_visit(known: Known, number: int, history: tuple[SanctionRecord, ...]) -> Known:
    """Returns a guest as the visit that was sanctioned: whoever appeals is written down; ``Rejection`` NOT_FOUND."""
    if known.account is not None:
        return known
    for one in history:
        if one.number == number:
            return Known(visit=one.visit, devices=known.devices)
    raise Rejection(RejectionCode.NOT_FOUND, "no such sanction of theirs")
