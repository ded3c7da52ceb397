"""From a page into the world: a form, then a ticket that works once.

The ticket is shown on the answer to a POST and nowhere else: never in an address, never stored by the browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.ids import CROSSROADS, BoothId, HallId, LiveSessionId
from halles.world.booth import NAME_CAP
from halles.world.look import Look
from halles.world.scene import Scene
from halles_server.ports.booths import BoothRecord
from halles_server.ports.people import TICKET_S, Ticket
from halles_server.ports.programme import Entry
from halles_server.services.admission import digest
from halles_server.web.actors import asker
from halles_server.web.door import PageDoor, door_of
from halles_server.web.rate import address_of
from halles_server.web.reader import Reader
from halles_server.web.reading import read_booth, world_address

_BOOTH: Final = "booth:"
_STAGE: Final = "stage:"
_REPLAY: Final = "replay:"

DEVICE_COOKIE: Final = "halles-device"
"""What a browser is known by since it was first present (``presence.js``)."""

DRAFT: Final = "/draft"
"""At the end of an address for the client: the booth's draft is to be seen there."""

_DATA: Final = "application/json"

_FIELD_REFUSALS: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.NAME_TAKEN})


@dataclass(frozen=True, slots=True)
class Goal:
    """Where somebody wants to stand.

    Attributes:
        hall: The hall.
        scene: Its plan; None where it is not shown.
        booth: The booth in front of which; None for the hall's arrival.
        draft: Whether the booth's draft is to be seen there.
        replay: The live session to be watched again in that hall.
        stage: The stage before which; "" for none.
    """

    hall: HallId
    scene: Scene | None
    booth: BoothRecord | None = None
    draft: bool = False
    replay: Entry | None = None
    stage: str = ""

    @property
    def place(self) -> str:
        """The place as a form and ``EnterHall`` name it, "" for the hall's arrival."""
        if self.replay is not None:
            return f"{_REPLAY}{self.replay.session}"
        if self.stage:
            return f"{_STAGE}{self.stage}"
        return f"{_BOOTH}{self.booth.booth}" if self.booth is not None else ""

    @property
    def fragment(self) -> str:
        """What follows "#" in an address for the client."""
        if self.replay is not None:
            return self.place
        if self.stage:
            return f"{self.hall}/{self.place}"
        booth = f"/{self.booth.booth}" if self.booth is not None else ""
        return f"{self.hall}{booth}{DRAFT if self.draft else ''}"


@dataclass(frozen=True, slots=True)
class Typed:
    """A guest's name as it was typed, and what is wrong with it, "" for nothing."""

    name: str = ""
    problem: str = ""


_NOTHING_TYPED: Final = Typed()


async def ask(request: Request) -> Response:
    """Shows the form: where one will stand and, for guests, under which name."""
    door = door_of(request)
    reader = await door.reader(request)
    asked = request.query_params
    goal = await _goal(door, reader, asked.get("hall", ""), asked.get("place", ""))
    return await _form(request, door, reader, goal)


async def give(request: Request) -> Response:
    """Issues a ticket: shown with how to use it or, to the script of a page that asks for data, as data."""
    door = door_of(request)
    reader = await door.reader(request)
    form = await door.form(request)
    goal = await _goal(door, reader, form.get("hall", ""), form.get("place", ""))
    ticket = _ticket(door, request, reader, form.get("name", ""))
    door.tickets.check(address_of(request))
    as_data = _DATA in request.headers.get("accept", "")
    try:
        secret = await door.services.admission.issue_ticket(ticket)
    except Rejection as refusal:
        if refusal.code not in _FIELD_REFUSALS:
            raise
        if as_data:
            return _data({"problem": refusal.code}, 422)
        return await _form(request, door, reader, goal, Typed(ticket.name, refusal.code))
    if as_data:
        return _data({"ticket": secret, "seconds": TICKET_S})
    return await ticket_page(request, door, reader, goal, secret)


def _ticket(door: PageDoor, request: Request, reader: Reader, name: str) -> Ticket:
    """Returns what a ticket says: the account's own, or a guest's under a name."""
    account = reader.account
    known = request.cookies.get(DEVICE_COOKIE, "") or request.cookies.get(door.cookies.form, "")
    return Ticket(
        account=account.account if account else None,
        name=account.name if account else name,
        language=reader.code,
        look=account.look if account else Look(),
        device=digest(known) if known else None,
    )


def _data(said: Mapping[str, object], status: int = 200) -> Response:
    """Answers a script; what it is told is stored nowhere."""
    return JSONResponse(said, status, {"cache-control": "no-store"})


async def _form(
    request: Request, door: PageDoor, reader: Reader, goal: Goal, typed: Typed = _NOTHING_TYPED
) -> Response:
    """Shows the form for a goal, with the name as it was typed and what is wrong with it."""
    values = {"goal": goal, "hall_colour": goal.hall, "typed": typed, "name_cap": NAME_CAP, "form": True}
    return await door.page(request, reader, "enter.html", values, 422 if typed.problem else 200)


async def _goal(door: PageDoor, reader: Reader, hall: str, place: str) -> Goal:
    """Reads where somebody wants to stand; 404 or ``Rejection`` for what does not exist or is not for them."""
    if place.startswith(_REPLAY):
        session = LiveSessionId(place.removeprefix(_REPLAY))
        entry = (await door.services.recordings.watch(asker(reader), session)).record.entry
        return Goal(entry.hall, door.services.scenes.get(entry.hall), replay=entry)
    if place.startswith(_BOOTH):
        record = await read_booth(door, place.removeprefix(_BOOTH))
        return Goal(record.hall, door.services.scenes.get(record.hall), record)
    scene = door.services.scenes.get(HallId(hall)) if hall else None
    at_stage = scene is not None and place.removeprefix(_STAGE) in {stage.id for stage in scene.stages}
    if (place and not at_stage) or (hall and scene is None):
        raise HTTPException(404)
    chosen = HallId(hall or _first_hall(door))
    return Goal(chosen, door.services.scenes[chosen], stage=place.removeprefix(_STAGE) if at_stage else "")


async def ticket_page(request: Request, door: PageDoor, reader: Reader, goal: Goal, secret: str) -> Response:
    """Shows a ticket with how to use it."""
    values = {
        "goal": goal,
        "hall_colour": goal.hall,
        "ticket": secret,
        "seconds": TICKET_S,
        "address": f"{world_address(request, door)}#{goal.fragment}",  # as ``halles join`` takes it
        "form": True,
    }
    return await door.page(request, reader, "ticket.html", values)


async def draft_ticket(request: Request, door: PageDoor, reader: Reader, booth: BoothId) -> Response:
    """Gives somebody who may see a booth's draft a ticket to where it stands, shown as the draft has it."""
    goal = await _goal(door, reader, "", f"{_BOOTH}{booth}")
    door.tickets.check(address_of(request))
    secret = await door.services.admission.issue_ticket(_ticket(door, request, reader, ""))
    return await ticket_page(request, door, reader, replace(goal, draft=True), secret)


def _first_hall(door: PageDoor) -> str:
    """Returns the crossroads, or any hall of a show without them."""
    return CROSSROADS if CROSSROADS in door.services.scenes else next(iter(door.services.scenes))
