"""How many tickets one address may ask for: a school shares an address, a script does not fill the database."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from halles.errors import Rejection
from halles.protocol.errors import RejectionCode
from halles_server.services.limits import TokenBucket

PER_SECOND: Final = 2.0
AT_ONCE: Final = 60
"""A class that comes in together."""

REMEMBERED: Final = 10_000
"""Addresses kept; the one that asked longest ago is forgotten first."""


class TicketRate:
    """Counts by address."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Takes seconds that only grow."""
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def check(self, address: str) -> None:
        """Counts one ticket.

        Raises:
            Rejection: RATE_LIMITED, with the time until the next is given.
        """
        bucket = self._buckets.setdefault(address, TokenBucket(PER_SECOND, AT_ONCE))
        self._buckets.move_to_end(address)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        now = self._monotonic()
        if not bucket.take(now):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many tickets", max(1, bucket.wait_ms(now)))
