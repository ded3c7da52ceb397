"""The booth kit as a mesh: deck, walls, header, counter, posts and light trough, one booth for every slot of a plan.

Sizes come from the slot and from ``booth_kit``; pictures, letters and the staffed light hang there live. Felt takes
the booth's accent, so its vertices carry the slot's number instead of a colour of their own.
"""

import numpy as np

from assets.make.mesh import Array, Mesh
from halles.world.geometry import place
from halles.world.scene import COUNTER, WALL_THICKNESS, Scene, Slot
from halles_client.view.booth_kit import (
    COUNTER_TOP,
    DECK,
    HEADER_HEIGHT,
    HEADER_THICKNESS,
    HEADER_TOP,
    POST,
    WALL_TOP,
    WING_TOP,
    counter_centre,
)
from halles_client.view.materials import NO_SLOT

STEP = 0.75
"""Metres between vertices on the felt, so that the trough's light falls off softly."""

SKIRTING = 0.07
"""Height of the white strip that parts wall from deck, both of one felt, metres."""

TROUGH_Z = 2.86
FIRST_CHUNK = 100
"""Chunks of booths are numbered from here; a chunk is one row up to its cross gap."""


def add_booths(mesh: Mesh, scene: Scene) -> Array:
    """Adds every booth of a plan; returns its lamps ``(n, 4)``."""
    chunks: dict[tuple[str, bool], int] = {}
    lamps = [np.zeros((0, 4))]
    for number, slot in enumerate(scene.slots):
        row = (slot.id[0], slot.y > -6.5)
        mesh.chunk = chunks.setdefault(row, FIRST_CHUNK + len(chunks))
        kit = Mesh()
        _booth(kit, scene, slot, number)
        box = slot.box
        mesh.turned(kit, box.x, box.y, box.heading)
        lamps.append(_lamps(slot))
    mesh.chunk = 0
    return np.concatenate(lamps)


def _lamps(slot: Slot) -> Array:
    """Small lamps along the troughs."""
    box = slot.box
    found = []
    for y in _troughs(box.depth):
        for x in np.arange(-box.width / 2 + 0.75, box.width / 2, 1.5):
            found.append([*place(box, float(x), y), TROUGH_Z - 0.12, 1.15])
    return np.array(found)


def _troughs(depth: float) -> list[float]:
    return [depth / 2 - 0.62] if depth < 4 else [depth / 2 - 0.62, -depth / 2 + 2.0]


def _booth(kit: Mesh, scene: Scene, slot: Slot, number: int) -> None:
    box = slot.box
    hw, hd = box.width / 2, box.depth / 2
    right_free = _free(scene, slot, hw + 0.3, 0.0)
    left_free = _free(scene, slot, -hw - 0.3, 0.0)
    back_free = _free(scene, slot, 0.0, -hd - 0.75) or _free(scene, slot, hw / 2, -hd - 0.75)
    kit.slot = number
    _felt(kit, hw, hd, left_free, right_free)
    kit.slot = NO_SLOT
    _oak(kit, hw, hd, left_free, right_free)
    if back_free:
        kit.quad((-hw, -hd, 0.0), (hw, -hd, 0.0), (-hw, -hd, WALL_TOP), "slats", 1.2)
    _frame(kit, hw, hd, right_free)
    _counter(kit, *counter_centre(slot))


def _free(scene: Scene, slot: Slot, x: float, y: float) -> bool:
    """Tells whether a place in the booth's own frame is open floor: no other booth and no outer wall."""
    spot = place(slot.box, x, y)
    xs, ys = [p[0] for p in scene.outline], [p[1] for p in scene.outline]
    inside = min(xs) < spot.x < max(xs) and min(ys) + 1.7 < spot.y < max(ys)
    return inside and not any(other.box.contains(*spot) for other in scene.slots)


def _felt(kit: Mesh, hw: float, hd: float, left: bool, right: bool) -> None:
    """Deck, back wall and header: what takes the accent."""
    wall = -hd + WALL_THICKNESS
    kit.quad((-hw, wall, DECK), (hw, wall, DECK), (-hw, hd - 0.08, DECK), "felt", STEP)
    kit.quad((hw, wall, DECK), (-hw, wall, DECK), (hw, wall, WALL_TOP), "felt", STEP)
    low, inner = HEADER_TOP - HEADER_HEIGHT, hd - HEADER_THICKNESS
    kit.quad((hw, hd, low), (-hw, hd, low), (hw, hd, HEADER_TOP), "felt", 1.5)
    kit.quad((-hw, inner, low), (hw, inner, low), (-hw, inner, HEADER_TOP), "felt", 1.5)
    kit.quad((-hw, hd, low), (hw, hd, low), (-hw, inner, low), "felt", 3.0)
    kit.quad((-hw, inner, HEADER_TOP), (hw, inner, HEADER_TOP), (-hw, hd, HEADER_TOP), "felt", 3.0)
    if left:
        kit.quad((-hw, hd, low), (-hw, inner, low), (-hw, hd, HEADER_TOP), "felt", 1.0)
    if right:
        kit.quad((hw, inner, low), (hw, hd, low), (hw, inner, HEADER_TOP), "felt", 1.0)
        kit.quad((hw, -hd, 0.0), (hw, wall, 0.0), (hw, -hd, WALL_TOP), "felt", 1.5)


