"""What everybody may see of the others in one tick, as few shared frames.

One frame per cell: the nearest people to the cell's middle, at most ``near_cap`` of those who moved lately, and a
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

FULL_TURNS: Final = 5
"""After so many turns everybody's full record, gesture and all, is repeated."""


_TOGETHER: Final = 4
"""Groups whose nearest are looked for at once; neighbours, since cells come in the order of their tree."""

FAR_S: Final = 1
"""Seconds in which everybody far away is told of once."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a tick tells.

    Attributes:
        near_cap: The most near records in a frame.
        far_ticks: In so many ticks everybody's turn comes once.
    """

    near_cap: int
    far_ticks: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded ``PoseBatch`` and the numbers of those who are to get it, shape ``(k,)``."""

    payload: bytes
    viewers: NDArray[np.intp]


def frames(slab: Slab, tick: int, now: float, detail: Detail) -> tuple[Frame, ...]:
    """Builds a tick's frames; every visitor of this node gets exactly one, or nobody any where all is still."""
    rows = np.flatnonzero(slab.present)
    viewers = slab.viewers(rows)
    if rows.size < 2 or not viewers.size:
        return ()
    far_ticks, near_cap = detail.far_ticks, detail.near_cap
    full_turn = rows % (FULL_TURNS * far_ticks) == tick % (FULL_TURNS * far_ticks)
    lively = rows[(now - slab.moved_at[rows] < STILL_S) | full_turn]
    turn = rows[rows % far_ticks == tick % far_ticks]
    far = far_slice.pack(_records(slab, turn, FAR), far_ticks)
    if not lively.size and not far:
        return ()
    near = _near_records(slab, lively)
    time_ms = int(now * 1000.0)
    if lively.size <= near_cap:
        return (Frame(codec.encode(PoseBatch(tick, time_ms, near.tobytes(), far)), viewers),)
    groups = [viewers[cell] for cell in cells.split(slab.x[viewers], slab.y[viewers])]
    return tuple(
        Frame(codec.encode(PoseBatch(tick, time_ms, near[chosen].tobytes(), far)), group)
        for group, chosen in zip(groups, _nearest(slab, groups, lively, near_cap), strict=True)
    )


def _nearest(slab: Slab, groups: list[NDArray[np.intp]], lively: NDArray[np.intp], near_cap: int) -> NDArray[np.intp]:
    """Returns indices into ``lively``, shape ``(groups, near_cap)``: a group's own, then the nearest to its middle.

    They are looked for among those who are nearest to ``_TOGETHER`` neighbouring groups, not among everybody anew.
    """
    everybody, starts = np.concatenate(groups), np.cumsum([0, *(group.size for group in groups)])
    own = np.full(slab.present.size, -1)
    own[everybody] = np.repeat(np.arange(len(groups)), np.diff(starts))
    places = np.stack((slab.x, slab.y)).astype(np.float32)
    own, near_to = own[lively], places[:, lively]
    among = np.arange(lively.size)[None]
    if lively.size > 2 * _TOGETHER * near_cap:
        middles = _middles(places[:, everybody], starts[:-1:_TOGETHER])
        region = np.where(own < 0, -1, own // _TOGETHER)
        among = _closest(near_to, middles, region, among, _TOGETHER * near_cap)
        among = np.repeat(among, _TOGETHER, axis=0)[: len(groups)]
    return _closest(near_to, _middles(places[:, everybody], starts[:-1]), own, among, near_cap)


def _middles(places: NDArray[np.float32], starts: NDArray[np.intp]) -> NDArray[np.float32]:
    """Returns the middle of each group, shape ``(2, groups)``; the groups' places follow each other."""
    sums = np.add.reduceat(places, starts, axis=1)
    return np.asarray(sums / np.diff(np.append(starts, places.shape[1])), dtype=np.float32)


def _closest(
    places: NDArray[np.float32],
    middles: NDArray[np.float32],
    own: NDArray[np.intp],
    among: NDArray[np.intp],
    count: int,
) -> NDArray[np.intp]:
    """Returns for each group ``count`` of those among whom it may choose: its own, then the nearest to its middle.

    Args:
        places: Shape ``(2, n)``.
        middles: Shape ``(2, groups)``.
        own: Of each place, its group; -1 for none.
        among: Indices into the places, shape ``(groups, m)`` or ``(1, m)``.
        count: How many each group chooses, fewer than ``m``.
    """
    distance = ((places[:, among] - middles[:, :, None]) ** 2).sum(axis=0)
    distance[own[among] == np.arange(middles.shape[1])[:, None]] = -1.0
    chosen = np.argpartition(distance, count, axis=1)[:, :count]
    return np.take_along_axis(np.broadcast_to(among, distance.shape), chosen, axis=1)


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
