"""Who has connected and not said ``Hello`` yet: bounded, so that half-open connections keep nobody out. Pure."""

from collections import OrderedDict
from typing import Generic, TypeVar

from halles_server.services.limits import sharing

T = TypeVar("T")


class Waiting(Generic[T]):
    """Those who wait, oldest first.

    When there are too many, of all or of one address, the oldest makes room: an attacker only pushes out himself, and
    somebody real needs a moment only.
    """

    def __init__(self, cap_all: int, cap_address: int) -> None:
        self._cap_all = cap_all
        self._cap_address = cap_address
        self._address: OrderedDict[T, str] = OrderedDict()
        self._by_address: dict[str, OrderedDict[T, None]] = {}

    def __len__(self) -> int:
        return len(self._address)

    def add(self, item: T, address: str) -> T | None:
        """Lets somebody wait; returns whom to close for it."""
        address = sharing(address)
        same = self._by_address.setdefault(address, OrderedDict())
        same[item] = None
        self._address[item] = address
        oldest: T | None = None
        if len(same) > self._cap_address:
            oldest = next(iter(same))
        elif len(self._address) > self._cap_all:
            oldest = next(iter(self._address))
        if oldest is not None:
            self.remove(oldest)
        return oldest

    def remove(self, item: T) -> None:
        """Forgets somebody; no matter whether they wait."""
        address = self._address.pop(item, None)
        if address is None:
            return
        same = self._by_address[address]
        del same[item]
        if not same:
            del self._by_address[address]

    def replace(self, item: T, successor: T, address: str) -> T | None:
        """Lets ``successor`` wait in place of ``item``, as the newest, if that still waits; returns whom to close.

        Behind a proxy only the successor's address is the visitor's own, and may be one of which too many wait.
        """
        if item not in self._address:
            return None
        self.remove(item)
        return self.add(successor, address)
