"""Valenciennes: a nave under a dark green steel vault, glass all round, sun through the bars, two rows of trees."""

import math

import numpy as np

from assets.make.bake import Light
from assets.make.booths import add_booths
from assets.make.fittings import add_fittings
from assets.make.hall_shell import Shell, door_lamps, door_wall, floor_patch, overcast, sun_direction
from assets.make.mesh import Array, Mesh
from assets.make.room import Room, Tone
from assets.make.walls import Wall
from halles.world.scene import Scene

NAVE = 10.0
"""Half the nave: its columns stand here."""

SPRING, CROWN = 7.2, 13.5
EAVES = 5.4
STEEL = "4a6f62"
BAY = 4.5


def vault(scene: Scene) -> Room:
    """Builds the hall: arches each 4.5 m, on columns at every second one; lower glass roofs beside."""
    mesh, shell = Mesh(), Shell.of(scene)
    floor_patch(mesh, shell, "b59468")
    sheets, signs = door_wall(mesh, scene, shell, 5.0, "plaster")
    _glass_walls(mesh, shell)
    for number in range(round(shell.length / BAY) + 1):
        _arch(mesh, shell, shell.south + number * BAY, heavy=number % 2 == 0)
    _purlins(mesh, shell)
    for end in (shell.south, shell.north):
        _end(mesh, shell, end)
    sheets += add_fittings(mesh, scene, trees=True, wall_top=7.4)
    lamps = add_booths(mesh, scene)
    lamps[:, 3] *= 0.6
    sun = (sun_direction(240.0, 47.0), np.array([2.1, 1.93, 1.62]))
    light = Light(lambda d: overcast(d, 1.15, 0.5), sun, np.concatenate([lamps, door_lamps(shell)[-1:]]))
    tone = Tone(0.80, 0.0026, (0.75, 0.80, 0.82), (0.79, 0.84, 0.87), 0.6)
    return Room(scene, mesh, light, tone, sheets, signs, 11.0)


def _chunk(shell: Shell, y: float) -> int:
    return min(3, max(0, int((y - shell.south) / shell.length * 4)))


def _glass_walls(mesh: Mesh, shell: Shell) -> None:
    """A low plinth and a grid of bars on both long sides."""
    sides = (
        ((shell.east, shell.south), (shell.east, shell.north)),
        ((shell.west, shell.north), (shell.west, shell.south)),
    )
    for a, b in sides:
        wall = Wall(mesh, a, b)
        for k in range(8):
            s0, s1 = wall.length * k / 8, wall.length * (k + 1) / 8
            mesh.chunk = _chunk(shell, float(wall.at(np.array(s0 + 1), np.array(0.0))[1]))
            wall.panel(s0, s1, 0.0, 0.9, "plaster", 2.3, colour="cfc9bb")
            for s in np.arange(s0, s1 - 0.1, 2.25):
                bar = wall.at(np.array([s, s]), np.array([0.9, EAVES]), 0.0)
                mesh.tube(bar, 0.05, 3, "steel", colour=STEEL)
            for z in (2.6, 4.2, EAVES):
                rail = wall.at(np.array([s0, s1]), np.array([z, z]), 0.0)
                mesh.tube(rail, 0.05 if z < EAVES else 0.14, 4 if z == EAVES else 3, "steel", colour=STEEL)


def _profile(points: int = 15) -> Array:
    """The nave's arch from west to east, ``(points, 2)``: x, z."""
    turn = np.linspace(math.pi, 0.0, points)
    return np.stack([NAVE * np.cos(turn), SPRING + (CROWN - SPRING) * np.sin(turn)], 1)


def _arch(mesh: Mesh, shell: Shell, y: float, *, heavy: bool) -> None:
    """One arch with its aisle rafters, and columns under every second one."""
    mesh.chunk = _chunk(shell, y)
    profile = _profile()
    path = np.column_stack([profile[:, 0], np.full(len(profile), y), profile[:, 1]])
    mesh.tube(path, 0.15 if heavy else 0.09, 4, "steel", colour=STEEL)
    for side, edge in ((-1, shell.west), (1, shell.east)):
        aisle = np.array([[side * NAVE, y, SPRING - 0.5], [edge, y, EAVES]])
        mesh.tube(aisle, 0.09, 4, "steel", colour=STEEL)
        if heavy and shell.south + 1 < y < shell.north - 1:
            mesh.tube(
                np.array([[side * NAVE, y, 0.0], [side * NAVE, y, 3.4], [side * NAVE, y, SPRING]]),
                0.15,
                6,
                "steel",
                colour=STEEL,
            )
            for way in (-1, 1):
                t = np.linspace(0, math.pi / 2, 5)
                curve = np.stack([np.full(5, side * NAVE), y + way * 1.4 * (1 - np.cos(t)), 5.4 + 1.4 * np.sin(t)], 1)
                mesh.tube(curve, 0.05, 3, "steel", colour=STEEL)


def _purlins(mesh: Mesh, shell: Shell) -> None:
    """Bars along the hall: over the nave, over the aisles, and the two girders that carry the arches."""
    lines = [(x, z, 0.045) for x, z in _profile(13)[1:-1]]
    for side in (-1, 1):
        for share in (0.33, 0.67):
            x = NAVE + (shell.east - NAVE) * share
            lines.append((side * x, SPRING - 0.5 + (EAVES - SPRING + 0.5) * share, 0.045))
    for k in range(4):
        mesh.chunk = k
        y = np.linspace(shell.south + shell.length * k / 4, shell.south + shell.length * (k + 1) / 4, 5)
        for x, z, radius in lines:
            mesh.tube(np.stack([np.full(5, x), y, np.full(5, z)], 1)[[0, 2, 4]], radius, 3, "steel", colour=STEEL)
        for side in (-1, 1):
            low = np.array([side * NAVE - 0.14, y[0], SPRING - 0.75])
            mesh.box(tuple(low), (side * NAVE + 0.14, y[-1], SPRING + 0.1), "steel", 2.3, faces="web", colour=STEEL)


def _end(mesh: Mesh, shell: Shell, y: float) -> None:
    """A glazed gable: uprights and rails under the end arch."""
    mesh.chunk = _chunk(shell, y - 0.1)
    base = 5.0 if y < 0 else 0.0
    profile = _profile(41)
    for x in np.arange(-8.0, 8.1, 2.0):
        top = float(np.interp(x, profile[:, 0], profile[:, 1]))
        mesh.tube(np.array([[x, y, base], [x, y, top]]), 0.05, 3, "steel", colour=STEEL)
    for side in (-1, 1):
        for x in (NAVE, (NAVE + shell.east) / 2):
            mesh.tube(np.array([[side * x, y, base], [side * x, y, SPRING - 1.2]]), 0.06, 3, "steel", colour=STEEL)
    for z in (2.6, 5.0, SPRING, 9.2, 11.2):
        if z < base:
            continue
        half = shell.east if z <= EAVES else float(np.interp(z, profile[:21, 1], -profile[:21, 0]))
        mesh.tube(np.array([[-half, y, z], [half, y, z]]), 0.06, 3, "steel", colour=STEEL)
    if y > 0:
        wall = Wall(mesh, (shell.east, y), (shell.west, y))
        wall.panel(0.0, wall.length, 0.0, 0.9, "plaster", 2.3, colour="cfc9bb")
