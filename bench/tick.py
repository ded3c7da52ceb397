"""What one tick of a hall costs without any network: everybody walks in 50 × 50 m.

Also where most of a full hall are with other nodes, who tell of theirs: what does it take to see a hall whole?
"""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.report import Result
from halles.ids import AvatarNumber, VisitId
from halles.protocol.messages import AvatarCard, Move
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import parse
from halles.world.text import Language
from halles_server.announcements import CARDS, NodeSlab, RosterTold, share
from halles_server.hall.elsewhere import RECORD
from halles_server.hall.hall import Hall

FULL: Final = 2500
SHARED: Final = (1, 2, 4, 10, 16)
"""Numbers of nodes over which a full hall is spread."""
OWN: Final = "of them with this node"
MEDIAN: Final = "tick ms, median"


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
    alone = [_measure(people, hz, ticks) for people in (60, 250, 1000, FULL)]
    return alone + [shared(FULL, nodes, hz, ticks) for nodes in SHARED]


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
            MEDIAN: float(np.median(build) * 1000),
            "tick ms, worst": float(np.max(build) * 1000),
            "submit us a move": float(np.median(submit) / people * 1e6),
            "frame bytes, mean": float(np.mean(sizes)),
        },
    )


def shared(people: int, nodes: int, hz: int, ticks: int) -> Result:
    """Times ticks of a hall whose people are with so many nodes, as many with each; this node is one of them."""
    file = Path(__file__).parent / "scenes/square.toml"
    hall, own = Hall(parse(file.read_text(encoding="utf-8"), file.name), tick_hz=hz, slot=0), people // nodes
    rng = np.random.default_rng(7)
    places, headings = rng.uniform(-23, 23, (own * nodes, 2)), rng.uniform(0, math.tau, own * nodes)
    numbers = [hall.enter(Walker(VisitId("v"), Look()), float(x), float(y), 0.0, 0.0).number for x, y in places[:own]]
    for slot in range(1, nodes):
        _introduce(hall, slot, own)
    hall.tick(0.0)
    spent = []
    for step in range(1, ticks + 1):
        places += 1.4 / hz * np.stack([np.cos(headings + step / 9), np.sin(headings + step / 9)], axis=1)
        places = np.clip(places, -24, 24)
        told = np.round(places * 100).astype(int)
        for number, (x, y) in zip(numbers, told[:own].tolist(), strict=True):
            hall.submit(number, Move(step, x, y, 0, 9 * step))
        news = [_told(hall, slot, step, told[slot * own : (slot + 1) * own]) for slot in range(1, nodes)]
        begun = time.perf_counter()
        for slab in news:
            assert hall.elsewhere is not None, "made with a slot"
            hall.elsewhere.hear(slab, step / hz)
        hall.tick(step / hz)
        hall.records(float("-inf"))
        spent.append(time.perf_counter() - begun)
    notes = {OWN: own, "nodes": nodes, MEDIAN: float(np.median(spent) * 1000)}
    name = f"one tick, {hall.people} people over {nodes} nodes"
    return Result(name=name, clients=hall.people, hz=float(hz), valid=hall.people == own * nodes, notes=notes)


def _introduce(hall: Hall, slot: int, own: int) -> None:
    """Tells a hall of the people who are with another node."""
    assert hall.elsewhere is not None, "made with a slot"
    numbers = [AvatarNumber(number) for number in share(slot)[:own]]
    cards = [
        AvatarCard(number, VisitId(f"v{number}"), "Load", Role.GUEST, "en", Look(), True, 0, 0, 0) for number in numbers
    ]
    portions = [tuple(cards[start : start + CARDS]) for start in range(0, own, CARDS)]
    for part, portion in enumerate(portions):
        hall.elsewhere.hear(RosterTold(slot, 1, hall.scene.id, 1, part, len(portions), portion), 0.0)


def _told(hall: Hall, slot: int, step: int, places: np.ndarray) -> NodeSlab:
    """Returns where the people of another node stand: centimetres."""
    records = np.zeros(len(places), dtype=RECORD)
    records["number"] = np.arange(len(places)) + share(slot).start
    records["x"], records["y"], records["heading"] = places[:, 0], places[:, 1], 9 * step
    return NodeSlab(slot, 1, hall.scene.id, step, 1, records.tobytes())
