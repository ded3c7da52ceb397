"""What an upload costs: pictures, documents, films and models through the worker, and what that does to a hall's tick.

Files are made here, of the sizes that the show promises times for.
"""

import asyncio
import io
import resource
import statistics
import time
from pathlib import Path
from typing import Final

import av
import numpy as np
from PIL import Image

from bench import folders
from bench.report import Result
from halles_server.media.worker import Worker
from halles_server.ports.media import MediaKind

RUNS: Final = 3
PHOTOGRAPH: Final = (4000, 3000)
PAGES: Final = 20
FILM: Final = (1920, 1080)
FILM_S: Final = 10

_SEED: Final = 7


def run() -> list[Result]:
    """Times each kind of file, from the upload's last byte to the finished files."""
    with folders.passing() as folder:
        files: dict[str, tuple[MediaKind, bytes]] = {
            "a photograph, 12 Mpx": ("picture", photograph()),
            f"a document, {PAGES} pages": ("document", document()),
            f"a film, {FILM[1]}p, {FILM_S} s": ("film", film(Path(folder))),
        }
        return [asyncio.run(_timed(name, *file, Path(folder))) for name, file in files.items()]


async def _timed(name: str, kind: MediaKind, data: bytes, folder: Path) -> Result:
    worker, took, spent, made = Worker(), [], [], None
    source = folder / "source"
    for number in range(RUNS):
        source.write_bytes(data)
        work = folder / f"{kind}-{number}"
        work.mkdir()
        began, before = time.perf_counter(), _children_s()
        made = await worker.make(kind, source, work)
        took.append(time.perf_counter() - began)
        spent.append(_children_s() - before)
    assert made is not None
    written = sum(file.facts.size for file in (made.medium, *made.parts))
    notes = {
        "slowest s": max(took),
        "processor s": statistics.median(spent),
        "MB in": len(data) / 1e6,
        "MB out": written / 1e6,
        "parts": len(made.parts),
    }
    return Result(name, seconds=statistics.median(took), notes=notes)


def _children_s() -> float:
    """Returns the processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def photograph(size: tuple[int, int] = PHOTOGRAPH, seed: int = _SEED) -> bytes:
    """Returns a JPEG with the detail of a photograph: smooth, with grain."""
    rng = np.random.default_rng(seed)
    width, height = size
    across, down = np.meshgrid(np.linspace(0, 6, width, dtype="f4"), np.linspace(0, 4, height, dtype="f4"))
    light = 120 + 80 * np.sin(across * down) + rng.normal(0, 6, (height, width)).astype("f4")
    pixels = np.stack([light, light * 0.9, 255 - light], axis=2).clip(0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=88)
    return out.getvalue()


def document() -> bytes:
    """Returns a PDF of slides, each with a picture and words drawn as lines."""
    rng = np.random.default_rng(_SEED)
    pages = []
    for _ in range(PAGES):
        noise = Image.fromarray(rng.integers(0, 255, (60, 80, 3), dtype=np.uint8)).resize((1600, 900))
        pages.append(noise)
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()


def film(folder: Path) -> bytes:
    """Returns an MP4 in which something moves."""
    path = folder / "film.mp4"
    width, height = FILM
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        ground = np.random.default_rng(_SEED).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
        ground = ground.repeat(8, axis=0).repeat(8, axis=1)
        for number in range(25 * FILM_S):
            frame = av.VideoFrame.from_ndarray(np.roll(ground, number * 4, axis=1), format="rgb24")
            out.mux(video.encode(frame))
        out.mux(video.encode())
    return path.read_bytes()
