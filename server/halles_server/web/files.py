"""Files: our own, under names that never change meaning, and media by the hash of their bytes."""

import re
from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from halles.ids import MediaId
from halles.world.booth import media_kind
from halles_server.ports.media import MIMES, Facts
from halles_server.web.door import door_of
from halles_server.web.guard import MEDIA_POLICY

FOR_EVER: Final = "public, max-age=31536000, immutable"
VOICE: Final = "private, max-age=600"
"""Of sounds: whoever deletes their voice does not find it in others' caches a year later."""

_MEDIA: Final = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(MIMES)})")
_FACES: Final = frozenset({"far", "near"})
_RANGE: Final = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")


async def static(request: Request) -> Response:
    """Serves a file of ours."""
    item = door_of(request).shelf.take(request.path_params["name"])
    if item is None:
        raise HTTPException(404)
    return Response(item.data, media_type=item.mime, headers={"cache-control": FOR_EVER})


async def media(request: Request) -> Response:
    """Serves a medium; its name is the hash of its bytes, so a browser that has it needs no answer.

    With ``?face=far`` or ``near`` it leads to the same picture in that size, under its own name, where there is one.
    """
    name = MediaId(request.path_params["media"])
    if not _MEDIA.fullmatch(name):
        raise HTTPException(404)
    kept = VOICE if media_kind(name) == "sound" else FOR_EVER
    headers = {"cache-control": kept, "etag": f'"{name}"', "content-security-policy": MEDIA_POLICY}
    services = door_of(request).services
    voice = await services.media.large(name) if kept == VOICE else None
    if kept == VOICE and voice is None:
        raise HTTPException(404)  # whoever still has it is not told that it is still here
    if f'"{name}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if facts := voice or await services.media.large(name):
        return await _streamed(request, facts, headers)
    if (face := request.query_params.get("face", "")) in _FACES:
        smaller = await services.media.face(name, face)
        if smaller != name:
            return RedirectResponse(f"/media/{smaller}", 307, {"cache-control": FOR_EVER})
    medium = await services.media.read(name)
    if medium is None:
        raise HTTPException(404)
    return Response(medium.data, media_type=medium.mime, headers=headers)


async def _streamed(request: Request, facts: Facts, headers: dict[str, str]) -> Response:
    """Serves a document to be taken away, or the stretch of a film that a browser asks for."""
    headers |= {"accept-ranges": "bytes"}
    if facts.pages:
        headers["content-disposition"] = "attachment"
    stretch = asked_range(request.headers.get("range", ""), facts.size)
    if stretch is None:
        raise HTTPException(416, headers={"content-range": f"bytes */{facts.size}"})
    start, stop = stretch
    whole = (start, stop) == (0, facts.size)
    headers["content-length"] = str(stop - start)
    if not whole:
        headers["content-range"] = f"bytes {start}-{stop - 1}/{facts.size}"
    status = 200 if whole else 206
    if request.method == "HEAD":
        return Response(status_code=status, media_type=facts.mime, headers=headers)
    pieces = door_of(request).services.media.stream(facts.media, start, stop)
    return StreamingResponse(pieces, status, headers, facts.mime)


def in_part(request: Request, data: bytes, kind: str, headers: Mapping[str, str]) -> Response:
    """Answers with the stretch of something that a browser asks for: without it, it could not jump within a sound."""
    stretch, whole = asked_range(request.headers.get("range", ""), len(data)), {"accept-ranges": "bytes", **headers}
    if stretch is None:
        raise HTTPException(416, headers={"content-range": f"bytes */{len(data)}"})
    start, stop = stretch
    if (start, stop) == (0, len(data)):
        return Response(data, media_type=kind, headers=whole)
    part = {**whole, "content-range": f"bytes {start}-{stop - 1}/{len(data)}"}
    return Response(data[start:stop], 206, part, kind)


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """Returns which bytes ``Range`` asks for, from and to before; all for none or several; None for what is not there.

    RFC 9110 section 14: whoever does not understand a range sends everything.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[1] == match[2] == "":
        return 0, size
    if match[1] == "":
        return (max(0, size - int(match[2])), size) if int(match[2]) else None
    start, stop = int(match[1]), size if match[2] == "" else min(size, int(match[2]) + 1)
    return (start, stop) if start < stop else None
