"""The slab: every avatar of a hall as one row of numpy arrays; its row is its number.

A client's ``Move`` is packed into ``pending`` in one call, without creating an object per avatar, and judged with all
others in the tick. Row 0 is never used, so that 0 can mean nobody.
"""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.protocol.messages import Move

_PENDING: Final = np.dtype(
    [("sequence", "<u4"), ("x", "<i2"), ("y", "<i2"), ("heading", "<u2"), ("act", "u1"), ("given", "u1")]
)
_PACK: Final = struct.Struct("<IhhHBB")


class Slab:
    """Rows of avatars.

    Attributes:
        present: bool, somebody has this row.
        x, y, z: float64, metres.
        heading: uint16, 65,536ths of a turn.
        act: uint8, gesture and running bit.
        moved_at: float64, when pose or gesture last changed (the hall's time, seconds).
        judged_at: float64, when a move was last judged.
        credit: float64, metres that may be walked at once.
        sequence: uint32, of the newest move judged.
        pending: the newest move of each row that no tick has judged yet; ``given`` is 1 where there is one.
    """

    def __init__(self, numbers: int) -> None:
        rows = numbers + 1
        self.present: NDArray[np.bool_] = np.zeros(rows, dtype=np.bool_)
        self.x: NDArray[np.float64] = np.zeros(rows)
        self.y: NDArray[np.float64] = np.zeros(rows)
        self.z: NDArray[np.float64] = np.zeros(rows)
        self.heading: NDArray[np.uint16] = np.zeros(rows, dtype=np.uint16)
        self.act: NDArray[np.uint8] = np.zeros(rows, dtype=np.uint8)
        self.moved_at: NDArray[np.float64] = np.zeros(rows)
        self.judged_at: NDArray[np.float64] = np.zeros(rows)
        self.credit: NDArray[np.float64] = np.zeros(rows)
        self.sequence: NDArray[np.uint32] = np.zeros(rows, dtype=np.uint32)
        self.pending: NDArray[np.void] = np.zeros(rows, dtype=_PENDING)
        self._bytes = self.pending.view(np.uint8).data

    def put_pending(self, row: int, move: Move) -> None:
        """Keeps a move for the next tick, in place of an older one."""
        _PACK.pack_into(self._bytes, row * _PACK.size, move.sequence, move.x, move.y, move.heading, move.act, 1)
