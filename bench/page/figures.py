"""The twelve figures: for each the bar, the aim, and where its measured values stand in the results."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from bench import measuring, trouble
from bench.page.book import Book
from bench.peers import comparison

FLOOR_SHARE: Final = 0.30
"""Of a core, for the bare C server with 2,500 people: a machine where it takes more is slower than the bars assume."""
AGE_CAP_MS: Final = 250.0
ARRIVALS: Final = 2500
UNHEARD_S: Final = 1.2
"""Everybody at once a second at least: a second and two periods."""
CLUSTER_AGE_P50: Final = "added position age p50, ms"
CLUSTER_AGE: Final = "added position age p99, ms"
CLUSTER_MESSAGES: Final = "bus messages / (nodes x hz)"
DRAW_CALLS: Final = "draw calls for the crowd"
CROWD_MS: Final = "Python ms a frame for the crowd"
FPS: Final = "frames per second, median"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a figure, with what it has to keep to; ``form`` shows all three."""

    about: str
    value: float
    bar: float
    aim: float
    form: str
    least: bool = False
    """Whether bar and aim are the least that is wanted, not the most."""

    def within(self, limit: float) -> bool:
        """Tells whether the value keeps to a limit."""
        return self.value >= limit if self.least else self.value <= limit

    def shown(self, value: float) -> str:
        """Returns a value in this reading's form."""
        return self.form.format(value)

    @property
    def off(self) -> float:
        """By what part of the bar the value misses it, 0 where it keeps to it."""
        if self.within(self.bar):
            return 0.0
        return abs(self.value / self.bar - 1.0) if self.bar else float("inf")


class Mark(Enum):
    """What is to be said of a figure."""

    AIM = "✓✓ aim met"
    BAR = "✓ met"
    MISSED = "✗ not met"
    VOID = "void"
    NONE = "not measured"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the twelve.

    Attributes:
        about: What is measured.
        step: Whose results hold it.
        find: Finds its values; none where they are missing.
        people: How many the step must have had, for a smaller run says nothing of the figure; None for any number.
        why: What holds it back where its bar is missed, as profiles tell; "" where nothing is known to.
    """

    number: int
    about: str
    step: str
    find: Callable[[Book], Sequence[Reading]]
    people: int | None = None
    why: str = ""

    def read(self, book: Book) -> Sequence[Reading]:
        """Returns its values, none where they are missing or of another number of people."""
        first = book.one(self.step)
        if first is None or (self.people is not None and first["clients"] != self.people):
            return ()
        return self.find(book)

    def mark(self, book: Book) -> Mark:
        """Judges it."""
        readings = self.read(book)
        if not readings:
            return Mark.NONE
        if not any(result["valid"] for result in book.all(self.step)):
            return Mark.VOID
        if not all(reading.within(reading.bar) for reading in readings):
            return Mark.MISSED
        return Mark.AIM if all(reading.within(reading.aim) for reading in readings) else Mark.BAR


def scale(book: Book) -> float:
    """Returns by how much this machine's kernel is slower than figures 1 and 2 assume; 1 where it is not."""
    floor = book.one("floor", "the floor")
    return max(1.0, (floor["server_cpu_share"] or 0.0) / FLOOR_SHARE) if floor else 1.0


def carried(book: Book) -> dict[str, Any] | None:
    """Returns the result of the largest crowd that one core carried: nobody dropped, news at most so old."""
    fine = [
        result
        for result in book.all("growth")
        if result["valid"]
        and not result["notes"][measuring.LOST]
        and result["age_ms_p99"] is not None
        and result["age_ms_p99"] <= AGE_CAP_MS
    ]
    return max(fine, key=lambda result: result["clients"], default=None)


def _one_core(book: Book) -> Sequence[Reading]:
    ours = book.one("floor", "Halles")
    if ours is None:
        return ()
    slower = scale(book)
    return (
        Reading("CPU of one core", ours["server_cpu_share"], 0.60 * slower, 0.45 * slower, "{:.0%}"),
        Reading("ticks late or left out", ours["late_ticks"], 0, 0, "{:.0f}"),
        Reading("connections lost", ours["notes"][measuring.LOST], 0, 0, "{:.0f}"),
    )


def _largest(book: Book) -> Sequence[Reading]:
    largest, slower = carried(book), scale(book)
    if not book.all("growth"):
        return ()
    people = largest["clients"] if largest else 0
    return (Reading("people", people, 4000 / slower, 5000 / slower, "{:,.0f}", least=True),)


def _ages(book: Book) -> Sequence[Reading]:
    ours = book.one("crowd-20")
    if ours is None or ours["age_ms_p99"] is None:
        return ()
    return (
        Reading("p50", ours["age_ms_p50"], 80, 35, "{:.0f} ms"),
        Reading("p99", ours["age_ms_p99"], 200, 75, "{:.0f} ms"),
    )


def _bytes(book: Book) -> Sequence[Reading]:
    ours = book.one("floor", "Halles")
    if ours is None:
        return ()
    unheard = ours["notes"][measuring.UNHEARD]
    return (
        Reading("to one client", ours["bytes_per_client_s"] / 1000, 20, 12, "{:.1f} kB/s"),
        Reading("longest unheard, p99.9", unheard, UNHEARD_S, UNHEARD_S, "{:.2f} s"),
    )


