"""GLBs for tests, written by hand so that each part can be made wrong."""

import json
import struct
import zlib
from typing import Any

import numpy as np


def png(width: int = 2, height: int = 2) -> bytes:
    """Returns a grey PNG; only its first bytes say how large it is, so that it may claim anything."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height)) if width * height <= 10**6 else b"\0"
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def corners(triangles: int) -> bytes:
    """Returns positions of so many triangles."""
    return np.tile(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], "<f4"), (triangles, 1)).tobytes()


def document(triangles: int = 1, picture: bytes | None = None) -> tuple[dict[str, Any], bytes]:
    """Returns a document of one node with a mesh, perhaps with a picture on it, and its buffer."""
    positions = corners(triangles)
    buffer = positions + np.zeros((triangles * 3, 2), "<f4").tobytes() + (picture or b"")
    said: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "a generator", "copyright": "somebody's name"},
        "scene": 0,
        "scenes": [{"nodes": [0], "name": "a scene"}],
        "nodes": [{"mesh": 0, "translation": [0, 1, 0], "name": "a node", "extras": {"secret": 1}}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1, "_OWN": 0}, "material": 0}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": triangles * 3, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5126, "count": triangles * 3, "type": "VEC2"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": len(positions)},
            {"buffer": 0, "byteOffset": len(positions), "byteLength": triangles * 24},
        ],
        "buffers": [{"byteLength": len(buffer)}],
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [1, 0.5, 0.25, 1]}, "doubleSided": True}],
    }
    if picture is not None:
        said["bufferViews"].append({"buffer": 0, "byteOffset": triangles * 60, "byteLength": len(picture)})
        said["images"] = [{"bufferView": 2, "mimeType": "image/png", "name": "C:\\Users\\somebody\\wall.png"}]
        said["textures"] = [{"source": 0}]
        said["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"] = {"index": 0}
    return said, buffer


def pack(said: dict[str, Any] | bytes, buffer: bytes) -> bytes:
    """Returns a GLB of a document and a buffer."""
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    text += b" " * (-len(text) % 4)
    buffer += bytes(-len(buffer) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(buffer), 0x004E4942) + buffer
    return struct.pack("<III", 0x46546C67, 2, 12 + len(chunks)) + chunks


def glb(triangles: int = 1, picture: bytes | None = None) -> bytes:
    """Returns a model of so many triangles."""
    return pack(*document(triangles, picture))
