"""Meetings at a booth: its free slots and asking for one, and the staff's page where slots are opened and answered."""

from collections.abc import Mapping
from datetime import date, time
from itertools import groupby
from typing import Final
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId
from halles_server.ports.meetings import MeetingAnswer, Slot
from halles_server.services.meeting_times import MINUTES, Opening
from halles_server.services.meetings import SUBJECT_CAP, WORD_CAP
from halles_server.web.asked import REQUEST_FIELD, Asked, calendar_of, for_members, for_staff, new_request, request_of
from halles_server.web.dates import Calendar
from halles_server.web.door import PageDoor, door_of
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.reader import Reader
from halles_server.web.reading import read_booth

_NO_SLOT: Final = "NO_SLOT"
_OWN_SLOT: Final = "OWN_SLOT"

_STATUS: Final[dict[str, int]] = {
    _NO_SLOT: 422,
    _OWN_SLOT: 409,
    RejectionCode.INVALID_TEXT: 422,
    RejectionCode.BAD_FIELD: 422,
    RejectionCode.NOT_FOUND: 409,
    RejectionCode.TIME_TAKEN: 409,
    RejectionCode.OVER_BUDGET: 409,
    RejectionCode.STALE_REVISION: 409,
}
"""What is said on the page itself, with what was typed, and how it is answered."""


async def free(request: Request) -> Response:
    """Shows a booth's free slots to everybody."""
    door = door_of(request)
    return await _free(request, door, await door.reader(request))


@for_members
async def ask(asked: Asked) -> Response:
    """Asks for a slot."""
    form = await asked.form()
    record = await read_booth(asked.door, asked.request.path_params["booth"])
    slot, subject = form.get("slot", ""), form.get("subject", "")
    if not slot:
        return await _free(asked.request, asked.door, asked.reader, problem=_NO_SLOT, subject=subject)
    try:
        await asked.services.meetings.ask(asked.actor, request_of(form), record.booth, _number(slot), subject)
    except Rejection as refusal:
        problem = _OWN_SLOT if refusal.code == RejectionCode.FORBIDDEN else refusal.code
        if problem not in _STATUS:
            raise
        return await _free(asked.request, asked.door, asked.reader, problem=problem, subject=subject)
    return asked.see("/me/agenda?asked=1")


@for_staff
async def staff_page(asked: Asked) -> Response:
    """Shows the staff who asked, what is agreed and what is free."""
    return await _staff_page(asked)


@for_staff
async def open_slots(asked: Asked) -> Response:
    """Opens slots."""
    form = await asked.form()
    try:
        opening = _opening(form)
        await asked.services.meetings.open(asked.actor, request_of(form), _booth_id(asked), _host(form), opening)
    except Rejection as refusal:
        _known(refusal)
        return await _staff_page(asked, typed=dict(form), problem=refusal.code)
    return asked.see(f"/studio/{_booth_id(asked)}/meetings?opened=1")


@for_staff
async def close_slot(asked: Asked) -> Response:
    """Removes a slot."""
    await asked.form()
    try:
        await asked.services.meetings.close(asked.actor, _booth_id(asked), asked.number("slot"))
    except Rejection as refusal:
        _known(refusal)
        return await _staff_page(asked, answer_problem=refusal.code)
    return asked.see(f"/studio/{_booth_id(asked)}/meetings")


@for_staff
async def answer(asked: Asked) -> Response:
    """Confirms, declines or cancels a meeting, with a word to the visitor."""
    form, booth, meeting = await asked.form(), _booth_id(asked), asked.number("meeting")
    act, word = form.get("act", ""), form.get("word", "")
    meetings = asked.services.meetings
    try:
        match act:
            case "confirm" | "decline":
                given = MeetingAnswer(booth, meeting, act == "confirm", word)
                await meetings.answer(asked.actor, request_of(form), given)
            case "cancel":
                await meetings.cancel_at_booth(asked.actor, booth, meeting, word)
            case _:
                raise HTTPException(400)
    except Rejection as refusal:
        _known(refusal)
        return await _staff_page(asked, answer_problem=refusal.code)
    return asked.see(f"/studio/{booth}/meetings?answered=1")


