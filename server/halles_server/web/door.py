"""The page door itself: what every route needs, and how it answers with a page."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from halles.errors import Unavailable
from halles.ids import AccountId, BoothId, HallId
from halles.world.roles import Right
from halles.world.sanctions import read_reason
from halles.world.text import LANGUAGES, OWN_NAMES, Language
from halles_server.config import ServerConfig
from halles_server.ports.booths import BoothRecord
from halles_server.ports.people import Account
from halles_server.ports.reports import Witness
from halles_server.ports.satchel import Owner
from halles_server.services import policies
from halles_server.services.live_sessions import NOWHERE, Around
from halles_server.services.offered import Services
from halles_server.services.satchel import browser, owner_of
from halles_server.web.actors import actor_of
from halles_server.web.api.callers import Callers
from halles_server.web.dates import Calendar
from halles_server.web.excess import told
from halles_server.web.forms import TOKEN_FIELD, Seal, check_sent, read_form
from halles_server.web.halls import HallPage, halls_with
from halles_server.web.language import LOCALE, tongues
from halles_server.web.page_reads import PageReads
from halles_server.web.rate import TalkRate, TicketRate
from halles_server.web.reader import Cookies, Reader, reader_of
from halles_server.web.shelf import Shelf
from halles_server.web.ways import ways_of


class KnownHalls:
    """The halls with their booths, made anew only when some booth has another revision.

    Pages share a thread with the world: asking for 127 revisions takes a tenth of the time of reading as many booths.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._revisions: dict[BoothId, int] = {}
        self._halls = halls_with(services.scenes, ())

    async def read(self) -> dict[HallId, HallPage]:
        """Returns the halls as stored now, in the order of their doors."""
        if await self._services.booths.revisions() != self._revisions:
            records = await self._services.booths.directory()
            self._halls = halls_with(self._services.scenes, records)
            self._revisions = {record.booth: record.revision for record in records}
        return self._halls


