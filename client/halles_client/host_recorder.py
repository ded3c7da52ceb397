"""Recording oneself as a booth's host: one's own motion and said lines, then the question, then the server.

Only somebody of the booth's staff who stands at it can begin. Nothing leaves this computer before ``agree``. Not here:
how it looks (view), what a recording may be (``world.host_replay``). Voice is not captured: a sound file may be added
on the booth's page.
"""

import math
import textwrap
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import msgspec

from halles.errors import HallesError, Rejection
from halles.protocol.host_messages import KeepHostReplay
from halles.protocol.messages import BoothCard, ChatLine, Message
from halles.world.at_booth import metres_off
from halles.world.geometry import Box, ClearanceField, wrap
from halles.world.host_replay import (
    HZ,
    LINE_CAP,
    LINE_LEAST_S,
    LINES_CAP,
    REACH_M,
    SECONDS_CAP,
    SECONDS_LEAST,
    STEP_CAP_M,
    TEXT_BYTES_CAP,
    HostLine,
    HostReplay,
    checked,
    packed,
    poses_in,
)
from halles.world.movement import RUN_SPEED, Pose
from halles.world.text import Language
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replica.replica import Replica

State = Literal["off", "recording", "asking", "sending", "kept"]

KEPT_SHOWN_S: Final = 10.0
"""Seconds for which one is told that it is kept."""

_JUMP_M: Final = 0.3
"""More than a run, between two beats: the server has put one elsewhere, which nobody can walk."""

_EDGE_M: Final = 0.1
"""Within the reach by so much, so that rounding puts nobody beyond it."""

_ROUNDING_M: Final = 0.02
"""What a step may grow by when both its ends are rounded to centimetres."""


