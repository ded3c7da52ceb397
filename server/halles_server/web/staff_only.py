"""What the pages for a booth's staff have in common: who asks, for which booth, and what all others are told."""

from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.ids import RequestId
from halles.world.roles import StaffRole
from halles_server.ports.booths import BoothRecord
from halles_server.services.actor import Actor
from halles_server.web.actors import actor_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.reader import Reader
from halles_server.web.reading import read_booth


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a page of one booth's staff, by somebody with an account.

    Attributes:
        role: What they are on the booth's staff; None for the house and for strangers.
    """

    request: Request
    door: PageDoor
    reader: Reader
    actor: Actor
    record: BoothRecord
    role: StaffRole | None

    def to(self, page: str) -> Response:
        """Leads to one of the booth's pages after a form was carried out."""
        return RedirectResponse(self.reader.to(f"/studio/{self.record.booth}{page}"), 303)


async def asked(request: Request) -> Asked | Response:
    """Returns who asks for which booth, or the answer to who has not logged in; 404 for no such booth."""
    door = door_of(request)
    reader = await door.reader(request)
    record = await read_booth(door, request.path_params["booth"])
    if reader.account is None:
        return await refuse(request, door, reader)
    actor = actor_of(reader.account)
    role = await door.services.staff.role_of(actor, record.booth)
    return Asked(request, door, reader, actor, record, role)


async def refuse(request: Request, door: PageDoor, reader: Reader) -> Response:
    """Says that a page is for others, and where one logs in or types a code."""
    return await door.page(request, reader, "not_yours.html", {}, 403)


def new_request_id() -> RequestId:
    """Returns a key for what a form asks: a browser that sends it twice asks twice."""
    return RequestId(uuid4().bytes)
