"""Failed logins: how many an address, and an address against one account, may have in a quarter of an hour.

Counting by account and address together means that a stranger who guesses at an account never locks its owner out.
"""

from collections import OrderedDict
from typing import Final

from halles.errors import Rejection
from halles.protocol.errors import RejectionCode
from halles_server.ports import Clock

WINDOW_S: Final = 15 * 60.0
FOR_ACCOUNT: Final = 10
"""Failures of one address against one account."""
FOR_ADDRESS: Final = 60
"""Failures of one address in all."""
REMEMBERED: Final = 10_000
"""Counters kept; the one that failed longest ago is forgotten first."""


class LoginFailures:
    """Counts failures and refuses those who have too many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moments: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def check(self, login: str, address: str) -> None:
        """Refuses before a password is even looked at.

        Raises:
            Rejection: RATE_LIMITED, with the time until the oldest failure is forgotten.
        """
        for key, limit in _keys(login, address):
            moments = self._recent(key)
            if len(moments) >= limit:
                wait = WINDOW_S - (self._clock.monotonic() - moments[0])
                raise Rejection(RejectionCode.RATE_LIMITED, "too many failed logins", int(wait * 1000) + 1)

    def failed(self, login: str, address: str) -> None:
        """Counts one."""
        for key, limit in _keys(login, address):
            moments = self._recent(key)
            moments.append(self._clock.monotonic())
            del moments[:-limit]
            self._moments[key] = moments
            self._moments.move_to_end(key)
        while len(self._moments) > REMEMBERED:
            self._moments.popitem(last=False)

    def _recent(self, key: tuple[str, str]) -> list[float]:
        since = self._clock.monotonic() - WINDOW_S
        return [moment for moment in self._moments.get(key, ()) if moment > since]


def _keys(login: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
    return ((login.casefold()[:80], address), FOR_ACCOUNT), (("", address), FOR_ADDRESS)
