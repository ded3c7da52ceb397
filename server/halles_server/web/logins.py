"""Logging in and out on the pages."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.world.roles import Right
from halles_server.ports.people import Account
from halles_server.services import policies
from halles_server.web.actors import actor_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.rate import address_of
from halles_server.web.reader import Reader
from halles_server.web.satchel import adopt
from halles_server.web.ways import first_way

LOGIN_CAP: Final = 80

_BACK: Final = re.compile(r"/(?:fr|nl|en)/[!-\[\]-~]{0,300}")
"""An address of ours to come back to; begun by a language, it cannot lead to another server."""

_STATUS: Final = {
    RejectionCode.FORBIDDEN: 403,
    RejectionCode.RATE_LIMITED: 429,
    RejectionCode.TRY_LATER: 503,
}


async def ask(request: Request) -> Response:
    """Shows the form, or who is logged in."""
    door = door_of(request)
    return await _form(request, door, await door.reader(request), back=request.query_params.get("back", ""))


async def log_in(request: Request) -> Response:
    """Opens a login under a new cookie and leads back to what was read, else to where they work."""
    door = door_of(request)
    reader = await door.reader(request)
    form = await door.form(request)
    login, password = form.get("login", "")[:LOGIN_CAP], form.get("password", "")
    try:
        token, account = await door.services.admission.open_login(login, password, address_of(request))
    except Rejection as refusal:
        return await _form(request, door, reader, login=login, problem=refusal, back=form.get("back", ""))
    if old := request.cookies.get(door.cookies.login):
        await door.services.admission.close_login(old)
    await adopt(door, request, account.account)
    response = RedirectResponse(_ours(form.get("back", "")) or reader.to(await _work(door, account)), 303)
    door.set_cookie(response, door.cookies.login, token)
    door.forget_cookie(response, door.cookies.form)
    return response


async def log_out(request: Request) -> Response:
    """Ends the login here and in the database."""
    door = door_of(request)
    reader = await door.reader(request)
    await door.form(request)
    if token := request.cookies.get(door.cookies.login):
        await door.services.admission.close_login(token)
    response = RedirectResponse(reader.to("/"), 303)
    door.forget_cookie(response, door.cookies.login)
    return response


async def _form(
    request: Request,
    door: PageDoor,
    reader: Reader,
    *,
    login: str = "",
    problem: Rejection | None = None,
    back: str = "",
) -> Response:
    seconds = -(-problem.retry_after_ms // 1000) if problem else 0
    invites = reader.account is not None and policies.may(actor_of(reader.account), Right.INVITE)
    values = {
        "form": True,
        "login": login,
        "problem": problem.code if problem else "",
        "seconds": seconds,
        "invites": invites,
        "back": _ours(back),
    }
    status = _STATUS.get(RejectionCode(problem.code), 422) if problem else 200
    response = await door.page(request, reader, "login.html", values, status)
    if seconds:
        response.headers["retry-after"] = str(seconds)
    return response


async def _work(door: PageDoor, account: Account) -> str:
    """Returns where somebody works: at their one booth, else in the list; who only visits, on the welcome page."""
    actor = actor_of(account)
    served = await door.services.staff.served(actor)
    if policies.may(actor, Right.CHECK_BOOTH) or len(served) > 1:
        return "/studio"
    for booth, role in served.items():
        return first_way(actor, booth, role)
    return "/"


def _ours(back: str) -> str:
    """Returns an address to come back to if it is one of our pages."""
    return back if _BACK.fullmatch(back) else ""