def _ratio(step: str, *keys: tuple[str, str, float, float, str]) -> Callable[[Book], Sequence[Reading]]:
    def read(book: Book) -> Sequence[Reading]:
        ratios = book.one(step, comparison.RATIOS)
        if ratios is None or any(ratios["notes"].get(key) is None for key, *_ in keys):
            return ()
        return tuple(Reading(about, ratios["notes"][key], bar, aim, form) for key, about, bar, aim, form in keys)

    return read


def _memory(book: Book) -> Sequence[Reading]:
    ours = book.one("floor", "Halles")
    if ours is None:
        return ()
    return (Reading("a connection", ours["memory_per_client_bytes"] / 1000, 24, 16, "{:.1f} kB"),)


def _slow(book: Book) -> Sequence[Reading]:
    change = _note(book, "slow", trouble.CHANGE)
    return () if change is None else (Reading("p99 grew by", max(0.0, change - 1.0), 0.10, 0.02, "{:.1%}"),)


def _storm(book: Book) -> Sequence[Reading]:
    age, whole = _note(book, "storm", trouble.DURING), book.whole("storm")
    if age is None or whole is None or whole["notes"]["arrived"] < ARRIVALS:
        return ()
    out = whole["notes"]["arrived"] - whole["notes"]["let in"]
    return (
        Reading("p99", age, 300, 120, "{:.0f} ms"),
        Reading("not let in", out, 0, 0, "{:.0f}"),
    )


def _notes(
    step: str, *keys: tuple[str, str, float, float, str], least: bool = False
) -> Callable[[Book], Sequence[Reading]]:
    def read(book: Book) -> Sequence[Reading]:
        values = [_note(book, step, key) for key, *_ in keys]
        return tuple(
            Reading(about, value, bar, aim, form, least)
            for value, (_, about, bar, aim, form) in zip(values, keys, strict=True)
            if value is not None and None not in values
        )

    return read


def _note(book: Book, step: str, key: str) -> Any:
    whole = book.whole(step)
    return None if whole is None else whole["notes"].get(key)


_COLYSEUS: Final = (
    "Colyseus sends one and the same text, which holds everybody, to everybody at each tick, so that a position costs "
    "it little; a tenth of the bytes hold a fifth of the people"
)
_SHARED: Final = (
    "both nodes, their Postgres and NATS share one core here, so that the news of one waits while the other writes"
)
_CORE: Final = (
    "over half of it is the kernel's TCP, which the floor pays as well, and half of the rest the event loop and Python "
    "around each read and write; see where the time goes"
)

FIGURES: Final = (
    Figure(1, "W(2500, 10): the server's CPU, no tick half a period late or left out", "floor", _one_core, 2500, _CORE),
    Figure(
        2, f"the largest N in W(N, 10) with p99 ≤ {AGE_CAP_MS:.0f} ms, nobody dropped", "growth", _largest, why=_CORE
    ),
    Figure(3, "W(2500, 20): position age", "crowd-20", _ages, 2500, _CORE),
    Figure(4, "W(2500, 10): bytes down to one client, everybody visible", "floor", _bytes, 2500),
    Figure(
        5,
        "against Colyseus, W(1000, 10), in one run",
        "peers",
        _ratio(
            "peers",
            (comparison.COLYSEUS_POSITION, "CPU a position", 1.0, 0.5, "× {:.2f}"),
            (comparison.COLYSEUS_BYTES, "bytes a client", 0.1, 0.1, "× {:.3f}"),
        ),
        1000,
        _COLYSEUS,
    ),
    Figure(
        6,
        "against the floor, W(2500, 10), in one run",
        "floor",
        _ratio("floor", (comparison.FLOOR_TICK, "CPU a client-tick", 3.0, 1.7, "× {:.2f}")),
        2500,
    ),
    Figure(7, "W(2500, 10): memory", "floor", _memory, 2500),
    Figure(8, "5 % of the clients stop reading for 10 s: the others", "slow", _slow),
    Figure(9, "2,500 arrive within 10 s beside W(1000, 10)", "storm", _storm, 1000),
    Figure(
        10,
        "two nodes over NATS, W(2500, 10) split",
        "cluster",
        _notes(
            "cluster",
            (CLUSTER_AGE, "added age, p99", 25, 8, "{:.0f} ms"),
            (CLUSTER_MESSAGES, "bus messages / (nodes × H)", 2, 1, "{:.2f}"),
        ),
        2500,
        _SHARED,
    ),
    Figure(
        11,
        "the view, software renderer, 1280 × 720, low preset, 200 avatars",
        "client",
        _notes("client", (FPS, "median", 20, 40, "{:.0f} fps"), least=True),
        200,
    ),
    Figure(
        12,
        "the view, 2,500 avatars",
        "client-crowd",
        _notes(
            "client-crowd", (DRAW_CALLS, "draw calls", 12, 6, "{:.0f}"), (CROWD_MS, "Python a frame", 6, 3, "{:.1f} ms")
        ),
        2500,
    ),
)
