"""Where a visit may connect: the address that it was given, and the other nodes that a server has told of. Pure."""

from typing import Final
from urllib.parse import urlsplit

ADDRESSES_CAP: Final = 16

_SCHEMES: Final = frozenset({"ws", "wss"})


class Addresses:
    """The addresses of one show.

    Attributes:
        current: The one to connect to next.
    """

    def __init__(self, first: str) -> None:
        self.current = first
        self._first = first
        self._others: tuple[str, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether there is no other."""
        return len(self._known()) < 2

    def learn(self, elsewhere: tuple[str, ...]) -> None:
        """Takes what a server says of the other nodes, in place of what was said before.

        The one connected to stays. Where the first address keeps strangers out with TLS, no other may do without:
        the resume token goes there.
        """
        known = dict.fromkeys((self.current, *(url for url in elsewhere if self._usable(url))))
        self._others = tuple(known)[:ADDRESSES_CAP]

    def advance(self) -> None:
        """Goes on to the next address, round and round."""
        known = self._known()
        at = known.index(self.current) if self.current in known else -1
        self.current = known[(at + 1) % len(known)]

    def _known(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self._first, *self._others)))

    def _usable(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        safe = parts.scheme == "wss" or urlsplit(self._first).scheme != "wss"
        return parts.scheme in _SCHEMES and bool(parts.hostname) and safe