@dataclass(frozen=True, slots=True)
class PageDoor:
    """One running server's page door.

    Attributes:
        reads: Counts how often booths' pages are read.
        witness: What the node behind the door remembers of its halls; None where there is no node.
        around: Tells what the node behind the door knows of where somebody is.
        turn: Held while a page is made: pages share a thread with the world, which must not wait for many at once.
    """

    services: Services
    config: ServerConfig
    known: KnownHalls
    tickets: TicketRate
    shelf: Shelf
    seal: Seal
    cookies: Cookies
    callers: Callers
    templates: Mapping[Language, Environment]
    turn: asyncio.Lock
    reads: PageReads
    talk: TalkRate
    witness: Witness | None = None
    around: Callable[[AccountId | None], Around] = lambda _: NOWHERE

    async def reader(self, request: Request) -> Reader:
        """Returns who asks; ``Unavailable`` when a login cannot be looked up."""
        token = request.cookies.get(self.cookies.login, "")
        account = await self.services.admission.who(token) if token else None
        return reader_of(request, account)

    async def halls(self) -> dict[HallId, HallPage]:
        """Returns the halls with their booths as stored now, in the order of their doors."""
        return await self.known.read()

    async def page(
        self, request: Request, reader: Reader, template: str, values: Mapping[str, Any], status: int = 200
    ) -> Response:
        """Answers with a page; where it holds a form, the form's token and cookie go with it."""
        formed = self._form_cookie(request, reader.account) if values.get("form") or reader.account else ""
        said = {
            "reader": reader,
            "tongue": reader.tongue,
            "calendar": self.calendar(reader),
            "token": (lambda: self.seal.token(formed)) if formed else (lambda: ""),
            "token_field": TOKEN_FIELD,
            "asked_for": reader.here(reader.code) if request.method == "GET" else "",
            "hall_colour": "",
            **values,
        }
        if "taken" not in said:
            said["taken"] = await self._taken(request, reader)
        said |= await self._works(reader, said.get("record"))
        async with self.turn:
            await asyncio.sleep(0)  # the world's tick and everybody's messages come between two pages
            html = self.templates[reader.code].get_template(template).render(said)
        response = HTMLResponse(html, status, {"content-language": reader.code, "vary": "Cookie, Accept-Language"})
        response.headers["cache-control"] = "no-store" if formed or said["taken"] else "no-cache"
        if formed and formed != request.cookies.get(self.cookies.form) and reader.account is None:
            self.set_cookie(response, self.cookies.form, formed)
        return response

    def satchel_of(self, request: Request, reader: Reader) -> Owner | None:
        """Returns whose satchel a reader has: the account's, else this browser's once it has been given a cookie."""
        if reader.account is not None:
            return owner_of(actor_of(reader.account))
        cookie = request.cookies.get(self.cookies.form, "")
        return browser(cookie) if cookie else None

    def check_sent(self, request: Request) -> None:
        """Refuses what a script of ours did not send for who is logged in here; ``HTTPException`` 403."""
        check_sent(request, self.seal, request.cookies.get(self.cookies.login, ""), self.config.origins)

    async def form(self, request: Request) -> Mapping[str, str]:
        """Reads a posted form; ``HTTPException`` when it is not from one of our pages or too large."""
        login, guest = (request.cookies.get(name, "") for name in (self.cookies.login, self.cookies.form))
        known = await self.services.admission.who(login) if login else None
        return await read_form(request, self.seal, login if known else guest, self.config.origins)

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        """Gives the browser a cookie until it is closed."""
        response.set_cookie(name, value, secure=self.cookies.secure, httponly=True, samesite="lax", path="/")

    def forget_cookie(self, response: Response, name: str) -> None:
        """Takes a cookie back."""
        response.delete_cookie(name, secure=self.cookies.secure, httponly=True, samesite="lax", path="/")

    def calendar(self, reader: Reader) -> Calendar:
        """Returns what writes days and hours for a reader: those of the show, wherever server and reader are."""
        return Calendar(reader.code, self.config.zone)

    def now(self) -> datetime:
        """Returns the time of day, for what is shown beside it."""
        return self.services.clock.wall()

    async def _taken(self, request: Request, reader: Reader) -> int:
        """Counts what lies in the reader's satchel, for the masthead; a page that needs no database does without."""
        owner = self.satchel_of(request, reader)
        try:
            return await self.services.satchels.count(owner) if owner is not None else 0
        except Unavailable:
            return 0

    async def _works(self, reader: Reader, record: object) -> dict[str, Any]:
        """Tells whether the masthead offers the studio, and which pages of the booth at hand do not refuse.

        The studio is offered to a booth's staff and to who checks booths.
        """
        if reader.account is None:
            nothing = dict.fromkeys(("works", "moderates", "announces", "judges", "names_roles"), False)
            return nothing | {"ways": ()}
        actor = actor_of(reader.account)
        try:
            served = await self.services.staff.served(actor)
        except Unavailable:
            served = {}
        role = served.get(record.booth) if isinstance(record, BoothRecord) else None
        works = bool(served) or policies.may(actor, Right.CHECK_BOOTH)
        announces = policies.may_announce(actor, served.values(), self.now())
        return {
            "works": works,
            "ways": ways_of(actor, role),
            "moderates": self.services.reports.may_some(actor),
            "announces": announces,
            "judges": policies.may_somewhere(actor, Right.SANCTION, self.now()),
            "names_roles": policies.may_somewhere(actor, Right.GRANT, self.now()),
        }

    def _form_cookie(self, request: Request, account: Account | None) -> str:
        """Returns what form tokens are bound to: the login, else a value of this browser's own."""
        if account is not None:
            return request.cookies[self.cookies.login]
        return request.cookies.get(self.cookies.form) or secrets.token_urlsafe(16)


def door_of(request: Request) -> PageDoor:
    """Returns the page door that a request came to."""
    door = request.app.state.door
    assert isinstance(door, PageDoor)
    return door


def templates(shelf: Shelf) -> dict[Language, Environment]:
    """Makes one template environment for each language: autoescaped, and undefined names are errors."""
    made = {}
    for code in LANGUAGES:
        environment = Environment(
            loader=FileSystemLoader(LOCALE.parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(tongues()[code].catalogue, newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(static=shelf.address, languages=OWN_NAMES, told=told, read_reason=read_reason)
        made[code] = environment
    return made
