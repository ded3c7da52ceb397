"""A model written anew: each number read, judged and written in one form, nothing taken over unread.

Positions, normals, texture coordinates and colours become floats, corners become 32-bit numbers; each lies in a view of
its own, so that bytes which nothing refers to stay behind. Whatever an index or a count says is checked before it is
used. Not here: limits on a model as a whole (``model_admission.py``).
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec
import numpy as np

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles.world import glb
from halles.world.glb import unreadable
from halles.world.picture_size import size_of

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
_P = TypeVar("_P")

LARGEST: Final = 1e6
"""Metres, and anything else: beyond it products of matrices are no numbers any more."""

_COMPONENTS: Final = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
FLOAT: Final = 5126
_UINT: Final = 5125
_UNSIGNED: Final = frozenset({5121, 5123, 5125})
_WHOLE: Final = {5121: 255.0, 5123: 65535.0}
"""Integers that may stand for 0 … 1, and what stands for 1."""
WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_ATTRIBUTES: Final = {
    "POSITION": ("VEC3",),
    "NORMAL": ("VEC3",),
    "TANGENT": ("VEC4",),
    "TEXCOORD_0": ("VEC2",),
    "TEXCOORD_1": ("VEC2",),
    "COLOR_0": ("VEC3", "VEC4"),
}
"""What a corner may have, and in which widths; anything else a corner has is left out."""
_FILTERS: Final = frozenset({None, 9728, 9729, 9984, 9985, 9986, 9987})
_WRAPS: Final = frozenset({33071, 33648, 10497})
_ALPHA: Final = frozenset({"OPAQUE", "MASK", "BLEND"})


def at(rows: Sequence[_P], index: int, what: str) -> _P:
    """Returns a row of a document's list; ``Rejection`` UNREADABLE when there is none with that index."""
    if index >= len(rows):
        raise unreadable(f"{what} {index} of {len(rows)}")
    return rows[index]


