"""Requests that wait for their answer: matched by request_id, asked again with the same one after a break.

The server stores request_id as an idempotency key, so that asking again has one effect and gets the first answer.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

import msgspec

from halles.errors import HallesError, Rejection, Unavailable
from halles.protocol.messages import EnterHall, Message, Rejected
from halles.protocol.states import State
from halles.protocol.table import BY_TYPE

PENDING_CAP: Final = 64
"""Requests that may wait at once; a server that answers nothing must not fill the client."""

Failed = Callable[[HallesError], None]
Ask = Callable[[Message, Callable[[Message], None], Failed], None]
"""How the parts of a visit ask the server: the message, what to do with its answer, what to do with a refusal."""


def new_request_id() -> bytes:
    """Returns the 16 bytes of a fresh UUID, version 7: its first 48 bits are Unix milliseconds (RFC 9562)."""
    head = int(time.time() * 1000).to_bytes(6, "big")
    tail = bytearray(os.urandom(10))
    tail[0] = 0x70 | tail[0] & 0x0F
    tail[2] = 0x80 | tail[2] & 0x3F
    return head + bytes(tail)


class _Pending(msgspec.Struct):
    message: Message
    answer: "Future[Message]"
    sent: bool = False


class Requests:
    """The requests of one visit that have no answer yet, in the order in which they were asked."""

    def __init__(self) -> None:
        self._pending: dict[bytes, _Pending] = {}

    def ask(self, message: Message, answer: "Future[Message]") -> None:
        """Adds a request; ``answer`` gets the server's answer, a ``Rejection`` or ``Unavailable``.

        Raises:
            Unavailable: Too many wait already.
        """
        if len(self._pending) >= PENDING_CAP:
            raise Unavailable(f"{PENDING_CAP} requests already wait for an answer")
        self._pending[_id_of(message)] = _Pending(message, answer)

    def due(self, state: State) -> Message | None:
        """Returns the next request that is legal in ``state`` and has not gone out on this connection."""
        for pending in self._pending.values():
            if not pending.sent and state in BY_TYPE[type(pending.message)].states:
                pending.sent = True
                return pending.message
        return None

    def answered(self, message: Message) -> bool:
        """Hands an answer to whoever asked; tells whether somebody did."""
        pending = self._pending.pop(_id_of(message), None)
        if pending is None:
            return False
        if not pending.answer.set_running_or_notify_cancel():
            return True
        if isinstance(message, Rejected):
            pending.answer.set_exception(Rejection(message.code, message.text, message.retry_after_ms))
        else:
            pending.answer.set_result(message)
        return True

    def expire(self, message: Message) -> None:
        """The time for an answer is over; whoever waits gets ``Unavailable``."""
        pending = self._pending.pop(_id_of(message), None)
        if pending is not None and pending.answer.set_running_or_notify_cancel():
            pending.answer.set_exception(Unavailable("no answer in time"))

    def broken(self) -> None:
        """The connection broke: everything is asked again on the next one."""
        for pending in self._pending.values():
            pending.sent = False

    def entering(self) -> bool:
        """Tells whether a request to enter a hall waits."""
        return any(isinstance(pending.message, EnterHall) for pending in self._pending.values())

    def close(self, text: str) -> None:
        """The link is over: everybody who waits gets ``Unavailable``."""
        waiting, self._pending = list(self._pending.values()), {}
        for pending in waiting:
            if pending.answer.set_running_or_notify_cancel():
                pending.answer.set_exception(Unavailable(text))


def _id_of(message: Message) -> bytes:
    found: bytes = getattr(message, "request_id", b"")
    return found
