"""Models (GLB), in the child: admitted by the contract's check, their pictures painted anew."""

import io
from pathlib import Path
from typing import Final

from halles.world.model_admission import admit
from halles_server.media import pictures
from halles_server.media.report import Report, Row

_QUALITY: Final = 88


def make(source: Path, folder: Path) -> Report:
    """Writes a model anew.

    Raises:
        Rejection: OVER_BUDGET, UNREADABLE, and what its pictures are refused with.
    """
    model = admit(source.read_bytes(), repainted)
    (folder / "model.glb").write_bytes(model.data)
    return Report(Row(file="model.glb", ending="glb", triangles=model.triangles, texels=model.texels))


def repainted(data: bytes) -> bytes:
    """Returns a picture as our own bytes: PNG where something is see-through or was drawn so, JPEG for a photograph."""
    image = pictures.opened(data)
    out = io.BytesIO()
    if data.startswith(b"\xff\xd8"):
        image.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    else:
        image.save(out, "PNG")
    return out.getvalue()
