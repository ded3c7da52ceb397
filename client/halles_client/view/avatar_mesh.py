"""Loads the avatars' meshes and the impostors' atlas, which ``assets/make/avatars.py`` makes.

A mesh file holds arrays only: ``corners`` float32 ``(n, 12)`` (position 3, normal 3, rig 4, paint 2) and
``triangles`` uint16 ``(m, 3)``. What rig and paint mean is said in ``avatar_shaders``.
"""

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
    SamplerState,
    Texture,
)
from PIL import Image

from halles.resources import assets

CORNER_FLOATS: Final = 12
"""Floats of a vertex, as in the mesh file."""


def load_mesh(level: str) -> Any:
    """Returns the ``GeomNode`` of the level ``near`` or ``mid``.

    Raises:
        FileNotFoundError: The assets were not made.
    """
    with np.load(assets() / "avatars" / f"{level}.npz", allow_pickle=False) as arrays:
        return mesh(level, arrays["corners"], arrays["triangles"])


def mesh(name: str, corners: NDArray[np.float32], triangles: NDArray[np.uint16]) -> Any:
    """Builds a ``GeomNode`` from a mesh file's arrays, see the module docstring."""
    layout = GeomVertexArrayFormat()
    layout.add_column(InternalName.get_vertex(), 3, GeomEnums.NT_float32, GeomEnums.C_point)
    layout.add_column(InternalName.get_normal(), 3, GeomEnums.NT_float32, GeomEnums.C_normal)
    layout.add_column(InternalName.make("rig"), 4, GeomEnums.NT_float32, GeomEnums.C_other)
    layout.add_column(InternalName.make("paint"), 2, GeomEnums.NT_float32, GeomEnums.C_other)
    return _geom_node(name, layout, corners, triangles)


def quad(name: str, corners: tuple[tuple[float, float, float], ...]) -> Any:
    """Builds a ``GeomNode`` of two triangles from four corners, anticlockwise as seen."""
    layout = GeomVertexArrayFormat()
    layout.add_column(InternalName.get_vertex(), 3, GeomEnums.NT_float32, GeomEnums.C_point)
    return _geom_node(name, layout, np.array(corners, np.float32), np.array([[0, 1, 2], [0, 2, 3]], np.uint16))


def load_atlas() -> Any:
    """Returns the impostors' texture: skin, coat, trousers, hair times shade in red, green, blue, alpha."""
    with Image.open(assets() / "avatars" / "impostors.png") as picture:
        pixels = np.asarray(picture.convert("RGBA"))
    texture = Texture("impostors")
    texture.setup_2d_texture(pixels.shape[1], pixels.shape[0], Texture.T_unsigned_byte, Texture.F_rgba8)
    texture.set_ram_image(pixels[::-1, :, [2, 1, 0, 3]].tobytes())
    sampler = SamplerState()
    sampler.set_minfilter(SamplerState.FT_linear_mipmap_nearest)
    sampler.set_magfilter(SamplerState.FT_linear)
    sampler.set_max_lod(2.0)
    sampler.set_wrap_u(SamplerState.WM_clamp)
    sampler.set_wrap_v(SamplerState.WM_clamp)
    texture.set_default_sampler(sampler)
    return texture


def _geom_node(name: str, layout: Any, corners: NDArray[np.float32], triangles: NDArray[np.uint16]) -> Any:
    data = GeomVertexData(name, GeomVertexFormat.register_format(GeomVertexFormat(layout)), Geom.UH_static)
    data.unclean_set_num_rows(len(corners))
    np.frombuffer(memoryview(data.modify_array(0)), np.float32)[:] = corners.reshape(-1)
    indices = GeomTriangles(Geom.UH_static)
    indices.set_index_type(GeomEnums.NT_uint16)
    array = indices.modify_vertices()
    array.unclean_set_num_rows(triangles.size)
    np.frombuffer(memoryview(array), np.uint16)[:] = triangles.reshape(-1)
    geom = Geom(data)
    geom.add_primitive(indices)
    node = GeomNode(name)
    node.add_geom(geom)
    return node
