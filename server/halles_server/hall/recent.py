"""The last minute of a hall, for the evidence of a report: where people stood each second, and who heard what.

Belongs here: two rings of bounded length, rows of numbers and the lines that were told. Not here: when it is called,
and what becomes of the evidence. A look copies three arrays and compares references; no object is made for an avatar.
"""

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from halles.ids import VisitId
from halles.protocol.messages import AvatarCard, ChatLine
from halles.world.reports import EVIDENCE_S
from halles.world.roles import Role
from halles_server.hall.slab import Slab

LOOK_S: Final = 1.0
"""Seconds between two looks."""

NEAR_M: Final = 15.0
"""Who came so near to the reporter is in the evidence: a little more than a line said nearby carries."""

PEOPLE: Final = 32
"""In the evidence, nearest first."""

LINES: Final = 600
"""Remembered; in a hall that talks more, the oldest are forgotten sooner."""

LINES_TOLD: Final = 100
"""In the evidence, the newest."""

_GONE: Final = 1024
"""People remembered who left."""


class Heard(msgspec.Struct, frozen=True):
    """A line that the reporter heard."""

    time_ms: int
    visit: VisitId
    name: str
    role: Role
    channel: str
    text: str


class Path(msgspec.Struct, frozen=True):
    """Where somebody stood: seconds before the report, metres, one place a second."""

    visit: VisitId
    name: str
    places: tuple[tuple[int, float, float], ...]


class Evidence(msgspec.Struct, frozen=True):
    """What a report keeps; ``line`` is the one reported, as it was stored."""

    lines: tuple[Heard, ...] = ()
    paths: tuple[Path, ...] = ()
    line: Heard | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    numbers: NDArray[np.uint16]
    x: NDArray[np.float32]
    y: NDArray[np.float32]


