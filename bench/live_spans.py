"""What a server did in a span of a live session: its ticks and how late they began, and what recording took of them.

Spans of one kind, measured in turn with others, are added up, so that what drifts on a machine falls on all alike.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final

from bench import serving

LAG: Final = "halles_tick_lag_seconds"
RECORDING: Final = "halles_recording_seconds_sum"


@dataclass(frozen=True, slots=True)
class Span:
    """Clocks and counters of a server: at one moment, or their growth in a span.

    Attributes:
        cpu_s: Processor time of the server.
        tick_s: What of it went into ticks.
        recording_s: What of it went into recording how people move, by the recorder's own clock.
        late: Ticks that began late or were left out.
        ticks: All that began.
        lag_s: How late they began, all together.
        risen: How many began within each bound of lateness, by the histogram.
    """

    seconds: float = 0.0
    cpu_s: float = 0.0
    tick_s: float = 0.0
    recording_s: float = 0.0
    late: float = 0.0
    ticks: float = 0.0
    lag_s: float = 0.0
    risen: dict[str, float] = field(default_factory=dict)

    def __add__(self, other: "Span") -> "Span":
        return _each(self, other, 1)

    def __sub__(self, other: "Span") -> "Span":
        return _each(self, other, -1)

    @property
    def cpu_share(self) -> float:
        """The server's share of a core."""
        return self.cpu_s / self.seconds if self.seconds else 0.0

    @property
    def recording_of_tick(self) -> float:
        """What recording takes, as a share of what ticks take."""
        return self.recording_s / self.tick_s if self.tick_s else 0.0

    @property
    def lag_ms_mean(self) -> float:
        """How late a tick began."""
        return self.lag_s / self.ticks * 1e3 if self.ticks else 0.0

    @property
    def lag_ms_p99(self) -> float:
        """The least bound under which 99 of 100 ticks began; the last one where none is."""
        bounds = sorted((float(bound.replace("+Inf", "inf")), value) for bound, value in self.risen.items())
        within = [bound for bound, value in bounds if value >= 0.99 * self.ticks and bound < float("inf")]
        return (within or [bounds[-2][0] if len(bounds) > 1 else 0.0])[0] * 1e3


async def span(server: serving.Serving, happen: Callable[[], Awaitable[Any]]) -> Span:
    """Returns what the server did while something happened."""
    before = _now(server)
    await happen()
    return _now(server) - before


def _now(server: serving.Serving) -> Span:
    parts = server.parts_s()
    return Span(
        seconds=perf_counter(),
        cpu_s=server.cpu_s(),
        tick_s=parts[serving.JUDGING] + parts[serving.BUILDING] + parts[serving.WRITING],
        recording_s=server.metric(RECORDING),
        late=server.late_ticks() or 0.0,
        ticks=server.metric(f"{LAG}_count"),
        lag_s=server.metric(f"{LAG}_sum"),
        risen=server.by_label(f"{LAG}_bucket"),
    )


def _each(one: Span, other: Span, sign: int) -> Span:
    return Span(
        one.seconds + sign * other.seconds,
        one.cpu_s + sign * other.cpu_s,
        one.tick_s + sign * other.tick_s,
        one.recording_s + sign * other.recording_s,
        one.late + sign * other.late,
        one.ticks + sign * other.ticks,
        one.lag_s + sign * other.lag_s,
        {
            bound: one.risen.get(bound, 0.0) + sign * other.risen.get(bound, 0.0)
            for bound in one.risen.keys() | other.risen.keys()
        },
    )
