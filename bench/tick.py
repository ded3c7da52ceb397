"""What one tick of a hall costs without any network: everybody walks in 50 × 50 m."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.report import Result
from halles.ids import VisitId
from halles.protocol.messages import Move
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import parse
from halles.world.text import Language
from halles_server.hall.hall import Hall


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody in the load."""

    visit: VisitId
    look: Look
    name: str = "Load"
    role: Role = Role.GUEST
    language: Language = "en"
    bot: bool = True


def run(hz: int = 10, ticks: int = 30) -> list[Result]:
    """Times ticks for growing crowds."""
    return [_measure(people, hz, ticks) for people in (60, 250, 1000, 2500)]


def _measure(people: int, hz: int, ticks: int) -> Result:
    file = Path(__file__).parent / "scenes/square.toml"
    hall = Hall(parse(file.read_text(encoding="utf-8"), file.name), tick_hz=hz)
    rng = np.random.default_rng(7)
    places, headings = rng.uniform(-23, 23, (people, 2)), rng.uniform(0, math.tau, people)
    numbers = [hall.enter(Walker(VisitId("v"), Look()), float(x), float(y), 0.0, 0.0).number for x, y in places]
    hall.tick(0.0)
    build, submit, sizes, corrections = [], [], [], 0
    for step in range(1, ticks + 1):
        places += 1.4 / hz * np.stack([np.cos(headings + step / 9), np.sin(headings + step / 9)], axis=1)
        places = np.clip(places, -24, 24)
        moves = [Move(step, x, y, 0, 9 * step) for x, y in np.round(places * 100).astype(int).tolist()]
        begun = time.perf_counter()
        for number, move in zip(numbers, moves, strict=True):
            hall.submit(number, move)
        submitted = time.perf_counter()
        tick = hall.tick(step / hz)
        submit.append(submitted - begun)
        build.append(time.perf_counter() - submitted)
        sizes += [len(frame.payload) for frame in tick.frames]
        corrections += len(tick.corrections)
    return Result(
        name=f"one tick, {people} people",
        clients=people,
        hz=float(hz),
        valid=corrections == 0,
        notes={
            "tick ms, median": float(np.median(build) * 1000),
            "tick ms, worst": float(np.max(build) * 1000),
            "submit us a move": float(np.median(submit) / people * 1e6),
            "frame bytes, mean": float(np.mean(sizes)),
        },
    )
