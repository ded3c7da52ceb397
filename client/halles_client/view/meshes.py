"""Baked arrays as Panda3D geometry: one shared vertex table per hall, slices of its triangles per node."""

from typing import Any

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


class Fabric:
    """The triangles of one hall: one vertex table that all its nodes share."""

    def __init__(self, hall: Baked) -> None:
        layout = GeomVertexArrayFormat()
        layout.add_column(InternalName.get_vertex(), 3, GeomEnums.NT_float32, GeomEnums.C_point)
        layout.add_column(InternalName.get_color(), 4, GeomEnums.NT_uint8, GeomEnums.C_color)
        layout.add_column(InternalName.make("albedo"), 4, GeomEnums.NT_uint8, GeomEnums.C_color)
        layout.add_column(InternalName.get_texcoord(), 2, GeomEnums.NT_float32, GeomEnums.C_texcoord)
        assert layout.get_stride() == VERTEX.itemsize
        self._indices = hall.indices
        self._table = GeomVertexData("hall", GeomVertexFormat.register_format(layout), GeomEnums.UH_static)
        fill(self._table, hall.vertices.tobytes(), len(hall.vertices))

    def node(self, name: str, runs: list[tuple[int, int]]) -> Any:
        """Returns a node that draws runs ``(first, count)`` of the hall's indices."""
        return drawn(name, self._table, np.concatenate([self._indices[first : first + count] for first, count in runs]))


def sheets(name: str, grids: list[NDArray[np.float32]]) -> Any:
    """Returns a node of unlit pictures; each grid is ``(rows, columns, 5)`` of x y z u v."""
    vertices = np.concatenate([grid.reshape(-1, 5) for grid in grids]).astype(np.float32)
    data = GeomVertexData(name, GeomVertexFormat.get_v3t2(), GeomEnums.UH_static)
    fill(data, vertices.tobytes(), len(vertices))
    triangles, start = [], 0
    for grid in grids:
        rows, columns = grid.shape[:2]
        corner = start + (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
        quads = [corner, corner + 1, corner + columns + 1, corner, corner + columns + 1, corner + columns]
        triangles.append(np.stack(quads, 1).ravel())
        start += rows * columns
    return drawn(name, data, np.concatenate(triangles).astype(np.uint32))


def fill(data: Any, raw: bytes, rows: int) -> None:
    """Gives a vertex table its rows, as bytes in its own layout."""
    data.unclean_set_num_rows(rows)
    data.modify_array_handle(0).copy_data_from(raw)


def drawn(name: str, data: Any, indices: NDArray[np.uint32]) -> Any:
    """Returns a node that draws triangles of a vertex table, three corners each."""
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
