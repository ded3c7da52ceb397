"""Films for tests: a few seconds in which each moment has its own grey."""

from pathlib import Path

import av
import numpy as np

FPS = 15


def grey_at(seconds: float, lasts: float) -> int:
    """Returns the grey that a film of ``write`` has at a moment, 40 … 220."""
    return 40 + round(180 * seconds / lasts)


def write(file: Path, lasts: float = 4.0, size: tuple[int, int] = (320, 180)) -> Path:
    """Writes an H.264 film that gets lighter evenly."""
    with av.open(str(file), "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=FPS, options={"g": "15", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(round(lasts * FPS)):
            grey = grey_at(number / FPS, lasts)
            frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), grey, dtype=np.uint8), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    return file