class Recent:
    """One hall's last minute."""

    def __init__(self, slab: Slab, cards: Mapping[int, AvatarCard]) -> None:
        self._slab, self._cards = slab, cards
        self._known: dict[int, AvatarCard] = {}
        self._looks: deque[_Look] = deque(maxlen=int(EVIDENCE_S / LOOK_S))
        self._gone: deque[tuple[float, int, AvatarCard]] = deque(maxlen=_GONE)
        self._lines: deque[tuple[float, ChatLine, NDArray[np.uint16] | None]] = deque(maxlen=LINES)

    def look(self, now: float) -> None:
        """Keeps where everybody stands."""
        slab, rows = self._slab, np.flatnonzero(self._slab.present)
        self._looks.append(
            _Look(now, rows.astype(np.uint16), slab.x[rows].astype(np.float32), slab.y[rows].astype(np.float32))
        )
        cards, self._known = self._known, dict(self._cards)
        for number, card in cards.items():
            if self._known.get(number) is not card:
                self._gone.append((now, number, card))
        self._forget(now)

    def heard(self, line: ChatLine, numbers: Iterable[int] | None, now: float) -> None:
        """Keeps a line with the numbers of those who heard it; None for all."""
        self._lines.append((now, line, None if numbers is None else np.fromiter(numbers, dtype=np.uint16)))

    def evidence(self, number: int, now: float, about: VisitId | None = None) -> Evidence:
        """Returns what somebody heard and who was near them, with ``about`` wherever in the hall that one stood."""
        self._forget(now)
        return Evidence(self._lines_of(number), self._paths_of(number, now, about))

    def knows(self, visit: VisitId) -> bool:
        """Tells whether somebody is in this hall, or left it within the minute."""
        return bool(_Who(self._cards, self._gone).numbers_of(visit))

    def public_evidence(self, now: float, about: VisitId | None, at: tuple[float, float] | None) -> Evidence:
        """Returns what everybody in the hall could read, and who was near what is reported: for who was not there.

        Args:
            now: Seconds, as ``look`` was given them.
            about: Who is reported; None for nobody.
            at: Where what is reported stands, in metres; None where that is nowhere.
        """
        self._forget(now)
        who = _Who(self._cards, self._gone)
        numbers = who.numbers_of(about) if about is not None else []
        metres = self._metres_to_all(numbers, at)
        lines = tuple(_told(line) for _, line, heard_by in self._lines if heard_by is None)[-LINES_TOLD:]
        return Evidence(lines, self._paths(who, self._chosen(numbers, metres), now))

    def _lines_of(self, number: int) -> tuple[Heard, ...]:
        who = _Who(self._cards, self._gone)
        me = who.at(number, math.inf)
        return tuple(
            _told(line)
            for at, line, numbers in self._lines
            if (numbers is None or (numbers == number).any()) and who.at(number, at) == me
        )[-LINES_TOLD:]

    def _paths_of(self, number: int, now: float, about: VisitId | None) -> tuple[Path, ...]:
        who = _Who(self._cards, self._gone)
        chosen = self._chosen([number, *who.numbers_of(about)], self._metres_to_all([number], None))
        return self._paths(who, chosen, now)

    def _paths(self, who: "_Who", chosen: list[int], now: float) -> tuple[Path, ...]:
        named: dict[VisitId, str] = {}
        places: dict[VisitId, list[tuple[int, float, float]]] = {}
        for look in self._looks:
            at = np.searchsorted(look.numbers, chosen)
            for one, i in zip(chosen, at.tolist(), strict=True):
                here = i < look.numbers.size and look.numbers[i] == one
                card = who.at(one, look.at) if here else None
                if card is not None:
                    named[card.visit] = card.name
                    place = (round(now - look.at), round(float(look.x[i]), 1), round(float(look.y[i]), 1))
                    places.setdefault(card.visit, []).append(place)
        return tuple(Path(visit, name, tuple(places[visit])) for visit, name in named.items())

    def _metres_to_all(self, numbers: list[int], at: tuple[float, float] | None) -> NDArray[np.float32]:
        """Returns how near everybody came to some people, or to a place."""
        metres = np.full(len(self._slab.present), np.inf, dtype=np.float32)
        for look in self._looks:
            places = [(float(look.x[i]), float(look.y[i])) for i in np.flatnonzero(np.isin(look.numbers, numbers))]
            for x, y in places + ([at] if at is not None else []):
                away = np.hypot(look.x - x, look.y - y)
                metres[look.numbers] = np.minimum(metres[look.numbers], away)
        return metres

    def _chosen(self, first: list[int], metres: NDArray[np.float32]) -> list[int]:
        """Returns those whom it is about, and the nearest others."""
        metres[first] = np.inf
        others = [int(one) for one in np.argsort(metres)[:PEOPLE] if metres[one] <= NEAR_M]
        return list(dict.fromkeys((first + others)[:PEOPLE]))

    def _forget(self, now: float) -> None:
        for ring in (self._lines, self._gone):
            while ring and now - ring[0][0] > EVIDENCE_S:
                ring.popleft()
        while self._looks and now - self._looks[0].at > EVIDENCE_S:
            self._looks.popleft()


def _told(line: ChatLine) -> Heard:
    return Heard(line.time_ms, line.visit, line.name, line.role, line.channel, line.text)


class _Who:
    """Who had which number when: a number is given anew some time after somebody left."""

    def __init__(self, here: Mapping[int, AvatarCard], gone: Iterable[tuple[float, int, AvatarCard]]) -> None:
        self._here = here
        self._gone: dict[int, list[tuple[float, AvatarCard]]] = {}
        for until, number, card in gone:
            self._gone.setdefault(number, []).append((until, card))

    def at(self, number: int, moment: float) -> AvatarCard | None:
        """Returns whose a number was at a moment."""
        earlier = (card for until, card in self._gone.get(number, ()) if moment < until)
        return next(earlier, None) or self._here.get(number)

    def numbers_of(self, visit: VisitId | None) -> list[int]:
        """Returns the numbers that somebody had."""
        here = [number for number, card in self._here.items() if card.visit == visit]
        return here + [number for number, left in self._gone.items() if any(card.visit == visit for _, card in left)]
