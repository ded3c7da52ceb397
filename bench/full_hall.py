"""A hall whose booths are all full: each with a picture on every panel, a film, a model and a document.

Everything goes the way of an exhibitor: files through the uploads and their worker, booths through the API.
"""

import asyncio
import json
import struct
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np

from bench import exhibitors, media
from halles import resources
from halles.world.scene import Scene, parse
from halles_client.view.booth_pictures import LAYOUTS

LOGIN: Final = "fitter"
PHOTOGRAPHS: Final = 4
"""Different ones, dealt to the panels in turn."""
PIECE: Final = 1024 * 1024
PAUSE_S: Final = 0.3
"""Between two edits, and before one asks again: an account may do so much a second."""
WAIT: Final = frozenset({429, 503})
PATIENCE_S: Final = 120.0
TUBES: Final = (220, 110)
"""Quads round a ring and round its tube: two triangles each make nearly what one model may have."""


@dataclass(frozen=True, slots=True)
class Full:
    """What has been filled.

    Attributes:
        scene: The hall's plan.
        booths: Slots with a full booth.
        uploaded: Bytes of the files that were sent.
    """

    scene: Scene
    booths: tuple[str, ...]
    uploaded: int


def fill(url: str, data: Path, hall: str) -> Full:
    """Fills every booth that a hall of a server has; ``data`` is the server's folder."""
    return asyncio.run(_fill(url, data, hall))


async def _fill(url: str, data: Path, hall: str) -> Full:
    file = resources.scenes() / f"{hall}.toml"
    scene = parse(file.read_text(encoding="utf-8"), file.name)
    await asyncio.to_thread(exhibitors.add_organiser, data, LOGIN)
    async with exhibitors.browser(url, PATIENCE_S) as client:
        answer = await client.get("/api/v1/booths", params={"hall": hall})
        slots = {row["booth"]: row["slot"] for row in answer.raise_for_status().json()}
        await exhibitors.log_in(client, LOGIN)
        await exhibitors.may_upload(client, next(iter(slots)))
        token = await exhibitors.new_token(client)
        files = await asyncio.to_thread(_files, data)
        names = {name: await _upload(client, next(iter(slots)), *row) for name, row in files.items()}
        client.headers["authorization"] = f"Bearer {token}"
        for number, (booth, slot) in enumerate(slots.items()):
            plan = scene.slot(slot)
            panels = list(LAYOUTS[plan.size].areas) if plan is not None else []
            await _edit(client, booth, _changes(names, panels, number))
    return Full(scene, tuple(slots.values()), sum(len(row[1]) for row in files.values()))


def _files(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Makes what is uploaded: kind and bytes by name."""
    pictures = {f"photograph-{number}": ("picture", media.photograph(seed=number)) for number in range(PHOTOGRAPHS)}
    return pictures | {
        "film": ("film", media.film(folder)),
        "model": ("model", ring()),
        "document": ("document", media.document()),
    }


def _changes(names: Mapping[str, str], panels: list[str], number: int) -> list[dict[str, str]]:
    hung = [
        {"field": f"panel:{panel}:picture", "value": names[f"photograph-{(number + place) % PHOTOGRAPHS}"]}
        for place, panel in enumerate(panels)
    ]
    return [
        *hung,
        {"field": "film", "value": names["film"]},
        {"field": "model", "value": names["model"]},
        {"field": "document:0:title", "value": "A document", "language": "en"},
        {"field": "document:0:media", "value": names["document"]},
    ]


async def _edit(client: httpx.AsyncClient, booth: str, changes: list[dict[str, str]]) -> None:
    revision = (await client.get(f"/api/v1/booths/{booth}")).raise_for_status().json()["revision"]
    asked = {"request_id": str(uuid.uuid4()), "revision": revision, "changes": changes}
    answer = await client.post(f"/api/v1/booths/{booth}/edits", json=asked)
    if answer.is_error:
        raise SystemExit(f"{booth} was not filled: {answer.text[:200]}")
    await asyncio.sleep(PAUSE_S)


async def _upload(client: httpx.AsyncClient, booth: str, kind: str, data: bytes) -> str:
    """Sends a file in pieces as the studio's page does; returns the medium that became of it."""
    answer = await client.post("/api/uploads", json={"booth": booth, "kind": kind, "size": len(data)})
    place, state = answer.raise_for_status().headers["location"], answer.json()
    while state["state"] == "receiving":
        at = state["received"]
        answer = await client.put(place, content=data[at : at + PIECE], headers={"upload-offset": str(at)})
        if answer.status_code in WAIT:
            await asyncio.sleep(PAUSE_S)
        else:
            state = answer.json()
    while state["state"] not in {"ready", "refused"}:
        await asyncio.sleep(PAUSE_S)
        state = (await client.get(place)).json()
    if state["state"] == "refused":
        raise SystemExit(f"a {kind} was refused: {state}")
    return str(state["media"])


def ring() -> bytes:
    """Returns a GLB of a ring with nearly as many triangles as a model may have, and a picture of 1024 points on it."""
    round_ring, round_tube = TUBES
    u, v = np.meshgrid(np.linspace(0, 1, round_ring + 1), np.linspace(0, 1, round_tube + 1), indexing="ij")
    a, b = 2 * np.pi * u, 2 * np.pi * v
    reach = 1.0 + 0.35 * np.cos(b)
    place = np.stack([reach * np.cos(a), 0.35 * np.sin(b), reach * np.sin(a)], axis=2).astype("<f4").reshape(-1, 3)
    uv = np.stack([4 * u, v], axis=2).astype("<f4").reshape(-1, 2)
    first = (np.arange(round_ring)[:, None] * (round_tube + 1) + np.arange(round_tube)[None, :]).ravel()
    across = round_tube + 1
    quads = np.stack([first, first + 1, first + across, first + 1, first + across + 1, first + across], axis=1)
    return _packed(place, uv, quads.astype("<u4").ravel(), media.photograph((1024, 1024)))


def _packed(place: Any, uv: Any, corners: Any, picture: bytes) -> bytes:
    parts = [place.tobytes(), uv.tobytes(), corners.tobytes(), picture + bytes(-len(picture) % 4)]
    starts = np.cumsum([0, *map(len, parts)]).tolist()
    lengths = [*map(len, parts[:3]), len(picture)]
    said = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(place), "type": "VEC3"},
            {"bufferView": 1, "componentType": 5126, "count": len(uv), "type": "VEC2"},
            {"bufferView": 2, "componentType": 5125, "count": len(corners), "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": start, "byteLength": length}
            for start, length in zip(starts, lengths, strict=False)
        ],
        "buffers": [{"byteLength": starts[-1]}],
        "images": [{"bufferView": 3, "mimeType": "image/jpeg"}],
        "textures": [{"source": 0}],
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
    }
    text = json.dumps(said).encode()
    text += b" " * (-len(text) % 4)
    buffer = b"".join(parts)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(buffer), 0x004E4942) + buffer
    return struct.pack("<III", 0x46546C67, 2, 12 + len(chunks)) + chunks
