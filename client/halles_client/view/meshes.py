"""Baked arrays as Panda3D geometry: one shared vertex table per hall, slices of its triangles per node."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    InternalName,
)

from halles_client.view.baked import VERTEX, Baked

_TABLES: Final[dict[int, Any]] = {}
"""The vertex table of the hall last used, by ``id`` of its array; one at a time."""


def fabric(name: str, hall: Baked, runs: list[tuple[int, int]]) -> Any:
    """Returns a node that draws runs ``(first, count)`` of a hall's indices."""
    indices = np.concatenate([hall.indices[first : first + count] for first, count in runs])
    return _node(name, _table(hall), indices)


def sheets(name: str, grids: list[NDArray[np.float32]]) -> Any:
    """Returns a node of unlit pictures; each grid is ``(rows, columns, 5)`` of x y z u v."""
    vertices = np.concatenate([grid.reshape(-1, 5) for grid in grids]).astype(np.float32)
    data = GeomVertexData(name, GeomVertexFormat.get_v3t2(), GeomEnums.UH_static)
    _fill(data, vertices.tobytes(), len(vertices))
    triangles, start = [], 0
    for grid in grids:
        rows, columns = grid.shape[:2]
        corner = start + (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
        quads = [corner, corner + 1, corner + columns + 1, corner, corner + columns + 1, corner + columns]
        triangles.append(np.stack(quads, 1).ravel())
        start += rows * columns
    return _node(name, data, np.concatenate(triangles).astype(np.uint32))


def _table(hall: Baked) -> Any:
    """The hall's vertices as Panda3D holds them; kept until another hall asks."""
    key = id(hall.vertices)
    if key not in _TABLES:
        _TABLES.clear()
        layout = GeomVertexArrayFormat()
        layout.add_column(InternalName.get_vertex(), 3, GeomEnums.NT_float32, GeomEnums.C_point)
        layout.add_column(InternalName.get_color(), 4, GeomEnums.NT_uint8, GeomEnums.C_color)
        layout.add_column(InternalName.make("albedo"), 4, GeomEnums.NT_uint8, GeomEnums.C_color)
        layout.add_column(InternalName.get_texcoord(), 2, GeomEnums.NT_float32, GeomEnums.C_texcoord)
        data = GeomVertexData("hall", GeomVertexFormat.register_format(GeomVertexFormat(layout)), GeomEnums.UH_static)
        assert layout.get_stride() == VERTEX.itemsize
        _fill(data, hall.vertices.tobytes(), len(hall.vertices))
        _TABLES[key] = data
    return _TABLES[key]


def _fill(data: Any, raw: bytes, rows: int) -> None:
    data.unclean_set_num_rows(rows)
    data.modify_array_handle(0).copy_data_from(raw)


def _node(name: str, data: Any, indices: NDArray[np.uint32]) -> Any:
    triangles = GeomTriangles(GeomEnums.UH_static)
    triangles.set_index_type(GeomEnums.NT_uint32)
    array = triangles.modify_vertices()
    array.unclean_set_num_rows(len(indices))
    array.modify_handle().copy_data_from(np.ascontiguousarray(indices, dtype=np.uint32).tobytes())
    geom = Geom(data)
    geom.add_primitive(triangles)
    node = GeomNode(name)
    node.add_geom(geom)
    return node
