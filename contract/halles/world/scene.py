"""A hall's plan: the static scene that people walk in and booths stand in.

A plan is a TOML file in ``scenes/``; ``parse`` turns its text into a ``Scene`` or says file, line and reason.
Headings of rows are in degrees, as written; those of boxes and of places to stand are in radians. The rest is metres.
The plan also carries what only the view needs to know of a room (its style and colour), so that a hall is one file.
"""

import math
import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Final, Literal

import msgspec
import numpy as np

from halles.errors import SceneError
from halles.ids import HallId, SlotId
from halles.world.geometry import Box, ClearanceField, Floats, Point, clearance_field, local, place
from halles.world.text import Text

_Metre = Annotated[float, msgspec.Meta(ge=-320.0, le=320.0)]
_Size = Annotated[float, msgspec.Meta(gt=0.0, le=320.0)]
_Degrees = Annotated[float, msgspec.Meta(ge=-360.0, le=360.0)]
_Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
_Colour = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{6}$")]

SlotSize = Literal["S", "M", "L"]

SLOT_METRES: Final[dict[SlotSize, tuple[float, float]]] = {"S": (3.0, 3.0), "M": (6.0, 3.0), "L": (6.0, 6.0)}
"""Width along the aisle and depth of a booth, by size."""

SLOTS_CAP: Final = 120
"""Booth slots in one hall: the list of its booths, every panel of each with a picture, fits into one message."""
HALLS_CAP: Final = 64
"""Halls in one show: their list fits into one message."""

WALL_THICKNESS: Final = 0.12
COUNTER: Final = (1.5, 0.6)
"""Width and depth of a booth's counter, metres."""


class _Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of a plan: unknown keys are refused, so that a typing error is found."""


class Names(_Value, frozen=True, forbid_unknown_fields=True):
    """A name in three languages, none empty."""

    fr: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    nl: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]

    def text(self) -> Text:
        """Returns the names as a text."""
        return Text(self.fr, self.nl, self.en)


class Obstacle(_Value, frozen=True, forbid_unknown_fields=True):
    """A box that nobody walks through: a column, a bench, a desk, a wall."""

    kind: Literal["wall", "column", "bench", "desk", "planter", "lectern", "edge"]
    x: _Metre
    y: _Metre
    width: _Size
    depth: _Size
    heading: _Degrees = 0.0

    @property
    def box(self) -> Box:
        """Its rectangle on the floor."""
        return Box(self.x, self.y, self.width, self.depth, math.radians(self.heading))


class Slot(_Value, frozen=True, forbid_unknown_fields=True):
    """The place reserved for a booth; (x, y) is its centre and ``heading`` where its open front looks."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][0-9]{1,2}$")]
    size: SlotSize
    x: _Metre
    y: _Metre
    heading: _Degrees

    @property
    def box(self) -> Box:
        """Its rectangle on the floor; own y axis towards the aisle."""
        width, depth = SLOT_METRES[self.size]
        return Box(self.x, self.y, width, depth, math.radians(self.heading))

    def obstacles(self) -> tuple[Box, ...]:
        """Returns what stands in the way in a booth of this size: back wall, left half wing, counter."""
        box = self.box
        half_w, half_d = box.width / 2, box.depth / 2
        back = place(box, 0.0, -half_d + WALL_THICKNESS / 2)
        wing = place(box, -half_w + WALL_THICKNESS / 2, -half_d / 2)
        counter = place(box, half_w - COUNTER[0] / 2 - 0.15, half_d - COUNTER[1] / 2 - 0.25)
        return (
            Box(back.x, back.y, box.width, WALL_THICKNESS, box.heading),
            Box(wing.x, wing.y, WALL_THICKNESS, half_d, box.heading),
            Box(counter.x, counter.y, *COUNTER, box.heading),
        )

    def visitor_place(self) -> tuple[Point, float]:
        """Returns where somebody lands who asks for this booth, and the heading that looks at its back wall."""
        box = self.box
        return place(box, -0.35, box.depth / 2 + 1.3), math.radians(self.heading) + math.pi


