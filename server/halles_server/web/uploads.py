"""Uploads: for scripts as raw bytes that can be taken up again, and for browsers without script as a form with a file.

``POST /api/uploads`` begins one and answers with its state; ``PUT /api/uploads/<id>`` adds bytes at ``Upload-Offset``;
``GET`` and ``HEAD`` say how far it is; ``DELETE`` gives it up. The last ``PUT`` is answered when the file has been
looked at. States are JSON; errors too, with ``text`` for developers and ``said`` for whoever reads the page that sent
this, in the language of ``Accept-Language``. The page ``/<language>/booths/<booth>/upload`` does all with one form.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from halles.errors import Excess, Rejection, RejectionCode
from halles.ids import BoothId
from halles.world.booth import MediaKind
from halles_server.ports.media import BYTES_CAPS
from halles_server.services.actor import Actor
from halles_server.services.uploads import Upload
from halles_server.web.actors import actor_of
from halles_server.web.api.operation import OFFSET, OFFSET_DIGITS
from halles_server.web.door import door_of
from halles_server.web.excess import told
from halles_server.web.forms import read_file_form
from halles_server.web.numerals import number_in
from halles_server.web.reader import Reader, reader_of
from halles_server.web.reading import read_booth

ASKED_CAP: Final = 4096
"""Bytes of the JSON that begins an upload."""

_PIECE: Final = 256 * 1024
_STATUS: Final = {
    RejectionCode.NOT_FOUND: 404,
    RejectionCode.FORBIDDEN: 403,
    RejectionCode.RATE_LIMITED: 429,
    RejectionCode.BAD_FIELD: 409,
    RejectionCode.STORAGE_FULL: 507,
    RejectionCode.TRY_LATER: 503,
    RejectionCode.UNAVAILABLE: 503,
}
_ACCEPTED: Final[dict[MediaKind, str]] = {
    "picture": "image/png,image/jpeg,image/webp",
    "document": "application/pdf",
    "film": "video/mp4,video/webm",
    "model": ".glb,model/gltf-binary",
    "sound": ".mp3,.m4a,.ogg,.opus,.webm,audio/*",
}
"""What a browser's file dialogue offers for each kind."""

