"""Hainaut: a works hall. Tiles over a green dado, brick piers, tall windows, trusses, a yellow crane, low sun."""

import numpy as np

from assets.make.bake import Light
from assets.make.booths import add_booths
from assets.make.fittings import add_fittings
from assets.make.hall_shell import Shell, door_lamps, door_wall, floor_patch, overcast, sun_direction
from assets.make.mesh import Mesh
from assets.make.room import Room, Tone
from assets.make.walls import Wall
from halles.world.scene import Scene

EAVES, RIDGE = 9.5, 13.8
PLATE = 0.17
"""Between a wall's top and the roof boards: closed, or the day shows as a white line."""

LANTERN = 1.9
"""Half the width of the glazed strip along the ridge."""

STEEL = "4d5f58"
YELLOW = "d09a2e"
WINDOW = {"half": 1.7, "sill": 1.9, "spring": 6.9, "rise": 1.4}


def crane(scene: Scene) -> Room:
    """Builds the hall: bays of about 7.5 m between piers, a window in each, a truss over each pier."""
    mesh, shell = Mesh(), Shell.of(scene)
    floor_patch(mesh, shell, "a0917a")
    sheets, signs = door_wall(mesh, scene, shell, EAVES, "tile")
    bays = round(shell.length / 7.5)
    _long_walls(mesh, shell, bays)
    _gables(mesh, shell)
    for number in range(bays + 1):
        _truss(mesh, shell, shell.south + 0.2 + (shell.length - 0.4) * number / bays)
    _roof(mesh, shell, bays)
    _crane(mesh, shell, -9.0)
    sheets += add_fittings(mesh, scene, trees=False, wall_top=7.4)
    lamps = add_booths(mesh, scene)
    # Due west: a sun that grazed the end walls would leave blotches on them.
    sun = (sun_direction(270.0, 27.0), np.array([3.0, 2.5, 1.75]))
    light = Light(lambda d: overcast(d, 2.3, 0.5) * [1.04, 0.99, 0.9], sun, np.concatenate([lamps, door_lamps(shell)]))
    tone = Tone(1.45, 0.0034, (0.42, 0.36, 0.29), (0.80, 0.83, 0.84), 0.9)
    return Room(scene, mesh, light, tone, sheets, signs, 10.5)


def _chunk(shell: Shell, y: float) -> int:
    return min(3, max(0, int((y - shell.south) / shell.length * 4)))


def _long_walls(mesh: Mesh, shell: Shell, bays: int) -> None:
    """Green dado, tiles, one window a bay, brick piers and the crane's rail."""
    sides = (
        ((shell.east, shell.south), (shell.east, shell.north)),
        ((shell.west, shell.north), (shell.west, shell.south)),
    )
    for a, b in sides:
        wall = Wall(mesh, a, b)
        bay = wall.length / bays
        for number in range(bays):
            s0, middle, half = number * bay, (number + 0.5) * bay, WINDOW["half"]
            mesh.chunk = _chunk(shell, float(wall.at(np.array(middle), np.array(0.0))[1]))
            wall.panel(s0, s0 + bay, 0.0, 1.4, "tile", 1.8, colour="4c6a56")
            wall.panel(s0, middle - half, 1.4, EAVES, "tile", 1.4)
            wall.panel(middle + half, s0 + bay, 1.4, EAVES, "tile", 1.4)
            wall.window(middle, **WINDOW, z0=1.4, z1=EAVES, material="tile", step=1.4)
            wall.bars(middle, **WINDOW, across=4, material="steel", colour="39443f")
            wall.panel(s0, s0 + bay, EAVES, EAVES + PLATE, "roof", 8.0)
            _pier(mesh, wall, s0)
        rail = wall.at(np.array([0.0, wall.length]), np.array([8.35, 8.35]), -0.42)
        mesh.chunk = 4
        mesh.tube(np.linspace(rail[0], rail[1], 9), 0.16, 4, "steel", colour=YELLOW)


def _pier(mesh: Mesh, wall: Wall, s: float) -> None:
    """A brick pier 0.7 wide that stands 0.3 before the wall."""
    lo, hi = max(0.0, s - 0.35), s + 0.35
    zs = np.linspace(0.0, EAVES, 7)
    across = np.array([lo, lo, hi, hi])
    out = np.array([0.0, -0.3, -0.3, 0.0])
    points = wall.at(np.repeat(across[None], 7, 0), np.repeat(zs[:, None], 4, 1), np.repeat(out[None], 7, 0))
    for k in range(3):
        mesh.grid(points[:, [k + 1, k]], "brick")