class Spawn(_Value, frozen=True, forbid_unknown_fields=True):
    """A place where visits and passages arrive: anybody lands within ``radius`` of it."""

    id: _Slug
    x: _Metre
    y: _Metre
    heading: _Degrees
    radius: Annotated[float, msgspec.Meta(ge=0.0, le=10.0)] = 1.5


class Portal(_Value, frozen=True, forbid_unknown_fields=True):
    """A passage: who walks into its box is asked for in hall ``to`` at spawn ``arrive``."""

    id: _Slug
    x: _Metre
    y: _Metre
    width: _Size
    depth: _Size
    heading: _Degrees
    to: _Slug
    arrive: _Slug

    @property
    def box(self) -> Box:
        """Its rectangle on the floor."""
        return Box(self.x, self.y, self.width, self.depth, math.radians(self.heading))


class Floor(_Value, frozen=True, forbid_unknown_fields=True):
    """A part of the floor above height 0: a stage, or steps rising along its front from ``low`` to ``high``."""

    x: _Metre
    y: _Metre
    width: _Size
    depth: _Size
    low: Annotated[float, msgspec.Meta(ge=0.0, le=4.0)]
    high: Annotated[float, msgspec.Meta(ge=0.0, le=4.0)]
    heading: _Degrees = 0.0

    @property
    def box(self) -> Box:
        """Its rectangle on the floor."""
        return Box(self.x, self.y, self.width, self.depth, math.radians(self.heading))


class Stage(_Value, frozen=True, forbid_unknown_fields=True):
    """Where live sessions are held; the public stands in front of it."""

    id: _Slug
    name: Names
    x: _Metre
    y: _Metre
    width: _Size
    depth: _Size
    height: Annotated[float, msgspec.Meta(ge=0.0, le=4.0)]
    heading: _Degrees

    @property
    def box(self) -> Box:
        """Its rectangle on the floor; own y axis towards the public."""
        return Box(self.x, self.y, self.width, self.depth, math.radians(self.heading))

    def audience_place(self) -> tuple[Point, float]:
        """Returns a place before the stage and the heading that looks at it."""
        box = self.box
        return place(box, 0.0, box.depth / 2 + 7.0), math.radians(self.heading) + math.pi


class Screen(_Value, frozen=True, forbid_unknown_fields=True):
    """A surface that shows media in sync; (x, y) its middle, ``z`` its lower edge, ``heading`` where it looks."""

    id: _Slug
    x: _Metre
    y: _Metre
    z: Annotated[float, msgspec.Meta(ge=0.0, le=20.0)]
    width: _Size
    height: _Size
    heading: _Degrees


class Line(_Value, frozen=True, forbid_unknown_fields=True):
    """A coloured guide line painted on the floor."""

    points: Annotated[list[tuple[_Metre, _Metre]], msgspec.Meta(min_length=2, max_length=60)]
    colour: _Colour
    width: _Size = 0.5


class Disc(_Value, frozen=True, forbid_unknown_fields=True):
    """A numbered disc on the guide line."""

    x: _Metre
    y: _Metre
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=3)]