class _Place(NamedTuple):
    """Where a recording is made, held as it was when it began: a break or another hall takes nothing of it."""

    card: BoothCard
    box: Box
    field: ClearanceField


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recording is.

    Attributes:
        booth: At which booth; None where none can be begun.
        seconds: How long it is so far.
        lines: How many lines were said.
        replaces: Whether the booth has another one, which would go.
    """

    state: State
    booth: BoothCard | None
    seconds: int = 0
    lines: int = 0
    replaces: bool = False


class HostRecorder:
    """One visit's recording of itself.

    Attributes:
        state: What it is at.
    """

    def __init__(self, replica: Replica, ask: Ask, refused: Failed) -> None:
        self._replica, self._ask, self._refused = replica, ask, refused
        self.state: State = "off"
        self._language: Language = "fr"
        self._place: _Place | None = None
        self._heard: list[ChatLine] = []
        self._began = self._now = self._until = 0.0
        self._entered = 0
        self._last: tuple[float, Pose] | None = None
        self._poses: list[Pose] = []
        self._lines: list[HostLine] = []
        self._replay: HostReplay | None = None

    @property
    def progress(self) -> Progress:
        """How far it is."""
        if self.state == "off" or self._place is None:
            offered = self._offered()
            return Progress("off", offered.card if offered is not None else None)
        card = self._place.card
        seconds = max(0, len(self._poses) - 1) // HZ
        replaces = card.booth in self._replica.host_replays
        return Progress(self.state, card, seconds, len(self._lines), replaces)

    def toggle(self, language: Language) -> None:
        """Begins, where one may, or ends; ``language`` is what one says the lines in."""
        offered = self._offered()
        if self.state == "recording" and self._place is not None:
            self._finish(self._place)
        elif self.state in ("off", "kept") and offered is not None and self._replica.own is not None:
            self.state, self._language, self._place = "recording", language, offered
            self._began, self._entered = self._now, self._replica.entered
            self._last = self._now, self._replica.own.pose
            self._poses, self._lines, self._heard = [self._replica.own.pose], [], []

    def said(self, said: ChatLine) -> None:
        """A line of one's own was taken by the server: it is part of the recording, once however often it comes."""
        if self.state != "recording" or self._place is None or said in self._heard:
            return
        at_ms = round((self._now - self._began) * 1000)
        for piece in textwrap.wrap(said.text, LINE_CAP):
            line = HostLine(at_ms, self._language, piece)
            size = sum(len(other.text.encode()) for other in (*self._lines, line))
            if len(self._lines) >= LINES_CAP or size > TEXT_BYTES_CAP:
                self._finish(self._place)  # rather than to lose words unseen
                return
            self._lines.append(line)
        self._heard = [*self._heard, said][-LINES_CAP:]

    def step(self, now: float) -> None:
        """Takes one's pose, as often as a recording has one; ends what is as long as it may be, or left its booth."""
        self._now = now
        if self.state == "kept" and now >= self._until:
            self.state = "off"
        own, last, place = self._replica.own, self._last, self._place
        if self.state != "recording" or last is None or place is None:
            return
        here = self._entered == self._replica.entered and place.card.booth in self._replica.booths
        if own is None or not here or not _follows(last, (now, own.pose)) or not self._take(last, (now, own.pose)):
            self._finish(place)
            return
        self._last = now, own.pose
        if len(self._poses) > SECONDS_CAP * HZ or not _within(place.box, own.pose):
            self._finish(place)

    def agree(self) -> None:
        """The one recorded agrees that it is shown: only now it is sent."""
        if self.state == "asking" and self._replay is not None and self._place is not None:
            self.state = "sending"
            message = KeepHostReplay(new_request_id(), self._place.card.booth, self._replay, consent=True)
            self._ask(message, self._kept, self._not_kept)

    def discard(self) -> None:
        """Throws the recording away, begun or ended."""
        if self.state in ("recording", "asking"):
            self._forget("off")

    def _take(self, last: tuple[float, Pose], now: tuple[float, Pose]) -> bool:
        """Takes the poses that are due; False where one is farther from the one before than a recording may have."""
        while len(self._poses) / HZ <= now[0] - self._began and len(self._poses) <= SECONDS_CAP * HZ:
            before, pose = self._poses[-1], _between(last, now, self._began + len(self._poses) / HZ)
            if math.dist((before.x, before.y), (pose.x, pose.y)) > STEP_CAP_M - _ROUNDING_M:
                return False
            self._poses.append(pose)
        return True

    def _offered(self) -> _Place | None:
        """Returns the place at which one may record oneself now."""
        own, scene = self._replica.own, self._replica.scene
        if own is None or scene is None:
            return None
        for booth in self._replica.served:
            card = self._replica.booths.get(booth)
            slot = scene.slot(card.slot) if card is not None else None
            if card is not None and slot is not None and _within(slot.box, own.pose):
                return _Place(card, slot.box, scene.field)
        return None

    def _finish(self, place: _Place) -> None:
        """Ends the recording with its last pose, and asks, unless it is too short or not possible."""
        # Its last pose may have been beyond the reach: what is kept ends one before.
        while self._poses and not _within(place.box, self._poses[-1]):
            self._poses.pop()
        length_ms = max(0, len(self._poses) - 1) * 1000 // HZ
        if length_ms < SECONDS_LEAST * 1000:
            self._forget("off")
            return
        lines = tuple(msgspec.structs.replace(line, at_ms=min(line.at_ms, length_ms)) for line in self._lines)
        if lines:  # the host waits until the last one can be read
            length_ms = max(length_ms, min(SECONDS_CAP, lines[-1].at_ms // 1000 + 1 + LINE_LEAST_S) * 1000)
        poses = self._poses + self._poses[-1:] * (poses_in(length_ms) - len(self._poses))
        replay = HostReplay(length_ms, packed(place.box, poses[: poses_in(length_ms)]), lines)
        try:
            self._replay = checked(replay, place.box, place.field)
        except Rejection as refusal:
            self._forget("off")
            self._refused(refusal)
        else:
            self.state = "asking"

    def _kept(self, message: Message) -> None:
        self._until = self._now + KEPT_SHOWN_S
        self._forget("kept")

    def _not_kept(self, error: HallesError) -> None:
        self.state = "asking"  # nothing is lost: one may try again
        self._refused(error)

    def _forget(self, state: State) -> None:
        self.state, self._replay = state, None
        self._poses, self._lines, self._heard = [], [], []


def _within(box: Box, pose: Pose) -> bool:
    """Tells whether somebody is near enough to a booth for a recording at it."""
    return metres_off(box, pose.x, pose.y) <= REACH_M - _EDGE_M


def _follows(before: tuple[float, Pose], after: tuple[float, Pose]) -> bool:
    """Tells whether somebody can have walked from one pose to the next."""
    (then, first), (now, last) = before, after
    return math.dist((first.x, first.y), (last.x, last.y)) <= RUN_SPEED * (now - then) + _JUMP_M


def _between(before: tuple[float, Pose], after: tuple[float, Pose], at: float) -> Pose:
    """Returns the pose at a moment between two: a slow computer has fewer beats than a recording has poses."""
    (then, first), (now, last) = before, after
    share = min(1.0, max(0.0, (at - then) / (now - then))) if now > then else 1.0
    return replace(
        last,
        x=first.x + (last.x - first.x) * share,
        y=first.y + (last.y - first.y) * share,
        heading=wrap(first.heading + wrap(last.heading - first.heading) * share),
    )
