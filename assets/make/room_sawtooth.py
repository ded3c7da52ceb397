"""Lille: brick walls with arched windows, a saw-tooth roof of white boards, iron columns in the booth spines."""

import numpy as np

from assets.make.bake import Light
from assets.make.booths import add_booths
from assets.make.fittings import add_fittings
from assets.make.hall_shell import Shell, door_lamps, door_wall, floor_patch, overcast
from assets.make.mesh import Array, Mesh
from assets.make.room import Room, Tone
from assets.make.walls import Wall
from halles.world.scene import Scene

TOOTH = 8.0
LOW, HIGH = 6.2, 9.6
IRON = "3d6b6b"
WINDOW = {"half": 1.25, "sill": 3.7, "spring": 4.6, "rise": 0.75}


def sawtooth(scene: Scene) -> Room:
    """Builds the hall: teeth run across, their glazing looks at the door's side of the sky."""
    mesh, shell = Mesh(), Shell.of(scene)
    floor_patch(mesh, shell)
    sheets, signs = door_wall(mesh, scene, shell, LOW, "brick")
    _side_walls(mesh, shell)
    _end_wall(mesh, shell)
    for number in range(round(shell.length / TOOTH)):
        _tooth(mesh, shell, shell.south + number * TOOTH, number)
    _columns(mesh, scene, shell)
    sheets += add_fittings(mesh, scene, trees=False, wall_top=6.8)
    lamps = add_booths(mesh, scene)
    light = Light(_sky, None, np.concatenate([lamps, door_lamps(shell)]))
    tone = Tone(2.05, 0.0030, (0.40, 0.39, 0.37), (0.80, 0.84, 0.88), 0.7)
    return Room(scene, mesh, light, tone, sheets, signs, 7.5)


def _sky(directions: Array) -> Array:
    return overcast(directions, 3.3)


def _side_walls(mesh: Mesh, shell: Shell) -> None:
    """Brick with one arched window in the middle of each tooth, and the tooth's gable above."""
    for wall in (
        Wall(mesh, (shell.east, shell.south), (shell.east, shell.north)),
        Wall(mesh, (shell.west, shell.north), (shell.west, shell.south)),
    ):
        east = wall.start[0] > 0
        for number in range(round(shell.length / TOOTH)):
            s0 = number * TOOTH
            mesh.chunk = int((s0 if east else shell.length - s0 - 1) // (2 * TOOTH))
            middle = s0 + TOOTH / 2
            half = WINDOW["half"]
            wall.panel(s0, middle - half, 0.0, LOW, "brick", 1.4)
            wall.panel(middle + half, s0 + TOOTH, 0.0, LOW, "brick", 1.4)
            wall.window(middle, **WINDOW, z0=0.0, z1=LOW, material="brick", step=1.4)
            wall.bars(middle, **WINDOW, across=4, material="white", colour="d8d5cd")
            share = np.linspace(0, 1, 6)
            peak = HIGH - share * (HIGH - LOW) if east else LOW + share * (HIGH - LOW)
            s = s0 + share * TOOTH
            wall.face(np.stack([s, s]), np.stack([np.full(6, LOW), peak]), "brick")


def _end_wall(mesh: Mesh, shell: Shell) -> None:
    mesh.chunk = 3
    wall = Wall(mesh, (shell.east, shell.north), (shell.west, shell.north))
    wall.panel(0.0, wall.length, 0.0, LOW, "brick", 1.6)


def _tooth(mesh: Mesh, shell: Shell, y: float, number: int) -> None:
    """One tooth: boards falling away from the door, a beam in the valley, rafters, bars of the glazing."""
    mesh.chunk = number // 2
    west, east = shell.west, shell.east
    far = y + TOOTH
    columns, rows = 14, 5
    xs, share = np.linspace(west, east, columns + 1), np.linspace(0, 1, rows)
    gx, gs = np.meshgrid(xs, share)
    # Seen from below: rows climb back towards the door.
    points = np.stack([gx, far - gs * TOOTH, LOW + gs * (HIGH - LOW)], 2)
    mesh.grid(points, "boards", colour="f1ede3")
    mesh.box((west, far - 0.18, LOW - 0.34), (east, far + 0.18, LOW + 0.02), "steel", 2.6, faces="snb", colour=IRON)
    for x in np.arange(west + 4.0, east, 4.0):
        rafter = np.array([[x, far - 0.2, LOW - 0.02], [x, y + 0.05, HIGH - 0.12]])
        mesh.tube(rafter, 0.07, 3, "boards", colour="b4a892")
    for x in np.arange(west + 2.0, east, 2.0):
        mesh.tube(np.array([[x, y + 0.02, LOW], [x, y + 0.02, HIGH]]), 0.03, 3, "steel", colour=IRON)
    mesh.tube(np.array([[west, y + 0.05, HIGH - 0.1], [east, y + 0.05, HIGH - 0.1]]), 0.09, 4, "steel", colour=IRON)


def _columns(mesh: Mesh, scene: Scene, shell: Shell) -> None:
    """Iron columns with a flared head under each valley, and the girder that they carry along the hall."""
    for row in scene.obstacles:
        if row.kind != "column":
            continue
        mesh.chunk = int((row.y - shell.south) // (2 * TOOTH))
        foot = np.array([[row.x, row.y, 0.0], [row.x, row.y, 2.6], [row.x, row.y, 5.2]])
        mesh.tube(foot, 0.13, 8, "steel", colour=IRON)
        head = np.linspace(0, 2 * np.pi, 9)
        rings = [(0.13, 5.2), (0.2, 5.55), (0.34, LOW - 0.34)]
        grid = [np.stack([row.x + r * np.cos(head), row.y + r * np.sin(head), np.full(9, z)], 1) for r, z in rings]
        mesh.grid(np.stack(grid), "steel", colour=IRON)
        for way in (-1, 1):
            ends = np.array([[row.x, row.y, 5.2], [row.x, row.y + way * 1.5, LOW - 0.42]])
            mesh.tube(np.linspace(ends[0], ends[1], 3), 0.06, 4, "steel", colour=IRON)
    for x in sorted({row.x for row in scene.obstacles if row.kind == "column"}):
        for number in range(4):
            mesh.chunk = number
            y = shell.south + number * 2 * TOOTH
            path = np.stack([np.full(9, x), np.linspace(y, y + 2 * TOOTH, 9), np.full(9, LOW - 0.42)], 1)
            mesh.tube(path, 0.11, 4, "steel", colour=IRON)