Handler = Callable[[Request], Awaitable[Response]]


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What begins an upload."""

    booth: str
    kind: MediaKind
    size: int


def api(handler: Handler) -> Handler:
    """Wraps a route whose refusals a script reads."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Rejection as refused:
            said = {"code": refused.code, "text": refused.text, "said": _told(request, refused.excess)}
            answer = JSONResponse(said, _STATUS.get(RejectionCode(refused.code), 422), _NOT_KEPT)
            if refused.retry_after_ms:
                answer.headers["retry-after"] = str(-(-refused.retry_after_ms // 1000))
            return answer
        except HTTPException as error:
            return JSONResponse({"code": "", "text": "", "said": ""}, error.status_code, _NOT_KEPT)

    return answered


@api
async def begin(request: Request) -> Response:
    """Begins an upload."""
    actor = await _sender(request)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > ASKED_CAP:
            raise HTTPException(413)
    try:
        asked = msgspec.json.decode(body, type=Asked)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise HTTPException(400) from None
    upload = await door_of(request).services.uploads.begin(actor, BoothId(asked.booth), asked.kind, asked.size)
    answer = _state(request, upload, 201)
    answer.headers["location"] = f"/api/uploads/{upload.id}"
    return answer


@api
async def one(request: Request) -> Response:
    """Says how far an upload is, adds to it or gives it up."""
    uploads, name = door_of(request).services.uploads, request.path_params["upload"]
    if request.method in {"GET", "HEAD"}:
        return _state(request, uploads.get(await _asker(request), name))
    actor = await _sender(request)
    if request.method == "DELETE":
        await uploads.stop(actor, name)
        return Response(status_code=204)
    offset = number_in(request.headers.get(OFFSET, ""), OFFSET_DIGITS)
    if offset is None:
        raise HTTPException(400)
    return _state(request, await uploads.append(actor, name, offset, request.stream()))


async def page(request: Request) -> Response:
    """Shows the form with a file, for browsers without script."""
    reader = await door_of(request).reader(request)
    await _actor(reader)
    return await _page(request, reader, request.query_params.get("kind", "picture"))


async def take(request: Request) -> Response:
    """Takes the form with a file and says what came of it; waits until the file has been looked at."""
    door = door_of(request)
    reader = await door.reader(request)
    actor = await _actor(reader)
    asked = request.query_params.get("kind", "picture")
    kind = _kind(asked)
    cookie = request.cookies.get(door.cookies.login, "")
    uploads, booth = door.services.uploads, BoothId(request.path_params["booth"])
    await uploads.sender(actor, booth, kind)
    try:
        with uploads.turn(actor):
            form = await read_file_form(request, door.seal, cookie, door.config.origins, BYTES_CAPS[kind])
    except Rejection as refused:
        if refused.code != RejectionCode.TOO_LARGE:
            raise
        return await _page(request, reader, asked, problem=refused)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.size:
            return await _page(request, reader, asked, problem=Rejection(RejectionCode.UNREADABLE, ""))
        upload = await uploads.begin(actor, booth, kind, file.size)
        upload = await uploads.append(actor, upload.id, 0, pieces(file))
    except Rejection as refused:
        return await _page(request, reader, asked, problem=refused)
    finally:
        await form.close()
    problem = Rejection(upload.code, upload.text, excess=upload.excess) if upload.code else None
    return await _page(request, reader, asked, problem=problem, media=upload.media)


async def _page(
    request: Request,
    reader: Reader,
    asked: str,
    *,
    problem: Rejection | None = None,
    media: str = "",
) -> Response:
    door = door_of(request)
    kind = _kind(asked)
    record = await read_booth(door, request.path_params["booth"])
    values: dict[str, Any] = {
        "form": True,
        "record": record,
        "kind": kind,
        "accepted": _ACCEPTED[kind],
        "field": request.query_params.get("field", "")[:80],
        "problem": problem.code if problem else "",
        "reason": problem.text if problem else "",
        "excess": problem.excess if problem else None,
        "media": media,
        "back": _back(request, reader),
    }
    status = _STATUS.get(RejectionCode(problem.code), 422) if problem else 200
    return await door.page(request, reader, "upload_page.html", values, status)


def _back(request: Request, reader: Reader) -> str:
    """Returns where the form was opened from, if that is a page of this booth, else the booth's page."""
    booth = request.path_params["booth"]
    asked = request.query_params.get("back", "")
    ours = reader.to(f"/booths/{booth}")
    plain = asked.isascii() and asked.isprintable() and "\\" not in asked and len(asked) <= 300
    return asked if plain and asked.startswith((f"{ours}/", reader.to(f"/studio/{booth}"))) else ours


def _kind(asked: str) -> MediaKind:
    for kind in BYTES_CAPS:
        if kind == asked:
            return kind
    raise HTTPException(404)


async def pieces(file: UploadFile) -> AsyncIterator[bytes]:
    """Yields what a form's file holds."""
    while piece := await file.read(_PIECE):
        yield piece


async def _actor(reader: Reader) -> Actor:
    """Returns who has logged in; ``Rejection`` FORBIDDEN for who has not."""
    account = reader.account
    if account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "log in first")
    return actor_of(account)


async def _asker(request: Request) -> Actor:
    return await _actor(await door_of(request).reader(request))


async def _sender(request: Request) -> Actor:
    """Returns who has logged in, when a script of our pages has sent this; ``HTTPException`` 403 otherwise."""
    actor = await _asker(request)
    door_of(request).check_sent(request)
    return actor


_NOT_KEPT: Final = {"cache-control": "no-store"}


def _told(request: Request, excess: Excess | None) -> str:
    """Returns what the page that sent this shows of a measure, in its language; "" where nothing was measured."""
    return told(reader_of(request).tongue, excess) if excess is not None else ""


def _state(request: Request, upload: Upload, status: int = 200) -> Response:
    said = {
        "id": upload.id,
        "state": upload.state,
        "received": upload.received,
        "size": upload.size,
        "media": upload.media,
        "code": upload.code,
        "text": upload.text,
        "said": _told(request, upload.excess),
    }
    return JSONResponse(said, status, _NOT_KEPT | {OFFSET: str(upload.received)})
