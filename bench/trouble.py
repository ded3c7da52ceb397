"""A crowd before, while and after something is done to its server: what do those who only walk notice of it?

A trouble is a coroutine that ends by itself. Its subjects: ``storm``, ``slow``, ``flood``, ``half_open``, ``uploads``,
``faults``, ``nodes_lost``.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, TypeVar

import uvloop

from bench import crowd, measuring, serving
from bench.report import Note, Result
from bench.witnessing import NEWS_S, RING, Crowd

BEFORE: Final = "p99 before, ms"
DURING: Final = "p99 during, ms"
AFTER: Final = "p99 after, ms"
CHANGE: Final = "p99 during / before"
CLOSES: Final = "closes by code"
CLOSED: Final = "halles_closes_total"
SAMPLE_S: Final = 0.25
LOOK_S: Final = 0.02
GIVE_UP_S: Final = 30.0
NEVER: Final = "never"
"""Said of what was waited for in vain."""
MIB: Final = 2**20

_Running = TypeVar("_Running")


@dataclass(frozen=True, slots=True)
class Crowded:
    """A server with the crowd in it, and for how many seconds it is to be troubled."""

    server: serving.Serving
    visitors: Sequence[crowd.Visitor]
    hz: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something done to a server.

    Attributes:
        name: What it is called in results.
        make: Does it; returns what is to be told of it.
        prepare: Done with the visitors before they come.
        end: Done when all is measured.
        silence_s: Seconds for which nobody hears anything: what was reported before is still news when they end.
    """

    name: str
    make: Callable[[Crowded], Coroutine[None, None, dict[str, Note]]]
    prepare: Callable[[Sequence[crowd.Visitor]], None] = lambda visitors: None
    end: Callable[[], Coroutine[None, None, None]] | None = None
    silence_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """The crowd that is troubled: how many, how often each reports, seconds before and after, and of trouble."""

    clients: int
    hz: float
    quiet_s: float
    seconds: float


Deal = Callable[[Crowd], Sequence[crowd.Visitor]]


def run(load: Load, trouble: Trouble, settings: dict[str, str]) -> list[Result]:
    """Measures a crowd around a trouble: three spans and what they have to say together."""
    running = serving.running(core=measuring.SERVER_CORE, settings=settings)
    return measured_on(running, lambda server: measure(server, load, trouble))


def measured_on(
    running: AbstractContextManager[_Running], measured: Callable[[_Running], Coroutine[None, None, list[Result]]]
) -> list[Result]:
    """Has something run for as long as it is measured, with the load on cores of its own."""
    measuring.pin_load()
    with running as ready:
        return uvloop.run(measured(ready))


async def measure(server: serving.Serving, load: Load, trouble: Trouble, deal: Deal | None = None) -> list[Result]:
    """Measures on a server that runs; ``deal`` makes visitors who are not all with it."""
    members = measuring.new_crowd(
        load.clients, ring=ring(trouble.silence_s, load.hz), news_s=NEWS_S + trouble.silence_s
    )
    visitors = deal(members) if deal else [crowd.Visitor(members, i, server.world) for i in range(load.clients)]
    trouble.prepare(visitors)
    walking, crowded = measuring.Walking(server, visitors, load.hz), Crowded(server, visitors, load.hz, load.seconds)
    closes = server.by_label(CLOSED)
    try:
        await measuring.settle(walking)
        before = await measuring.span(f"{trouble.name}: before", walking, load.quiet_s)
        with _resident(server) as resident:
            during = await measuring.span(
                f"{trouble.name}: during", walking, load.seconds, lambda: trouble.make(crowded)
            )
            after = await measuring.span(f"{trouble.name}: after", walking, load.quiet_s)
        notes = {CLOSES: _closes(closes, server.by_label(CLOSED)), **resident()}
        return [before, during, after, together(trouble.name, (before, during, after), notes)]
    finally:
        if trouble.end is not None:
            await trouble.end()
        await measuring.dismiss(visitors)


def together(name: str, spans: tuple[Result, Result, Result], notes: dict[str, Note]) -> Result:
    """Returns what three spans say together; what the trouble told stands with the middle one, and here."""
    before, during, after = spans
    own = {key: value for key, value in during.notes.items() if key not in before.notes}
    ages = {BEFORE: _age(before), DURING: _age(during), AFTER: _age(after)}
    known = {key: age for key, age in ages.items() if age is not None}
    change = {CHANGE: known[DURING] / known[BEFORE]} if {BEFORE, DURING} <= known.keys() else {}
    lost = sum(int(span.notes[measuring.LOST]) for span in spans)
    wrong = sum(int(span.notes[measuring.WRONG]) for span in spans)
    return Result(
        name=name,
        clients=before.clients,
        hz=before.hz,
        seconds=sum(span.seconds or 0.0 for span in spans),
        late_ticks=sum(span.late_ticks or 0 for span in spans),
        valid=all(span.valid for span in spans),
        notes={**known, **change, measuring.LOST: lost, measuring.WRONG: wrong, **own, **notes},
    )


def _age(span: Result) -> float | None:
    """Returns a span's p99, of several nodes that of those who are with the witness's own."""
    own = span.notes.get(measuring.OWN_P99)
    return span.age_ms_p99 if own is None else float(own)


@contextlib.contextmanager
def _resident(server: serving.Serving) -> Iterator[Callable[[], dict[str, Note]]]:
    """Watches the server's memory; gives what tells of it."""
    first = highest = server.memory()

    async def watch() -> None:
        nonlocal highest
        while True:
            highest = max(highest, server.memory())
            await asyncio.sleep(SAMPLE_S)

    task = asyncio.ensure_future(watch())
    try:
        yield lambda: {
            "resident before, MiB": first / MIB,
            "resident at most, MiB": highest / MIB,
            "resident after, MiB": server.memory() / MIB,
        }
    finally:
        task.cancel()


def _closes(before: dict[str, float], now: dict[str, float]) -> str:
    """Returns the connections that the server closed between two counts, by code, as text."""
    grown = {code: int(count - before.get(code, 0)) for code, count in sorted(now.items())}
    return ", ".join(f"{code}: {count}" for code, count in grown.items() if count) or "none"


def ring(seconds: float, hz: float) -> int:
    """Returns how many reports to remember where nobody hears any for so many seconds."""
    return max(RING, math.ceil((seconds + NEWS_S) * hz)) if seconds else RING


async def until(reached: Callable[[], bool]) -> Note:
    """Waits for something; returns after how many seconds it was there, ``NEVER`` after ``GIVE_UP_S``."""
    begun = time.perf_counter()
    while not reached():
        if time.perf_counter() - begun > GIVE_UP_S:
            return NEVER
        await asyncio.sleep(LOOK_S)
    return time.perf_counter() - begun


def address(index: int) -> str:
    """Returns the address that one of many comes from: each has its own in 127/8."""
    return f"127.1.{index // 250}.{index % 250 + 1}"
