"""A model of a booth as arrays that fit its stand. Pure: no panda3d.

No loader sees the file: it is admitted again here (``halles.world.model_admission``), and what admission has written is
read in the one form in which it writes. Metallic, rough and glowing are left out: in a hall at arm's length colour and
shape tell what it is, and every surface is lit as the people beside it are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.world import glb, model_admission
from halles.world.model_copy import FLOAT, WIDTHS

VERTEX: Final = np.dtype([("position", "<f4", 3), ("normal", "<f4", 3), ("colour", "u1", 4), ("uv", "<f4", 2)])

WIDTH: Final = 0.5
HEIGHT: Final = 0.6
"""Metres that a model may take on its stand, turned whichever way."""

_UP: Final = np.array(((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)))
"""From glTF's axes (y up, z to the front) to the hall's (z up, y to the back)."""
_SMALLEST: Final = 1e-9

Vectors = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """What is drawn with one picture.

    Attributes:
        indices: Corners of triangles, three each, uint32.
        picture: PNG or JPEG; None for plain colour.
        cut_out: Whether what the picture leaves transparent is not drawn.
    """

    indices: NDArray[np.uint32]
    picture: bytes | None
    cut_out: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A model about the middle of its stand, metres.

    Attributes:
        vertices: ``VERTEX`` rows; colours are √linear, as the baked halls have them.
        parts: What is drawn, together ``triangles``.
    """

    vertices: NDArray[np.void]
    parts: tuple[Part, ...]
    triangles: int


def shape_of(data: bytes) -> Shape:
    """Returns a GLB's shape, fitted to ``WIDTH`` and ``HEIGHT`` and standing on 0.

    Raises:
        Rejection: It may not come in.
    """
    model = model_admission.admit(data)
    document, buffer = glb.take_apart(model.data)
    grids: list[NDArray[np.void]] = []
    corners: dict[tuple[int | None, bool], list[NDArray[np.uint32]]] = {}
    start = 0
    for primitive, matrix in _drawn(document):
        grid, indices = _read(document, buffer, primitive, matrix)
        corners.setdefault(_painted(document, primitive), []).append(indices + np.uint32(start))
        grids.append(grid)
        start += len(grid)
    vertices = _fitted(np.concatenate(grids))
    parts = tuple(
        Part(np.concatenate(runs), None if image is None else _image(document, buffer, image), cut_out)
        for (image, cut_out), runs in corners.items()
    )
    return Shape(vertices, parts, model.triangles)


def _drawn(document: glb.Document) -> Iterator[tuple[glb.Primitive, Vectors]]:
    """Gives every primitive of the scene with the matrix of its place."""
    waiting = [(index, np.eye(4)) for index in document.scenes[document.scene or 0].nodes]
    while waiting:
        index, above = waiting.pop()
        node = document.nodes[index]
        matrix = above @ _matrix(node)
        waiting += [(child, matrix) for child in node.children]
        if node.mesh is not None:
            yield from ((primitive, matrix) for primitive in document.meshes[node.mesh].primitives)