class Scene(_Value, frozen=True, forbid_unknown_fields=True, dict=True):
    """One hall's plan, checked: ids unique, slots inside and apart, free floor at spawns and before slots."""

    id: HallId
    name: Names
    region: Names
    subject: Names
    colour: _Colour
    style: Literal["rotunda", "sawtooth", "vault", "crane"]
    outline: Annotated[list[tuple[_Metre, _Metre]], msgspec.Meta(min_length=3, max_length=64)]
    spawns: Annotated[list[Spawn], msgspec.Meta(min_length=1, max_length=20)]
    obstacles: list[Obstacle] = []
    slots: Annotated[list[Slot], msgspec.Meta(max_length=SLOTS_CAP)] = []
    portals: Annotated[list[Portal], msgspec.Meta(max_length=20)] = []
    floors: Annotated[list[Floor], msgspec.Meta(max_length=20)] = []
    stages: Annotated[list[Stage], msgspec.Meta(max_length=4)] = []
    screens: Annotated[list[Screen], msgspec.Meta(max_length=20)] = []
    lines: Annotated[list[Line], msgspec.Meta(max_length=20)] = []
    discs: Annotated[list[Disc], msgspec.Meta(max_length=40)] = []

    @cached_property
    def field(self) -> ClearanceField:
        """The clearance of this room with its booths; made once."""
        boxes = [row.box for row in self.obstacles] + [box for slot in self.slots for box in slot.obstacles()]
        return clearance_field(tuple(Point(*corner) for corner in self.outline), tuple(boxes))

    def height(self, x: float, y: float) -> float:
        """Returns the floor's height at a place, metres."""
        for floor in self.floors:
            if floor.box.contains(x, y):
                share = local(floor.box, x, y).y / floor.depth + 0.5
                return floor.low + (floor.high - floor.low) * share
        return 0.0

    def heights(self, x: Floats, y: Floats) -> Floats:
        """Returns the floor's height at places of shape ``(n,)``, metres: ``height`` for many at once."""
        z = np.zeros_like(x)
        for floor in reversed(self.floors):
            cos, sin = math.cos(floor.box.heading), math.sin(floor.box.heading)
            dx, dy = x - floor.x, y - floor.y
            right, front = dx * cos + dy * sin, -dx * sin + dy * cos
            on = (np.abs(right) <= floor.width / 2) & (np.abs(front) <= floor.depth / 2)
            z = np.where(on, floor.low + (floor.high - floor.low) * (front / floor.depth + 0.5), z)
        return z

    def slot(self, slot: SlotId) -> Slot | None:
        """Returns the slot of this name, if the plan has it."""
        return next((row for row in self.slots if row.id == slot), None)

    def spawn(self, name: str) -> Spawn:
        """Returns the spawn of this name, else the first."""
        return next((row for row in self.spawns if row.id == name), self.spawns[0])

    def portal_at(self, x: float, y: float) -> Portal | None:
        """Returns the portal whose box holds a place."""
        return next((row for row in self.portals if row.box.contains(x, y)), None)


def parse(text: str, file: str) -> Scene:
    """Reads one plan.

    Args:
        text: The TOML text.
        file: Its name, for messages only.

    Raises:
        SceneError: Naming file, line and reason; all faults of the first failing stage, one a line.
    """
    try:
        scene = msgspec.convert(tomllib.loads(text), Scene)
    except tomllib.TOMLDecodeError as error:
        raise SceneError(f"{file}: {error}") from None
    except msgspec.ValidationError as error:
        raise SceneError(f"{file}:{_line_of(text, str(error))}: {error}") from None
    if problems := _problems(scene):
        raise SceneError("\n".join(f"{file}:{_line_of(text, where)}: {why}" for where, why in problems))
    return scene


def parse_show(files: Mapping[str, bytes]) -> dict[HallId, Scene]:
    """Reads all plans of a show, by file name; the halls come in the files' order.

    Raises:
        SceneError: Naming file, line and reason of every fault of every plan; when there is none, of what does not
            hold between plans: every plan is called like its file and every portal leads to a spawn that exists.
    """
    texts: dict[str, str] = {}
    scenes: dict[HallId, Scene] = {}
    problems: list[str] = []
    for file, data in files.items():
        try:
            texts[file] = data.decode("utf-8")
            scene = parse(texts[file], file)
        except SceneError as error:
            problems.append(str(error))
        except UnicodeDecodeError as error:
            problems.append(f"{file}:{data[: error.start].count(10) + 1}: not UTF-8")
        else:
            if file != f"{scene.id}.toml":
                problems.append(f"{file}:{_line_of(texts[file], '$.id')}: the id {scene.id} is not the file's name")
            scenes[scene.id] = scene
    if len(files) > HALLS_CAP:
        problems.append(f"{len(files)} halls, at most {HALLS_CAP} in a show")
    if problems := problems or _lost_portals(scenes, texts):
        raise SceneError("\n".join(problems))
    return scenes


