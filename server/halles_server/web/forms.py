"""Forms: reading what a browser sends, within limits, and knowing that our own page asked for it.

A form carries a token that only we can make and that fits the cookie sent with it; the ``Origin`` must be ours as
well. Forms are small and url-encoded. A script carries the token in a header; a file comes in a form of another kind,
read within a limit of its own.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles_server.services.hosts import is_own_page

FORM_BYTES: Final = 1024 * 1024
FORM_FIELDS: Final = 100
FILE_FIELDS: Final = 8
FILE_FIELD_BYTES: Final = 8 * 1024
"""Of each field beside the file."""
FORM_OVERHEAD: Final = 64 * 1024
"""Bytes of a form around its file."""
_LENGTH_DIGITS: Final = 16
"""Of a promised length that is believed."""

TOKEN_FIELD: Final = "form"
TOKEN_HEADER: Final = "x-halles-form"
TOKEN_S: Final = 12 * 3600
"""A token lives as long as a web login."""

_KIND: Final = "application/x-www-form-urlencoded"
_FILE_KIND: Final = "multipart/form-data"


class Seal:
    """Makes and checks the tokens of forms."""

    def __init__(self, secret: str) -> None:
        """Takes the server's secret."""
        self._serializer = URLSafeTimedSerializer(secret, salt="halles form")

    def token(self, cookie: str) -> str:
        """Returns a token for whoever holds this cookie; another one each time, so that compression tells nothing."""
        nonce = secrets.token_hex(8)
        return self._serializer.dumps([nonce, _bound(nonce, cookie)])

    def fits(self, token: str, cookie: str) -> bool:
        """Tells whether a token was made here for this cookie, not too long ago."""
        try:
            loaded = self._serializer.loads(token, max_age=TOKEN_S)
        except BadData:
            return False
        nonce, bound = (str(part) for part in loaded)
        return bool(cookie) and hmac.compare_digest(bound, _bound(nonce, cookie))


async def read_form(request: Request, seal: Seal, cookie: str, origins: frozenset[str]) -> Mapping[str, str]:
    """Reads a posted form that one of our pages sent; of a field named twice the last value counts.

    Raises:
        HTTPException: 403 when it did not come from our page, 413 when it is too large, 415 for another kind of body.
    """
    if not _ours(request, origins):
        raise HTTPException(403)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _KIND:
        raise HTTPException(415)
    try:
        pairs = parse_qsl(
            (await read_body(request)).decode(), keep_blank_values=True, max_num_fields=FORM_FIELDS, errors="strict"
        )
    except UnicodeDecodeError:
        raise HTTPException(400) from None
    except ValueError:
        raise HTTPException(413) from None
    form = dict(pairs)
    if not seal.fits(form.get(TOKEN_FIELD, ""), cookie):
        raise HTTPException(403)
    return form


def check_sent(request: Request, seal: Seal, cookie: str, origins: frozenset[str]) -> None:
    """Refuses what a script of ours did not send: it gives the form's token in a header, which no form can.

    Raises:
        HTTPException: 403.
    """
    if not (_ours(request, origins) and seal.fits(request.headers.get(TOKEN_HEADER, ""), cookie)):
        raise HTTPException(403)


async def read_file_form(request: Request, seal: Seal, cookie: str, origins: frozenset[str], cap: int) -> FormData:
    """Reads a posted form with one file, of at most ``cap`` bytes; close it afterwards.

    Raises:
        HTTPException: 403 when it did not come from our page, 413 for too many fields, 415 for another kind of body.
        Rejection: TOO_LARGE.
    """
    if not _ours(request, origins):
        raise HTTPException(403)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FILE_KIND:
        raise HTTPException(415)
    form = await Request(request.scope, _counted(request, cap)).form(
        max_files=1, max_fields=FILE_FIELDS, max_part_size=FILE_FIELD_BYTES
    )
    if not seal.fits(str(form.get(TOKEN_FIELD, "")), cookie):
        await form.close()
        raise HTTPException(403)
    return form


def _counted(request: Request, cap: int) -> Receive:
    """Passes a body on until it is too long for a file of ``cap`` bytes, whatever its header promised."""
    heard = 0

    async def receive() -> Message:
        nonlocal heard
        message = await request.receive()
        heard += len(message.get("body", b""))
        if heard > cap + FORM_OVERHEAD:
            raise _too_large(max(heard, _promised(request)), cap)
        return message

    return receive


def _promised(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < _LENGTH_DIGITS else 0


def _too_large(size: int, cap: int) -> Rejection:
    excess = Excess(Measure.BYTES, (size,), (cap,))
    return Rejection(RejectionCode.TOO_LARGE, f"{size} bytes, at most {cap}", excess=excess)


def _ours(request: Request, origins: frozenset[str]) -> bool:
    # The guard has answered whoever asked for another host than ours.
    return is_own_page(request.headers.get("origin", ""), request.headers.get("host", ""), origins)


async def read_body(request: Request) -> bytes:
    """Collects a body; ``ValueError`` as soon as it is longer than ``FORM_BYTES``, whatever its header promised."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise ValueError("too long")
    return bytes(body)


def _bound(nonce: str, cookie: str) -> str:
    return hashlib.sha256(f"{nonce} {cookie}".encode()).hexdigest()
