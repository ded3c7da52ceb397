"""How often an address or account may ask: a school shares one, and a script neither fills nor stops the server."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request

from halles.errors import Rejection, RejectionCode
from halles_server.services.limits import AddressBuckets

PER_SECOND: Final = 2.0
AT_ONCE: Final = 60
"""A class that comes in together."""


class TalkRate:
    """Counts lines that are said by forms, by account."""

    def __init__(self, buckets: AddressBuckets, monotonic: Callable[[], float]) -> None:
        """Takes seconds that only grow."""
        self._buckets, self._monotonic = buckets, monotonic

    def check(self, account: str) -> None:
        """Counts one line; ``Rejection`` RATE_LIMITED, with the time until the next is taken."""
        if wait_ms := self._buckets.take(self._monotonic(), account):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many lines", wait_ms)


class TicketRate:
    """Counts tickets by address."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Takes seconds that only grow."""
        self._monotonic = monotonic
        self._buckets = AddressBuckets(PER_SECOND, AT_ONCE)

    def check(self, address: str) -> None:
        """Counts one ticket.

        Raises:
            Rejection: RATE_LIMITED, with the time until the next is given.
        """
        if wait_ms := self._buckets.take(self._monotonic(), address):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many tickets", wait_ms)


def address_of(request: Request) -> str:
    """Returns the visitor's address, which the HTTP server has already taken from a trusted proxy's header."""
    return request.client.host if request.client else ""
