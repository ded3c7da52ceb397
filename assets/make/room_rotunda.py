"""The crossroads: a white rotunda with an oculus, a hung ring of light, oak slats, and three deep coloured doors."""

import math

import numpy as np

from assets.make.bake import Light
from assets.make.fittings import add_fittings
from assets.make.hall_shell import ALCOVE, DOOR_RISE, DOOR_SPRING, overcast, sun_direction
from assets.make.mesh import Array, Mesh
from assets.make.room import Room, Sheet, Sign, Tone
from assets.make.walls import Wall, alcove
from halles.world.scene import Portal, Scene

RADIUS = 17.0
CORNICE, CLERESTORY, DOME = 7.0, 8.3, 14.0
OCULUS = 4.3
SLATS = 2.9
RIBS = 24
RING, RING_Z = 5.0, 5.6
DOORS = (30.0, 90.0, 150.0)
STEP = 7.5
"""Degrees between the outline's corners."""

COLOURS = {"lille": "b4452f", "valenciennes": "2f7a6b", "hainaut": "c8842a"}
NAMES = {
    "lille": ("Lille Métropole", "Cinéma · Film · Cinema"),
    "valenciennes": ("Valenciennes Métropole", "Jeux vidéo · Games"),
    "hainaut": ("Porte du Hainaut", "Mondes virtuels · Virtuele werelden · Virtual worlds"),
}


def rotunda(scene: Scene) -> Room:
    """Builds the room: wall, doors, cornice, dome, ring."""
    mesh = Mesh()
    _floor(mesh)
    doors = {round(math.degrees(math.atan2(p.y, p.x)) % 360 / STEP): p for p in scene.portals}
    sheets, signs = _wall(mesh, doors)
    _cornice(mesh)
    _dome(mesh)
    _ring(mesh)
    sheets += add_fittings(mesh, scene, trees=False, wall_top=7.0)
    turn = np.arange(48) * 2 * math.pi / 48
    lamps = np.stack([RING * np.cos(turn), RING * np.sin(turn), np.full(48, RING_Z - 0.25), np.full(48, 0.16)], 1)
    lamps = np.concatenate([lamps, [[p.x, p.y, DOOR_SPRING + DOOR_RISE - 0.35, 1.2] for p in scene.portals]])
    sun = (sun_direction(205.0, 62.0), np.array([2.6, 2.4, 2.0]))
    light = Light(lambda d: overcast(d, 3.4, 0.6), sun, lamps, np.array([1.0, 0.96, 0.9]))
    signs.append(Sign((("Bienvenue · Welkom · Welcome", 0.55),), 0.0, -16.35, 3.7, 0.0, "3a3733", 16.4))
    return Room(scene, mesh, light, Tone(2.35, 0.0025, (0.40, 0.385, 0.35), (0.80, 0.86, 0.90)), sheets, signs, 9.0)


def _around(radius: float, degrees: Array, z: float) -> Array:
    turn = np.radians(degrees)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn), np.full(len(turn), z)], 1)


def _floor(mesh: Mesh) -> None:
    mesh.chunk = 90
    turns = np.linspace(0, 360, 49)
    rings = [_around(r, turns, 0.0) for r in (RADIUS, 14.0, 10.5, 7.0, 3.5, 0.0)]
    mesh.grid(np.stack(rings), "floor", colour="c0b8a8")
    for door in DOORS:
        part = Mesh()
        part.quad((-2.3, 0.0, 0.0), (2.3, 0.0, 0.0), (-2.3, ALCOVE + 0.5, 0.0), "floor", 2.3, colour="c0b8a8")
        x, y, _ = _around(RADIUS - 0.3, np.array([door]), 0.0)[0]
        mesh.turned(part, float(x), float(y), math.radians(door - 90))


def _wall(mesh: Mesh, doors: dict[int, Portal]) -> tuple[list[Sheet], list[Sign]]:
    """Straight pieces of 7.5 degrees: oak slats below, plaster above; a door takes two."""
    sheets, signs = [], []
    count = round(360 / STEP)
    for k in range(count):
        if k in doors or (k + 1) % count in doors:
            continue
        mesh.chunk = k // 12
        a, b = (_around(RADIUS, np.array([STEP * n]), 0.0)[0, :2] for n in (k, k + 1))
        wall = Wall(mesh, tuple(a), tuple(b))
        wall.panel(0.0, wall.length, 0.0, SLATS, "slats", 1.2)
        wall.panel(0.0, wall.length, SLATS, CORNICE, "plaster", 1.2)
    for k, portal in doors.items():
        mesh.chunk = k // 12
        a, b = (_around(RADIUS, np.array([STEP * n]), 0.0)[0, :2] for n in (k - 1, k + 1))
        wall = Wall(mesh, tuple(a), tuple(b))
        middle = half = wall.length / 2
        edge, arch = wall.opening(middle, half, 0.0, DOOR_SPRING, DOOR_RISE)
        share = np.linspace(0, 1, 4)[:, None]
        wall.face(np.repeat(edge[None], 4, 0), arch + share * (CORNICE - arch), "plaster")
        points, uv = alcove(wall, middle, half, ALCOVE, DOOR_SPRING, DOOR_RISE, COLOURS[portal.to])
        sheets.append(Sheet(f"door-{portal.to}", points, uv))
        name, subject = NAMES[portal.to]
        x, y = _around(RADIUS - 0.35, np.array([STEP * k]), 0.0)[0, :2]
        signs.append(
            Sign(
                ((name, 0.62), (subject, 0.24)),
                float(x),
                float(y),
                5.35,
                math.radians(STEP * k + 90),
                "2b2926",
                RADIUS - 0.6,
            )
        )
    return sheets, signs


