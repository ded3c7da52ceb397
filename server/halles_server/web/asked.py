"""Pages that only somebody logged in may ask for: who asks, and how such a page or act is answered."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.ids import RequestId
from halles_server.services.actor import Actor
from halles_server.services.offered import Services
from halles_server.web.actors import actor_of
from halles_server.web.dates import Calendar
from halles_server.web.door import PageDoor, door_of
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.reader import Reader

REQUEST_FIELD = "request"
"""Names the hidden field with a form's idempotency key: sent twice, the form has one effect."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of somebody who is logged in."""

    request: Request
    door: PageDoor
    reader: Reader
    actor: Actor

    @property
    def services(self) -> Services:
        """What may be asked for."""
        return self.door.services

    @property
    def calendar(self) -> Calendar:
        """Writes days and hours for this reader."""
        return calendar_of(self.door, self.reader)

    async def page(self, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
        """Answers with a page that may hold forms; none is kept by anybody but the reader's browser."""
        said = {"request_field": REQUEST_FIELD, "new_request": new_request, **values}
        return await self.door.page(self.request, self.reader, template, said, status)

    async def form(self) -> Mapping[str, str]:
        """Reads the posted form; ``HTTPException`` when it is not from one of our pages."""
        return await self.door.form(self.request)

    def see(self, path: str) -> Response:
        """Answers an act by leading to what came of it, so that a reload repeats nothing."""
        return RedirectResponse(self.reader.to(path), 303, {"cache-control": "no-store"})

    def number(self, name: str) -> int:
        """Returns a number in the address; 404 for what cannot be one of ours."""
        number = number_in(self.request.path_params[name], ID_DIGITS)
        if number is None:
            raise HTTPException(404)
        return number


Answer = Callable[[Asked], Awaitable[Response]]


def for_members(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Returns a route that answers who is logged in; others read that they have to be, and where."""

    async def route(request: Request) -> Response:
        door = door_of(request)
        reader = await door.reader(request)
        if reader.account is not None:
            return await answer(Asked(request, door, reader, actor_of(reader.account)))
        if request.method == "POST":
            raise HTTPException(403)
        return await door.page(request, reader, "members.html", {"staff_only": False, "back": _here(request)})

    return route


def for_staff(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Returns a route for a booth's staff: whoever may not come in reads why, and who lets people in."""

    async def guarded(asked: Asked) -> Response:
        try:
            return await answer(asked)
        except Rejection as refusal:
            if refusal.code != RejectionCode.FORBIDDEN:
                raise
        return await asked.page("members.html", {"staff_only": True, "back": ""}, 403)

    return for_members(guarded)


def request_of(form: Mapping[str, str]) -> RequestId:
    """Returns a form's idempotency key; 400 when it has none, as only a page not of ours would."""
    try:
        return RequestId(uuid.UUID(hex=form.get(REQUEST_FIELD, "")).bytes)
    except ValueError:
        raise HTTPException(400) from None


def new_request() -> str:
    """Returns a fresh idempotency key for a form."""
    return uuid.uuid4().hex


def _here(request: Request) -> str:
    """Returns the address that was asked, to come back to after a login."""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(f"{request.url.path}{query}", safe="/")


def calendar_of(door: PageDoor, reader: Reader) -> Calendar:
    """Returns what writes days and hours for a reader."""
    return door.calendar(reader)
