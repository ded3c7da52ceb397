"""The recorded hosts near one: fetched on approach, shown while nobody of the staff is there, by the show's clock.

Not here: how a host is drawn (view), recording one (``host_recorder``). A recording is checked as the server checks it
before anything of it is shown.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from halles.errors import HallesError, Rejection
from halles.ids import BoothId
from halles.protocol.host_messages import HostReplayRead, ReadHostReplay
from halles.protocol.messages import Message
from halles.world.geometry import Box
from halles.world.host_replay import HostLine, HostMotion, HostPose, checked, line_at, moment
from halles.world.look import Look
from halles_client.net.requests import Ask, new_request_id
from halles_client.replica.replica import Replica

SEEN_M: Final = 20.0
"""From how far a host is seen, and fetched."""

HEARD_M: Final = 9.0
"""From how far one reads what a host says."""

HOSTS_CAP: Final = 4
"""Shown at once: the nearest."""

KEPT_CAP: Final = 16
"""Recordings that are kept; for the next one the oldest goes."""

AGAIN_S: Final = 20.0
"""Before a recording is asked for again that could not be had."""


@dataclass(frozen=True, slots=True)
class ShownHost:
    """A recorded host at this moment.

    Attributes:
        place: Which of ``HOSTS_CAP`` places among the shown it has, as long as it is shown.
        z: Metres up.
        line: What it says now.
        away_m: How far off it is.
    """

    booth: BoothId
    place: int
    name: str
    look: Look
    pose: HostPose
    z: float
    recorded_ms: int
    line: HostLine | None
    away_m: float


@dataclass(frozen=True, slots=True)
class _Kept:
    read: HostReplayRead
    motion: HostMotion


class RecordedHosts:
    """One visit's recorded hosts.

    Attributes:
        shown: Those to be seen now, the nearest first.
    """

    def __init__(self, replica: Replica, ask: Ask) -> None:
        self._replica, self._ask = replica, ask
        self._kept: dict[BoothId, _Kept] = {}
        self._asked: dict[BoothId, tuple[int, float]] = {}  # which number was asked for, and when it may be again
        self._places: dict[BoothId, int] = {}
        self._entered = 0
        self._boxes: dict[BoothId, Box] = {}
        self._boxes_of = (-1, -1)
        self.shown: tuple[ShownHost, ...] = ()

    @property
    def speaking(self) -> ShownHost | None:
        """The nearest one whose line one reads."""
        return next((host for host in self.shown if host.line is not None and host.away_m <= HEARD_M), None)

    def step(self, now: float) -> None:
        """Fetches who is near and unstaffed, and shows them; ``now`` as for ``Replica.apply``."""
        if self._replica.entered != self._entered:
            self._entered = self._replica.entered
            self._kept.clear()
            self._asked.clear()
        near = self._near()
        for booth, number in near:
            kept = self._kept.get(booth)
            if kept is None or kept.read.number != number:
                self._fetch(booth, number, now)
        still = {booth for booth, _ in near}
        self._places = {booth: place for booth, place in self._places.items() if booth in still}
        clock = self._replica.timeline.server_time(now)
        found = [host for booth, number in near if (host := self._at(booth, number, clock)) is not None]
        self.shown = tuple(sorted(found, key=lambda host: host.away_m))

    def _near(self) -> list[tuple[BoothId, int]]:
        """Returns the nearest booths with a recording and nobody at them, each with its number."""
        replica, own = self._replica, self._replica.own
        found: list[tuple[float, BoothId, int]] = []
        for booth, number in replica.host_replays.items() if own is not None else ():
            box, staffed = self._box(booth), replica.staffed.get(booth)
            if own is None or box is None or (staffed is not None and staffed.state == "here"):
                continue
            away = math.dist((box.x, box.y), (own.pose.x, own.pose.y))
            if away <= SEEN_M:
                found.append((away, booth, number))
        return [(booth, number) for _, booth, number in sorted(found)[:HOSTS_CAP]]

    def _box(self, booth: BoothId) -> Box | None:
        """Returns where a booth stands; looked up anew only when a booth of the hall has changed, not each frame."""
        replica = self._replica
        if self._boxes_of != (replica.entered, replica.booths_seen):
            self._boxes_of = replica.entered, replica.booths_seen
            slots = {slot.id: slot.box for slot in replica.scene.slots} if replica.scene is not None else {}
            self._boxes = {booth: slots[card.slot] for booth, card in replica.booths.items() if card.slot in slots}
        return self._boxes.get(booth)

    def _fetch(self, booth: BoothId, number: int, now: float) -> None:
        asked = self._asked.get(booth)
        if asked is not None and asked[0] == number and now < asked[1]:
            return
        self._asked.pop(booth, None)
        self._asked[booth] = number, now + AGAIN_S
        if len(self._asked) > KEPT_CAP:
            del self._asked[next(iter(self._asked))]
        self._ask(ReadHostReplay(new_request_id(), booth), self._keeping(self._entered), _nothing)

    def _keeping(self, entered: int) -> Callable[[Message], None]:
        def keep(message: Message) -> None:
            scene = self._replica.scene
            if not isinstance(message, HostReplayRead) or entered != self._replica.entered or scene is None:
                return
            box = self._box(message.booth)
            if box is None:
                return
            try:
                replay = checked(message.replay, box, scene.field)
            except Rejection:
                return  # what a server of ours never sends is not shown
            self._kept.pop(message.booth, None)
            self._kept[message.booth] = _Kept(message, HostMotion(replay, box))
            if len(self._kept) > KEPT_CAP:
                del self._kept[next(iter(self._kept))]

        return keep

    def _at(self, booth: BoothId, number: int, clock: float) -> ShownHost | None:
        kept, own, scene = self._kept.get(booth), self._replica.own, self._replica.scene
        if kept is None or kept.read.number != number or own is None or scene is None:
            return None
        replay = kept.read.replay
        into = moment(clock - kept.read.begun_ms / 1000.0, replay)
        if into is None:
            return None
        pose = kept.motion.at(into)
        away, z = math.dist(pose[:2], (own.pose.x, own.pose.y)), scene.height(pose.x, pose.y)
        read, line = kept.read, line_at(replay, into)
        return ShownHost(
            booth, self._place(booth), read.name, read.look, pose, z, read.recorded_ms, line, away
        )  # fmt: skip

    def _place(self, booth: BoothId) -> int:
        """Returns the place of a host among the shown, the same as long as it is there, so that it moves smoothly."""
        if booth not in self._places:
            free = set(range(HOSTS_CAP)) - set(self._places.values())
            self._places[booth] = min(free)
        return self._places[booth]


def _nothing(error: HallesError) -> None:
    """Nobody asked for it by hand, so nobody is told."""