def _cornice(mesh: Mesh) -> None:
    """A moulded band, piers of the clerestory, and the band that carries the dome."""
    turns = np.linspace(360, 0, 49)
    for k in range(4):
        mesh.chunk = k
        part = turns[12 * (3 - k) : 12 * (3 - k) + 13]
        rings = [
            (RADIUS, CORNICE - 0.3),
            (RADIUS - 0.4, CORNICE - 0.18),
            (RADIUS - 0.4, CORNICE + 0.12),
            (RADIUS + 0.2, CORNICE + 0.14),
        ]
        mesh.grid(np.stack([_around(r, part, z) for r, z in rings]), "plaster", colour="e2ddd2")
        band = [(RADIUS, CLERESTORY), (RADIUS, CLERESTORY + 0.35), (RADIUS - 0.25, CLERESTORY + 0.4)]
        mesh.grid(np.stack([_around(r, part, z) for r, z in band]), "plaster", colour="e2ddd2")
        # Eaves outside keep the high sun off the clerestory and the dome's foot: it falls through the oculus alone.
        eaves = [_around(r, part, CLERESTORY + 0.45) for r in (RADIUS + 1.0, RADIUS - 0.25)]
        mesh.grid(np.stack(eaves), "plaster", colour="e2ddd2")
    for k in range(RIBS):
        mesh.chunk = k // 6
        x, y, _ = _around(RADIUS - 0.05, np.array([(k + 0.5) * 360 / RIBS]), 0.0)[0]
        part = Mesh()
        part.box((-0.2, -0.2, 0.0), (0.0, 0.2, CLERESTORY + 0.2), "plaster", 1.5, faces="wsn", colour="e2ddd2")
        if _clear_of_doors((k + 0.5) * 360 / RIBS):
            mesh.turned(part, float(x), float(y), math.radians((k + 0.5) * 360 / RIBS))


def _clear_of_doors(degrees: float) -> bool:
    return all(abs(degrees - door) > 9 for door in DOORS)


def _dome(mesh: Mesh) -> None:
    """The shell between clerestory and oculus, oak ribs under it, and the oculus' rim."""
    rise = np.linspace(0, 1, 8)
    start, stop = 0.0, math.acos(OCULUS / RADIUS)
    angle = start + (stop - start) * rise
    radii = RADIUS * np.cos(angle) - 0.25 * (1 - rise)
    heights = CLERESTORY + 0.4 + (DOME - CLERESTORY - 0.4) * np.sin(angle) / math.sin(stop)
    for k in range(4):
        mesh.chunk = k
        part = np.linspace(90 * (k + 1), 90 * k, 13)
        mesh.grid(
            np.stack([_around(r, part, z) for r, z in zip(radii, heights, strict=True)]), "plaster", colour="dcd6c9"
        )
        rim = [(radii[-1], heights[-1]), (radii[-1] - 0.05, heights[-1] - 0.35), (radii[-1] + 0.3, heights[-1] - 0.3)]
        mesh.grid(np.stack([_around(r, part, z) for r, z in rim])[::-1], "oak")
    for k in range(RIBS):
        mesh.chunk = k // 6
        turn = np.array([(k + 0.5) * 360 / RIBS])
        # Half sunk into the shell, so that the shell's corners lie inside and take their light from beside the rib.
        path = np.concatenate([_around(r - 0.04, turn, z - 0.03) for r, z in zip(radii, heights, strict=True)])
        mesh.tube(path, 0.09, 4, "oak")


def _ring(mesh: Mesh) -> None:
    """The hung ring: oak outside, glowing below, with its cables."""
    mesh.chunk = 4
    turns = np.linspace(0, 360, 49)
    outer = [(RING + 0.16, RING_Z - 0.14), (RING + 0.16, RING_Z + 0.2)]
    inner = [(RING - 0.16, RING_Z + 0.2), (RING - 0.16, RING_Z - 0.14)]
    mesh.grid(np.stack([_around(r, turns, z) for r, z in outer]), "oak", colour="a98a55")
    mesh.grid(np.stack([_around(r, turns, z) for r, z in inner]), "oak", colour="a98a55")
    below = [(RING - 0.15, RING_Z - 0.15), (RING + 0.15, RING_Z - 0.15)]
    mesh.grid(np.stack([_around(r, turns, z) for r, z in below]), "glow")
    for k in range(12):
        x, y, _ = _around(RING, np.array([k * 30.0]), 0.0)[0]
        top = _around(RING * 1.25, np.array([k * 30.0]), 0.0)[0]
        mesh.tube(np.array([[x, y, RING_Z + 0.2], [top[0], top[1], 12.6]]), 0.012, 3, "steel", colour="a39b8c")
