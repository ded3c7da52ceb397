"""Invitations on the pages: the organiser makes codes; whoever has one types it, and comes onto a booth's staff.

A code is shown on the answer to a POST and nowhere else: never in an address, and it cannot be read again.
"""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId
from halles.world.booth import NAME_CAP
from halles.world.roles import StaffRole
from halles_server.ports.people import Account
from halles_server.ports.staff import InvitationId
from halles_server.services.invitation_codes import TYPED_CAP
from halles_server.services.invitations import Wanted
from halles_server.services.passwords import SHORTEST
from halles_server.web.actors import actor_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.logins import LOGIN_CAP
from halles_server.web.rate import address_of
from halles_server.web.reader import Reader
from halles_server.web.satchel import adopt
from halles_server.web.staff_only import refuse
from halles_server.web.ways import first_way

_STATUS: Final = {RejectionCode.RATE_LIMITED: 429, RejectionCode.TRY_LATER: 503}
_JOINING: Final = ("new", "login")
"""Ways to come in with a code for who has not logged in."""

_FIELD: Final = frozenset(
    {
        RejectionCode.NOT_FOUND,
        RejectionCode.RATE_LIMITED,
        RejectionCode.TRY_LATER,
        RejectionCode.INVALID_TEXT,
        RejectionCode.NAME_TAKEN,
        RejectionCode.FORBIDDEN,
    }
)
"""Refusals that are told at the form; all others get a page of their own."""


async def made(request: Request) -> Response:
    """Shows the organiser what was made, and the form for another."""
    return await _made(request)


async def make(request: Request) -> Response:
    """Makes a code and shows it once, or withdraws one."""
    door = door_of(request)
    reader = await door.reader(request)
    form = await door.form(request)
    if reader.account is None:
        return await refuse(request, door, reader)
    if form.get("act") == "withdraw":
        return await _withdraw(request, door, reader, InvitationId(form.get("invitation", "")))
    booth, role = BoothId(form.get("booth", "")), form.get("role", "")
    try:
        code = await door.services.invitations.invite(actor_of(reader.account), booth, StaffRole(role))
    except ValueError:
        raise Rejection(RejectionCode.BAD_FIELD, "no such role") from None
    except Rejection as refusal:
        if refusal.code == RejectionCode.FORBIDDEN:
            return await refuse(request, door, reader)
        raise
    return await _made(request, code=code, chosen=booth)


async def _withdraw(request: Request, door: PageDoor, reader: Reader, invitation: InvitationId) -> Response:
    assert reader.account is not None, "asked for by the caller"
    try:
        await door.services.invitations.withdraw(actor_of(reader.account), invitation)
    except Rejection as refusal:
        if refusal.code == RejectionCode.FORBIDDEN:
            return await refuse(request, door, reader)
        if refusal.code != RejectionCode.NOT_FOUND:
            raise
        return await _made(request, gone=True)
    return RedirectResponse(reader.to("/invitations"), 303)


async def ask(request: Request) -> Response:
    """Asks for a code."""
    door = door_of(request)
    return await _form(request, door, await door.reader(request), {})


async def give(request: Request) -> Response:
    """Takes a code, then who it is for: a new account, one to log in with, or the one that is logged in."""
    door = door_of(request)
    reader = await door.reader(request)
    form = await door.form(request)
    typed = _typed(form)
    try:
        if reader.account is not None:
            joined = await door.services.invitations.join(typed["code"], reader.account, address_of(request))
            return await _led_on(door, reader, reader.account, joined)
        if typed["act"] in _JOINING:
            return await _join(request, reader, typed, form.get("password", ""))
        booth, role = await door.services.invitations.look(typed["code"], address_of(request))
        return await _form(request, door, reader, {**typed, **await _booth(door, booth), "role": role})
    except Rejection as refusal:
        if refusal.code not in _FIELD:
            raise
        return await _form(request, door, reader, typed, refusal)


async def _join(request: Request, reader: Reader, typed: dict[str, Any], password: str) -> Response:
    """Joins with a new account or after logging in, and leads on logged in."""
    door, address = door_of(request), address_of(request)
    invitations, admission = door.services.invitations, door.services.admission
    if typed["act"] == "new":
        wanted = Wanted(typed["login"], typed["name"], password, reader.code)
        booth = await invitations.join_as_newcomer(typed["code"], wanted, address)
        token, account = await admission.open_login(wanted.login, password, address)
    else:
        await invitations.look(typed["code"], address)  # a bad code logs nobody in
        token, account = await admission.open_login(typed["login"], password, address)
        booth = await invitations.join(typed["code"], account, address)
    await adopt(door, request, account.account)
    response = await _led_on(door, reader, account, booth)
    door.set_cookie(response, door.cookies.login, token)
    door.forget_cookie(response, door.cookies.form)
    return response


def _typed(form: Mapping[str, str]) -> dict[str, Any]:
    """Returns what is shown again beside a problem; never the password."""
    caps = {"code": TYPED_CAP, "act": LOGIN_CAP, "login": LOGIN_CAP, "name": LOGIN_CAP}
    return {name: form.get(name, "")[:cap] for name, cap in caps.items()}


async def _led_on(door: PageDoor, reader: Reader, account: Account, booth: BoothId) -> Response:
    """Leads to the page on which their role begins at the booth."""
    actor = actor_of(account)
    role = await door.services.staff.role_of(actor, booth)
    return RedirectResponse(reader.to(first_way(actor, booth, role)), 303)


async def _booth(door: PageDoor, booth: BoothId) -> dict[str, Any]:
    record = await door.services.booths.read(booth)
    return {"booth": record, "hall_colour": record.hall}


async def _form(
    request: Request, door: PageDoor, reader: Reader, typed: dict[str, Any], problem: Rejection | None = None
) -> Response:
    seconds = -(-problem.retry_after_ms // 1000) if problem else 0
    # A code that is no good leads back to its own field; what is wrong with login or name is told at those.
    step = "who" if typed.get("act") in _JOINING or "booth" in typed else "code"
    if problem is not None and problem.code in (RejectionCode.NOT_FOUND, RejectionCode.RATE_LIMITED):
        step = "code"
    values = {
        "code": "",
        "act": "",
        "login": "",
        "name": "",
        "booth": None,
        "role": "",
        **typed,
        "step": step,
        "problem": problem.code if problem else "",
        "seconds": seconds,
        "name_cap": NAME_CAP,
        "shortest": SHORTEST,
        "form": True,
    }
    status = _STATUS.get(RejectionCode(problem.code), 422) if problem else 200
    response = await door.page(request, reader, "invitation.html", values, status)
    if seconds:
        response.headers["retry-after"] = str(seconds)
    return response


async def _made(request: Request, *, code: str = "", chosen: str = "", gone: bool = False) -> Response:
    door = door_of(request)
    reader = await door.reader(request)
    try:
        if reader.account is None:
            return await refuse(request, door, reader)
        found = await door.services.invitations.made(actor_of(reader.account), None)
    except Rejection as refusal:
        if refusal.code == RejectionCode.FORBIDDEN:
            return await refuse(request, door, reader)
        raise
    records = {record.booth: record for record in await door.services.booths.directory()}
    values = {
        "records": records,
        "made": found,
        "code": code,
        "chosen": chosen,
        "gone": gone,
        "roles": tuple(StaffRole),
        "days": round(door.config.invitation_days),
        "now": door.now(),
        "form": True,
    }
    return await door.page(request, reader, "invitations.html", values, 409 if gone else 200)
