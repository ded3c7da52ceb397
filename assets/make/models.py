"""Makes the models on the demonstration's counters: ``assets/demo/models`` and ``models.toml``.

Things of the trade, built of boxes and turned profiles in a few flat colours, in metres, y up as glTF has it. Each goes
through the same admission as an exhibitor's own. Run ``python -m assets.make.models`` after a change: a second.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.resources import assets
from halles.world import glb
from halles.world.model_admission import admit

Points = NDArray[np.float64]

INK: Final = (0.02, 0.022, 0.028)
PAPER: Final = (0.88, 0.86, 0.80)
AMBER: Final = (0.85, 0.42, 0.06)
STEEL: Final = (0.34, 0.36, 0.38)
OAK: Final = (0.42, 0.26, 0.12)
GLASS: Final = (0.05, 0.10, 0.14)
RED: Final = (0.55, 0.08, 0.05)

_SIDES: Final = 40
_FLOAT, _UINT = 5126, 5125

TITLES: Final = {
    "clap": ("Un clap", "Een clapbord", "A clapperboard"),
    "camera": ("Une caméra sur son trépied", "Een camera op statief", "A camera on its tripod"),
    "reel": ("Une bobine de film", "Een filmspoel", "A film reel"),
    "headset": ("Un casque de réalité virtuelle", "Een headset voor virtual reality", "A virtual reality headset"),
}
"""Of each model: French, Dutch, English."""

BOOTHS: Final = {
    "studio-03": "camera",
    "studio-08": "clap",
    "studio-11": "reel",
    "studio-17": "headset",
    "studio-24": "clap",
    "studio-29": "camera",
    "studio-36": "reel",
    "studio-45": "headset",
    "ecole-01": "camera",
    "laboratoire-1": "headset",
}
"""Which booth shows which."""


class Sculpture:
    """Triangles by colour."""

    def __init__(self) -> None:
        self.parts: dict[tuple[float, float, float], list[Points]] = {}

    def add(self, colour: tuple[float, float, float], triangles: Points) -> None:
        """Adds triangles ``(n, 3, 3)``."""
        self.parts.setdefault(colour, []).append(triangles)

    def box(
        self,
        colour: tuple[float, float, float],
        middle: Sequence[float],
        size: Sequence[float],
        lean: float = 0.0,
    ) -> None:
        """Adds a box, leant about z by so many radians."""
        sides = []
        for axis in range(3):
            for sign in (-1.0, 1.0):
                u, v = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
                face = np.eye(3)[axis] * sign
                quad = [face - u - v, face + u - v, face + u + v, face - u + v]
                quad = quad if sign > 0 else quad[::-1]
                sides += [(quad[0], quad[1], quad[2]), (quad[0], quad[2], quad[3])]
        self.add(colour, _turned(np.array(sides) * np.array(size) / 2, lean) + np.array(middle))

    def turned(
        self,
        colour: tuple[float, float, float],
        profile: Sequence[tuple[float, float]],
        place: Callable[[Points], Points],
    ) -> None:
        """Adds a profile of (radius, height) turned about its axis, z, and placed."""
        angles = np.linspace(0.0, 2 * math.pi, _SIDES + 1)
        ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        rows = np.array([np.column_stack([ring * radius, np.full(_SIDES + 1, height)]) for radius, height in profile])
        a, b = rows[:-1, :-1].reshape(-1, 3), rows[:-1, 1:].reshape(-1, 3)
        c, d = rows[1:, 1:].reshape(-1, 3), rows[1:, :-1].reshape(-1, 3)
        triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
        self.add(colour, place(triangles))

    def data(self) -> bytes:
        """Returns the GLB."""
        payload, views, accessors, primitives, materials = bytearray(), [], [], [], []
        for colour, lots in self.parts.items():
            points = np.concatenate(lots).reshape(-1, 3)
            normals = _normals(points)
            indices = np.arange(len(points), dtype="<u4")
            first = len(accessors)
            for values, kind, component in (
                (points, "VEC3", _FLOAT),
                (normals, "VEC3", _FLOAT),
                (indices, "SCALAR", _UINT),
            ):
                raw = values.astype("<u4" if component == _UINT else "<f4").tobytes()
                views.append(glb.BufferView(0, len(raw), len(payload)))
                payload += raw
                accessors.append(glb.Accessor(component, len(values), kind, len(views) - 1))
            primitives.append(glb.Primitive({"POSITION": first, "NORMAL": first + 1}, first + 2, len(materials)))
            materials.append(glb.Material(glb.Roughness((*colour, 1.0), metallic_factor=0.0, roughness_factor=0.7)))
        document = glb.Document(
            asset=glb.Asset("2.0"),
            scene=0,
            scenes=(glb.Scene((0,)),),
            nodes=(glb.Node(mesh=0),),
            meshes=(glb.Mesh(tuple(primitives)),),
            accessors=tuple(accessors),
            buffer_views=tuple(views),
            buffers=(glb.Buffer(len(payload)),),
            materials=tuple(materials),
        )
        return admit(glb.put_together(document, bytes(payload))).data


def clap() -> Sculpture:
    """A clapperboard, its arm half open, on a foot."""
    made = Sculpture()
    made.box(INK, (0.0, 0.22, 0.0), (0.46, 0.30, 0.02))
    for row, height in enumerate((0.30, 0.22, 0.14)):
        made.box(PAPER, (0.0, height, 0.0115), (0.42, 0.004, 0.002))
        made.box(PAPER, (-0.15 + 0.14 * row, 0.18, 0.0115), (0.004, 0.07, 0.002))
    for lean, low in ((0.0, 0.385), (math.radians(24.0), 0.425)):
        base = np.array((-0.23, low, 0.0))
        for stripe in range(8):
            along = np.array((0.029 + 0.0575 * stripe, 0.0, 0.0))
            middle = base + _turned(along[None, None], lean)[0, 0]
            made.box(PAPER if stripe % 2 else INK, tuple(middle), (0.0575, 0.042, 0.024), lean)
    made.turned(STEEL, ((0.0, -0.02), (0.02, -0.02), (0.02, 0.02), (0.0, 0.02)), _at((-0.22, 0.40, 0.0)))
    made.box(OAK, (0.0, 0.035, 0.0), (0.34, 0.07, 0.16))
    return made


def camera() -> Sculpture:
    """A film camera with two magazines on a tripod."""
    made = Sculpture()
    made.box(INK, (0.0, 0.62, 0.0), (0.16, 0.16, 0.30))
    made.turned(STEEL, ((0.0, 0.0), (0.062, 0.0), (0.07, 0.06), (0.055, 0.12), (0.055, 0.14)), _at((0.0, 0.62, 0.15)))
    made.turned(GLASS, ((0.052, 0.0), (0.03, 0.008), (0.0, 0.012)), _at((0.0, 0.62, 0.285)))
    for z in (-0.09, 0.11):
        rim = ((0.0, -0.035), (0.11, -0.035), (0.11, 0.035), (0.0, 0.035))
        made.turned(INK, rim, _sideways((0.0, 0.80, z)))
        made.turned(AMBER, ((0.03, -0.038), (0.05, -0.038), (0.05, 0.038), (0.03, 0.038)), _sideways((0.0, 0.80, z)))
    made.box(RED, (0.082, 0.66, -0.09), (0.01, 0.02, 0.02))
    made.box(STEEL, (0.0, 0.525, 0.0), (0.08, 0.03, 0.12))
    made.turned(STEEL, ((0.0, 0.0), (0.03, 0.0), (0.03, 0.06), (0.0, 0.06)), _upright((0.0, 0.45, 0.0)))
    for leg in range(3):
        made.turned(OAK, ((0.014, 0.0), (0.020, 0.52)), _leg(leg * 2 * math.pi / 3))
    return made


def reel() -> Sculpture:
    """A reel with film on it, standing on its rim in a cradle."""
    made = Sculpture()
    for z in (-0.045, 0.045):
        made.turned(
            STEEL, ((0.215, z - 0.004), (0.235, z - 0.004), (0.235, z + 0.004), (0.215, z + 0.004)), _at((0, 0.30, 0))
        )
        made.turned(
            STEEL, ((0.0, z - 0.004), (0.06, z - 0.004), (0.06, z + 0.004), (0.0, z + 0.004)), _at((0, 0.30, 0))
        )
        for spoke in range(5):
            lean = spoke * 2 * math.pi / 5
            middle = (-0.14 * math.sin(lean), 0.30 + 0.14 * math.cos(lean), z)
            made.box(STEEL, middle, (0.045, 0.17, 0.008), lean)
    made.turned(OAK, ((0.06, -0.038), (0.185, -0.038), (0.185, 0.038), (0.06, 0.038)), _at((0, 0.30, 0)))
    made.turned(INK, ((0.025, -0.06), (0.025, 0.06), (0.0, 0.06)), _at((0, 0.30, 0)))
    made.box(INK, (0.0, 0.03, 0.0), (0.34, 0.06, 0.16))
    for x in (-0.12, 0.12):
        made.box(INK, (x, 0.08, 0.0), (0.03, 0.06, 0.16))
    return made


def headset() -> Sculpture:
    """A headset on a stand."""
    made = Sculpture()
    made.box(PAPER, (0.0, 0.42, 0.09), (0.30, 0.16, 0.12))
    made.box(INK, (0.0, 0.42, 0.152), (0.26, 0.12, 0.01))
    for x in (-0.08, 0.08):
        made.turned(GLASS, ((0.035, 0.0), (0.02, 0.006), (0.0, 0.008)), _at((x, 0.42, 0.157)))
    band = ((0.135, -0.022), (0.145, -0.022), (0.145, 0.022), (0.135, 0.022), (0.135, -0.022))
    made.turned(STEEL, band, _upright((0.0, 0.43, -0.02)))
    made.turned(AMBER, ((0.134, -0.008), (0.147, -0.008), (0.147, 0.008), (0.134, 0.008)), _upright((0.0, 0.43, -0.02)))
    made.turned(OAK, ((0.0, 0.0), (0.13, 0.0), (0.13, 0.02), (0.0, 0.02)), _upright((0.0, 0.0, 0.0)))
    made.turned(OAK, ((0.018, 0.02), (0.018, 0.34), (0.06, 0.36), (0.0, 0.37)), _upright((0.0, 0.0, 0.0)))
    return made


MAKERS: Final = {"clap": clap, "camera": camera, "reel": reel, "headset": headset}


def main() -> None:
    """Makes all of them, and the list of who shows which."""
    demo = assets() / "demo"
    folder = demo / "models"
    folder.mkdir(exist_ok=True)
    listed = ["# Made by assets/make/models.py: the SHA-256 of each model in models/, what it is, and who shows it.\n"]
    for name, make in MAKERS.items():
        data = make().data()
        (folder / f"{name}.glb").write_bytes(data)
        titles = "".join(
            f'title.{code} = "{text}"\n' for code, text in zip(("fr", "nl", "en"), TITLES[name], strict=True)
        )
        shown = ", ".join(f'"{booth}"' for booth, model in BOOTHS.items() if model == name)
        listed.append(f'[{name}]\nsha256 = "{hashlib.sha256(data).hexdigest()}"\n{titles}booths = [{shown}]\n')
        print(f"{name}: {len(data) / 1e3:.0f} kB")
    (demo / "models.toml").write_text("\n".join(listed), "utf-8")


def _turned(points: Points, lean: float) -> Points:
    """Turns points about z."""
    cos, sin = math.cos(lean), math.sin(lean)
    return points @ np.array(((cos, sin, 0.0), (-sin, cos, 0.0), (0.0, 0.0, 1.0)))


def _at(place: Sequence[float]) -> Callable[[Points], Points]:
    """Leaves the axis along z."""
    return lambda points: points + np.array(place)


def _sideways(place: Sequence[float]) -> Callable[[Points], Points]:
    """Lays the axis along x."""
    return lambda points: points[..., (2, 0, 1)] + np.array(place)


def _upright(place: Sequence[float]) -> Callable[[Points], Points]:
    """Stands the axis up, along y."""
    return lambda points: points[..., (1, 2, 0)] + np.array(place)


def _leg(angle: float) -> Callable[[Points], Points]:
    """Puts the foot of the axis on the ground and its end below the camera."""
    foot = np.array((0.2 * math.cos(angle), 0.0, 0.2 * math.sin(angle)))
    along = np.array((0.0, 0.47, 0.0)) - foot
    along /= np.linalg.norm(along)
    across = np.cross(along, (0.0, 0.0, 1.0) if abs(along[2]) < 0.9 else (1.0, 0.0, 0.0))
    across /= np.linalg.norm(across)
    frame = np.stack([across, np.cross(along, across), along])
    return lambda points: points @ frame + foot


def _normals(points: Points) -> Points:
    """Returns each corner's normal: that of its triangle."""
    a, b, c = points[0::3], points[1::3], points[2::3]
    faces = np.cross(b - a, c - a)
    length = np.linalg.norm(faces, axis=1, keepdims=True)
    faces = np.divide(faces, length, out=np.tile((0.0, 1.0, 0.0), (len(faces), 1)), where=length > 1e-12)
    return np.repeat(faces, 3, axis=0)


if __name__ == "__main__":
    main()
