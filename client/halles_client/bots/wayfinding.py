"""Ways through a hall: from anywhere to a goal, round what stands in the way. Pure.

One flow field per goal, made once by Dijkstra's algorithm over a half-metre grid of the clearance field, answers
every walker who wants to go there. Ways keep off walls where there is room, and are pulled straight.
"""

import heapq
import math
from collections import OrderedDict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.world.geometry import FIELD_STEP, Point
from halles.world.movement import RADIUS
from halles.world.scene import Scene

GRID_M: Final = 2 * FIELD_STEP
CLEARANCE_M: Final = RADIUS + 0.07
"""Nearer to a wall no way leads."""

COMFORT_M: Final = 1.0
"""Nearer to a wall than this a way costs up to three times as much."""

CACHED: Final = 96
"""Flow fields kept per hall; one takes about 20 kB."""

_STEPS: Final = tuple((dr, dc, math.hypot(dr, dc)) for dr in (-1, 0, 1) for dc in (-1, 0, 1) if dr or dc)
_NOWHERE: Final = -1


class Ways:
    """The ways of one hall."""

    def __init__(self, scene: Scene) -> None:
        self._field = scene.field
        samples = scene.field.samples[::2, ::2]
        self._x0, self._y0 = scene.field.x0, scene.field.y0
        self._free: NDArray[np.bool_] = samples >= CLEARANCE_M
        self._cost = 1.0 + 2.0 * np.clip((COMFORT_M - samples) / (COMFORT_M - CLEARANCE_M), 0.0, 1.0)
        self._flows: OrderedDict[int, NDArray[np.int32]] = OrderedDict()

    def path(self, start: Point, goal: Point) -> tuple[Point, ...]:
        """Returns the corners of a way from ``start`` to ``goal``, the goal last; () where none leads there.

        A goal in a wall is replaced by the nearest free place; a start in a wall begins at the nearest one.
        """
        first, last = self._cell(start), self._cell(goal)
        if first is None or last is None:
            return ()
        flow = self._flow(last)
        cells = [first]
        while cells[-1] != last:
            following = int(flow[cells[-1]])
            if following == _NOWHERE:
                return ()
            cells.append(following)
        end = goal if self._clearance(goal) >= CLEARANCE_M else self._point(last)
        return self._straight([start, *map(self._point, cells[1:]), end])

    def _flow(self, goal: int) -> NDArray[np.int32]:
        """Returns for each cell the next one on the way to ``goal``."""
        flow = self._flows.pop(goal, None)
        if flow is None:
            flow = self._dijkstra(goal)
        self._flows[goal] = flow
        if len(self._flows) > CACHED:
            self._flows.popitem(last=False)
        return flow

    def _dijkstra(self, goal: int) -> NDArray[np.int32]:
        rows, columns = self._free.shape
        free, cost = self._free.ravel().tolist(), self._cost.ravel().tolist()
        steps = [(dr * columns + dc, length) for dr, dc, length in _STEPS]
        best = [math.inf] * (rows * columns)
        following = [_NOWHERE] * (rows * columns)
        best[goal] = 0.0
        heap = [(0.0, goal)]
        while heap:
            spent, cell = heapq.heappop(heap)
            if spent > best[cell]:
                continue
            # The grid's rim is never free (the field reaches past the walls), so that no step wraps round a row.
            for offset, length in steps:
                other = cell + offset
                if free[other]:
                    total = spent + length * cost[other]
                    if total < best[other]:
                        best[other], following[other] = total, cell
                        heapq.heappush(heap, (total, other))
        return np.array(following, dtype=np.int32)

    def _straight(self, points: list[Point]) -> tuple[Point, ...]:
        """Leaves out every point that can be walked past in a straight line."""
        kept: list[Point] = []
        at = 0
        while at < len(points) - 1:
            reach = len(points) - 1
            while reach > at + 1 and not self._open(points[at], points[reach]):
                reach = at + max(1, (reach - at) // 2)
            while reach + 1 < len(points) and self._open(points[at], points[reach + 1]):
                reach += 1
            kept.append(points[reach])
            at = reach
        return tuple(kept)

    def _open(self, a: Point, b: Point) -> bool:
        """Tells whether one can walk straight, a little farther from walls than one must."""
        count = max(2, math.ceil(math.hypot(b.x - a.x, b.y - a.y) / FIELD_STEP) + 1)
        share = np.linspace(0.0, 1.0, count)
        clear = self._field.at(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))
        return bool((clear >= CLEARANCE_M + 0.1).all())

    def _clearance(self, place: Point) -> float:
        return self._field.one(place.x, place.y)

    def _cell(self, place: Point) -> int | None:
        """Returns the free cell nearest to a place, at most about 3 m away."""
        columns = self._free.shape[1]
        row, column = round((place.y - self._y0) / GRID_M), round((place.x - self._x0) / GRID_M)
        low_r, low_c = max(row - 6, 0), max(column - 6, 0)
        window = np.argwhere(self._free[low_r : max(row + 7, 0), low_c : max(column + 7, 0)])
        if not len(window):
            return None
        window += np.array([low_r, low_c])
        distance = np.hypot(
            self._x0 + GRID_M * window[:, 1] - place.x,
            self._y0 + GRID_M * window[:, 0] - place.y,
        )
        nearest = window[int(distance.argmin())]
        cell: int = int(nearest[0]) * columns + int(nearest[1])
        return cell

    def _point(self, cell: int) -> Point:
        row, column = divmod(cell, self._free.shape[1])
        return Point(self._x0 + GRID_M * column, self._y0 + GRID_M * row)
