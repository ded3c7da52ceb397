"""Who has connected and not said ``Hello`` yet: bounded, so that half-open connections keep nobody out. Pure."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Final, Generic, TypeVar

from halles_server.services.limits import sharing

T = TypeVar("T")

GRACE_S: Final = 0.5
"""Nobody makes room sooner: of a crowd that is accepted at once, most have already said what we have not yet read."""


class Waiting(Generic[T]):
    """Those who wait, oldest first.

    When there are too many, of all or of one address, the oldest make room: an attacker only pushes out himself, and
    somebody real needs a moment only. Time is any clock in seconds.
    """

    def __init__(self, cap_all: int, cap_address: int) -> None:
        self._cap_all = cap_all
        self._cap_address = cap_address
        self._since: OrderedDict[T, tuple[str, float]] = OrderedDict()
        self._by_address: dict[str, OrderedDict[T, None]] = {}

    def __len__(self) -> int:
        return len(self._since)

    def __iter__(self) -> Iterator[T]:
        """Goes through those who wait, oldest first."""
        return iter(self._since)

    def add(self, item: T, address: str, now: float) -> list[T]:
        """Lets somebody wait; returns whom to close for it."""
        address = sharing(address)
        same = self._by_address.setdefault(address, OrderedDict())
        same[item] = None
        self._since[item] = address, now
        return self._put_out(same, self._cap_address, now) + self._put_out(self._since, self._cap_all, now)

    def remove(self, item: T) -> None:
        """Forgets somebody; no matter whether they wait."""
        address, _ = self._since.pop(item, ("", 0.0))
        same = self._by_address.get(address)
        if same is None or item not in same:
            return
        del same[item]
        if not same:
            del self._by_address[address]

    def replace(self, item: T, successor: T, address: str, now: float) -> list[T]:
        """Lets ``successor`` wait in place of ``item``, as the newest, if that still waits; returns whom to close.

        Behind a proxy only the successor's address is the visitor's own, and may be one of which too many wait.
        """
        if item not in self._since:
            return []
        self.remove(item)
        return self.add(successor, address, now)

    def tidy(self, now: float) -> list[T]:
        """Returns whom to close since more than may have waited for longer than ``GRACE_S``."""
        crowds = [same for same in self._by_address.values() if len(same) > self._cap_address]
        out = [item for same in crowds for item in self._put_out(same, self._cap_address, now)]
        return out + self._put_out(self._since, self._cap_all, now)

    def _put_out(self, among: Mapping[T, object], cap: int, now: float) -> list[T]:
        out = []
        while len(among) > cap:
            oldest = next(iter(among))
            if now - self._since[oldest][1] <= GRACE_S:
                break
            self.remove(oldest)
            out.append(oldest)
        return out
