"""The satchel's page, and the acts on it: taking along, taking out, emptying, and undoing that.

It is open to all: a reader without a login has a satchel of this browser, known by the cookie of its forms.
"""

from contextlib import suppress
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from halles.errors import HallesError, Rejection, RejectionCode
from halles.ids import AccountId, MediaId
from halles.world.satchel import SATCHEL_CAP
from halles_server.ports.satchel import BROWSER_KEPT, Owner
from halles_server.services.satchel import Wanted, browser
from halles_server.web.actors import asker
from halles_server.web.asked import REQUEST_FIELD, new_request, request_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.numerals import number_in
from halles_server.web.page_reads import is_robot
from halles_server.web.rate import address_of
from halles_server.web.reader import Reader
from halles_server.web.reading import read_booth

_DATA: Final = "application/json"
_ITEM_DIGITS: Final = 10


async def show(request: Request) -> Response:
    """Shows all of the reader's satchel, and what has become of each thing."""
    door = door_of(request)
    reader = await door.reader(request)
    owner = door.satchel_of(request, reader)
    items = await door.services.satchels.read(owner) if owner else ()
    asked = request.query_params
    values = {
        "items": items,
        "booths": len({item.kept.booth_name for item in items}),
        "taken": len(items),
        "cap": SATCHEL_CAP,
        "full": "full" in asked,
        "out": "out" in asked,
        "hours": round(BROWSER_KEPT.total_seconds() / 3600),
        "form": bool(owner),
        "back": f"{request.url.path}",
    }
    return await door.page(request, reader, "satchel.html", values)


async def ask(request: Request) -> Response:
    """Asks whether to take something along: a booth's page sets no cookie, so it has no form for guests."""
    door = door_of(request)
    reader = await door.reader(request)
    record = await read_booth(door, request.query_params.get("booth", ""))
    media = request.query_params.get("media", "")
    document = record.content.document(media)
    if media and document is None:
        raise HTTPException(404)
    values = {
        "record": record,
        "hall_colour": record.hall,
        "media": media,
        "title": reader.tongue.say(document.title) if document else None,
        "request_field": REQUEST_FIELD,
        "new_request": new_request,
        "hours": round(BROWSER_KEPT.total_seconds() / 3600),
        "form": True,
    }
    return await door.page(request, reader, "take.html", values)


async def take(request: Request) -> Response:
    """Takes something along; a script is told how much lies there now."""
    door, reader, owner, form = await _acting(request)
    record = await read_booth(door, form.get("booth", ""))
    wanted = Wanted(record.booth, MediaId(form.get("media", "")))
    satchels = door.services.satchels
    try:
        address = None if is_robot(request) else address_of(request)
        await satchels.take(asker(reader), owner, request_of(form), wanted, address=address)
    except Rejection as refusal:
        if refusal.code != RejectionCode.SATCHEL_FULL or _as_data(request):
            raise
        return _see(reader, "/satchel?full=1")
    if _as_data(request):
        return JSONResponse({"count": await satchels.count(owner)}, headers={"cache-control": "no-store"})
    return _see(reader, f"/booths/{record.booth}#documents")


async def remove(request: Request) -> Response:
    """Takes something out."""
    door, reader, owner, _ = await _acting(request)
    item = number_in(request.path_params["item"], _ITEM_DIGITS)
    if item is None:
        raise HTTPException(404)
    await door.services.satchels.remove(owner, item)
    return _see(reader, "/satchel?out=1")


async def empty(request: Request) -> Response:
    """Takes everything out."""
    door, reader, owner, _ = await _acting(request)
    await door.services.satchels.empty(owner)
    return _see(reader, "/satchel?out=1")


async def restore(request: Request) -> Response:
    """Undoes that."""
    door, reader, owner, _ = await _acting(request)
    await door.services.satchels.restore(owner)
    return _see(reader, "/satchel")


async def adopt(door: PageDoor, request: Request, account: AccountId) -> None:
    """Moves what was taken in this browser before a login; nobody's login fails because that did."""
    if cookie := request.cookies.get(door.cookies.form, ""):
        with suppress(HallesError):
            await door.services.satchels.adopt(browser(cookie), account)


async def _acting(request: Request) -> tuple[PageDoor, Reader, Owner, Any]:
    """Reads a posted form and whose satchel it is about; ``HTTPException`` when it is not from one of our pages."""
    door = door_of(request)
    reader = await door.reader(request)
    form = await door.form(request)
    owner = door.satchel_of(request, reader)
    if owner is None:
        raise HTTPException(403)
    return door, reader, owner, form


def _as_data(request: Request) -> bool:
    return _DATA in request.headers.get("accept", "")


def _see(reader: Reader, path: str) -> Response:
    return RedirectResponse(reader.to(path), 303, {"cache-control": "no-store"})
