"""What waits to be recorded while the database is away: so much and no more, and what falls out is counted and said.

Belongs here: the bound, and saying once in each outage that something is lost. Not here: storing it (``recorder``,
``voice_recorder``).
"""

from collections import deque
from typing import Final, Generic, Literal, TypeVar

import structlog

from halles_server.observability import Metrics

Reason = Literal["backlog", "budget", "nameless"]
"""Why something is not recorded: it waited too long, one live session holds no more of it, or nobody is named by it."""

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


class Backlog(Generic[_T]):
    """What waits, in the order in which it came; of too much the oldest is lost."""

    def __init__(self, what: str, most: int, metrics: Metrics) -> None:
        """Takes what waits, as log and metric call it, and how many may."""
        self._what, self._most, self._metrics = what, most, metrics
        self._waiting: Final[deque[_T]] = deque()
        self._said = False

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def first(self) -> _T:
        """Returns what has waited longest."""
        return self._waiting[0]

    def put(self, one: _T) -> None:
        """Lets something wait."""
        self._waiting.append(one)
        if len(self._waiting) > self._most:
            self._waiting.popleft()
            self.lost("backlog")
            if not self._said:
                self._said = True
                _log.warning("not recorded any more", what=self._what, reason="too much waits for the database")

    def done(self, one: _T) -> None:
        """Takes out what was stored, where it has not fallen out meanwhile."""
        if self._waiting and self._waiting[0] is one:
            self._waiting.popleft()
        self._said = self._said and bool(self._waiting)

    def lost(self, reason: Reason) -> None:
        """Counts something that is not recorded."""
        self._metrics.unrecorded.labels(self._what, reason).inc()
