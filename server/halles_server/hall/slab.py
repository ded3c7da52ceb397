"""The slab: every avatar of a hall as one row of numpy arrays; its row is its number.

A client's ``Move`` is packed into ``pending``, as a rule together with everybody's, without creating an object per
avatar, and judged with all others in the tick. Row 0 is never used, so that 0 can mean nobody.
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
        held: bool, whoever has it may not move.
        x, y, z: float64, metres.
        heading: uint16, 65,536ths of a turn.
        act: uint8, gesture and running bit.
        moved_at: float64, when pose or gesture last changed (the hall's time, seconds).
        judged_at: float64, when a move was last judged.
        credit: float64, metres that may be walked at once.
        sequence: uint32, of the newest move judged.
        entry: uint32, counts who has had this row of this node's, so that a row given anew is known as new.
        pending: the newest move of each of this node's rows that no tick has judged yet, from row ``own.start - 1``
            on; ``given`` is 1 where there is one.
        own: The rows that this node gives; the others' are other nodes' avatars.
    """

    def __init__(self, numbers: int, own: range | None = None) -> None:
        """Takes the highest number, and which of them this node gives: all, when it is alone."""
        rows = numbers + 1
        self.present: NDArray[np.bool_] = np.zeros(rows, dtype=np.bool_)
        self.held: NDArray[np.bool_] = np.zeros(rows, dtype=np.bool_)
        self.x: NDArray[np.float64] = np.zeros(rows)
        self.y: NDArray[np.float64] = np.zeros(rows)
        self.z: NDArray[np.float64] = np.zeros(rows)
        self.heading: NDArray[np.uint16] = np.zeros(rows, dtype=np.uint16)
        self.act: NDArray[np.uint8] = np.zeros(rows, dtype=np.uint8)
        self.moved_at: NDArray[np.float64] = np.zeros(rows)
        self.judged_at: NDArray[np.float64] = np.zeros(rows)
        self.credit: NDArray[np.float64] = np.zeros(rows)
        self.sequence: NDArray[np.uint32] = np.zeros(rows, dtype=np.uint32)
        self.entry: NDArray[np.uint32] = np.zeros(rows, dtype=np.uint32)
        self.settle(own or range(1, rows))

    def settle(self, own: range) -> None:
        """Gives out these rows from now on; none of this node's may be present."""
        self.own = own
        self.pending: NDArray[np.void] = np.zeros(len(own) + 1, dtype=_PENDING)
        self._bytes = self.pending.view(np.uint8).data
        self._before = own.start - 1

    def put_pending(self, row: int, move: Move) -> None:
        """Keeps a move for the next tick, in place of an older one."""
        at = (row - self._before) * _PACK.size
        _PACK.pack_into(self._bytes, at, move.sequence, move.x, move.y, move.heading, move.act, 1)

    def put_all_pending(self, rows: NDArray[np.intp], moves: NDArray[np.void]) -> None:
        """Keeps moves of different rows for the next tick, each in place of an older one."""
        given = np.empty(rows.size, dtype=_PENDING)
        for name in ("sequence", "x", "y", "heading", "act"):
            given[name] = moves[name]
        given["given"] = 1
        self.pending[rows - self._before] = given

    def drop_pending(self, row: int) -> None:
        """Forgets a move that no tick has judged yet."""
        self.pending["given"][row - self._before] = 0

    def take_pending(self) -> tuple[NDArray[np.intp], NDArray[np.void]]:
        """Returns the rows with a move to judge, and the moves, which are pending no more."""
        given = np.flatnonzero(self.pending["given"])
        moves = self.pending[given]
        self.pending["given"][given] = 0
        return given + self._before if self._before else given, moves

    def viewers(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Returns those of sorted rows that this node gives: its own visitors."""
        if self.present.size == len(self.own) + 1:
            return rows
        first, last = np.searchsorted(rows, (self.own.start, self.own.stop))
        return rows[first:last]