def _lost_portals(scenes: dict[HallId, Scene], texts: dict[str, str]) -> list[str]:
    """Returns a sentence for each portal that leads into nowhere."""
    found = []
    for scene in scenes.values():
        file = f"{scene.id}.toml"
        for i, portal in enumerate(scene.portals):
            line, target = _line_of(texts[file], f"$.portals[{i}]"), scenes.get(HallId(portal.to))
            if target is None:
                found.append(f"{file}:{line}: portal {portal.id} leads to {portal.to}, which has no plan")
            elif all(spawn.id != portal.arrive for spawn in target.spawns):
                found.append(f"{file}:{line}: portal {portal.id} arrives at {portal.to}/{portal.arrive}, no such spawn")
    return found


def _problems(scene: Scene) -> list[tuple[str, str]]:
    """Returns ``(path, reason)`` for each fault that types cannot express."""
    found: list[tuple[str, str]] = []
    for kind in ("slots", "spawns", "portals", "stages", "screens"):
        seen: set[str] = set()
        for i, row in enumerate(getattr(scene, kind)):
            if row.id in seen:
                found.append((f"$.{kind}[{i}]", f"{kind}: id {row.id} is used twice"))
            seen.add(row.id)
    for i, slot in enumerate(scene.slots):
        for other in scene.slots[:i]:
            if _overlap(slot.box, other.box):
                found.append((f"$.slots[{i}]", f"slot {slot.id} stands on slot {other.id}"))
    outline = clearance_field(tuple(Point(*corner) for corner in scene.outline), ())
    for i, slot in enumerate(scene.slots):
        if any(outline.one(*corner) < -0.3 for corner in slot.box.corners()):
            found.append((f"$.slots[{i}]", f"slot {slot.id} reaches outside the room"))
    for i, spawn in enumerate(scene.spawns):
        if scene.field.one(spawn.x, spawn.y) < 0.3:
            found.append((f"$.spawns[{i}]", f"spawn {spawn.id} lies in a wall or outside"))
    for i, slot in enumerate(scene.slots):
        if scene.field.one(*slot.visitor_place()[0]) < 0.3:
            found.append((f"$.slots[{i}]", f"nobody can stand before slot {slot.id}"))
    return found


def _overlap(a: Box, b: Box) -> bool:
    """Tells whether two boxes share more than a seam, by separating axes (Gottschalk 1996)."""
    for box, other in ((a, b), (b, a)):
        seen = [local(box, *corner) for corner in other.corners()]
        for axis, half in ((0, box.width / 2), (1, box.depth / 2)):
            if min(p[axis] for p in seen) >= half - 0.01 or max(p[axis] for p in seen) <= -half + 0.01:
                return False
    return True


def _line_of(text: str, where: str) -> int:
    """Finds the line of ``$.slots[3].x`` (anywhere in ``where``) in the file; 1 when it cannot be told."""
    path = re.search(r"\$\.(\w+)(?:\[(\d+)\])?(?:\.(\w+))?", where)
    if not path:
        unknown = re.search(r"`(\w+)`", where)
        return _first(text, rf"^\s*{unknown.group(1)}\s*=") if unknown else 1
    table, index, key = path.groups()
    if index is None:
        return _first(text, rf"^\s*{table}\s*=|^\s*\[{table}\]")
    headers = [n for n, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[\[\s*{table}\s*\]\]", line)]
    if int(index) >= len(headers):
        return _first(text, rf"^\s*{table}\s*=")
    start = headers[int(index)]
    if key:
        for n, line in enumerate(text.splitlines()[start:], start + 1):
            if line.lstrip().startswith("[["):
                break
            if re.match(rf"\s*{key}\s*=", line):
                return n
    return start


def _first(text: str, pattern: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if re.search(pattern, line)), 1)
