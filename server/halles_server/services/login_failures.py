"""Failed logins: how many an address, and an address against one account, may have in a quarter of an hour.

Counting by account and address together means that a stranger who guesses at an account never locks its owner out.
An attempt counts from its beginning: guesses sent all at once are not all tried.
"""

from collections import Counter, OrderedDict
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles_server.ports.clock import Clock
from halles_server.services.limits import sharing

WINDOW_S: Final = 15 * 60.0
FOR_ACCOUNT: Final = 10
"""Failures of one address against one account."""
FOR_ADDRESS: Final = 60
"""Failures of one address in all."""
REMEMBERED: Final = 10_000
"""Counters kept; the one that failed longest ago is forgotten first."""

_UNDER_WAY_MS: Final = 2000
"""When to try again while only attempts under way fill the limit: a password takes 30 ms."""

_Key = tuple[str, str]


class LoginFailures:
    """Counts failures and attempts under way, and refuses those who have too many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moments: OrderedDict[_Key, list[float]] = OrderedDict()
        self._under_way: Counter[_Key] = Counter()

    def begin(self, login: str, address: str) -> None:
        """Takes an attempt before its password is looked at; ``end`` must follow.

        Raises:
            Rejection: RATE_LIMITED, with the time until the oldest failure is forgotten; TRY_LATER, when others that
                are not decided yet could be too many.
        """
        for key, limit in _keys(login, address):
            moments = self._recent(key)
            if len(moments) >= limit:
                wait = WINDOW_S - (self._clock.monotonic() - moments[0])
                raise Rejection(RejectionCode.RATE_LIMITED, "too many failed logins", int(wait * 1000) + 1)
            if len(moments) + self._under_way[key] >= limit:
                raise Rejection(RejectionCode.TRY_LATER, "too many logins at once", _UNDER_WAY_MS)
        self._under_way.update(key for key, _ in _keys(login, address))

    def end(self, login: str, address: str, *, failed: bool) -> None:
        """Decides an attempt; what was right, or never looked at, costs nothing."""
        for key, _ in _keys(login, address):
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]
            if failed:
                self._moments[key] = [*self._recent(key), self._clock.monotonic()]
                self._moments.move_to_end(key)
        while len(self._moments) > REMEMBERED:
            self._moments.popitem(last=False)

    def _recent(self, key: _Key) -> list[float]:
        since = self._clock.monotonic() - WINDOW_S
        return [moment for moment in self._moments.get(key, ()) if moment > since]


def _keys(login: str, address: str) -> tuple[tuple[_Key, int], ...]:
    who = sharing(address)
    return ((login.casefold()[:80], who), FOR_ACCOUNT), (("", who), FOR_ADDRESS)
