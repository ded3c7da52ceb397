"""Who comes near which booth slot, and who stays: counted beside the tick, over the slab, without an object per avatar.

Belongs here: the floor cut into what is near which slot, and which rows came and stayed there. Not here: who somebody
is (the gateway introduces each newcomer once) and what becomes of the counts. ``look`` costs a few array operations for
each person and none for each slot: the floor was cut once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.ids import SlotId
from halles.world.geometry import Floats
from halles.world.scene import Scene, Slot
from halles.world.text import LANGUAGES
from halles_server.hall.slab import Slab

NEAR_M: Final = 3.0
"""How near to a slot, not behind it, one comes near it; where two are as near, the nearer one counts."""

STOPPED_S: Final = 20.0
"""Who stays so long near a slot has stopped there."""

_CELL_M: Final = 0.5
_NOWHERE: Final = -1

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was new at one look: how many, by slot and language, ``(slots, languages)``."""

    passed: NDArray[np.int64]
    stopped: NDArray[np.int64]


class Footfall:
    """Counts each stay in a hall once for each slot that it comes near, and once for each where it stops.

    Attributes:
        slots: The hall's slots, in the order of the counts' rows.
    """

    def __init__(self, scene: Scene, slab: Slab) -> None:
        self.slots: tuple[SlotId, ...] = tuple(SlotId(slot.id) for slot in scene.slots)
        self._floor = _Floor(scene)
        self._slab = slab
        self._settle()

    def newcomers(self) -> Rows:
        """Returns the rows of this node's visitors who came since the last call, each to be introduced."""
        if self._own != self._slab.own:
            self._settle()
        rows = self._present()
        entry = self._slab.entry[rows]
        new = entry != self._entry[rows - self._first]
        self._entry[rows[new] - self._first] = entry[new]
        newcomers: Rows = rows[new]
        return newcomers

    def introduce(self, row: int, language: int, besides: tuple[int, ...] | None) -> None:
        """Begins to count somebody.

        Args:
            row: Where in the slab.
            language: Index into ``LANGUAGES``.
            besides: Indices of the slots at which it does not count, being of their staff; None: it counts nowhere.
        """
        at = row - self._first
        self._language[at], self._near[at] = language, _NOWHERE
        for done in (self._passed, self._stopped):
            done[at] = besides is None
            done[at, list(besides or ())] = True

    def look(self, now: float) -> Looked:
        """Counts who has come near a slot, or has stopped there, since the last look; ``now`` in seconds."""
        rows = self._present()
        at, slot = rows - self._first, self._floor.slots_at(self._slab.x[rows], self._slab.y[rows])
        moved = slot != self._near[at]
        self._since[at[moved]] = now
        self._near[at] = slot
        somewhere = slot != _NOWHERE
        stayed = somewhere & (now - self._since[at] >= STOPPED_S)
        return Looked(
            passed=self._counted(self._passed, at[somewhere], slot[somewhere]),
            stopped=self._counted(self._stopped, at[stayed], slot[stayed]),
        )

    def _counted(self, done: NDArray[np.bool_], at: Rows, slot: Rows) -> NDArray[np.int64]:
        """Counts those for whom it is not done yet, and marks them as done."""
        new = ~done[at, slot]
        at, slot = at[new], slot[new]
        done[at, slot] = True
        counts = np.zeros((len(self.slots), len(LANGUAGES)), dtype=np.int64)
        np.add.at(counts, (slot, self._language[at]), 1)
        return counts

    def _present(self) -> Rows:
        return self._slab.viewers(np.flatnonzero(self._slab.present))

    def _settle(self) -> None:
        """Begins anew, for the rows that the slab gives now."""
        self._own = self._slab.own
        self._first = self._own.start
        people = len(self._own)
        self._entry = np.zeros(people, dtype=np.uint32)
        self._language = np.zeros(people, dtype=np.intp)
        self._near = np.full(people, _NOWHERE, dtype=np.intp)
        self._since = np.zeros(people)
        self._passed = np.ones((people, len(self.slots)), dtype=np.bool_)
        self._stopped = np.ones((people, len(self.slots)), dtype=np.bool_)


class _Floor:
    """A hall's floor as cells, each with the slot that it is near."""

    def __init__(self, scene: Scene) -> None:
        corners = np.array(scene.outline, dtype=np.float64)
        self._low = corners.min(axis=0)
        columns, rows = np.ceil((corners.max(axis=0) - self._low) / _CELL_M).astype(int) + 1
        x = self._low[0] + (np.arange(columns) + 0.5) * _CELL_M
        y = self._low[1] + (np.arange(rows) + 0.5) * _CELL_M
        grid_x, grid_y = np.meshgrid(x, y)
        nearest = np.full(grid_x.shape, NEAR_M)
        self._cells = np.full(grid_x.shape, _NOWHERE, dtype=np.intp)
        for i, slot in enumerate(scene.slots):
            metres = _metres_from(slot, grid_x, grid_y)
            nearer = metres < nearest
            self._cells[nearer], nearest[nearer] = i, metres[nearer]

    def slots_at(self, x: Floats, y: Floats) -> Rows:
        """Returns the slot near which each place is, ``(n,)``."""
        rows, columns = self._cells.shape
        column = np.clip(((x - self._low[0]) / _CELL_M).astype(np.intp), 0, columns - 1)
        row = np.clip(((y - self._low[1]) / _CELL_M).astype(np.intp), 0, rows - 1)
        found: Rows = self._cells[row, column]
        return found


def _metres_from(slot: Slot, x: Floats, y: Floats) -> Floats:
    """Returns how far places are from a slot's rectangle; infinitely far behind its back wall."""
    box = slot.box
    cos, sin = np.cos(box.heading), np.sin(box.heading)
    right, front = (x - box.x) * cos + (y - box.y) * sin, -(x - box.x) * sin + (y - box.y) * cos
    aside = np.maximum(np.abs(right) - box.width / 2, 0.0)
    before = np.maximum(front - box.depth / 2, 0.0)
    return np.where(front < -box.depth / 2, np.inf, np.hypot(aside, before))