def _gables(mesh: Mesh, shell: Shell) -> None:
    """Both end walls up to the roof; the north one whole, the south one above the door wall."""
    share = np.linspace(0, 1, 13)
    for a, b, base in (
        ((shell.east, shell.north), (shell.west, shell.north), 0.0),
        ((shell.west, shell.south), (shell.east, shell.south), EAVES),
    ):
        mesh.chunk = 3 if base == 0.0 else 0
        wall = Wall(mesh, a, b)
        if base == 0.0:
            wall.panel(0.0, wall.length, 0.0, 1.4, "tile", 2.0, colour="4c6a56")
            wall.panel(0.0, wall.length, 1.4, EAVES, "tile", 1.3)
        s = share * wall.length
        top = EAVES + (RIDGE - EAVES) * (1 - np.abs(2 * share - 1)) + PLATE
        rows = np.linspace(0, 1, 4)[:, None]
        wall.face(np.repeat(s[None], 4, 0), EAVES + rows * (top - EAVES), "tile")


def _truss(mesh: Mesh, shell: Shell, y: float) -> None:
    """A steel truss: tie, rafters, posts and struts."""
    mesh.chunk = _chunk(shell, y)
    half = shell.east
    tie = EAVES + 0.1

    def bar(x0: float, z0: float, x1: float, z1: float, radius: float) -> None:
        mesh.tube(
            np.array([[x0, y, z0], [(x0 + x1) / 2, y, (z0 + z1) / 2], [x1, y, z1]]), radius, 4, "steel", colour=STEEL
        )

    bar(-half, tie, half, tie, 0.09)
    rise = RIDGE - EAVES - 0.25
    for side in (-1, 1):
        bar(side * half, tie, 0.0, tie + rise, 0.1)
        for share in (0.25, 0.5, 0.75):
            x, top = side * half * (1 - share), tie + rise * share
            bar(x, tie, x + 0.001, top, 0.045)
            bar(x, top, side * half * (1 - share - 0.25) + 0.001, tie, 0.04)


def _roof(mesh: Mesh, shell: Shell, bays: int) -> None:
    """Boarded slopes with a glazed strip along the ridge."""
    slope = (RIDGE - EAVES) / shell.east
    low, high = EAVES + 0.15, RIDGE + 0.15 - LANTERN * slope
    for k in range(4):
        mesh.chunk = k
        y0, y1 = shell.south + shell.length * k / 4, shell.south + shell.length * (k + 1) / 4
        mesh.quad((shell.east, y0, low), (LANTERN, y0, high), (shell.east, y1, low), "roof", 2.2)
        mesh.quad((-LANTERN, y0, high), (shell.west, y0, low), (-LANTERN, y1, high), "roof", 2.2)
        for x in (-LANTERN, LANTERN, 0.0):
            z = high + (LANTERN - abs(x)) * slope
            mesh.tube(np.array([[x, y0, z], [x, (y0 + y1) / 2, z], [x, y1, z]]), 0.09, 4, "steel", colour=STEEL)
        for y in np.arange(y0 + 0.8, y1, 1.6):
            mesh.tube(
                np.array([[-LANTERN, y, high], [0.0, y, high + LANTERN * slope], [LANTERN, y, high]]),
                0.035,
                3,
                "steel",
                colour=STEEL,
            )
        for side in (-1, 1):
            for share in (0.3, 0.6):
                x = side * (shell.east + (LANTERN - shell.east) * share)
                z = low + (high - low) * share - 0.1
                mesh.tube(np.array([[x, y0, z], [x, y1, z]]), 0.07, 3, "roof", colour="6e543e")


def _crane(mesh: Mesh, shell: Shell, y: float) -> None:
    """The yellow bridge on its rails, with a trolley and a hook far above heads."""
    mesh.chunk = 4
    half = shell.east - 0.4
    for dy in (-0.9, 0.9):
        mesh.box((-half, y + dy - 0.16, 8.45), (half, y + dy + 0.16, 9.05), "steel", 1.6, colour=YELLOW, faces="snb")
    mesh.box((3.0, y - 1.0, 8.9), (4.6, y + 1.0, 9.3), "dark", 1.0, faces="wesnb")
    mesh.tube(np.array([[3.8, y, 8.9], [3.8, y, 6.9]]), 0.03, 3, "dark")
    mesh.box((3.6, y - 0.12, 6.4), (4.0, y + 0.12, 6.9), "steel", 1.0, colour=YELLOW, faces="wesnb")
    for side in (-1, 1):
        x = side * half
        mesh.box((x - 0.25, y - 1.5, 8.4), (x + 0.25, y + 1.5, 8.75), "steel", 1.5, colour=YELLOW, faces="wesnb")
