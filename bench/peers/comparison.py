"""Halles, the floor and Colyseus in one run, one after the other, with the same crowd; and how they compare.

Shares of a shared machine's core are noise from day to day, ratios within one run much less so.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

from bench import compiling, crowd, sizes
from bench.measuring import FRAME_COST, TICKS
from bench.peers import colyseus, floor
from bench.report import Note, Result

NAN: Final = float("nan")
RATIOS: Final = "ratios"
FLOOR_TICK: Final = "Halles / floor, CPU per client-tick"
COLYSEUS_TICK: Final = "Halles / Colyseus, CPU per client-tick"
COLYSEUS_POSITION: Final = "Halles / Colyseus, CPU per delivered position"
COLYSEUS_BYTES: Final = "Halles / Colyseus, bytes per client"
COLYSEUS_MEMORY: Final = "Halles / Colyseus, memory per client"


def run(clients: int, hz: float, seconds: float, cache: Path = sizes.CACHE) -> list[Result]:
    """Measures all three and returns their figures and the ratios."""
    # What is missing on this machine shows before the minutes of measuring, not after them.
    compiling.needed(floor.SOURCE)
    colyseus.installed(cache)
    ours, least = _both(clients, hz, seconds)
    other = colyseus.run(clients, hz, seconds, cache)
    return [ours, least, other, ratios(ours, least, other)]


def run_floor(clients: int, hz: float, seconds: float) -> list[Result]:
    """Measures Halles and the floor, and returns their figures and the ratio."""
    compiling.needed(floor.SOURCE)
    ours, least = _both(clients, hz, seconds)
    return [ours, least, ratios(ours, least)]


def _both(clients: int, hz: float, seconds: float) -> tuple[Result, Result]:
    ours = crowd.run(clients, hz, seconds)
    ours = replace(ours, name=f"Halles, {ours.name}")
    return ours, floor.run(clients, hz, seconds, frame_bytes(ours))


def frame_bytes(ours: Result) -> int:
    """Returns the mean size of what Halles sent a client in a tick, as far as the floor can send such frames."""
    size = round(_figure(ours.bytes_per_client_s) / float(ours.notes[TICKS]))
    return min(max(size, floor.SMALLEST), floor.LARGEST)


def ratios(ours: Result, least: Result, other: Result | None = None) -> Result:
    """Returns Halles' figures divided by the others'; below 1 Halles takes less."""
    notes: dict[str, Note] = {FLOOR_TICK: _note(ours, FRAME_COST) / _note(least, FRAME_COST)}
    if other is not None:
        notes |= {
            COLYSEUS_TICK: _note(ours, FRAME_COST) / _note(other, FRAME_COST),
            COLYSEUS_POSITION: _figure(ours.cpu_us_per_position) / _figure(other.cpu_us_per_position),
            COLYSEUS_BYTES: _figure(ours.bytes_per_client_s) / _figure(other.bytes_per_client_s),
            COLYSEUS_MEMORY: _figure(ours.memory_per_client_bytes) / _figure(other.memory_per_client_bytes),
        }
    return Result(
        name=RATIOS,
        clients=ours.clients,
        hz=ours.hz,
        valid=ours.valid and least.valid and (other is None or other.valid),
        notes=notes,
    )


def _note(result: Result, key: str) -> float:
    return _figure(float(result.notes[key]))


def _figure(value: float | None) -> float:
    """Returns a figure that the measurement must have; NaN where it was too small to see, rather than no report."""
    return value or NAN
