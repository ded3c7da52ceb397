"""A host replay: somebody of a booth's staff, recorded as motion and lines, to be shown there when nobody is.

Belongs here: what a recording may be, how its motion is packed, and where its host stands at a moment. Not here: who
may record or take it away (the server's policies), and how it looks. Places are told within the booth's own box, so
that a recording goes with its booth to another slot. Pure: the moment is an argument.
"""

from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from halles.errors import Rejection, RejectionCode
from halles.ids import MediaId
from halles.world.booth import clean_text, media_kind
from halles.world.geometry import Box, ClearanceField, local, place, wrap
from halles.world.movement import RADIUS, RUN_SPEED, SPEED_MARGIN, WALL_MARGIN, Gesture, Pose
from halles.world.text import Language

SECONDS_CAP: Final = 180
SECONDS_LEAST: Final = 3
"""Under which nobody has said anything: a key pressed twice."""

HZ: Final = 5
"""Poses a second."""
POSE_BYTES: Final = 6
POSES_CAP: Final = SECONDS_CAP * HZ + 1

LINES_CAP: Final = 40
LINE_CAP: Final = 240
"""Characters of a line."""
TEXT_BYTES_CAP: Final = 8 * 1024
"""UTF-8 of all lines: with all poses still well within one message."""

REACH_M: Final = 4.0
"""How far from its booth's edge a host may walk: across the aisle, not into the next booth's talk."""

PAUSE_S: Final = 4.0
"""Seconds between two showings, in which nobody is seen: from the last place to the first nobody can walk."""

LINE_LEAST_S, LINE_MOST_S, READ_PER_S = 3, 10, 15.0
"""How long a line stands, by its characters, unless the next one comes."""

KEPT_DAYS: Final = 365
"""After which a recording is deleted, whoever forgets it; consent is asked for that long."""

_MILLISECONDS: Final = 1000
_TURN: Final = 2.0 * np.pi
_LATER_M: Final = 0.1
"""That a step may be longer than a run allows: two roundings, and poses taken some milliseconds late."""
STEP_CAP_M: Final = RUN_SPEED * SPEED_MARGIN / HZ + _LATER_M
"""How far a host may get from one pose to the next."""
_RECORD: Final = np.dtype([("x", "<i2"), ("y", "<i2"), ("heading", "u1"), ("gesture", "u1")])

Moment = Annotated[int, msgspec.Meta(ge=0, le=SECONDS_CAP * _MILLISECONDS)]


