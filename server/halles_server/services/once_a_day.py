"""What was done today, so that each act of each person counts once: as hashes, in memory, within bounds.

The bounds are there for those who count under ever new names, as guests can. An address adds no more than
``ONCE_SHARE``; and where so much is done that not all can be remembered, the oldest is forgotten, since who did it has
mostly gone: it may then count twice, and nobody who comes late is left out.
"""

import hashlib
from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Final

from halles.ids import BoothId
from halles_server.services.limits import sharing

ONCE_CAP: Final = 100_000
"""Acts of a day that are remembered; beyond, the oldest is forgotten."""

ONCE_SHARE: Final = 10_000
"""Of these from one address, since a school shares one; what is beyond is not counted."""


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody who does something.

    Attributes:
        key: Names them among all.
        address: Where they come from.
    """

    key: str
    address: str


class OnceADay:
    """The acts of the day that it was asked about last."""

    def __init__(self, key: bytes) -> None:
        """Takes a key for the hashes that nobody else knows."""
        self._key = key
        self._day = date.min
        self._acts: OrderedDict[bytes, bytes] = OrderedDict()
        """Each with its address, the oldest first."""

        self._shares: Counter[bytes] = Counter()

    def is_new(self, day: date, doer: Doer, booth: BoothId, kind: str) -> bool:
        """Tells whether somebody has not done this yet, and their address's share has room for it."""
        if day != self._day:
            self._day = day
            self._acts.clear()
            self._shares.clear()
        return self._act(doer, booth, kind) not in self._acts and self._shares[self._address(doer)] < ONCE_SHARE

    def remember(self, doer: Doer, booth: BoothId, kind: str) -> None:
        """Remembers what is new, in place of the oldest where there is too much."""
        if len(self._acts) >= ONCE_CAP:
            self._forget_oldest()
        address = self._address(doer)
        self._acts[self._act(doer, booth, kind)] = address
        self._shares[address] += 1

    def _forget_oldest(self) -> None:
        _, address = self._acts.popitem(last=False)
        self._shares[address] -= 1
        if not self._shares[address]:  # so that there are never more shares than acts
            del self._shares[address]

    def _act(self, doer: Doer, booth: BoothId, kind: str) -> bytes:
        return self._hash(f"{doer.key}\n{booth}\n{kind}")

    def _address(self, doer: Doer) -> bytes:
        return self._hash(sharing(doer.address))

    def _hash(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), digest_size=12, key=self._key).digest()
