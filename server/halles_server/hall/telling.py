"""What a node tells the others of its own visitors in one hall: who came and went, and where they stand. Pure.

The slab is complete each time, so that a lost one is replaced by the next; it is left out while nobody moves, but for
one each ``REPEAT_S``, so that whoever missed the last step learns of it.
"""

from typing import Final

from halles_server.announcements import CARDS, FromNode, NodeSlab, RosterChanged, RosterTold
from halles_server.hall.hall import Hall, Tick

REPEAT_S: Final = 0.5


class Telling:
    """The news of one hall.

    Attributes:
        version: Of the roster: raised with each change that is told.
    """

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.begin()

    def begin(self) -> None:
        """Begins anew, as another incarnation: nobody of this node may be in the hall."""
        self.version = 0
        self._moved = self._told_at = float("-inf")

    def news(self, slot: int, incarnation: int, tick: Tick, now: float) -> list[FromNode]:
        """Returns what the others must hear of a tick, rosters first."""
        hall = self._hall
        news: list[FromNode] = list(self._roster(slot, incarnation, tick))
        since = self._moved if now - self._told_at < REPEAT_S else float("-inf")
        records = hall.records(since)
        self._moved = now
        if records is not None:
            self._told_at = now
            news.append(NodeSlab(slot, incarnation, hall.scene.id, tick.number, self.version, records))
        return news

    def whole(self, slot: int, incarnation: int) -> list[RosterTold]:
        """Returns the whole roster in portions."""
        cards = self._hall.own_cards()
        portions = [cards[start : start + CARDS] for start in range(0, len(cards), CARDS)] or [()]
        hall, version, parts = self._hall.scene.id, self.version, len(portions)
        return [RosterTold(slot, incarnation, hall, version, part, parts, some) for part, some in enumerate(portions)]

    def _roster(self, slot: int, incarnation: int, tick: Tick) -> list[RosterChanged]:
        hall = self._hall
        left = tuple(int(number) for number in tick.left if hall.owns(number))
        entered = tuple(card for card in tick.entered if hall.owns(card.number))
        changes = []
        while left or entered:
            self.version += 1
            some, entered = entered[:CARDS], entered[CARDS:]
            changes.append(RosterChanged(slot, incarnation, hall.scene.id, self.version, some, left))
            left = ()
        return changes
