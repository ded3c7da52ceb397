"""How often one person may do what in live sessions, by whichever door: the wire and the pages' forms share it.

Belongs here: the buckets, by a person's key in the live session. Not here: who is a host and is not counted (the
services), and how many requests a connection or an address may send at all.
"""

from dataclasses import dataclass
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles_server.ports.clock import Clock
from halles_server.services.limits import KeyedBuckets, TokenBucket

_REFUSED: Final = (0.1, 3.0)
"""Refusals of one person that are written down: a second, and at once."""

_REFUSED_ALL: Final = (1.0, 60.0)
"""Of everybody together, on one node: a flood does not fill the audit."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a second, after a burst of so many."""

    per_s: float
    burst: float


class LiveRates:
    """Counts what people do in live sessions."""

    def __init__(self, clock: Clock, *, acts: Rate, votes: Rate, captions: Rate) -> None:
        self._clock = clock
        self._acts, self._votes, self._captions = (
            KeyedBuckets(rate.per_s, rate.burst) for rate in (acts, votes, captions)
        )
        self._refused, self._refused_all = KeyedBuckets(*_REFUSED), TokenBucket(*_REFUSED_ALL)

    def act(self, key: str) -> None:
        """Counts an act; ``Rejection`` RATE_LIMITED."""
        _check(self._acts.take(self._clock.monotonic(), key), "too many acts")

    def vote(self, key: str) -> None:
        """Counts a vote; ``Rejection`` RATE_LIMITED."""
        _check(self._votes.take(self._clock.monotonic(), key), "too many votes")

    def caption(self, key: str) -> None:
        """Counts a caption; ``Rejection`` RATE_LIMITED."""
        _check(self._captions.take(self._clock.monotonic(), key), "too many captions")

    def notes_refusal(self, key: str) -> bool:
        """Counts a refusal; tells whether it is to be written down."""
        now = self._clock.monotonic()
        return self._refused.take(now, key) == 0 and self._refused_all.take(now)


def _check(wait_ms: int, text: str) -> None:
    if wait_ms:
        raise Rejection(RejectionCode.RATE_LIMITED, text, wait_ms)
