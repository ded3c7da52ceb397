"""Puts drawings on the screen: one mesh and one draw for all cards, one for what moves, one for each picture.

The only module of the HUD that touches the graphics driver. The shader knows two kinds of quad: a rectangle whose
rounded edge is a distance, and a letter from the sheet of glyphs. Edges are on whole pixels, so both are crisp.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
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
    NodePath,
    OmniBoundingVolume,
    SamplerState,
    Shader,
    Texture,
    TransparencyAttrib,
)

from halles.ids import MediaId
from halles_client.view.fonts import SHEET, GlyphSheet
from halles_client.view.hud.pen import ROW, Picture, Rect
from halles_client.view.pictures import open_picture, picture_size
from halles_client.view.window import Window

PICTURE_MOST: Final = 1600
"""Pixels of a picture's longer side on the screen; larger ones are made smaller."""

_VERTEX: Final = """#version 150
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex; in vec4 local; in vec4 style; in vec4 tint; in vec4 clip;
out vec2 at; out vec2 inside; flat out vec2 halves; flat out vec4 how; flat out vec4 paint; flat out vec4 window;
void main() {
  gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
  at = vec2(p3d_Vertex.x, -p3d_Vertex.z);
  inside = local.xy; halves = local.zw; how = style; paint = tint; window = clip;
}"""

_FRAGMENT: Final = """#version 150
uniform sampler2D glyphs;
in vec2 at; in vec2 inside; flat in vec2 halves; flat in vec4 how; flat in vec4 paint; flat in vec4 window;
out vec4 colour;
void main() {
  if (at.x < window.x || at.y < window.y || at.x > window.z || at.y > window.w) discard;
  float cover;
  if (how.w > 0.5) {
    cover = texelFetch(glyphs, ivec2(inside), 0).r;
  } else {
    vec2 q = abs(inside) - halves + how.x;
    float d = length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - how.x;
    if (how.z > 0.0) { cover = 1.0 - smoothstep(-how.z, how.z, d); }
    else if (how.y > 0.0) { cover = clamp(0.5 + how.y * 0.5 - abs(d + how.y * 0.5), 0.0, 1.0); }
    else { cover = clamp(0.5 - d, 0.0, 1.0); }
  }
  if (cover <= 0.004) discard;
  colour = vec4(paint.rgb, paint.a * cover);
}"""

_PICTURE_VERTEX: Final = """#version 150
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex; in vec2 p3d_MultiTexCoord0; out vec2 uv;
void main() { gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; uv = p3d_MultiTexCoord0; }"""

_PICTURE_FRAGMENT: Final = """#version 150
uniform sampler2D p3d_Texture0; in vec2 uv; out vec4 colour;
void main() { colour = vec4(texture(p3d_Texture0, uv).rgb, 1.0); }"""

_COLUMNS: Final = 19


class Canvas:
    """The HUD's nodes under ``pixel2d``.

    Attributes:
        broken: Pictures whose bytes turned out to be none.
    """

    def __init__(self, window: Window, glyphs: GlyphSheet) -> None:
        self._glyphs = glyphs
        self._uploaded = -1
        self._root: Any = window.base.pixel2d.attach_new_node("hud")
        self._texture: Any = Texture("glyphs")
        self._texture.setup_2d_texture(SHEET, SHEET, Texture.T_unsigned_byte, Texture.F_red)
        self._texture.set_minfilter(SamplerState.FT_nearest)
        self._texture.set_magfilter(SamplerState.FT_nearest)
        shader = Shader.make(Shader.SL_GLSL, _VERTEX, _FRAGMENT)
        self._cards = self._layer("cards", shader, 0)
        self._moving = self._layer("moving", shader, 1)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="halles pictures")
        self._pictures: list[Any] = []
        self._shown: tuple[Picture, ...] = ()
        self._decoding: dict[MediaId, Future[NDArray[np.uint8] | None]] = {}
        self._decoded: dict[MediaId, Any] = {}
        self.broken: frozenset[MediaId] = frozenset()

    def show_cards(self, mesh: NDArray[np.float32]) -> None:
        """Replaces all cards; ``mesh`` has the shape ``(n, ROW)``."""
        self._upload_glyphs()
        _fill(self._cards, mesh)

    def show_moving(self, mesh: NDArray[np.float32]) -> None:
        """Replaces the dots on the map."""
        _fill(self._moving, mesh)

    def show_pictures(self, pictures: tuple[Picture, ...], media: Mapping[MediaId, bytes]) -> None:
        """Replaces the pictures; each appears with the ``step`` after its bytes were decoded in a thread.

        Args:
            pictures: What is to be seen, and where.
            media: Encoded bytes, of these and of others that may be shown next.
        """
        self._shown, self.broken = pictures, self.broken & media.keys()
        wanted = {picture.media for picture in pictures}
        self._decoded = {key: texture for key, texture in self._decoded.items() if key in wanted}
        for gone in self._decoding.keys() - wanted:
            self._decoding.pop(gone).cancel()
        for key in wanted - self._decoded.keys() - self._decoding.keys() - self.broken:
            self._decoding[key] = self._threads.submit(_pixels, media.get(key, b""))
        self._hang()

    def picture_shape(self, media: MediaId, data: bytes) -> tuple[int, int] | None:
        """Returns the width and height that a picture claims, None when it is none."""
        return None if media in self.broken else picture_size(data)

    def step(self) -> None:
        """Hangs the pictures that were decoded since the last call."""
        done = [key for key, future in self._decoding.items() if future.done()]
        for key in done:
            pixels = self._decoding.pop(key).result()
            if pixels is None:
                self.broken |= {key}
            else:
                self._decoded[key] = _texture(pixels)
        if done:
            self._hang()

    def _hang(self) -> None:
        for node in self._pictures:
            node.remove_node()
        known = [picture for picture in self._shown if picture.media in self._decoded]
        self._pictures = [self._picture(picture.rect, self._decoded[picture.media]) for picture in known]

    def destroy(self) -> None:
        """Takes everything off the screen."""
        self._root.remove_node()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _layer(self, name: str, shader: Any, order: int) -> Any:
        node: Any = NodePath(GeomNode(name))
        node.reparent_to(self._root)
        node.node().set_bounds(OmniBoundingVolume())
        node.node().set_final(True)
        node.set_shader(shader)
        node.set_shader_input("glyphs", self._texture)
        node.set_transparency(TransparencyAttrib.M_alpha)
        node.set_bin("fixed", order)
        node.set_depth_test(False)
        node.set_depth_write(False)
        node.set_two_sided(True)
        return node

    def _upload_glyphs(self) -> None:
        if self._uploaded != self._glyphs.changes:
            self._texture.set_ram_image(self._glyphs.pixels.tobytes())
            self._uploaded = self._glyphs.changes

    def _picture(self, rect: Rect, texture: Any) -> Any:
        corners = np.zeros((4, 5), dtype=np.float32)
        xs, ys = (rect.x, rect.x + rect.w), (rect.y, rect.y + rect.h)
        corners[:] = [(xs[i & 1], 0, -ys[i >> 1], i & 1, 1 - (i >> 1)) for i in range(4)]
        data = GeomVertexData("picture", GeomVertexFormat.get_v3t2(), Geom.UH_static)
        data.unclean_set_num_rows(4)
        memoryview(data.modify_array(0)).cast("B")[:] = corners.tobytes()
        node: Any = NodePath(GeomNode("picture"))
        node.node().add_geom(_quads(data, 1))
        node.reparent_to(self._root)
        node.set_texture(texture)
        node.set_shader(Shader.make(Shader.SL_GLSL, _PICTURE_VERTEX, _PICTURE_FRAGMENT))
        node.set_bin("fixed", 2)
        node.set_depth_test(False)
        node.set_depth_write(False)
        node.set_two_sided(True)
        return node


