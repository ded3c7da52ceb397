"""Who sits, waits or speaks in a live session, found among the people of the hall, and shown as doing so.

The server puts people on their chairs; that they sit, and how a hand goes up, everybody's own client shows, whatever
theirs says. Not here: how anybody is drawn (view).
"""

import math
from dataclasses import replace
from typing import Final

import numpy as np

from halles.world.live import LiveState, chairs_of, has_floor, people_in
from halles.world.movement import Gesture, Pose
from halles.world.scene import Scene
from halles.world.stage_seats import seat
from halles_client.replica.crowd import Crowd
from halles_client.replica.live_sessions import Live
from halles_client.replica.replica import Replica

ON_CHAIR_M: Final = 0.9
"""Nearer than this to their chair somebody is shown sitting on it."""


class StagePeople:
    """The people of the hall's live session, by their numbers.

    Attributes:
        speaking: Who may be heard by the whole hall.
    """

    def __init__(self) -> None:
        self._known: tuple[int, int, LiveState | None] | None = None
        self._seats: dict[int, Pose] = {}
        self._hands: frozenset[int] = frozenset()
        self.speaking: frozenset[int] = frozenset()

    def look(self, replica: Replica) -> None:
        """Finds them anew, where people or the live session have changed."""
        live, scene = replica.live.first, replica.scene
        state = live.state if live is not None else None
        before, self._known = self._known, (replica.entered, replica.people_seen, state)
        if before is not None and before[:2] == self._known[:2] and before[2] is state:
            return
        self._seats, self._hands, self.speaking = {}, frozenset(), frozenset()
        if live is None or scene is None or state is None:
            return
        wanted = {person.visit: key for key, person in people_in(state).items() if person.visit}
        numbers = {wanted[card.visit]: n for n, card in replica.people.items() if card.visit in wanted}
        poses = {chair.person.key: seat_of(live, scene, chair.number) for chair in state.chairs}
        self._seats = {numbers[key]: pose for key, pose in poses.items() if key in numbers and pose is not None}
        self._hands = frozenset(numbers[row.person.key] for row in state.hands if row.person.key in numbers)
        self.speaking = frozenset(number for key, number in numbers.items() if has_floor(state, key))

    def seated(self, crowd: Crowd) -> Crowd:
        """Returns the crowd with everybody sitting who has a chair and is at it, and hands up that are up."""
        if not self._seats and not self._hands:
            return crowd
        x, y, z, heading = crowd.x.copy(), crowd.y.copy(), crowd.z.copy(), crowd.heading.copy()
        gesture, speed = crowd.gesture.copy(), crowd.speed.copy()
        for row in np.flatnonzero(np.isin(crowd.number, list(self._hands))).tolist():
            if gesture[row] == Gesture.NONE:
                gesture[row] = Gesture.RAISE_HAND
        for row in np.flatnonzero(np.isin(crowd.number, list(self._seats))).tolist():
            pose = self._seats[int(crowd.number[row])]
            if math.dist((pose.x, pose.y), (float(x[row]), float(y[row]))) <= ON_CHAIR_M:
                x[row], y[row], z[row], heading[row] = pose.x, pose.y, pose.z, pose.heading
                gesture[row], speed[row] = Gesture.SIT, 0.0
        return replace(crowd, x=x, y=y, z=z, heading=heading, gesture=gesture, speed=speed)


def seat_of(live: Live, scene: Scene, number: int) -> Pose | None:
    """Returns where one of the chairs stands; None where the hall has no such stage."""
    stage = next((row for row in scene.stages if row.id == live.about.stage), None)
    return seat(stage, number, chairs_of(live.state.mode)) if stage is not None else None


def chairs_shown(state: LiveState) -> int:
    """Returns how many chairs stand on the stage; during a screening nobody sits before the screen."""
    return 0 if state.mode == "screening" else chairs_of(state.mode)
