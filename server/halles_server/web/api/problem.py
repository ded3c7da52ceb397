"""What a program gets instead of an answer: problem details (RFC 9457) with the code that the wire has, too."""

from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode

ROOT: Final = "/api/"
"""Where what programs ask for begins."""

OF_REJECTION: Final = {
    RejectionCode.NOT_FOUND: 404,
    RejectionCode.FORBIDDEN: 403,
    RejectionCode.RATE_LIMITED: 429,
    RejectionCode.INVALID_TEXT: 422,
    RejectionCode.OVER_BUDGET: 422,
    RejectionCode.SATCHEL_FULL: 422,
    RejectionCode.STALE_REVISION: 409,
    RejectionCode.DRAFT_OPEN: 409,
    RejectionCode.STORAGE_FULL: 507,
    RejectionCode.TRY_LATER: 503,
    RejectionCode.UNAVAILABLE: 503,
}
"""The status of an answer that refuses; 400 for the rest."""


class Problem(msgspec.Struct, frozen=True):
    """Why something was not done.

    Attributes:
        title: The status in words.
        status: The HTTP status.
        code: One of the codes of ``docs/protocol.md``; "" where the status says it all.
        detail: What was wrong, in English, for developers.
        retry_after_ms: When trying again makes sense, 0 when it does not.
        type: Of problem; there is one only.
    """

    title: str
    status: int
    code: str
    detail: str
    retry_after_ms: int = 0
    type: str = "about:blank"


def from_program(request: Request) -> bool:
    """Tells whether a program asks, which is not to be answered with a page."""
    return request.url.path.startswith(ROOT)


def answer(status: int, code: str = "", detail: str = "", retry_after_ms: int = 0) -> Response:
    """Returns a problem as an answer."""
    said = Problem(HTTPStatus(status).phrase, status, code, detail or HTTPStatus(status).description, retry_after_ms)
    headers = {"cache-control": "no-store"}
    if retry_after_ms:
        headers["retry-after"] = str(-(-retry_after_ms // 1000))
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return Response(msgspec.json.encode(said), status, headers, "application/problem+json")


def of(rejection: Rejection) -> Response:
    """Returns a service's refusal as an answer."""
    return answer(status_of(rejection), str(rejection.code), rejection.text, rejection.retry_after_ms)


def status_of(rejection: Rejection) -> int:
    """Returns the status of an answer that refuses."""
    code: Any = rejection.code
    return OF_REJECTION.get(code, 400)
