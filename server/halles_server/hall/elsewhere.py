"""The other nodes' visitors in one hall: who they are, where they stand, and where they stood when a node fell silent.

Each node's roster (cards by number) comes by changes, each with its version, and whole when one was missed; its slab
comes complete with every tick, and only the newest before a tick counts. All are merged into the rows that frames are
built from, so that a viewer never learns which node somebody is with.

Pure; time is an argument. Invariants: nobody is shown whose card is not known; a node writes only rows of its slot; a
node that was silent for ``SILENCE_S`` has nobody here until its whole roster has come again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.ids import VisitId
from halles.protocol.messages import AvatarCard
from halles_server.announcements import (
    RECORD_BYTES,
    SHARE,
    FromNode,
    NodeSlab,
    RosterChanged,
    RosterTold,
    share,
)
from halles_server.hall.slab import Slab

RECORD: Final = np.dtype(
    [("number", "<u2"), ("x", "<i2"), ("y", "<i2"), ("heading", "<u2"), ("act", "u1"), ("z", "u1")]
)
"""One avatar in a ``NodeSlab``: centimetres, 65,536ths of a turn, gesture and running bit, 2 centimetres."""

SILENCE_S: Final = 1.8
"""After which a node's avatars are hidden by the next tick: within 2 s, as is promised."""

SHADOW_S: Final = 60.0
"""For which the last poses of a silent node's visitors are kept for their return elsewhere."""

AGAIN_S: Final = 1.0
"""Between two requests for a roster."""

PATIENCE_S: Final = 0.3
"""For which a version may be known by its number only: its change may still be under way on another subject."""

STALL_S: Final = 0.5
"""Ticks farther apart than this are our own fault: it is not the others who were silent then."""

_UNKNOWN: Final = -1

assert RECORD.itemsize == RECORD_BYTES


@dataclass(frozen=True, slots=True)
class Shadow:
    """Where somebody was last seen with another node: metres, 65,536ths of a turn, the hall's time."""

    x: float
    y: float
    z: float
    heading: int
    at: float


@dataclass(slots=True)
class _Node:
    """What is known of one node.

    Attributes:
        version: Of the roster that is shown; ``_UNKNOWN`` while none is.
        newest: The newest version heard of.
        behind_since: Since when it is newer than the one shown.
        told: The portions of a whole roster that have come so far.
        slab: The newest that no tick has merged yet.
        steady: Whether the last tick merged one, so that the next may expect one as well.
    """

    incarnation: int
    heard_at: float
    version: int = _UNKNOWN
    newest: int = 0
    behind_since: float = 0.0
    asked_at: float = -AGAIN_S
    numbers: set[int] = field(default_factory=set)
    told: list[RosterTold] = field(default_factory=list)
    slab: NodeSlab | None = None
    steady: bool = False
    tick: int = -1


