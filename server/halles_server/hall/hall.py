"""One hall's live world: people come, move, stand near each other and go; each tick says what all may know.

The gateway feeds it and carries out what a tick returns. Invariant: a place in the slab was judged possible, so that
nobody ever sees an avatar in a wall or farther than anybody can run.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from halles.ids import AvatarNumber, VisitId
from halles.protocol.messages import AvatarCard, Correction, Move
from halles.protocol.pose_batch import GESTURE_BITS
from halles.world.geometry import Floats, wrap
from halles.world.look import Look
from halles.world.movement import Gesture, Pose
from halles.world.roles import Role
from halles.world.scene import Scene
from halles.world.text import Language
from halles_server.announcements import NODES, SHARE, share
from halles_server.hall.earshot import Group, groups
from halles_server.hall.elsewhere import Elsewhere, packed
from halles_server.hall.footfall import Footfall
from halles_server.hall.judgement import FULL_CREDIT, correction, judge
from halles_server.hall.presence import NUMBERS_EACH, Presence
from halles_server.hall.recent import Recent
from halles_server.hall.slab import Slab
from halles_server.hall.snapshot import FAR_PEOPLE_S, FAR_S, Detail, Frame, frames

_UNITS: Final = 65_536 / (2 * math.pi)
_GESTURES: Final = {int(gesture): gesture for gesture in Gesture}


class Person(Protocol):
    """What a hall needs to know of somebody who comes in; a visit's record is one."""

    @property
    def visit(self) -> VisitId:
        """Whose avatar it is."""

    @property
    def name(self) -> str:
        """The name that others read."""

    @property
    def role(self) -> Role:
        """What they are in the show."""

    @property
    def language(self) -> Language:
        """The language that they read."""

    @property
    def look(self) -> Look:
        """How the avatar looks."""

    @property
    def bot(self) -> bool:
        """Whether it is a program."""


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick tells: all people of the hall ``entered``, ``left``; some ``corrections``; each cell its frame."""

    number: int
    entered: tuple[AvatarCard, ...]
    left: tuple[AvatarNumber, ...]
    corrections: tuple[tuple[int, Correction], ...]
    frames: tuple[Frame, ...]


class Whereabouts(NamedTuple):
    """Everybody at one moment, each array ``(people,)``: numbers, centimetres, 256ths of a turn, gesture and bits."""

    numbers: NDArray[np.uint16]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    heading: NDArray[np.uint8]
    act: NDArray[np.uint8]


class Hall:
    """A running hall.

    Attributes:
        scene: Its plan.
        tick_hz: Ticks a second; the runner keeps the beat.
        numbers: The highest number that anybody may have.
        elsewhere: The other nodes' visitors; None when this node is alone.
    """

    def __init__(
        self, scene: Scene, *, capacity: int = 2500, tick_hz: int = 20, near_cap: int = 64, slot: int | None = None
    ) -> None:
        """Begins empty; ``slot`` is this node's among others, None when it is alone."""
        self.scene = scene
        self.tick_hz = tick_hz
        self.numbers = NUMBERS_EACH * capacity if slot is None else NODES * SHARE - 1
        self._detail = Detail(near_cap, FAR_S * tick_hz, max(FAR_PEOPLE_S // tick_hz, 1))
        self._capacity = capacity
        self._slab = Slab(self.numbers, None if slot is None else share(slot))
        self._presence = Presence(capacity, None if slot is None else share(slot))
        self._cards: dict[int, AvatarCard] = {}
        self._tick = 0
        self.elsewhere = None if slot is None else Elsewhere(self._slab, self._cards, scene.height)

    @property
    def people(self) -> int:
        """How many are here, whichever node they are with."""
        return len(self._cards)

    @property
    def own_people(self) -> int:
        """How many of them are this node's."""
        return self._presence.people

    def settle(self, slot: int) -> None:
        """Gives another slot's numbers from now on; nobody of this node may be here."""
        self._slab.settle(share(slot))
        self._presence = Presence(self._capacity, share(slot))

    def owns(self, number: int) -> bool:
        """Tells whether a number is one of this node's."""
        return number in self._slab.own

    def enter(self, person: Person, x: float, y: float, heading: float, now: float) -> AvatarCard:
        """Puts somebody in: metres, radians, the hall's time in seconds.

        Raises:
            Rejection: HALL_FULL.
        """
        number = self._presence.take()
        self._slab.present[number] = True
        self._slab.sequence[number] = 0
        self._slab.entry[number] += 1
        self._slab.act[number] = 0
        self._slab.held[number] = False
        self._put(number, x, y, heading, now)
        self._cards[number] = AvatarCard(
            number=AvatarNumber(number),
            visit=person.visit,
            name=person.name,
            role=person.role,
            language=person.language,
            look=person.look,
            bot=person.bot,
            x=0,
            y=0,
            heading=0,
        )
        return self.card(number)

    def renew(self, number: int, role: Role) -> None:
        """Gives somebody another role; everybody is told their card again with the next tick."""
        self._cards[number] = msgspec.structs.replace(self._cards[number], role=role)
        self._presence.tell_again(number)

    def leave(self, number: int) -> None:
        """Takes somebody out; the others hear of it with the next tick."""
        self._slab.present[number] = False
        self._slab.drop_pending(number)
        del self._cards[number]
        self._presence.give_back(number, self._tick)

    def hold(self, number: int, *, held: bool) -> None:
        """Lets somebody move no more, or again."""
        self._slab.held[number] = held

    def submit(self, number: int, move: Move) -> None:
        """Keeps somebody's newest move for the next tick to judge."""
        self._slab.put_pending(number, move)

    def submit_all(self, numbers: NDArray[np.intp], moves: NDArray[np.void]) -> None:
        """Keeps the newest moves of many, shape ``(n,)``, with the fields of a ``Move``; each number once."""
        self._slab.put_all_pending(numbers, moves)

    def jump(self, number: int, x: float, y: float, heading: float, now: float) -> Correction:
        """Moves somebody on the server's own decision; moves still on their way are judged from there."""
        self._slab.drop_pending(number)
        self._put(number, x, y, heading, now)
        return correction(self._slab, number, "too-far")

    def pose(self, number: int) -> Pose:
        """Returns where somebody stands."""
        slab = self._slab
        return Pose(
            float(slab.x[number]),
            float(slab.y[number]),
            float(slab.z[number]),
            wrap(int(slab.heading[number]) / _UNITS),
            _GESTURES.get(int(slab.act[number]) & GESTURE_BITS, Gesture.NONE),
        )

    def card(self, number: int) -> AvatarCard:
        """Returns what newcomers are told of somebody: who they are and where they stand now."""
        slab = self._slab
        return msgspec.structs.replace(
            self._cards[number],
            x=round(float(slab.x[number]) * 100),
            y=round(float(slab.y[number]) * 100),
            heading=(int(slab.heading[number]) + 128 >> 8) & 0xFF,
            act=int(slab.act[number]),
        )

    def numbers_here(self, first: int, last: int) -> list[int]:
        """Returns which of the numbers ``first`` … ``last`` somebody has who is here."""
        return [number for number in range(first, last + 1) if number in self._cards]

    def visits_of(self, numbers: Iterable[int]) -> dict[int, VisitId]:
        """Returns whose avatars have these numbers."""
        return {number: self._cards[number].visit for number in numbers if number in self._cards}

    def footfall(self) -> Footfall:
        """Returns a new count of who of this node's visitors comes near which booth slot."""
        return Footfall(self.scene, self._slab)

    def recent(self) -> Recent:
        """Returns a new memory of the last minute, whichever node people are with."""
        return Recent(self._slab, self._cards)

    def own_cards(self) -> tuple[AvatarCard, ...]:
        """Returns the cards of this node's visitors, by number."""
        return tuple(self.card(number) for number in sorted(self._cards) if number in self._slab.own)

    def others(self) -> Iterator[AvatarCard]:
        """Yields the cards of the other nodes' visitors, as they came."""
        return (card for number, card in tuple(self._cards.items()) if number not in self._slab.own)

    def earshot(self, listeners: Collection[int], speakers: Sequence[int], stage: Sequence[bool]) -> list[Group]:
        """Returns which of this node's listeners hear which of the speakers; ``stage``: who speaks from it."""
        return groups(self._slab, listeners, speakers, stage)

    def blocks(self, numbers: int) -> list[int]:
        """Returns which blocks of so many numbers, counted from number 1, hold anybody."""
        return [int(block) for block in np.unique((np.flatnonzero(self._slab.present) - 1) // numbers)]

    def within(self, number: int, metres: float) -> list[int]:
        """Returns the numbers of those at most so far from somebody, itself included."""
        return self.near(float(self._slab.x[number]), float(self._slab.y[number]), metres)

    def near(self, x: float, y: float, metres: float) -> list[int]:
        """Returns the numbers of those at most so far from a place."""
        return [int(row) for row in self._rows_near(x, y, metres)]

    def places_near(self, x: float, y: float, metres: float) -> Floats:
        """Returns where those stand who are at most so far from a place: metres, ``(people, 2)``."""
        slab, rows = self._slab, self._rows_near(x, y, metres)
        return np.stack((slab.x[rows], slab.y[rows]), axis=1)

    def whereabouts(self) -> Whereabouts:
        """Returns where everybody stands now, whichever node they are with."""
        slab, rows = self._slab, np.flatnonzero(self._slab.present)
        return Whereabouts(
            rows.astype(np.uint16),
            np.round(slab.x[rows] * 100).astype(np.int16),
            np.round(slab.y[rows] * 100).astype(np.int16),
            (slab.heading[rows] >> 8).astype(np.uint8),
            slab.act[rows],
        )

    def records(self, since: float) -> bytes | None:
        """Returns where this node's visitors stand, for the other nodes; None where nothing changed after ``since``."""
        slab = self._slab
        rows = slab.viewers(np.flatnonzero(slab.present))
        if not rows.size or not (slab.moved_at[rows] > since).any():
            return None
        return packed(slab, rows)

    def tick(self, now: float, detail: Detail | None = None) -> Tick:
        """Judges the moves since the last tick and says what everybody is to be told, in less detail where asked."""
        return self.finish(self.begin(now), now, detail)

    def begin(self, now: float) -> Tick:
        """Judges the moves since the last tick; says which of this node's visitors came and went, without frames yet.

        What the other nodes are told of this tick is known now; what they tell of it has time until ``finish``.
        """
        self._tick += 1
        corrections = judge(self._slab, self.scene, now)
        came, went = self._presence.changes(self._tick)
        return Tick(
            number=self._tick,
            entered=tuple(self.card(number) for number in came),
            left=tuple(AvatarNumber(number) for number in went),
            corrections=corrections,
            frames=(),
        )

    def finish(self, tick: Tick, now: float, detail: Detail | None = None) -> Tick:
        """Adds the other nodes' visitors to a tick that has begun, and makes its frames."""
        came, went = self.elsewhere.merge(now) if self.elsewhere is not None else ((), ())
        return replace(
            tick,
            entered=tick.entered + tuple(self.card(number) for number in came),
            left=tick.left + tuple(AvatarNumber(number) for number in went),
            frames=frames(self._slab, self._tick, now, detail or self._detail),
        )

    def _rows_near(self, x: float, y: float, metres: float) -> NDArray[np.intp]:
        slab, rows = self._slab, np.flatnonzero(self._slab.present)
        return rows[np.hypot(slab.x[rows] - x, slab.y[rows] - y) <= metres]

    def _put(self, number: int, x: float, y: float, heading: float, now: float) -> None:
        slab = self._slab
        slab.x[number], slab.y[number], slab.z[number] = x, y, self.scene.height(x, y)
        slab.heading[number] = round(heading * _UNITS) % 65_536
        slab.moved_at[number] = slab.judged_at[number] = now
        slab.credit[number] = FULL_CREDIT