class HostLine(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something that the host says.

    Attributes:
        at_ms: When, from the beginning.
        language: The language that it is in.
        text: One line of plain text.
    """

    at_ms: Moment
    language: Language
    text: Annotated[str, msgspec.Meta(max_length=4 * LINE_CAP)]


class HostReplay(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A recording.

    Attributes:
        length_ms: How long it is.
        poses: Where the host is, five times a second from 0 on, six bytes each, little-endian: i16 right and i16
            front of the middle of the booth's box in centimetres, u8 heading in 256ths of a turn against the box,
            u8 gesture.
        lines: What is said, by time.
        sound: The same as sound, or "": a medium of that kind, sent by the one recorded.
    """

    length_ms: Moment
    poses: Annotated[bytes, msgspec.Meta(max_length=POSES_CAP * POSE_BYTES)]
    lines: Annotated[tuple[HostLine, ...], msgspec.Meta(max_length=LINES_CAP)] = ()
    sound: Annotated[MediaId, msgspec.Meta(max_length=80)] = MediaId("")

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.length_ms / _MILLISECONDS


class HostPose(NamedTuple):
    """Where a host is at a moment: metres in the hall, radians, m/s, and the metres walked so far."""

    x: float
    y: float
    heading: float
    gesture: Gesture
    speed: float
    stride: float


def packed(box: Box, poses: Sequence[Pose]) -> bytes:
    """Returns poses in a hall as a recording of the booth in a box has them; those too far off for it are cut short."""
    rows = np.zeros(len(poses), dtype=_RECORD)
    for row, pose in zip(rows, poses, strict=True):
        at = local(box, pose.x, pose.y)
        row["x"], row["y"] = (int(np.clip(round(metres * 100), -32_767, 32_767)) for metres in at)
        row["heading"] = round((pose.heading - box.heading) / _TURN * 256) % 256
        row["gesture"] = int(pose.gesture)
    return rows.tobytes()


def poses_in(length_ms: int) -> int:
    """Returns how many poses a recording of a length has."""
    return length_ms * HZ // _MILLISECONDS + 1


def checked(replay: HostReplay, box: Box, field: ClearanceField) -> HostReplay:
    """Returns a recording with clean lines, once all of it is possible at the booth in a box.

    Raises:
        Rejection: BAD_FIELD for motion that nobody can walk there, or times out of order; TOO_LARGE for too much text
            or too short a recording; INVALID_TEXT.
    """
    if replay.length_ms < SECONDS_LEAST * _MILLISECONDS:
        raise Rejection(RejectionCode.BAD_FIELD, f"{replay.seconds:.1f} s, at least {SECONDS_LEAST}")
    if replay.sound and media_kind(replay.sound) != "sound":
        raise Rejection(RejectionCode.BAD_FIELD, "the sound is no medium of that kind")
    _check_motion(replay, box, field)
    lines = tuple(msgspec.structs.replace(line, text=_clean(line.text)) for line in replay.lines)
    times = [line.at_ms for line in lines]
    if times != sorted(times) or (times and times[-1] > replay.length_ms):
        raise Rejection(RejectionCode.BAD_FIELD, "lines are told in their order, within the recording")
    size = sum(len(line.text.encode()) for line in lines)
    if size > TEXT_BYTES_CAP:
        raise Rejection(RejectionCode.TOO_LARGE, f"{size} bytes of text, at most {TEXT_BYTES_CAP}")
    return msgspec.structs.replace(replay, lines=lines)


def period(replay: HostReplay) -> float:
    """Returns the seconds from one showing to the next."""
    return replay.seconds + PAUSE_S


def moment(since_s: float, replay: HostReplay) -> float | None:
    """Returns how far a recording is, so long since a showing began; None between two showings."""
    into = since_s % period(replay)
    return into if into <= replay.seconds else None


def line_at(replay: HostReplay, seconds: float) -> HostLine | None:
    """Returns the line that stands at a moment, if one does."""
    said = next((line for line in reversed(replay.lines) if line.at_ms <= seconds * _MILLISECONDS), None)
    if said is None:
        return None
    stands_s = min(LINE_MOST_S, max(LINE_LEAST_S, len(said.text) / READ_PER_S))
    return said if seconds < said.at_ms / _MILLISECONDS + stands_s else None


class HostMotion:
    """A recording's motion, read once and asked for many moments."""

    def __init__(self, replay: HostReplay, box: Box) -> None:
        """Takes a recording that ``checked`` has let pass, and the box of its booth."""
        rows = _rows(replay)
        self._box = box
        self._at = np.stack([rows["x"], rows["y"]], axis=1) / 100.0
        self._heading = np.unwrap(rows["heading"] / 256.0 * _TURN)
        self._gesture = rows["gesture"]
        steps = np.hypot(*np.diff(self._at, axis=0).T)
        self._speed = np.append(steps * HZ, 0.0)
        self._stride = np.concatenate([[0.0], np.cumsum(steps)])

    def at(self, seconds: float) -> HostPose:
        """Returns where the host is, between the two poses around a moment; before and after it stands still."""
        last = len(self._at) - 1
        exact = min(max(seconds * HZ, 0.0), float(last))
        before = min(int(exact), last)
        after, share = min(before + 1, last), exact - before
        right, front = self._at[before] + (self._at[after] - self._at[before]) * share
        heading = self._heading[before] + (self._heading[after] - self._heading[before]) * share
        stride = self._stride[before] + (self._stride[after] - self._stride[before]) * share
        there = place(self._box, float(right), float(front))
        gesture = Gesture(int(self._gesture[before]))
        facing = wrap(float(heading) + self._box.heading)
        return HostPose(there.x, there.y, facing, gesture, float(self._speed[before]), float(stride))


def _clean(text: str) -> str:
    line = clean_text(text, LINE_CAP, lines=False)
    if not line:
        raise Rejection(RejectionCode.INVALID_TEXT, "a line without words")
    return line


def _rows(replay: HostReplay) -> NDArray[np.void]:
    return np.frombuffer(replay.poses, dtype=_RECORD)


def _check_motion(replay: HostReplay, box: Box, field: ClearanceField) -> None:
    count = poses_in(replay.length_ms)
    if len(replay.poses) != count * POSE_BYTES:
        raise Rejection(RejectionCode.BAD_FIELD, f"{len(replay.poses)} bytes of poses, {count * POSE_BYTES} expected")
    rows = _rows(replay)
    if rows["gesture"].max() > max(Gesture):
        raise Rejection(RejectionCode.BAD_FIELD, "a gesture that there is not")
    right, front = rows["x"] / 100.0, rows["y"] / 100.0
    aside, ahead = np.maximum(0.0, abs(right) - box.width / 2), np.maximum(0.0, abs(front) - box.depth / 2)
    if np.hypot(aside, ahead).max() > REACH_M:
        raise Rejection(RejectionCode.BAD_FIELD, f"farther than {REACH_M:g} m from the booth")
    if np.hypot(np.diff(right), np.diff(front)).max() > STEP_CAP_M:
        raise Rejection(RejectionCode.BAD_FIELD, "faster than anybody runs")
    cos, sin = np.cos(box.heading), np.sin(box.heading)
    x, y = box.x + right * cos - front * sin, box.y + right * sin + front * cos
    if field.at(x, y).min() < RADIUS - WALL_MARGIN:
        raise Rejection(RejectionCode.BAD_FIELD, "within a wall")
