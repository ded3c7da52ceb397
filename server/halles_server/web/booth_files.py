"""The page where a booth leaves the show as one file, and comes in from another."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from typing import IO, Any, BinaryIO, Final, cast

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from halles.errors import Rejection, RejectionCode
from halles_server.services.booth_file import FILE_CAP
from halles_server.web.api.problem import status_of
from halles_server.web.door import PageDoor
from halles_server.web.forms import read_file_form
from halles_server.web.studio import Opened, frame, number, opened
from halles_server.web.studio_acts import wish

PLACE: Final = "file"

_PIECE: Final = 256 * 1024


async def show(request: Request) -> Response:
    """Offers the file, and the form for one from elsewhere."""
    return await _page(request, await opened(request))


async def take(request: Request) -> Response:
    """Gives the booth's draft as a file; nothing of it is sent before it is whole."""
    studio = await opened(request)
    file = await asyncio.to_thread(tempfile.TemporaryFile)
    try:
        await studio.door.services.booth_files.export(studio.actor, studio.booth, cast(BinaryIO, file))
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    name = f'attachment; filename="halles-{studio.booth}.zip"'
    headers = {"content-disposition": name, "content-length": str(size), "cache-control": "no-store"}
    return StreamingResponse(_pieces(file), headers=headers, media_type="application/zip")


async def bring(request: Request) -> Response:
    """Makes the draft what a file says, and leads to the revisions, where it can be taken back."""
    studio = await opened(request)
    door = studio.door
    with door.services.uploads.turn(studio.actor):
        try:
            form = await read_file_form(request, door.seal, _login(request, door), door.config.origins, FILE_CAP)
            try:
                await _brought(studio, form)
            finally:
                await form.close()
        except Rejection as refusal:
            return await _page(request, studio, refusal)
    return RedirectResponse(studio.reader.to(f"/studio/{studio.booth}/revisions?done=brought"), 303)


async def _brought(studio: Opened, form: Mapping[str, Any]) -> None:
    """Hands the form's file on; ``Rejection`` for one that is none."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        raise Rejection(RejectionCode.UNREADABLE, "no file was sent")
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    asked = wish(studio, said, number(said.get("revision", "")), "bring", file.size)
    await studio.door.services.booth_files.bring(studio.actor, asked, file.file)


async def _page(request: Request, studio: Opened, problem: Rejection | None = None) -> Response:
    values = {
        **await frame(request, studio, PLACE),
        "problem": problem.code if problem else "",
        "reason": problem.text if problem else "",
        "excess": problem.excess if problem else None,
        "limit": FILE_CAP // 1_000_000,
    }
    status = status_of(problem) if problem else 200
    return await studio.door.page(request, studio.reader, "studio_file.html", values, status)


def _login(request: Request, door: PageDoor) -> str:
    return request.cookies.get(door.cookies.login, "")


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Gives a file in pieces and closes it, also when nobody wants the rest."""
    try:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
    finally:
        file.close()