class ModelCopy:
    """One model's copy while it is made; what several parts share is copied once."""

    def __init__(
        self, document: glb.Document, buffer: memoryview, bytes_cap: int, repaint: Callable[[bytes], bytes]
    ) -> None:
        """Takes what was read, how many bytes may be written, and what repaints a picture."""
        self._from, self._buffer, self._left, self._repaint = document, buffer, bytes_cap, repaint
        self.texels = 0
        self._payload = bytearray()
        self._made: dict[tuple[str, int], int] = {}
        self._accessors: list[glb.Accessor] = []
        self._views: list[glb.BufferView] = []
        self._images: list[glb.Image] = []
        self._textures: list[glb.Texture] = []
        self._samplers: list[glb.Sampler] = []
        self._materials: list[glb.Material] = []
        self._meshes: list[glb.Mesh] = []

    def measure_pictures(self, texels_cap: int) -> None:
        """Sums up the points of all pictures, before one is looked at by anything that decodes; ``Rejection``."""
        total = 0
        for image in self._from.images:
            total += _area(self._bytes_of(image))
            if total > texels_cap:
                text = f"{total} points of pictures, at most {texels_cap} in a model"
                excess = Excess(Measure.TEXELS, (total,), (texels_cap,))
                raise Rejection(RejectionCode.OVER_BUDGET, text, excess=excess)

    def made(self, order: Sequence[int]) -> tuple[glb.Document, bytes]:
        """Copies the nodes of one scene and all that hangs on them; returns the document and its buffer."""
        places = {old: new for new, old in enumerate(order)}
        nodes = tuple(self._node(self._from.nodes[index], places) for index in order)
        hung = {child for node in nodes for child in node.children}
        roots = tuple(index for index in range(len(nodes)) if index not in hung)
        unlit = any(material.extensions is not None for material in self._materials)
        document = glb.Document(
            asset=glb.Asset("2.0"),
            scene=0,
            scenes=(glb.Scene(roots),),
            nodes=nodes,
            meshes=tuple(self._meshes),
            accessors=tuple(self._accessors),
            buffer_views=tuple(self._views),
            buffers=(glb.Buffer(len(self._payload)),),
            images=tuple(self._images),
            textures=tuple(self._textures),
            samplers=tuple(self._samplers),
            materials=tuple(self._materials),
            extensions_used=("KHR_materials_unlit",) if unlit else (),
        )
        return document, bytes(self._payload)

    def _once(self, kind: str, index: int, make: Callable[[int], int]) -> int:
        if (kind, index) not in self._made:
            self._made[kind, index] = make(index)
        return self._made[kind, index]

    # --- the tree -----------------------------------------------------------------------------------------------

    def _node(self, node: glb.Node, places: dict[int, int]) -> glb.Node:
        for values in (node.translation, node.rotation, node.scale, node.matrix):
            _sane(values or ())
        if node.matrix is not None and (node.translation or node.rotation or node.scale):
            raise unreadable("a node has a matrix and its parts")
        mesh = None if node.mesh is None else self._once("mesh", node.mesh, self._mesh)
        return msgspec.structs.replace(node, children=tuple(places[child] for child in node.children), mesh=mesh)

    def _mesh(self, index: int) -> int:
        primitives = tuple(self._primitive(one) for one in at(self._from.meshes, index, "mesh").primitives)
        self._meshes.append(glb.Mesh(primitives))
        return len(self._meshes) - 1

    def _primitive(self, primitive: glb.Primitive) -> glb.Primitive:
        asked = primitive.attributes
        if "POSITION" not in asked:
            raise unreadable("a primitive without positions")
        count = at(self._from.accessors, asked["POSITION"], "accessor").count
        attributes = {}
        for name, widths in _ATTRIBUTES.items():
            if name in asked:
                accessor = at(self._from.accessors, asked[name], "accessor")
                if accessor.count != count or accessor.type not in widths:
                    raise unreadable(f"{name} has {accessor.count} {accessor.type[:8]} for {count} corners")
                attributes[name] = self._once(name, asked[name], self._floats(name))
        corners = primitive.indices
        indices = None if corners is None else self._once(f"corners of {count}", corners, self._corners(count))
        material = primitive.material
        material = None if material is None else self._once("material", material, self._material)
        return glb.Primitive(attributes, indices, material)

    # --- numbers ------------------------------------------------------------------------------------------------

    def _floats(self, name: str) -> Callable[[int], int]:
        def make(index: int) -> int:
            accessor = self._from.accessors[index]
            if name not in {"TEXCOORD_0", "TEXCOORD_1", "COLOR_0"} and accessor.component_type != FLOAT:
                raise unreadable(f"{name} in components {accessor.component_type}, and only floats are known")
            values = self._read(index).astype("<f4")
            if accessor.component_type != FLOAT:
                whole = _WHOLE.get(accessor.component_type)
                if whole is None or not accessor.normalized:
                    raise unreadable(f"{name} in components {accessor.component_type}")
                values /= np.float32(whole)
            if not (np.isfinite(values).all() and (np.abs(values) <= LARGEST).all()):
                raise unreadable(f"{name} holds what is no number, or one over {LARGEST:.0f}")
            ends = (values.min(axis=0), values.max(axis=0)) if name == "POSITION" else None
            written = glb.Accessor(FLOAT, accessor.count, accessor.type, self._view(values.tobytes()))
            if ends is not None:
                least, most = (tuple(map(float, end)) for end in ends)
                written = msgspec.structs.replace(written, min=least, max=most)
            self._accessors.append(written)
            return len(self._accessors) - 1

        return make

    def _corners(self, count: int) -> Callable[[int], int]:
        def make(index: int) -> int:
            accessor = at(self._from.accessors, index, "accessor")
            if accessor.type != "SCALAR" or accessor.component_type not in _UNSIGNED:
                raise unreadable(f"corners in {accessor.type[:8]} of components {accessor.component_type}")
            values = self._read(index).astype("<u4")
            if int(values.max()) >= count:
                raise unreadable(f"corner {int(values.max())} of {count}")
            self._accessors.append(glb.Accessor(_UINT, accessor.count, "SCALAR", self._view(values.tobytes())))
            return len(self._accessors) - 1

        return make

    def _read(self, index: int) -> Numbers:
        """Returns an accessor's numbers as they lie there, a row for each element."""
        accessor = self._from.accessors[index]
        kind, width = _COMPONENTS.get(accessor.component_type), WIDTHS.get(accessor.type)
        if kind is None or width is None or accessor.buffer_view is None or not accessor.count:
            raise unreadable(f"accessor {index} is of no kind that is known, or empty")
        start, length, stride = self._stretch(accessor.buffer_view)
        one = np.dtype(kind).itemsize
        stride = stride or one * width
        end = accessor.byte_offset + (accessor.count - 1) * stride + one * width
        if stride < one * width or end > length:
            raise unreadable(f"accessor {index} ends at byte {end} of a view of {length}")
        self._spend(accessor.count * width * 4)
        return np.ndarray((accessor.count, width), kind, self._buffer, start + accessor.byte_offset, (stride, one))

    def _stretch(self, index: int) -> tuple[int, int, int | None]:
        """Returns a view's start in the buffer, its length and its stride."""
        view = at(self._from.buffer_views, index, "view")
        if view.buffer or view.byte_offset + view.byte_length > len(self._buffer):
            raise unreadable(f"view {index} ends outside the {len(self._buffer)} bytes of the buffer")
        return view.byte_offset, view.byte_length, view.byte_stride

    def _spend(self, size: int) -> None:
        """Several accessors may read the same bytes: what is written has a limit of its own."""
        self._left -= size
        if self._left < 0:
            raise Rejection(RejectionCode.OVER_BUDGET, f"{-self._left} bytes over what a model may take")

    def _view(self, data: bytes) -> int:
        self._views.append(glb.BufferView(0, len(data), len(self._payload)))
        self._payload += data + bytes(-len(data) % 4)
        return len(self._views) - 1

    # --- surfaces -----------------------------------------------------------------------------------------------

    def _material(self, index: int) -> int:
        said = at(self._from.materials, index, "material")
        if said.alpha_mode not in _ALPHA:
            raise unreadable(f"alpha mode {said.alpha_mode[:20]!r}")
        pbr = said.pbr_metallic_roughness
        unlit = said.extensions is not None and said.extensions.unlit is not None
        made = glb.Material(
            pbr_metallic_roughness=None if pbr is None else self._roughness(pbr),
            normal_texture=self._use(said.normal_texture),
            occlusion_texture=self._use(said.occlusion_texture),
            emissive_texture=self._use(said.emissive_texture),
            emissive_factor=None if said.emissive_factor is None else _share3(said.emissive_factor),
            alpha_mode=said.alpha_mode,
            alpha_cutoff=_share(said.alpha_cutoff),
            double_sided=said.double_sided,
            extensions=glb.MaterialExtensions(glb.Nothing()) if unlit else None,
        )
        self._materials.append(made)
        return len(self._materials) - 1

    def _roughness(self, said: glb.Roughness) -> glb.Roughness:
        colour = said.base_color_factor
        return glb.Roughness(
            base_color_factor=None if colour is None else (*_share3(colour[:3]), _share(colour[3])),
            base_color_texture=self._use(said.base_color_texture),
            metallic_factor=_share(said.metallic_factor),
            roughness_factor=_share(said.roughness_factor),
            metallic_roughness_texture=self._use(said.metallic_roughness_texture),
        )

    def _use(self, use: glb.TextureUse | None) -> glb.TextureUse | None:
        if use is None:
            return None
        _sane((use.scale, use.strength))
        if use.tex_coord > 1:
            raise unreadable(f"texture coordinates {use.tex_coord}, and only 0 and 1 are known")
        return msgspec.structs.replace(use, index=self._once("texture", use.index, self._texture))

    def _texture(self, index: int) -> int:
        said = at(self._from.textures, index, "texture")
        if said.source is None:
            raise unreadable(f"texture {index} has no picture")
        source = self._once("image", said.source, self._image)
        sampler = None if said.sampler is None else self._once("sampler", said.sampler, self._sampler)
        self._textures.append(glb.Texture(source, sampler))
        return len(self._textures) - 1

    def _sampler(self, index: int) -> int:
        said = at(self._from.samplers, index, "sampler")
        if not ({said.mag_filter, said.min_filter} <= _FILTERS and {said.wrap_s, said.wrap_t} <= _WRAPS):
            raise unreadable(f"sampler {index} reads in a way that is not known")
        self._samplers.append(said)
        return len(self._samplers) - 1

    def _image(self, index: int) -> int:
        data = self._repaint(self._bytes_of(at(self._from.images, index, "image")))
        found = size_of(data)
        if found is None:
            raise unreadable(f"picture {index} is neither PNG nor JPEG")
        self.texels += found[1] * found[2]
        self._spend(len(data))
        self._images.append(glb.Image(self._view(data), found[0]))
        return len(self._images) - 1

    def _bytes_of(self, image: glb.Image) -> bytes:
        if image.buffer_view is None:
            raise unreadable("a picture lies outside the GLB")
        start, length, _ = self._stretch(image.buffer_view)
        return bytes(self._buffer[start : start + length])


def _area(data: bytes) -> int:
    found = size_of(data)
    if found is None:
        raise unreadable("a picture is neither PNG nor JPEG")
    return found[1] * found[2]


def _sane(values: Sequence[float]) -> None:
    if not all(-LARGEST <= value <= LARGEST for value in values):
        raise unreadable(f"a number over {LARGEST:.0f}, or none")


def _share(value: float) -> float:
    """Returns a number as glTF wants it, 0 … 1; what is no number is 0."""
    return min(max(value, 0.0), 1.0) if value == value else 0.0


def _share3(values: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = map(_share, values)
    return red, green, blue
