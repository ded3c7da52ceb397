"""The shape of an avatar: lofted rings, in two levels of detail. Only shapes here; ``avatars.py`` writes the files.

Somebody stands at the origin looking north (+y), arms hanging, metres. A vertex carries, beside position and normal:
rig = (limb, bend at hip or shoulder, bend at knee or elbow, mask of the heads that wear it) and paint = (colour slot,
occlusion). Bends between 0 and 1 let a ring at a joint turn half way, so that knees and elbows stay round.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

TORSO, HEAD, LEG_L, LEG_R, ARM_L, ARM_R = range(6)
SKIN, COAT, TROUSERS, HAIR, SCARF, SHOES, EYES = range(7)
SHORT, LONG, BUN, CAP = 1, 2, 4, 8
ALL = SHORT | LONG | BUN | CAP

Grid = NDArray[np.float64]

HEAD_AT = np.array([0.0, 0.006, 1.585])
HEAD_RADII = np.array([0.117, 0.127, 0.150])


@dataclass(frozen=True)
class Ring:
    """One horizontal ellipse of a loft: centre, radii, how far it follows the two joints, occlusion."""

    x: float
    y: float
    z: float
    rx: float
    ry: float
    first: float = 0.0
    second: float = 0.0
    open: float = 1.0


@dataclass
class Body:
    """Collects parts into the arrays of one mesh."""

    corners: list[NDArray[np.float32]] = field(default_factory=list)
    triangles: list[NDArray[np.uint16]] = field(default_factory=list)
    count: int = 0

    def add(self, points: Grid, faces: NDArray[np.int64], rig: Grid, paint: Grid) -> None:
        """Adds a surface of ``(n, 3)`` points with smooth normals; ``rig`` ``(n, 4)``, ``paint`` ``(n, 2)``."""
        a, b, c = (points[faces[:, i]] for i in range(3))
        normals = np.zeros_like(points)
        for i in range(3):
            np.add.at(normals, faces[:, i], np.cross(b - a, c - a))
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        self.corners.append(np.hstack([points, normals, rig, paint]).astype(np.float32))
        self.triangles.append((faces + self.count).astype(np.uint16))
        self.count += len(points)

    def loft(self, rings: list[Ring], sides: int, limb: int, slot: int, heads: int = ALL, ends: str = "") -> None:
        """Adds a tube through ``rings`` from below upwards; ``ends`` closes it at "b"ottom, "t"op."""
        turn = 2 * pi * (np.arange(sides) + 0.5) / sides
        points = [
            np.stack([r.x + r.rx * np.cos(turn), r.y + r.ry * np.sin(turn), np.full(sides, r.z)], 1) for r in rings
        ]
        rows = [np.repeat([[limb, r.first, r.second, heads]], sides, 0) for r in rings]
        paints = [np.repeat([[slot, r.open]], sides, 0) for r in rings]
        faces = _tube(len(rings), sides)
        for end, ring in (("b", 0), ("t", len(rings) - 1)):
            if end in ends:
                tip = sum(len(p) for p in points)
                r = rings[ring]
                points.append(np.array([[r.x, r.y, r.z]]))
                rows.append(np.array([[limb, r.first, r.second, heads]]))
                paints.append(np.array([[slot, r.open]]))
                faces = np.vstack([faces, _fan(ring * sides, sides, tip, up=end == "t")])
        self.add(np.vstack(points), faces, np.vstack(rows).astype(float), np.vstack(paints).astype(float))

    def dome(
        self, sides: int, steps: int, scale: float, reach: Callable[[float], float], slot: int, heads: int, rim: float
    ) -> None:
        """Adds a cap on the skull from the crown down to ``reach(azimuth)`` radians (azimuth 0 is the face).

        ``scale`` is its size against the skull's; ``rim`` that of one more ring which closes it inwards, 0 for none.
        """
        points = [HEAD_AT + np.array([0.0, 0.0, HEAD_RADII[2] * scale])]
        rings = steps + 1 if rim else steps
        for step in range(1, rings + 1):
            for k in range(sides):
                azimuth = 2 * pi * k / sides
                polar = reach(azimuth) * min(step, steps) / steps
                size = scale if step <= steps else rim
                way = np.array([sin(polar) * sin(-azimuth), sin(polar) * cos(azimuth), cos(polar)])
                points.append(HEAD_AT + HEAD_RADII * way * size)
        faces = np.vstack([_fan(1, sides, 0, up=True), _tube(rings, sides, mirrored=True)[:, ::-1] + 1])
        rows = np.repeat([[HEAD, 0.0, 0.0, float(heads)]], len(points), 0)
        paint = np.repeat([[float(slot), 1.0]], len(points), 0)
        self.add(np.array(points), faces, rows, paint)

    def ball(
        self,
        at: Grid,
        radii: Grid,
        sides: int,
        polars: list[float],
        slot: int,
        heads: int,
        chin: float = 0.0,
        bare: bool = False,
    ) -> None:
        """Adds an ellipsoid on the head, with rings at ``polars`` radians from its lower end.

        ``chin`` narrows it towards that end; ``bare`` leaves the top open, where hair covers it anyhow.
        """
        points = [at - np.array([0.0, 0.0, radii[2]])]
        for polar in polars:
            narrow = 1.0 - chin * max(0.0, cos(polar)) ** 1.5
            for k in range(sides):
                turn = 2 * pi * (k + 0.5) / sides
                points.append(at + radii * [sin(polar) * cos(turn) * narrow, sin(polar) * sin(turn), -cos(polar)])
        faces = [_fan(1, sides, 0, up=False), _tube(len(polars), sides) + 1]
        if not bare:
            points.append(at + np.array([0.0, 0.0, radii[2]]))
            faces.append(_fan(1 + (len(polars) - 1) * sides, sides, len(points) - 1, up=True))
        rows = np.repeat([[HEAD, 0.0, 0.0, float(heads)]], len(points), 0)
        open_ = [0.72 + 0.28 * min(1.0, (p[2] - at[2] + radii[2]) / (0.7 * radii[2])) for p in points]
        paint = np.stack([np.full(len(points), float(slot)), np.array(open_)], 1)
        self.add(np.array(points), np.vstack(faces), rows, paint)

    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
        """Returns ``corners`` and ``triangles`` as ``avatar_mesh`` reads them."""
        return np.vstack(self.corners), np.vstack(self.triangles)


def near() -> Body:
    """The full body: what one sees within nine metres."""
    body = Body()
    _torso(body, 12, fine=True)
    for side in (-1, 1):
        _leg(body, side, 7, fine=True)
        _arm(body, side, 7, fine=True)
    body.ball(HEAD_AT, HEAD_RADII, 12, _even(8), SKIN, ALL, chin=0.26)
    _face(body)
    body.dome(12, 4, 1.095, _hairline(1.00, 1.62, 2.00), HAIR, ALL, 0.985)
    _long_hair(body, 10, fine=True)
    body.ball(HEAD_AT + np.array([0.0, -0.075, 0.172]), np.array([0.066, 0.064, 0.060]), 7, _even(5), HAIR, BUN)
    body.dome(12, 3, 1.135, _hairline(1.13, 1.30, 1.48), SCARF, CAP, 1.0)
    _cap_rim(body, 12)
    return body


def mid() -> Body:
    """The same body in about a seventh of the triangles."""
    body = Body()
    _torso(body, 6, fine=False)
    for side in (-1, 1):
        _leg(body, side, 4, fine=False)
        _arm(body, side, 4, fine=False)
    body.ball(HEAD_AT, HEAD_RADII * 0.93, 6, [0.75, 1.48, 2.09], SKIN, ALL, chin=0.2, bare=True)
    _far_eyes(body)
    body.dome(6, 2, 1.08, _hairline(1.00, 1.62, 2.00), HAIR, SHORT | LONG | BUN, 0.0)
    _long_hair(body, 4, fine=False)
    body.ball(HEAD_AT + np.array([0.0, -0.07, 0.17]), np.array([0.072, 0.072, 0.070]), 3, _even(2), HAIR, BUN)
    body.dome(5, 2, 1.19, _hairline(1.13, 1.34, 1.75), SCARF, CAP, 0.0)
    return body


def _torso(body: Body, sides: int, fine: bool) -> None:
    coat = [
        Ring(0, 0.0, 0.775, 0.184, 0.138, 1.0, open=0.80),
        Ring(0, 0.0, 0.90, 0.177, 0.132, 0.45, open=0.92),
        Ring(0, 0.0, 1.03, 0.160, 0.113),
        Ring(0, 0.004, 1.18, 0.176, 0.121),
        Ring(0, 0.0, 1.28, 0.186, 0.117),
        Ring(0, -0.004, 1.345, 0.165, 0.100),
        Ring(0, -0.004, 1.395, 0.104, 0.080),
        Ring(0, -0.002, 1.415, 0.070, 0.068, open=0.9),
    ]
    collar = Ring(0, 0.0, 1.46, 0.062, 0.062, open=0.8)
    body.loft(coat if fine else [coat[0], coat[2], coat[4], collar], sides, TORSO, COAT)
    if fine:
        body.loft([Ring(0, 0, 0.80, 0.176, 0.128, open=0.45)], sides, TORSO, TROUSERS, ends="b")
        scarf = [
            Ring(0, 0.004, 1.385, 0.074, 0.076, open=0.8),
            Ring(0, 0.006, 1.395, 0.098, 0.096),
            Ring(0, 0.004, 1.435, 0.092, 0.090),
            Ring(0, 0.0, 1.452, 0.060, 0.060, open=0.75),
        ]
        body.loft(scarf, 9, TORSO, SCARF)
        neck = [Ring(0, 0, 1.38, 0.062, 0.062, open=0.7), Ring(0, 0.002, 1.50, 0.052, 0.055, open=0.6)]
        body.loft(neck, 8, TORSO, SKIN)


def _leg(body: Body, side: int, sides: int, fine: bool) -> None:
    limb, x = (LEG_R if side > 0 else LEG_L), side * 0.092
    rings = [
        Ring(x * 1.05, 0.0, 0.072, 0.059, 0.068, 1.0, 1.0, 0.85),
        Ring(x * 1.03, -0.008, 0.27, 0.057, 0.064, 1.0, 1.0),
        Ring(x * 1.02, 0.0, 0.43, 0.061, 0.067, 1.0, 0.9),
        Ring(x, 0.004, 0.50, 0.065, 0.071, 1.0, 0.35),
        Ring(x, 0.002, 0.60, 0.074, 0.080, 1.0, 0.0),
        Ring(x * 0.96, 0.0, 0.76, 0.080, 0.090, 0.95, 0.0, 0.85),
        Ring(x * 0.88, 0.0, 0.85, 0.062, 0.070, 0.7, 0.0, 0.6),
    ]
    body.loft(rings if fine else [rings[i] for i in (0, 3, 6)], sides, limb, TROUSERS)
    toe = [
        Ring(x * 1.06, 0.040, 0.0, 0.050, 0.118, 1.0, 1.0, 0.7),
        Ring(x * 1.06, 0.040, 0.030, 0.053, 0.122, 1.0, 1.0),
        Ring(x * 1.05, 0.022, 0.066, 0.046, 0.088, 1.0, 1.0),
        Ring(x * 1.05, 0.0, 0.095, 0.040, 0.046, 1.0, 1.0),
    ]
    body.loft(toe if fine else [toe[0], toe[3]], sides + 1 if fine else 3, limb, SHOES, ends="b" if fine else "")


def _arm(body: Body, side: int, sides: int, fine: bool) -> None:
    limb = ARM_R if side > 0 else ARM_L

    def ring(x: float, y: float, z: float, r: float, first: float, second: float, open_: float = 1.0) -> Ring:
        return Ring(side * x, y, z, r, r * 1.04, first, second, open_)

    sleeve = [
        ring(0.250, 0.020, 0.800, 0.039, 1.0, 1.0, 0.9),
        ring(0.245, 0.008, 0.92, 0.042, 1.0, 1.0),
        ring(0.238, -0.004, 0.995, 0.045, 1.0, 0.85),
        ring(0.233, -0.008, 1.06, 0.048, 1.0, 0.2),
        ring(0.223, -0.004, 1.16, 0.053, 1.0, 0.0, 0.95),
        ring(0.203, 0.0, 1.27, 0.061, 0.85, 0.0),
        ring(0.182, 0.0, 1.330, 0.054, 0.5, 0.0),
        ring(0.160, 0.0, 1.366, 0.020, 0.3, 0.0),
    ]
    body.loft(sleeve if fine else [sleeve[i] for i in (0, 3, 5, 7)], sides, limb, COAT, ends="b" if fine else "")
    hand = [
        ring(0.254, 0.030, 0.690, 0.018, 1.0, 1.0),
        ring(0.254, 0.030, 0.715, 0.032, 1.0, 1.0),
        ring(0.252, 0.026, 0.765, 0.037, 1.0, 1.0),
        ring(0.250, 0.020, 0.812, 0.028, 1.0, 1.0, 0.8),
    ]
    body.loft(hand if fine else [hand[0], hand[2]], 6 if fine else 3, limb, SKIN, ends="b" if fine else "")
    if fine:
        thumb = [ring(0.240, 0.058, 0.745, 0.011, 1.0, 1.0), ring(0.246, 0.046, 0.79, 0.014, 1.0, 1.0)]
        body.loft(thumb, 3, limb, SKIN, ends="b")


def _face(body: Body) -> None:
    """Dot eyes a little out of the skull, a tiny nose, ears; no mouth, because a fixed one is always wrong."""
    rows = np.array([[HEAD, 0.0, 0.0, float(ALL)]])
    for side in (-1, 1):
        middle = np.array([side * 0.043, 0.0, 1.592])
        turn = 2 * pi * np.arange(8) / 8
        rim = middle + np.stack([0.0125 * np.cos(turn), np.zeros(8), 0.0155 * np.sin(turn)], 1)
        points = np.vstack([middle[None], rim])
        inside = np.maximum(0.0, 1 - ((points[:, [0, 2]] - HEAD_AT[[0, 2]]) ** 2 / HEAD_RADII[[0, 2]] ** 2).sum(1))
        points[:, 1] = HEAD_AT[1] + HEAD_RADII[1] * np.sqrt(inside) * 1.012 + 0.0015
        faces = np.array([[0, 1 + (k + 1) % 8, 1 + k] for k in range(8)])
        body.add(points, faces, np.repeat(rows, 9, 0), np.repeat([[float(EYES), 1.0]], 9, 0))
        body.ball(np.array([side * 0.117, -0.004, 1.582]), np.array([0.019, 0.028, 0.037]), 5, _even(4), SKIN, ALL)
    nose = np.array([[0.0, 0.126, 1.592], [-0.017, 0.121, 1.552], [0.017, 0.121, 1.552], [0.0, 0.153, 1.560]])
    faces = np.array([[0, 1, 3], [0, 3, 2], [1, 2, 3]])
    body.add(nose, faces, np.repeat(rows, 4, 0), np.repeat([[float(SKIN), 1.0]], 4, 0))


def _far_eyes(body: Body) -> None:
    """One triangle each, on the slanting sides of the simple skull: a dot of two pixels needs no more."""
    rows = np.repeat([[HEAD, 0.0, 0.0, float(ALL)]], 3, 0)
    for side in (-1, 1):
        eye = np.array([[-0.015, 0.0, -0.009], [0.015, 0.0, -0.009], [0.0, 0.0, 0.019]])
        eye[:, 0] += side * 0.044
        eye[:, 1] = HEAD_AT[1] + HEAD_RADII[1] * 0.965 - 0.63 * np.abs(eye[:, 0])
        eye[:, 2] += 1.592
        body.add(eye, np.array([[1, 0, 2]]), rows, np.repeat([[float(EYES), 1.0]], 3, 0))


def _hairline(front: float, side: float, back: float) -> Callable[[float], float]:
    """Returns how far down hair reaches, radians from the crown, by azimuth from the face."""

    def reach(azimuth: float) -> float:
        toward = cos(azimuth)
        temple = min(1.0, max(0.0, (toward - 0.25) / 0.45))
        brow = side + (front - side) * temple * temple * (3.0 - 2.0 * temple)
        return brow + (back - side) * max(0.0, -toward) ** 0.8

    return reach


def _long_hair(body: Body, sides: int, fine: bool) -> None:
    rings = [
        Ring(0, -0.062, 1.335, 0.100, 0.050, open=0.75),
        Ring(0, -0.066, 1.37, 0.124, 0.078, open=0.85),
        Ring(0, -0.056, 1.47, 0.131, 0.086),
        Ring(0, -0.046, 1.58, 0.130, 0.094),
        Ring(0, -0.040, 1.66, 0.110, 0.085),
    ]
    body.loft(rings if fine else [rings[i] for i in (1, 3)], sides, HEAD, HAIR, LONG, ends="b" if fine else "")


def _cap_rim(body: Body, sides: int) -> None:
    """The turned-up edge of a knitted cap, a band around the brow."""
    low, high = _hairline(1.19, 1.34, 1.55), _hairline(0.93, 1.06, 1.22)
    points = []
    for line, scale in ((low, 1.08), (low, 1.165), (high, 1.185), (high, 1.10)):
        for k in range(sides):
            azimuth = 2 * pi * k / sides
            polar = line(azimuth)
            way = np.array([sin(polar) * sin(-azimuth), sin(polar) * cos(azimuth), cos(polar)])
            points.append(HEAD_AT + HEAD_RADII * way * scale)
    rows = np.repeat([[HEAD, 0.0, 0.0, float(CAP)]], len(points), 0)
    paint = np.repeat([[float(SCARF), 0.86]], len(points), 0)
    body.add(np.array(points), _tube(4, sides, mirrored=True), rows, paint)


def _even(steps: int) -> list[float]:
    return [pi * step / steps for step in range(1, steps)]


def _tube(rings: int, sides: int, *, mirrored: bool = False) -> NDArray[np.int64]:
    """Faces between consecutive rings whose corners run anticlockwise as seen from above.

    ``mirrored`` cuts the first half of the quads along their other diagonal, so that slanting hair lies alike on both
    sides of a head and never cuts into it.
    """
    faces = []
    for i in range(rings - 1):
        for j in range(sides):
            a, b = i * sides + j, i * sides + (j + 1) % sides
            if mirrored and 2 * j + 1 < sides:
                faces += [[a, b, a + sides], [b, b + sides, a + sides]]
            else:
                faces += [[a, b, b + sides], [a, b + sides, a + sides]]
    return np.array(faces, np.int64).reshape(-1, 3)


def _fan(start: int, sides: int, tip: int, *, up: bool) -> NDArray[np.int64]:
    """Faces from a ring to one point above (``up``) or below it."""
    around = [(start + j, start + (j + 1) % sides) for j in range(sides)]
    return np.array([[a, b, tip] if up else [b, a, tip] for a, b in around], np.int64)
