"""Where a bot goes next and what it does there: chance with a seed, no network. Pure."""

import math
import random
from dataclasses import dataclass
from typing import Final

from halles.world.geometry import Point, heading_to, place
from halles.world.movement import Gesture
from halles.world.scene import Portal, Scene, Slot
from halles.world.text import Language

_TO_STAGE: Final = 0.18
_LEAVES_EMPTY: Final = 0.4
_ROOM_M: Final = 0.8
_TO_OTHER_HALL: Final = 0.08
_RUNS: Final = 0.06
_SPEAKS: Final = 0.15
_ON_STAGE: Final = 0.2
_LINES: Final[dict[Language, tuple[str, ...]]] = {
    "fr": ("Bonjour !", "Belle affiche.", "Qui présente ce projet ?", "On se retrouve devant la scène ?"),
    "nl": ("Goedendag!", "Mooie affiche.", "Wie stelt dit project voor?", "Tot zo bij het podium."),
    "en": ("Hello!", "I like this poster.", "Who presents this project?", "See you at the stage."),
}
_GESTURES: Final = (Gesture.TALK, Gesture.TALK, Gesture.WAVE, Gesture.RAISE_HAND)


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to walk to.

    Attributes:
        goal: Where.
        heading: Where to look once there; None for a passage.
        stay_s: How long to stay.
        gesture: What to do meanwhile.
        portal: The passage that is meant, None within the hall.
        run: In a hurry.
        line: What to say there, "" for nothing.
    """

    goal: Point
    heading: float | None
    stay_s: float
    gesture: Gesture = Gesture.NONE
    portal: Portal | None = None
    run: bool = False
    line: str = ""


def next_errand(
    scene: Scene, occupied: tuple[Slot, ...], rng: random.Random, language: Language = "fr"
) -> Errand | None:
    """Returns what a bot does next in a hall; None where there is nothing to do.

    Args:
        scene: The hall's plan.
        occupied: Its slots with a booth.
        rng: The bot's chance.
        language: What it speaks.
    """
    luck = rng.random()
    if not occupied and luck > _LEAVES_EMPTY:
        return _linger(scene, rng)
    if (luck < _TO_OTHER_HALL or not occupied) and scene.portals:
        return _to_portal(rng.choice(scene.portals), rng)
    if luck < _TO_OTHER_HALL + _TO_STAGE and scene.stages:
        return _to_stage(scene, rng)
    return _to_booth(rng.choice(occupied), rng, language) if occupied else None


def _linger(scene: Scene, rng: random.Random) -> Errand | None:
    """Stands about in a hall without booths and looks at its middle, as people do who wait for somebody."""
    xs, ys = [x for x, _ in scene.outline], [y for _, y in scene.outline]
    middle = Point((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    for _ in range(30):
        spot = Point(rng.uniform(min(xs), max(xs)), rng.uniform(min(ys), max(ys)))
        if scene.field.one(*spot) > _ROOM_M:
            heading = heading_to(*spot, *middle) + rng.uniform(-0.8, 0.8)
            gesture = rng.choice(_GESTURES) if rng.random() < 0.4 else Gesture.NONE
            return Errand(spot, heading, rng.uniform(8.0, 30.0), gesture)
    return None


def _to_portal(portal: Portal, rng: random.Random) -> Errand:
    side = rng.uniform(-0.25, 0.25) * portal.width
    return Errand(place(portal.box, side, 0.0), None, 0.0, portal=portal, run=rng.random() < _RUNS)


def _to_stage(scene: Scene, rng: random.Random) -> Errand:
    stage = rng.choice(scene.stages)
    if rng.random() < _ON_STAGE:
        spot = place(stage.box, rng.uniform(-0.3, 0.3) * stage.width, rng.uniform(-0.1, 0.2) * stage.depth)
        return Errand(spot, math.radians(stage.heading), rng.uniform(20.0, 60.0), Gesture.TALK)
    spot = place(stage.box, rng.uniform(-0.6, 0.6) * stage.width, stage.depth / 2 + rng.uniform(3.0, 9.0))
    gesture = rng.choice((Gesture.NONE, Gesture.NONE, Gesture.APPLAUD, Gesture.RAISE_HAND))
    return Errand(spot, math.radians(stage.heading) + math.pi, rng.uniform(12.0, 40.0), gesture)


def _to_booth(slot: Slot, rng: random.Random, language: Language) -> Errand:
    box = slot.box
    spot = place(box, rng.uniform(-0.4, 0.4) * box.width, box.depth / 2 + rng.uniform(0.5, 1.7))
    heading = math.radians(slot.heading) + math.pi + rng.uniform(-0.35, 0.35)
    gesture = rng.choice(_GESTURES) if rng.random() < 0.4 else Gesture.NONE
    line = rng.choice(_LINES[language]) if rng.random() < _SPEAKS else ""
    return Errand(spot, heading, rng.uniform(5.0, 20.0), gesture, run=rng.random() < _RUNS, line=line)
