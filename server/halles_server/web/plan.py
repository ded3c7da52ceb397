"""A hall's plan as numbers for a drawing: pure, from the scene and the booths that stand in it.

The drawing lies on its side: the door left, the stage right, as one walks in. One unit is a decimetre. Colours and
letters are the stylesheet's and the template's business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from halles.ids import SlotId
from halles.world.geometry import Box
from halles.world.scene import SLOT_METRES, Scene
from halles_server.ports.booths import BoothRecord

MARGIN: Final = 6
"""Units between the outermost wall and the edge of the drawing."""

_UNITS_PER_METRE: Final = 10


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle along the drawing's axes."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Its centre."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class PlanSlot:
    """A booth slot on the drawing: ``front`` is where its visitors stand, ``record`` is None while it is free."""

    slot: SlotId
    area: Area
    record: BoothRecord | None
    front: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """One hall's drawing.

    Attributes:
        width, height: Of the whole, units.
        outline: The walls, as an SVG path.
        slots: All slots, row by row.
        columns: What stands in the way, small.
        benches: Where the public sits.
        stage: The stage; None in a hall without one.
        lines: The guide lines' corners, as SVG points.
        discs: Centre and label of the numbered discs.
        doors: Middle of each passage and the hall that it leads to.
        shift: Units that a place's north and east, in decimetres, are moved by to find it on the drawing.
    """

    width: int
    height: int
    outline: str
    slots: tuple[PlanSlot, ...]
    columns: tuple[Area, ...]
    benches: tuple[Area, ...]
    stage: Area | None
    lines: tuple[str, ...]
    discs: tuple[tuple[int, int, str], ...]
    doors: tuple[tuple[int, int, str], ...]
    shift: tuple[int, int]

    @property
    def free(self) -> int:
        """How many slots nobody has taken."""
        return sum(slot.record is None for slot in self.slots)

    def blocks(self) -> list[tuple[int, str]]:
        """Returns the taken slots as one SVG path for each accent, for a small drawing of few nodes."""
        paths: dict[int, list[str]] = {}
        for slot in self.slots:
            if slot.record is not None:
                paths.setdefault(slot.record.content.accent, []).append(rectangle(slot.area, inset=1))
        return [(accent, "".join(parts)) for accent, parts in sorted(paths.items())]

    def taken(self) -> str:
        """Returns all taken slots as one SVG path."""
        return "".join(rectangle(slot.area, inset=1) for slot in self.slots if slot.record is not None)

    def blanks(self) -> str:
        """Returns the free slots as one SVG path."""
        return "".join(rectangle(slot.area, inset=1) for slot in self.slots if slot.record is None)


def plan_of(scene: Scene, booths: Iterable[BoothRecord]) -> Plan:
    """Draws a hall."""
    west, south = min(x for x, _ in scene.outline), min(y for _, y in scene.outline)
    east, north = max(x for x, _ in scene.outline), max(y for _, y in scene.outline)
    sheet = _Sheet(west, south)
    by_slot: Mapping[SlotId, BoothRecord] = {record.slot: record for record in booths if record.hall == scene.id}
    return Plan(
        width=round((north - south) * _UNITS_PER_METRE) + 2 * MARGIN,
        height=round((east - west) * _UNITS_PER_METRE) + 2 * MARGIN,
        outline="M" + "L".join("{} {}".format(*sheet.point(x, y)) for x, y in scene.outline) + "z",
        slots=tuple(
            PlanSlot(
                SlotId(row.id),
                sheet.area(row.box),
                by_slot.get(SlotId(row.id)),
                sheet.point(*row.visitor_place()[0]),
            )
            for row in scene.slots
        ),
        columns=tuple(sheet.area(row.box) for row in scene.obstacles if row.kind in {"column", "planter"}),
        benches=tuple(sheet.area(row.box) for row in scene.obstacles if row.kind == "bench"),
        stage=sheet.area(scene.stages[0].box) if scene.stages else None,
        lines=tuple(" ".join("{},{}".format(*sheet.point(*corner)) for corner in line.points) for line in scene.lines),
        discs=tuple((*sheet.point(disc.x, disc.y), disc.label) for disc in scene.discs),
        doors=tuple((*sheet.point(row.x, row.y), row.to) for row in scene.portals),
        shift=sheet.point(0.0, 0.0),
    )


def rectangle(area: Area, *, inset: int = 0) -> str:
    """Returns an area as a closed SVG path, smaller by ``inset`` on every side."""
    width, height = area.width - 2 * inset, area.height - 2 * inset
    return f"M{area.x + inset} {area.y + inset}h{width}v{height}h-{width}z"


def aisle_of(slot: SlotId) -> str:
    """Returns the letter of a slot's aisle."""
    return slot[:1]


def hanging_order(slot: SlotId) -> tuple[str, int]:
    """Sorts slots as they are printed: by aisle, then by number."""
    return slot[:1], int(slot[1:] or 0)


def metres_of(scene: Scene, slot: SlotId) -> tuple[float, float] | None:
    """Returns a slot's width along the aisle and depth, metres."""
    row = scene.slot(slot)
    return SLOT_METRES[row.size] if row else None


def room_metres(scene: Scene) -> tuple[int, int]:
    """Returns a hall's length and width, whole metres; a door's niche, small beside the room, rounds away."""
    corners = scene.outline
    doubled = sum(
        x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(corners, corners[1:] + corners[:1], strict=True)
    )
    width = max(x for x, _ in corners) - min(x for x, _ in corners)
    return round(abs(doubled) / 2 / width), round(width)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where the room's south-west corner lies, metres."""

    west: float
    south: float

    def point(self, x: float, y: float) -> tuple[int, int]:
        """Turns a place into drawing units: north goes right, east goes down."""
        return (
            round((y - self.south) * _UNITS_PER_METRE) + MARGIN,
            round((x - self.west) * _UNITS_PER_METRE) + MARGIN,
        )

    def area(self, box: Box) -> Area:
        """Returns a box's bounds; turned boxes become upright ones."""
        at = [self.point(*corner) for corner in box.corners()]
        x, y = min(x for x, _ in at), min(y for _, y in at)
        return Area(x, y, max(x for x, _ in at) - x, max(y for _, y in at) - y)
