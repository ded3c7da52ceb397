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
    RejectionCode.NOT_NOW: 409,
    RejectionCode.SEAT_TAKEN: 409,
    RejectionCode.HALL_FULL: 409,
    RejectionCode.SATCHEL_FULL: 422,
    RejectionCode.DUPLICATE: 422,
    RejectionCode.STALE_REVISION: 409,
    RejectionCode.DRAFT_OPEN: 409,
    RejectionCode.STORAGE_FULL: 507,
    RejectionCode.TRY_LATER: 503,
    RejectionCode.UNAVAILABLE: 503,
}
"""The status of an answer that refuses; 400 for the rest."""


class Clash(msgspec.Struct, frozen=True):
    """A field that somebody else was quicker with.

    Attributes:
        base: What stood there at the revision that the edit was made for; "" also where that is not known any more.
        mine: What the edit would write.
        theirs: What stands there now.
    """

    field: str
    language: str
    base: str
    mine: str
    theirs: str


class StaleDraft(Rejection):
    """An edit that nothing was done of, since others changed the same: with all that is needed to merge it.

    Attributes:
        revision: The draft's now.
        clashes: Each field with both texts.
    """

    def __init__(self, text: str, revision: int, clashes: tuple[Clash, ...]) -> None:
        super().__init__(RejectionCode.STALE_REVISION, text)
        self.revision: Final = revision
        self.clashes: Final = clashes


class Problem(msgspec.Struct, frozen=True):
    """Why something was not done.

    Attributes:
        title: The status in words.
        status: The HTTP status.
        code: One of the codes of ``docs/protocol.md``; "" where the status says it all.
        detail: What was wrong, in English, for developers.
        retry_after_ms: When trying again makes sense, 0 when it does not.
        type: Of problem; there is one only.
        revision: Of a draft that others have changed meanwhile: what it is at now.
        clashes: What they and the edit have both changed.
    """

    title: str
    status: int
    code: str
    detail: str
    retry_after_ms: int = 0
    type: str = "about:blank"
    revision: int = 0
    clashes: tuple[Clash, ...] = ()


def from_program(request: Request) -> bool:
    """Tells whether a program asks, which is not to be answered with a page."""
    return request.url.path.startswith(ROOT)


def answer(status: int, code: str = "", detail: str = "", retry_after_ms: int = 0) -> Response:
    """Returns a problem as an answer."""
    said = Problem(HTTPStatus(status).phrase, status, code, detail or HTTPStatus(status).description, retry_after_ms)
    return _answer(said)


def of(rejection: Rejection) -> Response:
    """Returns a service's refusal as an answer."""
    status = status_of(rejection)
    if isinstance(rejection, StaleDraft):
        phrase, code = HTTPStatus(status).phrase, str(rejection.code)
        said = Problem(phrase, status, code, rejection.text, revision=rejection.revision, clashes=rejection.clashes)
        return _answer(said)
    return answer(status, str(rejection.code), rejection.text, rejection.retry_after_ms)


def _answer(said: Problem) -> Response:
    headers = {"cache-control": "no-store"}
    if said.retry_after_ms:
        headers["retry-after"] = str(-(-said.retry_after_ms // 1000))
    if said.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return Response(msgspec.json.encode(said), said.status, headers, "application/problem+json")


def status_of(rejection: Rejection) -> int:
    """Returns the status of an answer that refuses."""
    code: Any = rejection.code
    return OF_REJECTION.get(code, 400)
