"""What the three halls' rooms share: their box, the floor, the door's end wall and skies."""

import math
from dataclasses import dataclass

import numpy as np

from assets.make.mesh import Array, Mesh
from assets.make.room import Sheet, Sign
from assets.make.walls import Wall, alcove
from halles.world.scene import Scene

FLOOR_CHUNK = 90
FLOOR_STEP = 2.0
DOOR_HALF, DOOR_SPRING, DOOR_RISE, ALCOVE = 2.2, 2.9, 1.1, 1.7


@dataclass(frozen=True)
class Shell:
    """The room's box, metres; the door's alcove lies south of ``south``."""

    west: float
    east: float
    south: float
    north: float

    @staticmethod
    def of(scene: Scene) -> "Shell":
        """Reads the box from a hall's outline: its widest corners."""
        xs, ys = [p[0] for p in scene.outline], [p[1] for p in scene.outline]
        wide = [p[1] for p in scene.outline if abs(p[0]) > max(xs) - 0.1]
        return Shell(min(xs), max(xs), min(wide), max(ys))

    @property
    def length(self) -> float:
        """South to north."""
        return self.north - self.south

    @property
    def width(self) -> float:
        """West to east."""
        return self.east - self.west


def floor_patch(mesh: Mesh, shell: Shell, colour: str | None = None) -> None:
    """Adds the floor, alcove included; the view gives it its painted and lit picture."""
    mesh.chunk = FLOOR_CHUNK
    low = shell.south - ALCOVE
    for west, east, south, north in (
        (shell.west, shell.east, shell.south, shell.north),
        (-DOOR_HALF, DOOR_HALF, low, shell.south),
    ):
        mesh.quad((west, south, 0.0), (east, south, 0.0), (west, north, 0.0), "floor", FLOOR_STEP, colour=colour)
    mesh.chunk = 0


def door_wall(mesh: Mesh, scene: Scene, shell: Shell, top: float, material: str) -> tuple[list[Sheet], list[Sign]]:
    """Adds the south wall with the way back to the crossroads: reveal, picture and sign."""
    mesh.chunk = 0
    wall = Wall(mesh, (shell.west, shell.south), (shell.east, shell.south))
    middle = wall.length / 2
    wall.panel(0.0, middle - DOOR_HALF, 0.0, top, material, 1.5)
    wall.panel(middle + DOOR_HALF, wall.length, 0.0, top, material, 1.5)
    edge, arch = wall.opening(middle, DOOR_HALF, 0.0, DOOR_SPRING, DOOR_RISE)
    wall.face(np.stack([edge, edge]), np.stack([arch, np.full(len(edge), top)]), material)
    points, uv = alcove(wall, middle, DOOR_HALF, ALCOVE, DOOR_SPRING, DOOR_RISE, scene.colour)
    lines = (("Le carrefour · Het kruispunt · The crossroads", 0.42),)
    sign = Sign(lines, 0.0, shell.south + 0.03, 4.75, 0.0, "f5f1e8")
    return [Sheet("door-crossroads", points, uv)], [sign]


def door_lamps(shell: Shell) -> Array:
    """Lamps that wash the door's wall, which looks away from the light, and one in the alcove's crown; ``(n, 4)``."""
    wash = [[x, shell.south + 1.5, 5.6, 2.6] for x in np.arange(shell.west + 2.0, shell.east, 3.6)]
    return np.array([*wash, [0.0, shell.south - 0.6, DOOR_SPRING + DOOR_RISE - 0.35, 1.5]])


def overcast(directions: Array, zenith: float, ground: float = 0.35) -> Array:
    """A bright covered sky (CIE overcast: three times brighter overhead), and what the ground outside sends back."""
    up = directions[:, 2:]
    bright = zenith * (1 + 2 * np.clip(up, 0, 1)) / 3
    tint = np.array([0.95, 0.985, 1.03])
    return np.asarray(np.where(up > -0.02, bright * tint, ground * np.array([1.0, 0.97, 0.92])))


def sun_direction(azimuth: float, elevation: float) -> Array:
    """Unit vector towards the sun; azimuth in degrees from north, clockwise."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return np.array([math.sin(a) * math.cos(e), math.cos(a) * math.cos(e), math.sin(e)])
