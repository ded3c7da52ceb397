"""The ladder of overload: what a node leaves out, rung by rung, while its ticks begin late, and takes up again.

Everything that is left out is a little of everybody's view, never somebody's presence; newcomers are refused last.
One ladder for all halls of a node: they share one core, and the one that is late is seldom the one that is to blame.

Pure; time is an argument.
"""

from enum import IntEnum
from typing import Final

import numpy as np

from halles_server.hall.snapshot import FAR_PEOPLE_S, FAR_S, Detail

WINDOW_S: Final = 1.0
"""Over which the ticks' lag is judged."""

LATE: Final = 0.5
"""Share of a period: where half of the ticks begin later than this, something must be left out."""

CALM: Final = 0.15
"""Share of a period: where half of the ticks begin no later than this, there is air again."""

REST_S: Final = 2.0
"""After a step up until the next: it takes that long to show what the last one was worth."""

CALM_S: Final = 3.0
"""Of calm before a step down."""

WARY_S: Final = 60.0
"""The longest that calm must last where each step down was followed by another up."""

FAR_LATE_S: Final = 2
"""Seconds in which everybody far away is told of once from ``FAR`` on; after longer a client cannot draw a walk."""


class Rung(IntEnum):
    """What is left out; each rung with all below it."""

    NOTHING = 0
    NEAR = 1
    """A quarter of the nearest: fewer would not reach beyond one's own cell."""
    FAR = 2
    """Half of the far slices, or more."""
    BEAT = 3
    """Every other tick."""
    NEWCOMERS = 4
    """Whoever is not here yet."""


class Overload:
    """Where a node stands on the ladder.

    Attributes:
        rung: What is left out now.
    """

    def __init__(self, tick_hz: int, near_cap: int) -> None:
        self.rung = Rung.NOTHING
        self._tick_hz = tick_hz
        self._near_cap = near_cap
        self._since: float | None = None
        self._changed_at = 0.0
        self._shares: list[float] = []
        self._calm_since: float | None = None
        self._patience = CALM_S
        self._stepped_down = False

    @property
    def period(self) -> float:
        """Seconds from one tick to the next."""
        return (2.0 if self.rung >= Rung.BEAT else 1.0) / self._tick_hz

    @property
    def detail(self) -> Detail:
        """What a tick tells now."""
        near = self._near_cap * 3 // 4 if self.rung >= Rung.NEAR else self._near_cap
        seconds = FAR_LATE_S if self.rung >= Rung.FAR else FAR_S
        people = 1 if self.rung >= Rung.FAR else max(round(FAR_PEOPLE_S * self.period), 1)
        return Detail(max(near, 1), max(round(seconds / self.period), 1), people)

    def heard(self, lag: float, now: float) -> bool:
        """Takes in how late a tick began, in seconds; tells whether the rung has changed."""
        if self._since is None:
            self._since = self._changed_at = now
        self._shares.append(lag / self.period)
        # A pause fills a window by itself: what few ticks say is heard together with the next ones.
        if now - self._since < WINDOW_S or len(self._shares) * self.period < WINDOW_S / 2:
            return False
        late = float(np.median(self._shares))  # one long pause is no overload
        self._since = now
        self._shares.clear()
        if late > CALM:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        calm_s = now - self._calm_since if self._calm_since is not None else 0.0
        before = self.rung
        if late > LATE and self.rung < Rung.NEWCOMERS and now - self._changed_at >= REST_S:
            self._up(now)
        elif calm_s >= self._patience and self.rung > Rung.NOTHING:
            self._down(now)
        elif calm_s >= WARY_S:
            self._patience, self._stepped_down = CALM_S, False
        return self.rung != before

    def _up(self, now: float) -> None:
        if self._stepped_down:  # too early, it seems
            self._patience = min(2.0 * self._patience, WARY_S)
        self.rung, self._changed_at, self._stepped_down = Rung(self.rung + 1), now, False

    def _down(self, now: float) -> None:
        self.rung, self._changed_at, self._stepped_down = Rung(self.rung - 1), now, True
        self._calm_since = now