def _oak(kit: Mesh, hw: float, hd: float, left: bool, right: bool) -> None:
    """Deck edges and the slat wing."""
    kit.quad((hw, hd, 0.0), (-hw, hd, 0.0), (hw, hd, DECK), "oak", 3.0)
    kit.quad((-hw, hd - 0.08, DECK), (hw, hd - 0.08, DECK), (-hw, hd, DECK), "oak", 3.0)
    if left:
        kit.quad((-hw, hd, 0.0), (-hw, -hd, 0.0), (-hw, hd, DECK), "oak", 3.0)
    if right:
        kit.quad((hw, -hd, 0.0), (hw, hd, 0.0), (hw, -hd, DECK), "oak", 3.0)
    inner, foot = -hw + WALL_THICKNESS, -hd + WALL_THICKNESS + 0.012
    kit.quad((hw, foot, DECK), (-hw, foot, DECK), (hw, foot, DECK + SKIRTING), "white", 1.5)
    kit.quad(
        (inner, -hd + WALL_THICKNESS, DECK), (inner, 0.0, DECK), (inner, -hd + WALL_THICKNESS, WING_TOP), "slats", STEP
    )
    kit.quad((-hw, 0.0, 0.0), (-hw, -hd, 0.0), (-hw, 0.0, WING_TOP), "slats", STEP)
    kit.quad((inner, 0.0, 0.0), (-hw, 0.0, 0.0), (inner, 0.0, WING_TOP), "oak", 1.5)
    kit.quad((-hw, -hd, WING_TOP), (inner, -hd, WING_TOP), (-hw, 0.0, WING_TOP), "oak", 3.0)


def _frame(kit: Mesh, hw: float, hd: float, right: bool) -> None:
    """White posts, the beams that carry the header, wall tops and the light trough."""
    low = HEADER_TOP - HEADER_HEIGHT
    ends = [-hw, hw - POST] if right else [-hw]
    inner, high = hd - HEADER_THICKNESS, TROUGH_Z + 0.1
    for x in ends:
        kit.box((x, hd - 0.04 - POST, 0.0), (x + POST, hd - 0.04, low), "white", 1.4)
    # A deep booth reaches past its neighbour's beam, and its second trough would end in the air.
    for x in [-hw, hw - POST] if right or len(_troughs(2 * hd)) > 1 else ends:
        kit.box((x + 0.02, -hd, WALL_TOP), (x + 0.1, -hd + 0.08, high), "white", 2.0, faces="wesn")
        kit.box((x + 0.02, -hd + 0.08, TROUGH_Z), (x + 0.1, inner, high), "white", 1.5, faces="web")
    kit.quad((-hw, -hd, WALL_TOP), (hw, -hd, WALL_TOP), (-hw, -hd + WALL_THICKNESS, WALL_TOP), "white", 3.0)
    low = TROUGH_Z - 0.06
    for y in _troughs(2 * hd):
        # Only its underside glows: a shining side would float over the walls as a white bar.
        kit.box((-hw + 0.1, y - 0.06, low), (hw + 0.02, y + 0.06, TROUGH_Z + 0.07), "white", 3.0, faces="snb")
        west, east, glow = -hw + 0.25, hw - 0.25, low - 0.004
        kit.quad((west, y + 0.035, glow), (east, y + 0.035, glow), (west, y - 0.035, glow), "glow", 6.0)


def _counter(kit: Mesh, x: float, y: float) -> None:
    """A white desk with an oak top, its front towards the aisle."""
    w, d = COUNTER[0] / 2, COUNTER[1] / 2
    kit.box(
        (x - w + 0.05, y - d + 0.05, DECK),
        (x + w - 0.05, y + d - 0.02, COUNTER_TOP - 0.05),
        "white",
        STEP,
        faces="wesn",
    )
    kit.box((x - w, y - d, COUNTER_TOP - 0.05), (x + w, y + d, COUNTER_TOP), "oak", STEP, faces="wesnt")
