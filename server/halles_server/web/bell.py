"""The page of a booth's bell: who rings and rang, answering, when somebody is back, and the talk at the booth.

It works by reloading; for staff who are present here, at their booth, ``bell.js`` and ``chat.js`` keep it up to date.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.world.roles import Right
from halles_server.services import policies
from halles_server.services.staffing import BACK_MOST_MIN
from halles_server.web.numerals import number_in
from halles_server.web.presence import Presence
from halles_server.web.staff_only import Asked, asked, new_request_id, refuse
from halles_server.web.talk_view import talk_view

BACK_CHOICES: Final = (10, 15, 30, 45, 60, 90, 120, 180, 240)
"""Minutes that the form offers."""

_DIGITS_CAP: Final = 9


async def read(request: Request) -> Response:
    """Shows the bell."""
    found = await asked(request)
    return await _page(found) if isinstance(found, Asked) else found


async def act(request: Request) -> Response:
    """Carries out one of the page's forms: a ring answered, or when somebody is back."""
    found = await asked(request)
    if not isinstance(found, Asked):
        return found
    form = await found.door.form(request)
    services = found.door.services
    try:
        if form.get("act") == "answer":
            await services.doorbell.answer(found.actor, new_request_id(), _number(form.get("ring", "")))
        elif form.get("act") == "back":
            minutes = min(_number(form.get("minutes", "")), BACK_MOST_MIN + 1)
            await services.staffing.say_back(found.actor, new_request_id(), found.record.booth, minutes)
        else:
            raise Rejection(RejectionCode.BAD_FIELD, "no such act")
    except Rejection as refusal:
        if refusal.code == RejectionCode.NOT_FOUND:
            return await _page(found, late=True)
        if refusal.code == RejectionCode.FORBIDDEN:
            return await refuse(request, found.door, found.reader)
        raise
    return found.to("/bell")


def _number(text: str) -> int:
    number = number_in(text, _DIGITS_CAP)
    if number is None:
        raise Rejection(RejectionCode.BAD_FIELD, "not a number")
    return number


async def _page(found: Asked, *, late: bool = False) -> Response:
    services, booth = found.door.services, found.record.booth
    if not policies.may(found.actor, Right.ANSWER_BELL, staff_role=found.role):
        return await refuse(found.request, found.door, found.reader)
    rings = await services.doorbell.listed(found.actor, booth)
    values = {
        "record": found.record,
        "waiting": [ring for ring in reversed(rings) if ring.state == "waiting"],
        "decided": [ring for ring in rings if ring.state != "waiting"],
        "rate": await services.doorbell.answered_of(booth),
        "staffed": await services.staffing.of_booth(booth),
        "choices": BACK_CHOICES,
        "late": late,
        "present": Presence(found.record.hall, found.record, voice=found.door.config.voice),
        "talk": await talk_view(found.door, found.reader, found.record),
        "now": found.door.now(),
        "hall_colour": found.record.hall,
        "form": True,
    }
    return await found.door.page(found.request, found.reader, "bell.html", values, 409 if late else 200)
