"""What of a GLB is known here (glTF 2.0, a static model): its container and its document as values.

Belongs here: taking the container apart and putting one together, and the fields that are read; whatever else stands in
a document is not carried over. Not here: whether a model is admitted (``model_admission.py``). Every fault of a file is
a ``Rejection`` UNREADABLE.
"""

import struct
from typing import Annotated, Final

import msgspec

from halles.errors import Rejection, RejectionCode

JSON_CAP: Final = 1024 * 1024
"""Bytes of the document: 512 nodes and all that hangs on them take a fifth of it."""

_MAGIC: Final = 0x46546C67
_VERSION: Final = 2
_JSON: Final = 0x4E4F534A
_BIN: Final = 0x004E4942
_HEADER: Final = struct.Struct("<III")
_CHUNK: Final = struct.Struct("<II")
_SAID: Final = 200

Number = Annotated[int, msgspec.Meta(ge=0, le=2**32)]
"""An index, a count, an offset or one of glTF's constants."""


class Part(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Anything in a document; fields that are not named are dropped."""


class Asset(Part, frozen=True):
    """What the file is."""

    version: str = ""


class Scene(Part, frozen=True):
    """The nodes that are drawn, with all below them."""

    nodes: tuple[Number, ...] = ()


class Node(Part, frozen=True):
    """A place, perhaps with a mesh; metres, and a quaternion x, y, z, w."""

    children: tuple[Number, ...] = ()
    mesh: Number | None = None
    translation: tuple[float, float, float] | None = None
    rotation: tuple[float, float, float, float] | None = None
    scale: tuple[float, float, float] | None = None
    matrix: Annotated[tuple[float, ...], msgspec.Meta(min_length=16, max_length=16)] | None = None


class Primitive(Part, frozen=True):
    """What is drawn at once, with one material."""

    attributes: dict[str, Number]
    indices: Number | None = None
    material: Number | None = None
    mode: Number = 4


class Mesh(Part, frozen=True):
    """Primitives."""

    primitives: tuple[Primitive, ...]


class Accessor(Part, frozen=True):
    """How numbers lie in a view."""

    component_type: Number
    count: Number
    type: str
    buffer_view: Number | None = None
    byte_offset: Number = 0
    normalized: bool = False
    min: tuple[float, ...] | None = None
    max: tuple[float, ...] | None = None
    sparse: object = None


class BufferView(Part, frozen=True):
    """A stretch of the one buffer."""

    buffer: Number
    byte_length: Number
    byte_offset: Number = 0
    byte_stride: Number | None = None


class Buffer(Part, frozen=True):
    """The bytes after the document; with a ``uri`` they would lie elsewhere."""

    byte_length: Number
    uri: object = None


class Image(Part, frozen=True):
    """A picture in a view; with a ``uri`` it would lie elsewhere."""

    buffer_view: Number | None = None
    mime_type: str = ""
    uri: object = None


class Sampler(Part, frozen=True):
    """How a texture is read between its points."""

    mag_filter: Number | None = None
    min_filter: Number | None = None
    wrap_s: Number = 10497
    wrap_t: Number = 10497


class Texture(Part, frozen=True):
    """A picture and how it is read."""

    source: Number | None = None
    sampler: Number | None = None


class TextureUse(Part, frozen=True):
    """A texture as a material uses it."""

    index: Number
    tex_coord: Number = 0
    scale: float = 1.0
    strength: float = 1.0


class Roughness(Part, frozen=True):
    """glTF's metallic-roughness model."""

    base_color_factor: tuple[float, float, float, float] | None = None
    base_color_texture: TextureUse | None = None
    metallic_factor: float = 1.0
    roughness_factor: float = 1.0
    metallic_roughness_texture: TextureUse | None = None


class Nothing(Part, frozen=True):
    """An object without fields."""


class MaterialExtensions(Part, frozen=True):
    """The one extension that is known: a surface without light."""

    unlit: Nothing | None = msgspec.field(default=None, name="KHR_materials_unlit")


class Material(Part, frozen=True):
    """A surface."""

    pbr_metallic_roughness: Roughness | None = None
    normal_texture: TextureUse | None = None
    occlusion_texture: TextureUse | None = None
    emissive_texture: TextureUse | None = None
    emissive_factor: tuple[float, float, float] | None = None
    alpha_mode: str = "OPAQUE"
    alpha_cutoff: float = 0.5
    double_sided: bool = False
    extensions: MaterialExtensions | None = None


class Document(Part, frozen=True):
    """A whole document; ``scene`` is the one that is drawn."""

    asset: Asset
    scene: Number | None = None
    scenes: tuple[Scene, ...] = ()
    nodes: tuple[Node, ...] = ()
    meshes: tuple[Mesh, ...] = ()
    accessors: tuple[Accessor, ...] = ()
    buffer_views: tuple[BufferView, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    images: tuple[Image, ...] = ()
    textures: tuple[Texture, ...] = ()
    samplers: tuple[Sampler, ...] = ()
    materials: tuple[Material, ...] = ()
    extensions_used: tuple[str, ...] = ()
    extensions_required: tuple[str, ...] = ()


def unreadable(said: str) -> Rejection:
    """Returns the refusal of a file that is no GLB as it should be."""
    return Rejection(RejectionCode.UNREADABLE, said[:_SAID])


def take_apart(data: bytes) -> tuple[Document, memoryview]:
    """Returns a GLB's document and the bytes of its buffer, nothing of it checked beyond types.

    Raises:
        Rejection: UNREADABLE.
    """
    if len(data) < _HEADER.size:
        raise unreadable(f"{len(data)} bytes are no GLB")
    magic, version, length = _HEADER.unpack_from(data)
    if magic != _MAGIC or version != _VERSION or length != len(data):
        raise unreadable(f"no GLB of version 2 with {len(data)} bytes")
    chunks = list(_chunks(memoryview(data)))
    if not chunks or chunks[0][0] != _JSON or [kind for kind, _ in chunks[1:]] not in ([], [_BIN]):
        raise unreadable("a GLB holds a document and at most one buffer, in this order")
    return _document(chunks[0][1]), chunks[1][1] if len(chunks) > 1 else memoryview(b"")


def put_together(document: Document, buffer: bytes) -> bytes:
    """Returns a GLB."""
    said = msgspec.json.encode(document)
    said += b" " * (-len(said) % 4)
    buffer += bytes(-len(buffer) % 4)
    length = _HEADER.size + 2 * _CHUNK.size + len(said) + len(buffer)
    head = _HEADER.pack(_MAGIC, _VERSION, length) + _CHUNK.pack(len(said), _JSON)
    return head + said + _CHUNK.pack(len(buffer), _BIN) + buffer


def _chunks(data: memoryview) -> list[tuple[int, memoryview]]:
    at, found = _HEADER.size, list[tuple[int, memoryview]]()
    while at < len(data):
        if len(data) - at < _CHUNK.size or len(found) > 1:
            raise unreadable("the GLB's chunks do not end where it ends")
        length, kind = _CHUNK.unpack_from(data, at)
        at += _CHUNK.size
        if length > len(data) - at:
            raise unreadable(f"a chunk of {length} bytes where {len(data) - at} are left")
        found.append((kind, data[at : at + length]))
        at += length
    return found


def _document(said: memoryview) -> Document:
    if len(said) > JSON_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"a document of {len(said)} bytes, at most {JSON_CAP}")
    try:
        return msgspec.json.decode(said, type=Document)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise unreadable(f"the document cannot be read: {error}") from None