def _format() -> Any:
    columns: Any = GeomVertexArrayFormat()
    columns.add_column(InternalName.get_vertex(), 3, GeomEnums.NT_float32, GeomEnums.C_point)
    for name in ("local", "style", "tint", "clip"):
        columns.add_column(InternalName.make(name), 4, GeomEnums.NT_float32, GeomEnums.C_other)
    return GeomVertexFormat.register_format(GeomVertexFormat(columns))


def _fill(layer: Any, mesh: NDArray[np.float32]) -> None:
    layer.node().remove_all_geoms()
    if len(mesh):
        data = GeomVertexData("cards", _format(), Geom.UH_dynamic)
        data.unclean_set_num_rows(4 * len(mesh))
        memoryview(data.modify_array(0)).cast("B")[:] = _vertices(mesh).tobytes()
        layer.node().add_geom(_quads(data, len(mesh)))


def _vertices(mesh: NDArray[np.float32]) -> NDArray[np.float32]:
    """Spreads quads over their corners: shape ``(n, ROW)`` → ``(4 n, _COLUMNS)``."""
    quads = mesh.reshape(-1, ROW)
    out = np.zeros((len(quads), 4, _COLUMNS), dtype=np.float32)
    corners = quads[:, :16].reshape(-1, 4, 4)
    out[:, :, 0] = corners[:, :, 0]
    out[:, :, 2] = -corners[:, :, 1]
    out[:, :, 3:5] = corners[:, :, 2:4]
    out[:, :, 5:_COLUMNS] = quads[:, None, 16:ROW]
    return out.reshape(-1, _COLUMNS)


def _quads(data: Any, count: int) -> Any:
    first = 4 * np.arange(count, dtype=np.uint32)[:, None]
    indices = (first + np.array([0, 2, 1, 1, 2, 3], dtype=np.uint32)).ravel()
    triangles: Any = GeomTriangles(Geom.UH_dynamic)
    triangles.set_index_type(GeomEnums.NT_uint32)
    vertices = triangles.modify_vertices(len(indices))
    vertices.unclean_set_num_rows(len(indices))
    memoryview(vertices).cast("B")[:] = indices.tobytes()
    geom: Any = Geom(data)
    geom.add_primitive(triangles)
    return geom


def _pixels(data: bytes) -> NDArray[np.uint8] | None:
    """Decodes a picture to what a texture takes: bottom row first, BGR, no larger than is shown."""
    most = (PICTURE_MOST, PICTURE_MOST)
    picture = open_picture(data, most)
    if picture is None:
        return None
    picture.thumbnail(most)
    return np.ascontiguousarray(np.asarray(picture)[::-1, :, ::-1])


def _texture(pixels: NDArray[np.uint8]) -> Any:
    texture: Any = Texture("picture")
    texture.setup_2d_texture(pixels.shape[1], pixels.shape[0], Texture.T_unsigned_byte, Texture.F_rgb)
    texture.set_ram_image(pixels.tobytes())
    texture.set_minfilter(SamplerState.FT_linear_mipmap_linear)
    return texture
