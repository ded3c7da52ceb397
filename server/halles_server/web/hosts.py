"""A booth's recorded host on pages: its words and voice for everybody, and for those who may, deleting it."""

from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, MediaId
from halles.world.booth import media_kind
from halles.world.host_replay import KEPT_DAYS, SECONDS_CAP
from halles.world.roles import Right
from halles_server.services import policies
from halles_server.web.asked import Asked as Member
from halles_server.web.asked import for_members
from halles_server.web.numerals import number_in
from halles_server.web.reading import host_values
from halles_server.web.staff_only import Asked, asked, refuse

_DIGITS_CAP: Final = 10


async def read(request: Request) -> Response:
    """Shows the recording to the booth's staff."""
    found = await asked(request)
    return await _page(found) if isinstance(found, Asked) else found


async def act(request: Request) -> Response:
    """Gives one's own recording a voice, or takes it away."""
    found = await asked(request)
    if not isinstance(found, Asked):
        return found
    form = await found.door.form(request)
    sound = MediaId("" if form.get("act") == "silence" else form.get("sound", ""))
    try:
        if form.get("act") not in {"sound", "silence"} or (form["act"] == "sound" and not sound):
            raise Rejection(RejectionCode.BAD_FIELD, "no such act")
        recordings = found.door.services.host_replays
        await recordings.attach(found.actor, found.record.booth, _number(form.get("number", "")), sound)
    except Rejection as refusal:
        return await _page(found, refusal)
    return found.to("/host")


@for_members
async def remove(member: Member) -> Response:
    """Deletes a recording, and leads back to the page of ours from which that was asked."""
    form, booth = await member.form(), BoothId(member.request.path_params["booth"])
    backs = {"studio": f"/studio/{booth}/host", "me": "/me/consents"}
    try:
        await member.services.host_replays.remove(member.actor, booth, _number(form.get("number", "")))
    except Rejection as refusal:
        if refusal.code != RejectionCode.NOT_FOUND:  # it is gone, which was wanted
            raise
    address = backs.get(form.get("back", ""), f"/booths/{booth}")
    return RedirectResponse(member.reader.to(address), 303, {"cache-control": "no-store"})


async def _page(found: Asked, problem: Rejection | None = None) -> Response:
    values = await host_values(found.door, found.reader, found.record.booth)
    host = values["host"]
    if not values["may_remove_host"] and not policies.may(found.actor, Right.ANSWER_BELL, staff_role=found.role):
        return await refuse(found.request, found.door, found.reader)
    given = found.request.query_params.get("media", "")
    values |= {
        "record": found.record,
        "own": host is not None and host.account == found.actor.account,
        "until": host.recorded + timedelta(days=KEPT_DAYS) if host is not None else None,
        "given": given if media_kind(given) == "sound" else "",
        "minutes": SECONDS_CAP // 60,
        "problem": problem.code if problem else "",
        "excess": problem.excess if problem else None,
        "hall_colour": found.record.hall,
        "form": True,
    }
    return await found.door.page(found.request, found.reader, "host.html", values, 422 if problem else 200)


def _number(text: str) -> int:
    number = number_in(text, _DIGITS_CAP)
    if number is None:
        raise Rejection(RejectionCode.BAD_FIELD, "not a number")
    return number
