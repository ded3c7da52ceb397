"""Whether a 3D model (GLB) may come in, and the model written anew from the fields that are known.

Loaders believe what a file says: a count of two thousand million vertices ends their process, a URI opens a file of
the machine. So nobody's file reaches one: ``admit`` checks everything that a loader would believe and returns other
bytes, made of what was checked. The server admits what is uploaded; the client admits again what it was sent, and gets
the same bytes back. Arbitrary bytes raise ``Rejection`` and nothing else (fuzzed).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles.world.glb import Document, Primitive, put_together, take_apart, unreadable
from halles.world.model_copy import ModelCopy, at

BYTES_CAP: Final = 10_000_000
"""Bytes of a model, as it comes and as it is written."""
TRIANGLES_CAP: Final = 50_000
"""Triangles as drawn: a mesh that hangs on three nodes counts three times."""
NODES_CAP: Final = 512
DEPTH_CAP: Final = 32
IMAGES_CAP: Final = 16
TEXELS_CAP: Final = 8 * 1024 * 1024
"""Points of all pictures together."""
DRAWS_CAP: Final = 1024
"""Primitives as drawn."""
ROWS_CAP: Final = 4096
"""Of anything else that a document lists."""

KNOWN_EXTENSIONS: Final = frozenset({"KHR_materials_unlit"})

_TRIANGLES: Final = 4
"""glTF's mode of a primitive whose corners come in threes."""

_CAPS: Final = {"nodes": NODES_CAP, "images": IMAGES_CAP}
_MEASURES: Final = {"nodes": Measure.NODES, "images": Measure.IMAGES}
_LISTS: Final = (
    "scenes", "nodes", "meshes", "accessors", "buffer_views", "buffers", "images", "textures", "samplers", "materials",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """A model that was admitted.

    Attributes:
        data: Its GLB, written from known fields: one scene, one buffer, no names, no animation.
        triangles: As drawn.
        texels: Points of all its pictures.
    """

    data: bytes
    triangles: int
    texels: int


def admit(data: bytes, repaint: Callable[[bytes], bytes] = bytes) -> Model:
    """Checks a GLB and returns it written anew.

    Args:
        data: The file.
        repaint: Given each picture's bytes (PNG or JPEG, within the limits), returns what takes their place, PNG or
            JPEG as well; by itself nothing changes. It may raise ``Rejection``.

    Raises:
        Rejection: OVER_BUDGET with what was measured and the limit, UNREADABLE for anything else.
    """
    if len(data) > BYTES_CAP:
        raise over("bytes", len(data), BYTES_CAP, Measure.BYTES)
    document, buffer = take_apart(data)
    _check(document)
    order = _walk(document)
    triangles = _triangles(document, order)
    copy = ModelCopy(document, buffer, BYTES_CAP, repaint)
    copy.measure_pictures(TEXELS_CAP)
    written, payload = copy.made(order)
    model = Model(put_together(written, payload), triangles, copy.texels)
    if len(model.data) > BYTES_CAP:
        raise over("bytes as written anew", len(model.data), BYTES_CAP, Measure.BYTES)
    return model


def over(what: str, measured: int, cap: int, measure: Measure | None = None) -> Rejection:
    """Returns the refusal of a model that has too much of something; people are told the number of a ``measure``."""
    excess = Excess(measure, (measured,), (cap,)) if measure is not None else None
    return Rejection(RejectionCode.OVER_BUDGET, f"{measured} {what}, at most {cap} in a model", excess=excess)


def _check(document: Document) -> None:
    """Looks at everything that can be said without following an index."""
    if not document.asset.version.startswith("2."):
        raise unreadable(f"glTF {document.asset.version[:20]!r}, and only 2.0 is known")
    if strange := sorted(set(document.extensions_required) - KNOWN_EXTENSIONS):
        raise unreadable(f"needs an extension that is not known: {strange[0][:80]}")
    for name in _LISTS:
        if (count := len(getattr(document, name))) > (cap := _CAPS.get(name, ROWS_CAP)):
            raise over(name.replace("_", " "), count, cap, _MEASURES.get(name))
    outside = [part.uri for part in document.buffers] + [part.uri for part in document.images]
    if any(uri is not None for uri in outside):
        raise unreadable("refers to another file: everything must be inside the GLB")
    if any(accessor.sparse is not None for accessor in document.accessors):
        raise unreadable("sparse accessors are not known")
    if len(document.buffers) > 1:
        raise unreadable(f"{len(document.buffers)} buffers, and a GLB has one")


def _walk(document: Document) -> list[int]:
    """Returns the nodes that are drawn, parents first; each hangs in one place."""
    scene = at(document.scenes, document.scene or 0, "scene")
    order: dict[int, None] = {}
    waiting = [(index, 1) for index in reversed(scene.nodes)]
    while waiting:
        index, depth = waiting.pop()
        node = at(document.nodes, index, "node")
        if index in order:
            raise unreadable(f"node {index} hangs in two places, or on itself")
        if depth > DEPTH_CAP:
            raise over("nodes below each other", depth, DEPTH_CAP, Measure.DEPTH)
        order[index] = None
        waiting += [(child, depth + 1) for child in reversed(node.children)]
    return list(order)


def _triangles(document: Document, order: list[int]) -> int:
    """Counts what is drawn, from what the accessors say, before any number is read."""
    meshes = [node.mesh for node in (document.nodes[index] for index in order) if node.mesh is not None]
    drawn = [at(document.meshes, mesh, "mesh").primitives for mesh in meshes]
    if (draws := sum(map(len, drawn))) > DRAWS_CAP:
        raise over("primitives as drawn", draws, DRAWS_CAP, Measure.DRAWS)
    total = sum(_of_primitive(document, one) for primitives in drawn for one in primitives)
    if total > TRIANGLES_CAP:
        raise over("triangles as drawn", total, TRIANGLES_CAP, Measure.TRIANGLES)
    if not total:
        raise unreadable("draws nothing")
    return total


def _of_primitive(document: Document, primitive: Primitive) -> int:
    if primitive.mode != _TRIANGLES:
        raise unreadable(f"draws in mode {primitive.mode}, and only triangles (4) are known")
    corners = primitive.indices if primitive.indices is not None else primitive.attributes.get("POSITION")
    if corners is None:
        raise unreadable("a primitive without positions")
    count = at(document.accessors, corners, "accessor").count
    if count % 3:
        raise unreadable(f"{count} corners are no triangles")
    return count // 3
