"""How many pages one address is given: they are made in the thread that moves the world, a directory takes it 8 ms.

Files count as well, but little: a picture is one look into the database, a page with twenty of them is still one page
to a reader, and browsers keep them for ever. So do the pieces of an upload, of which a film has hundreds.
"""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from halles.errors import RejectionCode
from halles.world.text import Language
from halles_server.services.limits import AddressBuckets
from halles_server.web import refusals
from halles_server.web.api import problem
from halles_server.web.rate import address_of
from halles_server.web.reader import reader_of

_FILE: Final = 0.1
"""What a file counts, in pages."""

_FILES: Final = ("/static/", "/media/", "/api/uploads/", "/api/v1/uploads/")


class Throttle:
    """Answers 429 to who asks too often."""

    def __init__(self, app: ASGIApp, buckets: AddressBuckets, monotonic: Callable[[], float]) -> None:
        """Takes the buckets, and seconds that only grow."""
        self._app = app
        self._buckets = buckets
        self._monotonic = monotonic
        # Made once: to say no must cost less than the page would have.
        self._said: dict[Language, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        count = _FILE if scope["path"].startswith(_FILES) else 1.0
        wait_ms = self._buckets.take(self._monotonic(), address_of(request), count)
        answer: ASGIApp = await self._refusal(request, wait_ms) if wait_ms else self._app
        await answer(scope, receive, send)

    async def _refusal(self, request: Request, wait_ms: int) -> Response:
        if problem.from_program(request):
            return problem.answer(429, RejectionCode.RATE_LIMITED, "too many requests of this network", wait_ms)
        code = reader_of(request).code
        if code not in self._said:
            self._said[code] = bytes((await refusals.too_many(request)).body)
        headers = {
            "content-language": code,
            "retry-after": str(-(-wait_ms // 1000)),
            "cache-control": "no-store",
            "connection": "close",
        }
        return Response(self._said[code], 429, headers, "text/html")