class Elsewhere:
    """Keeps the other nodes' rows of a hall's slab, and their cards among its cards."""

    def __init__(self, slab: Slab, cards: dict[int, AvatarCard], height: Callable[[float, float], float]) -> None:
        self._slab = slab
        self._cards = cards
        self._height = height
        self._nodes: dict[int, _Node] = {}
        self._numbers: dict[VisitId, int] = {}
        self._came: dict[int, None] = {}
        self._went: list[int] = []
        self._shadows: dict[VisitId, Shadow] = {}
        self._merged_at: float | None = None

    # --- what is heard --------------------------------------------------------------------------------------

    def hear(self, news: FromNode, now: float) -> None:
        """Takes in a slab or a roster of a node that is alive."""
        if isinstance(news, NodeSlab):
            node = self.heard_of(news, news.roster, now)
            if news.tick > node.tick and len(news.records) % RECORD_BYTES == 0:
                node.slab, node.tick = news, news.tick
        elif isinstance(news, RosterChanged):
            self._change(self.heard_of(news, news.version, now), news, now)
        elif isinstance(news, RosterTold):
            self._tell(self.heard_of(news, news.version, now), news, now)

    def heard_of(self, news: FromNode, version: int, now: float) -> _Node:
        """Notes that a node is there, and which version its roster has; a newer incarnation begins empty."""
        node = self._nodes.get(news.slot)
        if node is None or node.incarnation != news.incarnation:
            self.forget(news.slot)
            node = self._nodes[news.slot] = _Node(news.incarnation, now)
        node.heard_at = now
        if version > node.newest:
            if node.newest == node.version:
                node.behind_since = now
            node.newest = version
        return node

    def forget(self, slot: int) -> None:
        """Lets a node's avatars go, and the node."""
        node = self._nodes.pop(slot, None)
        if node is not None:
            self._hide(node)

    def drop(self, visit: VisitId, besides: int) -> None:
        """Lets somebody's avatar go wherever else than with the node in slot ``besides`` it still stands."""
        self._shadows.pop(visit, None)
        number = self.number_of(visit)
        if number and number // SHARE != besides:
            self._nodes[number // SHARE].numbers.discard(number)
            self._leave(number)

    # --- what is told ---------------------------------------------------------------------------------------

    def merge(self, now: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Brings the rows up to date; returns who came and who went since the last call."""
        gap = 0.0 if self._merged_at is None else now - self._merged_at
        self._merged_at = now
        for node in tuple(self._nodes.values()):
            if gap > STALL_S:
                node.heard_at += gap
            node.steady = node.slab is not None
            if now - node.heard_at > SILENCE_S:
                if node.version != _UNKNOWN:
                    self._hide(node)
            elif node.slab is not None:
                self._place(node.slab, now)
                node.slab = None
        came, went = tuple(self._came), tuple(self._went)
        self._came.clear()
        self._went.clear()
        return came, went

    @property
    def awaited(self) -> bool:
        """Whether a node that told of the last beat has not yet told of this one."""
        return any(node.steady and node.slab is None for node in self._nodes.values())

    def wanting(self, now: float) -> list[int]:
        """Returns the slots whose whole roster must be asked for now."""
        slots = []
        for slot, node in self._nodes.items():
            patience = 0.0 if node.version == _UNKNOWN else PATIENCE_S
            behind = node.version < node.newest or node.version == _UNKNOWN
            alive = now - node.heard_at <= SILENCE_S
            if behind and alive and now - node.behind_since >= patience and now - node.asked_at >= AGAIN_S:
                node.asked_at = now
                slots.append(slot)
        return slots

    def number_of(self, visit: VisitId) -> int:
        """Returns the number of somebody with another node; 0 for nobody."""
        return self._numbers.get(visit, 0)

    def shadow(self, visit: VisitId, now: float) -> Shadow | None:
        """Returns where somebody stands with another node, or stood when that fell silent less than 60 s ago."""
        number = self.number_of(visit)
        if number:
            return self._shadow(number, self._nodes[number // SHARE].heard_at)
        found = self._shadows.get(visit)
        return found if found is not None and now - found.at <= SHADOW_S else None

    # --- rosters --------------------------------------------------------------------------------------------

    def _change(self, node: _Node, news: RosterChanged, now: float) -> None:
        if news.version != node.version + 1 or node.version == _UNKNOWN:
            return  # heard before, or one is missing: then the whole is asked for
        node.version = news.version
        for number in set(news.left) & node.numbers:
            node.numbers.discard(number)
            self._leave(number)
        for card in news.entered:
            self._enter(node, news.slot, card, now)

    def _tell(self, node: _Node, news: RosterTold, now: float) -> None:
        if news.part == 0:
            node.told = []
        if news.part != len(node.told) or (node.told and node.told[0].version != news.version):
            return
        node.told.append(news)
        if news.part + 1 < news.parts or news.version < node.version:
            return
        portions, node.told = node.told, []
        node.version = news.version
        cards = [card for portion in portions for card in portion.entered]
        for number in node.numbers - {int(card.number) for card in cards}:
            node.numbers.discard(number)
            self._leave(number)
        for card in cards:
            known = self._cards.get(card.number)
            if known is None or known.visit != card.visit or known.role is not card.role:
                self._enter(node, news.slot, card, now)

    def _enter(self, node: _Node, slot: int, card: AvatarCard, now: float) -> None:
        number = int(card.number)
        if number not in share(slot):
            return
        slab, x, y = self._slab, card.x / 100.0, card.y / 100.0
        slab.present[number] = True
        slab.x[number], slab.y[number], slab.z[number] = x, y, self._height(x, y)
        slab.heading[number], slab.act[number], slab.moved_at[number] = card.heading << 8, card.act, now
        node.numbers.add(number)
        before = self._cards.get(number)
        if before is not None:
            self._numbers.pop(before.visit, None)
        self._cards[number] = card
        self._numbers[card.visit] = number
        self._came[number] = None
        self._shadows.pop(card.visit, None)

    def _leave(self, number: int) -> None:
        self._slab.present[number] = False
        visit = self._cards.pop(number).visit
        if self._numbers.get(visit) == number:
            del self._numbers[visit]
        self._came.pop(number, None)
        self._went.append(number)

    # --- rows -----------------------------------------------------------------------------------------------

    def _place(self, news: NodeSlab, now: float) -> None:
        """Writes a slab's records into the rows of its slot whose cards are known."""
        slab = self._slab
        records = np.frombuffer(news.records, dtype=RECORD)
        numbers = records["number"].astype(np.intp)
        known = (numbers // SHARE == news.slot) & slab.present[numbers]
        records, rows = records[known], numbers[known]
        x, y = records["x"] / 100.0, records["y"] / 100.0
        changed = (x != slab.x[rows]) | (y != slab.y[rows])
        changed |= (records["heading"] != slab.heading[rows]) | (records["act"] != slab.act[rows])
        slab.x[rows], slab.y[rows], slab.z[rows] = x, y, records["z"] / 50.0
        slab.heading[rows], slab.act[rows] = records["heading"], records["act"]
        slab.moved_at[rows[changed]] = now

    def _hide(self, node: _Node) -> None:
        """Lets a node's avatars go and keeps where they stood."""
        oldest = node.heard_at - SHADOW_S
        self._shadows = {visit: shadow for visit, shadow in self._shadows.items() if shadow.at >= oldest}
        for number in node.numbers:
            self._shadows[self._cards[number].visit] = self._shadow(number, node.heard_at)
            self._leave(number)
        node.numbers.clear()
        node.version, node.slab, node.told = _UNKNOWN, None, []

    def _shadow(self, number: int, at: float) -> Shadow:
        slab = self._slab
        place = float(slab.x[number]), float(slab.y[number]), float(slab.z[number])
        return Shadow(*place, int(slab.heading[number]), at)


def packed(slab: Slab, rows: NDArray[np.intp]) -> bytes:
    """Returns rows as a ``NodeSlab`` carries them."""
    records = np.empty(rows.size, dtype=RECORD)
    records["number"] = rows
    records["x"] = np.round(slab.x[rows] * 100.0)
    records["y"] = np.round(slab.y[rows] * 100.0)
    records["heading"] = slab.heading[rows]
    records["act"] = slab.act[rows]
    records["z"] = np.clip(np.round(slab.z[rows] * 50.0), 0, 255)
    return records.tobytes()
