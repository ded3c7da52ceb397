"""Halles, the floor and Colyseus in one run, one after the other, with the same crowd; and how they compare.

Shares of a shared machine's core are noise from day to day, ratios within one run much less so.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

from bench import crowd
from bench.measuring import FRAME_COST, FRAMES
from bench.peers import colyseus, floor
from bench.report import Result

NAN: Final = float("nan")


def run(clients: int, hz: float, seconds: float, cache: Path = colyseus.CACHE) -> list[Result]:
    """Measures all three and returns their figures and the ratios."""
    # What is missing on this machine shows before the minutes of measuring, not after them.
    floor.compiler()
    colyseus.installed(cache)
    ours = crowd.run(clients, hz, seconds)
    ours = replace(ours, name=f"Halles, {ours.name}")
    least = floor.run(clients, hz, seconds, frame_bytes(ours))
    other = colyseus.run(clients, hz, seconds, cache)
    return [ours, least, other, ratios(ours, least, other)]


def frame_bytes(ours: Result) -> int:
    """Returns the mean size of what Halles sent, as far as the floor can send frames of that size."""
    size = round(_figure(ours.bytes_per_client_s) / float(ours.notes[FRAMES]))
    return min(max(size, floor.SMALLEST), floor.LARGEST)


def ratios(ours: Result, least: Result, other: Result) -> Result:
    """Returns Halles' figures divided by the others'; below 1 Halles takes less."""
    tick = float(ours.notes[FRAME_COST])
    position, their_position = _figure(ours.cpu_us_per_position), _figure(other.cpu_us_per_position)
    memory, their_memory = _figure(ours.memory_per_client_bytes), _figure(other.memory_per_client_bytes)
    return Result(
        name="ratios",
        clients=ours.clients,
        hz=ours.hz,
        valid=ours.valid and least.valid and other.valid,
        notes={
            "Halles / floor, CPU per client-tick": tick / (float(least.notes[FRAME_COST]) or NAN),
            "Halles / Colyseus, CPU per client-tick": tick / (float(other.notes[FRAME_COST]) or NAN),
            "Halles / Colyseus, CPU per delivered position": position / their_position,
            "Halles / Colyseus, bytes per client": _figure(ours.bytes_per_client_s) / _figure(other.bytes_per_client_s),
            "Halles / Colyseus, memory per client": memory / their_memory,
        },
    )


def _figure(value: float | None) -> float:
    """Returns a figure that the measurement must have; NaN where it was too small to see, rather than no report."""
    return value or NAN