def _matrix(node: glb.Node) -> Vectors:
    """Returns a node's matrix; scale, then rotation (a unit quaternion x y z w), then translation."""
    if node.matrix is not None:
        return np.array(node.matrix, dtype=np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    x, y, z, w = np.array(node.rotation or (0.0, 0.0, 0.0, 1.0)) / (np.linalg.norm(node.rotation or (1.0,)) or 1.0)
    turn = np.array(
        (
            (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
            (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
            (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
        )
    )
    matrix[:3, :3] = turn * np.array(node.scale or (1.0, 1.0, 1.0))
    matrix[:3, 3] = node.translation or (0.0, 0.0, 0.0)
    return matrix


def _read(
    document: glb.Document, buffer: memoryview, primitive: glb.Primitive, matrix: Vectors
) -> tuple[NDArray[np.void], NDArray[np.uint32]]:
    """Returns a primitive's vertices in the hall's axes, and its corners."""
    had = {name: _numbers(document, buffer, index) for name, index in primitive.attributes.items()}
    place = had["POSITION"].astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
    count = len(place)
    indices = (
        np.arange(count, dtype=np.uint32)
        if primitive.indices is None
        else _numbers(document, buffer, primitive.indices).ravel().astype(np.uint32)
    )
    if "NORMAL" in had:
        normal = had["NORMAL"].astype(np.float64) @ np.linalg.pinv(matrix[:3, :3])
    else:
        normal = _normals(place, indices)
    grid = np.zeros(count, dtype=VERTEX)
    grid["position"] = place @ _UP.T
    grid["normal"] = _unit(normal) @ _UP.T
    grid["colour"] = _colour(document, primitive, had.get("COLOR_0"), count)
    grid["uv"] = had.get("TEXCOORD_0", np.zeros((count, 2), np.float32)) * (1.0, -1.0) + (0.0, 1.0)
    return grid, indices


def _numbers(document: glb.Document, buffer: memoryview, index: int) -> NDArray[np.float32 | np.uint32]:
    """Reads an accessor as admission writes it: floats or 32-bit numbers, close together."""
    accessor = document.accessors[index]
    assert accessor.buffer_view is not None, "admission gives each its view"
    kind = "<f4" if accessor.component_type == FLOAT else "<u4"
    width = WIDTHS[accessor.type]
    start = document.buffer_views[accessor.buffer_view].byte_offset + accessor.byte_offset
    return np.frombuffer(buffer, kind, accessor.count * width, start).reshape(accessor.count, width)


def _normals(place: Vectors, indices: NDArray[np.uint32]) -> Vectors:
    """Returns each vertex's normal as the mean of its triangles', by their size."""
    a, b, c = (place[indices[corner::3]] for corner in range(3))
    faces = np.cross(b - a, c - a)
    normals = np.zeros_like(place)
    for corner in range(3):
        np.add.at(normals, indices[corner::3], faces)
    return normals


def _unit(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    up: Vectors = np.tile((0.0, 0.0, 1.0), (len(vectors), 1))  # for those that have no direction
    np.divide(vectors, length, out=up, where=length > _SMALLEST)
    return up


def _colour(
    document: glb.Document, primitive: glb.Primitive, own: NDArray[np.float32 | np.uint32] | None, count: int
) -> NDArray[np.uint8]:
    """Returns √linear colours of ``count`` vertices: the material's times their own."""
    colour = np.ones((count, 4))
    if own is not None:
        colour[:, : own.shape[1]] = own
    if primitive.material is not None:
        rough = document.materials[primitive.material].pbr_metallic_roughness
        colour *= (rough and rough.base_color_factor) or (1.0, 1.0, 1.0, 1.0)
    return np.asarray(np.sqrt(np.clip(colour, 0.0, 1.0)) * 255.0 + 0.5, dtype=np.uint8)


def _painted(document: glb.Document, primitive: glb.Primitive) -> tuple[int | None, bool]:
    """Returns which image a primitive wears, and whether it has holes."""
    if primitive.material is None:
        return None, False
    material = document.materials[primitive.material]
    use = material.pbr_metallic_roughness and material.pbr_metallic_roughness.base_color_texture
    image = document.textures[use.index].source if use else None
    return image, material.alpha_mode != "OPAQUE"


def _image(document: glb.Document, buffer: memoryview, index: int) -> bytes:
    view = document.images[index].buffer_view
    assert view is not None, "admission lets no other picture in"
    part = document.buffer_views[view]
    return bytes(buffer[part.byte_offset : part.byte_offset + part.byte_length])


def _fitted(vertices: NDArray[np.void]) -> NDArray[np.void]:
    """Scales and moves a model to stand in the middle of its stand; it may turn there."""
    place = vertices["position"].astype(np.float64)
    low, high = place.min(axis=0), place.max(axis=0)
    place -= (*((low + high) / 2)[:2], low[2])
    reach = float(np.hypot(place[:, 0], place[:, 1]).max())
    tall = float(high[2] - low[2])
    scale = min(WIDTH / 2 / max(reach, _SMALLEST), HEIGHT / max(tall, _SMALLEST))
    vertices["position"] = place * scale
    return vertices
