"""What a reader gets instead of a page, in the reader's language and without a word of ours on the inside."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection
from halles.protocol.errors import RejectionCode
from halles_server.web.door import door_of
from halles_server.web.reader import reader_of

_OF_REJECTION: Final = {
    RejectionCode.NOT_FOUND: 404,
    RejectionCode.FORBIDDEN: 403,
    RejectionCode.RATE_LIMITED: 429,
    RejectionCode.INVALID_TEXT: 422,
    RejectionCode.TRY_LATER: 503,
    RejectionCode.UNAVAILABLE: 503,
}

_RETRY_S: Final = 5


async def refused(request: Request, error: Exception) -> Response:
    """Answers what Starlette or a service refused."""
    if isinstance(error, HTTPException):
        response = _page(request, error.status_code)
        response.headers.update(error.headers or {})
        return response
    assert isinstance(error, Rejection)
    response = _page(request, _OF_REJECTION.get(RejectionCode(error.code), 400))
    if error.retry_after_ms:
        response.headers["retry-after"] = str(-(-error.retry_after_ms // 1000))
    return response


async def unavailable(request: Request, error: Exception) -> Response:
    """Answers when the database does not."""
    response = _page(request, 503)
    response.headers["retry-after"] = str(_RETRY_S)
    return response


async def failed(request: Request, error: Exception) -> Response:
    """Answers a fault of ours; Starlette raises it again for the log."""
    return _page(request, 500)


def _page(request: Request, status: int) -> Response:
    """Never looks anything up: what failed may be the database itself."""
    return door_of(request).page(request, reader_of(request), "refusal.html", {"status": status}, status)
