"""What everybody may see of the others in one tick, as few shared frames.

One frame per cell: the people in it and the nearest around it, at most ``near_cap`` of those who moved lately, and a
slice of the whole hall that rotates once a second, so that nobody is ever invisible to anybody. Nothing in a frame
depends on who reads it; its bytes go to all who stand in the cell.

Left out on purpose: people whose pose has not changed for ``STILL_S``. Every client has had their last pose several
times by then, and the rotating slices repeat it: coarsely each second, fully each ``FULL_TURNS``.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.protocol import codec, far_slice
from halles.protocol.far_slice import FAR
from halles.protocol.messages import PoseBatch
from halles.protocol.pose_batch import NEAR
from halles_server.hall import cells
from halles_server.hall.slab import Slab

STILL_S: Final = 1.0
"""Seconds without a change after which somebody is left out of near records."""

FAR_S: Final = 1
"""Seconds in which everybody far away is told of once, at the latest."""

FAR_PEOPLE_S: Final = 1500
"""Of so many who are far away one is told in a second, if there are any: in a hall of 300 all move smoothly."""

FULL_TURNS: Final = 5
"""After so many turns everybody's full record, gesture and all, is repeated."""

_TOGETHER: Final = 4
"""Groups whose nearest are looked for at once; neighbours, since cells come in the order of their tree."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a tick tells.

    Attributes:
        near_cap: The most near records in a frame.
        far_ticks: In so many ticks everybody's turn comes once, at the latest.
        far_people: So many have their turn in one tick, where that is sooner.
    """

    near_cap: int
    far_ticks: int
    far_people: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What those who stand together are told.

    Attributes:
        payload: One encoded ``PoseBatch``.
        viewers: The numbers of those who are to get it, shape ``(k,)``.
        spare: Whether those who get every other frame miss this one.
    """

    payload: bytes
    viewers: NDArray[np.intp]
    spare: bool


def frames(slab: Slab, tick: int, now: float, detail: Detail) -> tuple[Frame, ...]:
    """Builds a tick's frames; every visitor of this node gets exactly one, or nobody any where all is still."""
    rows = np.flatnonzero(slab.present)
    viewers = slab.viewers(rows)
    if rows.size < 2 or not viewers.size:
        return ()
    far_ticks, near_cap = detail.far_ticks, detail.near_cap
    full_turn = rows % (FULL_TURNS * far_ticks) == tick % (FULL_TURNS * far_ticks)
    lively = rows[(now - slab.moved_at[rows] < STILL_S) | full_turn]
    if lively.size > near_cap:  # else everybody who moves is near
        far_ticks = min(far_ticks, -(-rows.size // detail.far_people))
    turn = rows[rows % far_ticks == tick % far_ticks]
    far = far_slice.pack(_records(slab, turn, FAR), far_ticks)
    if not lively.size and not far:
        return ()
    near = _near_records(slab, lively)
    # Every other tick; where turns take an even number of ticks, the other half in every other turn, so that who gets
    # half of the frames still hears of everybody, in twice the time.
    spare = bool((tick + (tick // far_ticks if far_ticks % 2 == 0 else 0)) % 2)
    time_ms = int(now * 1000.0)
    if lively.size <= near_cap:
        return (Frame(codec.encode(PoseBatch(tick, time_ms, near.tobytes(), far)), viewers, spare),)
    groups = [viewers[cell] for cell in cells.split(slab.x[viewers], slab.y[viewers])]
    return tuple(
        Frame(codec.encode(PoseBatch(tick, time_ms, near[chosen].tobytes(), far)), group, spare)
        for group, chosen in zip(groups, _nearest(slab, groups, lively, near_cap), strict=True)
    )


def _nearest(slab: Slab, groups: list[NDArray[np.intp]], lively: NDArray[np.intp], near_cap: int) -> NDArray[np.intp]:
    """Returns indices into ``lively``, shape ``(groups, near_cap)``: those in and around the box that a group fills.

    They are looked for among those around the box of ``_TOGETHER`` neighbouring groups, not among everybody anew.
    """
    everybody, starts = np.concatenate(groups), np.cumsum([0, *(group.size for group in groups[:-1])])
    viewers, seen = _places(slab, everybody), _places(slab, lively)
    among = np.arange(lively.size)[None]
    if lively.size > 2 * _TOGETHER * near_cap:
        among = _closest(seen, _boxes(viewers, starts[::_TOGETHER]), among, _TOGETHER * near_cap)
        among = np.repeat(among, _TOGETHER, axis=0)[: len(groups)]
    return _closest(seen, _boxes(viewers, starts), among, near_cap)


def _places(slab: Slab, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    return np.stack((slab.x[rows], slab.y[rows])).astype(np.float32)


def _boxes(places: NDArray[np.float32], starts: NDArray[np.intp]) -> NDArray[np.float32]:
    """Returns the lowest and highest x and y of each group, shape ``(2, 2, groups)``; the groups follow each other."""
    return np.stack([reach.reduceat(places, starts, axis=1) for reach in (np.minimum, np.maximum)])


def _closest(
    places: NDArray[np.float32], boxes: NDArray[np.float32], among: NDArray[np.intp], count: int
) -> NDArray[np.intp]:
    """Returns for each box the ``count`` closest of those among whom it may choose.

    Args:
        places: Shape ``(2, n)``.
        boxes: Shape ``(2, 2, boxes)``: lowest and highest, x and y.
        among: Indices into the places, shape ``(boxes, m)`` or ``(1, m)``.
        count: Fewer than ``m``.
    """
    low, high = boxes[..., None]
    candidates = np.take(places, among, axis=1)
    away = np.clip(candidates, low, high)  # the nearest place in the box
    away -= candidates
    np.square(away, out=away)
    chosen = np.argpartition(away[0] + away[1], count, axis=1)[:, :count]
    return np.take_along_axis(np.broadcast_to(among, (boxes.shape[2], among.shape[1])), chosen, axis=1)


def _near_records(slab: Slab, rows: NDArray[np.intp]) -> NDArray[np.void]:
    records = _records(slab, rows, NEAR)
    records["act"] = slab.act[rows]
    records["z"] = np.clip(np.round(slab.z[rows] * 50.0), 0, 255)
    return records


def _records(slab: Slab, rows: NDArray[np.intp], kind: np.dtype[np.void]) -> NDArray[np.void]:
    records = np.empty(rows.size, dtype=kind)
    records["number"] = rows
    records["x"] = np.round(slab.x[rows] * 100.0)
    records["y"] = np.round(slab.y[rows] * 100.0)
    records["heading"] = (slab.heading[rows].astype(np.uint32) + 128 >> 8) & 0xFF
    return records
