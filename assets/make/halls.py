"""Bakes halls: ``python -m assets.make.halls`` makes all of ``assets/halls`` from the plans in ``scenes/``.

``python -m assets.make.halls lille`` makes one. The format that it writes is read by ``halles_client.view.baked``.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assets.make.bake import Baker
from assets.make.floors import Ground, floor_pictures
from assets.make.mesh import Array, Mesh
from assets.make.mirror import mirror_picture
from assets.make.room import Room, Sheet
from assets.make.rooms import build
from assets.make.screens import screens_picture
from assets.make.signs import sign_sheets
from halles import resources
from halles.world.scene import parse
from halles_client.view.baked import VERTEX, digest
from halles_client.view.materials import LIGHT_MAX

TARGET = Path(__file__).resolve().parents[1] / "halls"


def make(names: list[str]) -> None:
    """Bakes the halls of these names, saying what each costs."""
    TARGET.mkdir(exist_ok=True)
    for name in names:
        began = time.perf_counter()
        text = (resources.scenes() / f"{name}.toml").read_text(encoding="utf-8")
        room = build(parse(text, f"{name}.toml"))
        triangles = write(room, digest(text), TARGET)
        print(f"{name}: {triangles} triangles, {time.perf_counter() - began:.1f} s")


def write(room: Room, plan_digest: str, folder: Path) -> int:
    """Bakes one room into ``folder``; returns its triangles."""
    baker = Baker(room.mesh, room.light)
    light = baker.vertices()
    floor, small = floor_pictures(room, baker)
    name = str(room.scene.id)
    # Lossless: the tone curve and a line underfoot magnify what compression leaves of a plain colour to blocks.
    floor.save(folder / f"{name}-floor.webp", lossless=True, quality=70, method=4)
    small.save(folder / f"{name}-light.webp", quality=95, method=5)
    atlas, sign_list = sign_sheets(room.signs)
    if sign_list:
        atlas.save(folder / f"{name}-signs.webp", quality=85, method=5)
    mirror_picture(room, baker).save(folder / f"{name}-mirror.webp", quality=90, method=5)
    if room.scene.screens:
        screens_picture(room.scene).save(folder / f"{name}-screens.webp", quality=88, method=5)
    vertices = packed(room.mesh, light)
    indices, pieces = sorted_pieces(room.mesh)
    sheet_points, sheet_index = packed_sheets([*room.sheets, *sign_list])
    ground = Ground.of(room)
    about = {
        "digest": plan_digest,
        "tone": asdict(room.tone),
        "ground": [ground.x0, ground.y0, ground.width, ground.depth],
        "height": room.height,
        "sheets": sheet_index,
    }
    np.savez_compressed(
        folder / f"{name}.npz",
        vertices=vertices,
        indices=indices,
        pieces=pieces,
        sheets=sheet_points,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
    )
    return len(indices) // 3


def packed(mesh: Mesh, light: Array) -> NDArray[np.void]:
    """Returns the vertices as the view uploads them."""
    rows = np.zeros(len(light), dtype=VERTEX)
    rows["position"] = np.concatenate([p.points for p in mesh.patches])
    rows["uv"] = np.concatenate([p.uv for p in mesh.patches])
    rows["light"][:, :3] = np.clip(np.sqrt(light / LIGHT_MAX), 0, 1) * 255 + 0.5
    rows["light"][:, 3] = np.concatenate([np.full(len(p.points), p.slot) for p in mesh.patches])
    rows["colour"][:, :3] = (
        np.concatenate([np.repeat(np.sqrt(np.clip(p.colour, 0, 1))[None], len(p.points), 0) for p in mesh.patches])
        * 255
        + 0.5
    )
    return rows


def sorted_pieces(mesh: Mesh) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Returns triangle indices grouped by chunk and material, and ``(chunk, material, first, count)`` rows."""
    groups: dict[tuple[int, int], list[NDArray[np.int64]]] = {}
    start = 0
    for p in mesh.patches:
        triangles = (p.quads + start)[:, [0, 1, 2, 0, 2, 3]].reshape(-1)
        groups.setdefault((p.chunk, p.material), []).append(triangles)
        start += len(p.points)
    pieces, indices, first = [], [], 0
    for (chunk, material), found in sorted(groups.items()):
        run = np.concatenate(found)
        pieces.append((chunk, material, first, len(run)))
        indices.append(run)
        first += len(run)
    return np.concatenate(indices).astype(np.uint32), np.array(pieces, dtype=np.int32)


def packed_sheets(sheets: list[Sheet]) -> tuple[NDArray[np.float32], list[list[object]]]:
    """Returns all sheets' vertices ``(n, 5)`` (x y z u v) and ``[texture, first, rows, columns]`` for each."""
    rows, index, first = [np.zeros((0, 5))], [], 0
    for sheet in sheets:
        height, width = sheet.points.shape[:2]
        rows.append(np.concatenate([sheet.points, sheet.uv], 2).reshape(-1, 5))
        index.append([sheet.texture, first, height, width])
        first += height * width
    return np.concatenate(rows).astype(np.float32), index


if __name__ == "__main__":
    make(sys.argv[1:] or ["crossroads", "lille", "valenciennes", "hainaut"])