async def _free(request: Request, door: PageDoor, reader: Reader, *, problem: str = "", subject: str = "") -> Response:
    record = await read_booth(door, request.path_params["booth"])
    calendar = calendar_of(door, reader)
    slots = [slot for slot in await door.services.meetings.slots(record.booth) if slot.free]
    values = {
        "record": record,
        "hall_colour": record.hall,
        "days": _by_day(slots, calendar),
        "zone": door.config.time_zone,
        "hours": door.config.meeting_request_h,
        "problem": problem,
        "subject": subject,
        "subject_cap": SUBJECT_CAP,
        "request_field": REQUEST_FIELD,
        "new_request": new_request,
        "back": request.url.path,
    }
    return await door.page(request, reader, "booth_meetings.html", values, _STATUS.get(problem, 200))


async def _staff_page(
    asked: Asked, *, typed: dict[str, str] | None = None, problem: str = "", answer_problem: str = ""
) -> Response:
    record = await read_booth(asked.door, asked.request.path_params["booth"])
    meetings = await asked.services.meetings.of_booth(asked.actor, record.booth)
    slots = [slot for slot in await asked.services.meetings.slots(record.booth) if slot.free]
    members = await asked.services.staff.members(record.booth)
    today = f"{asked.services.clock.wall().astimezone(asked.door.config.zone):%Y-%m-%d}"
    defaults = {"day": today, "from": "10:00", "to": "12:00", "minutes": "20", "host": asked.actor.account or ""}
    values = {
        "record": record,
        "hall_colour": record.hall,
        "waiting": [meeting for meeting in meetings if meeting.state == "asked"],
        "agreed": [meeting for meeting in meetings if meeting.state == "confirmed"],
        "gone": await asked.services.meetings.gone(asked.actor, record.booth),
        "days": _by_day(slots, asked.calendar),
        "members": members,
        "minutes": MINUTES,
        "typed": {**defaults, **(typed or {})},
        "today": today,
        "zone": asked.door.config.time_zone,
        "word_cap": WORD_CAP,
        "problem": problem,
        "answer_problem": answer_problem,
        "done": next((name for name in ("opened", "answered") if name in asked.request.query_params), ""),
    }
    code = problem or answer_problem
    return await asked.page("studio_meetings.html", values, _STATUS.get(code, 200))


def _by_day(slots: list[Slot], calendar: Calendar) -> list[tuple[str, list[Slot]]]:
    """Returns slots under the days on which they are, in the show's zone."""
    return [
        (day, list(of_day)) for day, of_day in groupby(slots, key=lambda slot: calendar.long_day(slot.during.start))
    ]


def _opening(form: Mapping[str, str]) -> Opening:
    """Reads a stretch of a day from a form; ``Rejection`` BAD_FIELD."""
    try:
        day, start, end = (
            date.fromisoformat(form["day"]),
            *(time.fromisoformat(form[name]) for name in ("from", "to")),
        )
    except (KeyError, ValueError):
        raise Rejection(RejectionCode.BAD_FIELD, "no day or no hour") from None
    if start.tzinfo or end.tzinfo:
        raise Rejection(RejectionCode.BAD_FIELD, "an hour of the show's zone, without another")
    return Opening(day, start, end, _number(form.get("minutes", "")))


def _host(form: Mapping[str, str]) -> AccountId:
    """Reads whom a form names; 400 for what cannot be an account."""
    try:
        return AccountId(str(UUID(form.get("host", ""))))
    except ValueError:
        raise HTTPException(400) from None


def _number(text: str) -> int:
    """Reads a number that our own page wrote; 400 for anything else."""
    number = number_in(text, ID_DIGITS)
    if number is None:
        raise HTTPException(400)
    return number


def _known(refusal: Rejection) -> None:
    """Raises again what the page itself does not say."""
    if refusal.code not in _STATUS:
        raise refusal


def _booth_id(asked: Asked) -> BoothId:
    return BoothId(asked.request.path_params["booth"])
