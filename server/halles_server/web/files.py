"""Files: our own, under names that never change meaning, and pictures from the database by their hash."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from halles.ids import MediaId
from halles.world.booth import is_media_id
from halles_server.web.door import door_of
from halles_server.web.guard import MEDIA_POLICY

FOR_EVER: Final = "public, max-age=31536000, immutable"


async def static(request: Request) -> Response:
    """Serves a file of ours."""
    item = door_of(request).shelf.take(request.path_params["name"])
    if item is None:
        raise HTTPException(404)
    return Response(item.data, media_type=item.mime, headers={"cache-control": FOR_EVER})


async def media(request: Request) -> Response:
    """Serves a picture; its name is the hash of its bytes, so a browser that has it needs no answer."""
    name = request.path_params["media"]
    if not is_media_id(name):
        raise HTTPException(404)
    headers = {"cache-control": FOR_EVER, "etag": f'"{name}"', "content-security-policy": MEDIA_POLICY}
    if f'"{name}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    medium = await door_of(request).services.media.read(MediaId(name))
    if medium is None:
        raise HTTPException(404)
    return Response(medium.data, media_type=medium.mime, headers=headers)
