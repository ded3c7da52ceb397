"""What a reader gets instead of a page, in the reader's language and without a word of ours on the inside.

A program that asks for JSON gets a problem (``api/problem.py``).
"""

from dataclasses import replace
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode, Unavailable
from halles_server.web.api import problem
from halles_server.web.door import door_of
from halles_server.web.reader import Reader, reader_of

_RETRY_S: Final = 5


async def refused(request: Request, error: Exception) -> Response:
    """Answers what Starlette or a service refused."""
    if isinstance(error, HTTPException):
        response = await _answer(request, error.status_code, await _asker(request))
        response.headers.update(error.headers or {})
        return response
    assert isinstance(error, Rejection)
    if problem.from_program(request):
        return problem.of(error)
    forbidden = error.code == RejectionCode.FORBIDDEN
    response = await _page(request, problem.status_of(error), await _asker(request), forbidden=forbidden)
    if error.retry_after_ms:
        response.headers["retry-after"] = str(-(-error.retry_after_ms // 1000))
    return response


async def too_many(request: Request) -> Response:
    """Answers who asks too often: the same page for everybody with one language."""
    return await _page(request, 429, replace(reader_of(request), path="", query=""))


async def gone(request: Request, error: Exception) -> Response:
    """Answers nobody: who sent the form broke off, and the HTTP server drops this."""
    return Response(status_code=400)


async def unavailable(request: Request, error: Exception) -> Response:
    """Answers when the database does not."""
    if problem.from_program(request):
        return problem.answer(503, RejectionCode.UNAVAILABLE, retry_after_ms=_RETRY_S * 1000)
    response = await _page(request, 503)
    response.headers["retry-after"] = str(_RETRY_S)
    return response


async def failed(request: Request, error: Exception) -> Response:
    """Answers a fault of ours; Starlette raises it again for the log."""
    return await _answer(request, 500)


async def _answer(request: Request, status: int, reader: Reader | None = None) -> Response:
    return problem.answer(status) if problem.from_program(request) else await _page(request, status, reader)


async def _asker(request: Request) -> Reader | None:
    """Returns who asked for what they do not get; None when that is a program, or cannot be looked up."""
    if problem.from_program(request):
        return None
    try:
        return await door_of(request).reader(request)
    except Unavailable:
        return None


async def _page(request: Request, status: int, reader: Reader | None = None, *, forbidden: bool = False) -> Response:
    """Needs nothing looked up: what failed may be the database itself."""
    values = {"status": status, "forbidden": forbidden, "taken": 0}
    door = door_of(request)
    return await door.page(request, reader or reader_of(request), "refusal.html", values, status)
