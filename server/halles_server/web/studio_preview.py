"""A draft as the halls show it: its picture in the studio, and the way to it in 3D. For those who may see the draft."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from halles_server.web.entering import draft_ticket
from halles_server.web.studio import opened

_OWN: Final = "private, no-cache"
"""Kept by the browser of who may see the draft, and asked for again each time: rights may have changed."""


async def picture(request: Request) -> Response:
    """Serves the draft's picture, the same in every language.

    Whoever has the one of what the draft is now is told so, and nothing is drawn.
    """
    studio = await opened(request)
    previews = studio.door.services.previews
    mark = f'"{previews.state_of(studio.draft)}"'
    headers = {"cache-control": _OWN, "etag": mark}
    if mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    drawn = await unless_gone(request, previews.picture(studio.draft, studio.account))
    return Response(drawn, media_type="image/webp", headers=headers)


async def enter(request: Request) -> Response:
    """Gives a ticket with which the client shows the draft where the booth stands, to who asks and to nobody else."""
    studio = await opened(request)
    await studio.door.form(request)
    return await draft_ticket(request, studio.door, studio.reader, studio.booth)


async def unless_gone(request: Request, picture: Coroutine[Any, Any, bytes]) -> bytes:
    """Waits for a picture as long as who asked does: a browser breaks off what a page wanted when one leaves it.

    Raises:
        ClientDisconnect: They have gone.
    """
    drawn, gone = asyncio.create_task(picture), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((drawn, gone), return_when=asyncio.FIRST_COMPLETED)
        if not drawn.done():
            raise ClientDisconnect
        return drawn.result()
    finally:
        for task in (drawn, gone):
            task.cancel()
        await asyncio.wait((drawn, gone))  # neither outlives the request


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass  # the body, which is empty
