"""Idempotency keys: a request has one effect however often it is sent, and every repeat gets the first answer.

A key belongs to what was asked with it: anything else is refused, or a line would be called said that never was.
The key, the answer and the effect are committed together. The key is claimed first, so that two copies of a request
arriving at once wait for each other inside Postgres. On a nearly full disk nothing is claimed any more, but repeats of
what was stored still get their answer.
"""

import hashlib
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import RequestId
from halles_server.storage import audit
from halles_server.storage.pool import Connection, Database, no_room, transacting

KEPT_HOURS: Final = 24

_CLAIM: Final = (
    "INSERT INTO requests (actor, request, digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true"
)
_ANSWER: Final = "UPDATE requests SET number = $3, rejection = $4, text = $5 WHERE actor = $1 AND request = $2"
_FIRST: Final = "SELECT number, rejection, text, digest FROM requests WHERE actor = $1 AND request = $2"


class _WrittenDown(Rejection):
    """A refusal that the audit has: it is noted once all else of its request is undone."""

    def __init__(self, refusal: Rejection, act: str, subject: str, detail: dict[str, object]) -> None:
        super().__init__(refusal.code, refusal.text)
        self.act, self.subject, self.detail = act, subject, detail


@contextmanager
def writing_down(act: str, subject: str, **detail: object) -> Iterator[None]:
    """Lets what is FORBIDDEN within the block of an effect be written down, under whoever asked.

    Args:
        act: What it is called in the audit.
        subject: What it was about.
        detail: As ``audit.note`` takes it.
    """
    try:
        yield
    except Rejection as refusal:
        if refusal.code != RejectionCode.FORBIDDEN:
            raise
        raise _WrittenDown(refusal, act, subject, detail) from None


async def once(
    database: Database, actor: str, request: RequestId, asked: object, effect: Callable[[Connection], Awaitable[int]]
) -> tuple[int, bool]:
    """Runs an effect in a transaction, unless this actor's request was answered before.

    Args:
        database: Where.
        actor: An account or visit; request ids of different actors never meet.
        request: 16 bytes made by the client.
        asked: What the request says, of values that msgspec writes: the same in a repeat.
        effect: Gets the connection, returns the answer's number. A ``Rejection`` undoes what it did, and is the answer;
            what was refused within ``writing_down`` is in the audit.

    Returns:
        The number of the first answer, and whether the effect ran now.

    Raises:
        Rejection: The first answer was or is this refusal; BAD_FIELD when the key was used for something else;
            STORAGE_FULL when it is new.
        Unavailable: Not known whether it was committed; repeat it with the same id.
    """
    key, digest = uuid.UUID(bytes=bytes(request)), _digest(asked)
    async with database.transaction() as connection:
        room = database.has_room()
        fresh = room and await connection.fetchval(_CLAIM, actor, key, digest)
        if fresh:
            number, refused = await _tried(connection, effect)
            if isinstance(refused, _WrittenDown):
                await audit.note(connection, actor, refused.act, refused.subject, **refused.detail)
                refused = Rejection(refused.code, refused.text)  # as its repeats get it
            code, text = (refused.code, refused.text) if refused else ("", "")
            await connection.execute(_ANSWER, actor, key, number, code, text)
        else:
            first = await connection.fetchrow(_FIRST, actor, key)
            if first is None and not room:
                raise no_room()
            number, refused = _read(first, digest)
    if refused:
        raise refused
    return number, bool(fresh)


async def answered(connection: Connection, actor: str, request: RequestId, asked: object) -> int | None:
    """Returns the number of a request's first answer; None when there was none, and nothing is claimed.

    For what only new requests are refused: a repeat gets its answer also when it would be refused by now.

    Raises:
        Rejection: As ``once``.
    """
    first = await connection.fetchrow(_FIRST, actor, uuid.UUID(bytes=bytes(request)))
    if first is None:
        return None
    number, refused = _read(first, _digest(asked))
    if refused:
        raise refused
    return number


async def forget_old(connection: Connection) -> int:
    """Removes keys older than a day; returns how many."""
    gone = await connection.execute(
        "DELETE FROM requests WHERE stored < now() - make_interval(hours => $1)", KEPT_HOURS
    )
    return int(gone.split()[-1])


async def _tried(
    connection: Connection, effect: Callable[[Connection], Awaitable[int]]
) -> tuple[int, Rejection | None]:
    try:
        async with transacting(connection):
            return await effect(connection), None
    except Rejection as refused:
        return 0, refused


def _digest(asked: object) -> bytes:
    return hashlib.sha256(msgspec.json.encode(asked)).digest()


def _read(row: Any, digest: bytes) -> tuple[int, Rejection | None]:
    if row["digest"] not in {None, digest}:
        return 0, Rejection(RejectionCode.BAD_FIELD, "this request_id was used for another request")
    return int(row["number"]), Rejection(row["rejection"], row["text"]) if row["rejection"] else None
