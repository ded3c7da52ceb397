"""How often something may be done: pure counters with time as an argument.

Belongs here: the arithmetic of rates. Not here: which rate applies to what (``config``) and what follows when it is
exceeded (whoever asks).
"""

import ipaddress
from collections import OrderedDict, deque
from typing import Final

_SHARED_BITS: Final = 64
"""Of an IPv6 address: those that its bearer chooses."""


class TokenBucket:
    """Lets ``rate`` things a second through, after a burst of ``burst``.

    Time is any clock in seconds that only grows; the first call starts it.
    """

    __slots__ = ("_burst", "_rate", "_then", "_tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._then: float | None = None

    def take(self, now: float, count: float = 1.0) -> bool:
        """Takes ``count`` tokens if they are there; takes nothing otherwise."""
        self._fill(now)
        if self._tokens < count:
            return False
        self._tokens -= count
        return True

    def wait_ms(self, now: float, count: float = 1.0) -> int:
        """Returns in how many milliseconds ``count`` tokens will be there, 0 when they are."""
        self._fill(now)
        lack = count - self._tokens
        return max(0, int(lack / self._rate * 1000.0) + 1) if lack > 0 else 0

    def _fill(self, now: float) -> None:
        if self._then is not None and now > self._then:
            self._tokens = min(self._burst, self._tokens + (now - self._then) * self._rate)
        self._then = now


def sharing(address: str) -> str:
    """Returns who has one limit together: an IPv4 address, or the /64 that an IPv6 network gives whoever is behind it.

    Within its /64 a machine takes as many addresses as it likes (RFC 8981), so that counting them would count nothing.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return address
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(ip) >> _SHARED_BITS << _SHARED_BITS))


class KeyedBuckets:
    """A bucket for each key; what is remembered is bounded."""

    __slots__ = ("_buckets", "_burst", "_rate", "_remembered")

    def __init__(self, rate: float, burst: float, remembered: int = 10_000) -> None:
        """Takes each key's rate and burst, and how many are remembered; who came longest ago is forgotten first."""
        self._rate = rate
        self._burst = burst
        self._remembered = remembered
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, now: float, key: str, count: float = 1.0) -> int:
        """Takes ``count`` tokens and returns 0; else takes nothing and returns in how many ms they will be there."""
        bucket = self._buckets.setdefault(key, TokenBucket(self._rate, self._burst))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return 0 if bucket.take(now, count) else max(1, bucket.wait_ms(now, count))


class AddressBuckets(KeyedBuckets):
    """A bucket for each address: many people may share one, as a school does, and a script has one as well."""

    __slots__ = ()

    def take(self, now: float, key: str, count: float = 1.0) -> int:
        """Takes as ``KeyedBuckets`` does, for whoever shares an address."""
        return super().take(now, sharing(key), count)


class Window:
    """Counts how often something happened in the last ``seconds`` and tells when it was more than ``limit``.

    Remembers at most ``limit`` + 1 moments, so that a flood costs no memory.
    """

    __slots__ = ("_limit", "_moments", "_seconds")

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._moments: deque[float] | None = None  # an empty one takes 0.8 kB, and most visits never need it

    def add(self, now: float) -> bool:
        """Counts one; returns True when it was within the limit."""
        if self._moments is None:
            self._moments = deque(maxlen=self._limit + 1)
        self._moments.append(now)
        return len(self._moments) <= self._limit or now - self._moments[0] > self._seconds


class FairBucket:
    """A rate for all together that does not keep out who comes alone.

    When the tokens are gone, somebody who was not heard of for a second still passes: a flood from some addresses is
    stopped, and a visitor from another gets through it.
    """

    __slots__ = ("_all", "_remembered", "_seen")

    def __init__(self, rate: float, burst: float, remembered: int = 10_000) -> None:
        """Takes the rate and burst of all, and how many of those who came lately are remembered."""
        self._all = TokenBucket(rate, burst)
        self._remembered = remembered
        self._seen: OrderedDict[str, float] = OrderedDict()

    def take(self, now: float, who: str) -> bool:
        """Lets somebody pass, or not."""
        who = sharing(who)
        last = self._seen.pop(who, None)
        self._seen[who] = now
        if len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        return self._all.take(now) or last is None or now - last > 1.0
