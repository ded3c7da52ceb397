"""What a live session's screens may show: a document or a film, sent as a form with a file, without script."""

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.world.booth import MediaKind
from halles_server.ports.media import BYTES_CAPS
from halles_server.ports.programme import Material
from halles_server.services.actor import Actor
from halles_server.web.actors import actor_of
from halles_server.web.asked import REQUEST_FIELD, new_request, request_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.forms import read_file_form
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.programme import read_entry
from halles_server.web.reader import Reader
from halles_server.web.uploads import pieces

_KINDS: tuple[MediaKind, ...] = ("document", "film")


async def ask(request: Request) -> Response:
    """Shows the form with a file."""
    door = door_of(request)
    reader = await door.reader(request)
    await _sender(request, door, reader)
    return await _page(request, door, reader)


async def take(request: Request) -> Response:
    """Takes the file, waits until it has been looked at, and adds it to the entry."""
    door = door_of(request)
    reader = await door.reader(request)
    actor = await _sender(request, door, reader)
    try:
        await _taken(request, door, actor)
    except Rejection as refused:
        if refused.code == RejectionCode.FORBIDDEN:
            raise
        return await _page(request, door, reader, refused)
    entry = await read_entry(request, door, reader)
    return RedirectResponse(reader.to(f"/programme/{entry.session}/edit?written=1#screens"), 303)


async def _taken(request: Request, door: PageDoor, actor: Actor) -> None:
    kind, uploads = _kind(request), door.services.uploads
    cookie = request.cookies.get(door.cookies.login, "")
    with uploads.turn(actor):
        form = await read_file_form(request, door.seal, cookie, door.config.origins, BYTES_CAPS[kind])
    try:
        key = request_of({REQUEST_FIELD: str(form.get(REQUEST_FIELD, ""))})
        file, title = form.get("file"), str(form.get("title", ""))
        if not isinstance(file, UploadFile) or not file.size:
            raise Rejection(RejectionCode.UNREADABLE, "")
        upload = await uploads.begin_material(actor, kind, file.size)
        upload = await uploads.append(actor, upload.id, 0, pieces(file))
    finally:
        await form.close()
    if upload.code:
        raise Rejection(upload.code, upload.text, excess=upload.excess)
    revision = number_in(str(form.get("revision", "")), ID_DIGITS) or 0
    entry = await read_entry(request, door, await door.reader(request))
    material = Material(upload.media, title)
    await door.services.programme.add_material(actor, key, entry.session, revision, material)


async def _page(request: Request, door: PageDoor, reader: Reader, problem: Rejection | None = None) -> Response:
    entry = await read_entry(request, door, reader)
    values = {
        "form": True,
        "request_field": REQUEST_FIELD,
        "new_request": new_request,
        "entry": entry,
        "title": reader.tongue.say(entry.title),
        "kind": _kind(request),
        "kinds": _KINDS,
        "problem": problem.code if problem else "",
        "reason": problem.text if problem else "",
        "excess": problem.excess if problem else None,
        "hall_colour": entry.hall,
    }
    stale = problem is not None and problem.code == RejectionCode.STALE_REVISION
    return await door.page(request, reader, "material.html", values, (409 if stale else 422) if problem else 200)


async def _sender(request: Request, door: PageDoor, reader: Reader) -> Actor:
    """Returns who may change what an entry says; ``Rejection`` FORBIDDEN."""
    if reader.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "log in first")
    actor = actor_of(reader.account)
    if not await door.services.programme.may_describe(actor, await read_entry(request, door, reader)):
        raise Rejection(RejectionCode.FORBIDDEN, "this is for who plans, or leads its working group")
    return actor


def _kind(request: Request) -> MediaKind:
    asked = request.query_params.get("kind", "document")
    for kind in _KINDS:
        if kind == asked:
            return kind
    raise HTTPException(404)
