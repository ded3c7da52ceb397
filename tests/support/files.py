"""Files as people upload them, and as nobody should: made here, small, each wrong in one way."""

import io
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition
from PIL import Image

PLACE = "a camera's own words"


def photograph(width: int = 640, height: int = 480, kind: str = "JPEG", **options: Any) -> bytes:
    """Returns a picture with a gradient, and in a JPEG what a camera writes: where it was, and lying on its side."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    pixels = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    out = io.BytesIO()
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x010E] = PLACE
        exif[0x0112] = 6  # to be turned by a quarter
        exif.get_ifd(0x8825)[1] = "N"
        options.setdefault("exif", exif.tobytes())
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def moving(kind: str) -> bytes:
    """Returns a moving picture."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def pdf(pages: int = 1, size: tuple[float, float] = (595, 842), *, locked: bool = False, drawn: str = "") -> bytes:
    """Returns a document whose pages have a coloured field, or other operators; locked with a password nobody knows."""
    content = zlib.compress((drawn or "0.6 0.3 0.2 rg 50 50 300 400 re f").encode())
    kids = " ".join(f"{number + 4} 0 R" for number in range(pages))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents 3 0 R >>".encode()
    bodies += [page] * pages
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'ab' * 32}> /U <{'cd' * 32}> /P -4 >>" if locked else ""
    ids = f"/ID [<{'00' * 16}> <{'00' * 16}>]"
    out += f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R {ids} {lock} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def film(
    folder: Path,
    ending: str = "mp4",
    *,
    codec: str = "",
    sound: str = "",
    size: tuple[int, int] = (160, 90),
    points: str = "yuv420p",
    rate: Fraction = Fraction(10),
    frames: int = 10,
) -> bytes:
    """Returns a film of so many frames, with sound where a codec for it is named, and words of its maker's."""
    path = folder / f"made.{ending}"
    with av.open(str(path), "w") as out:
        out.metadata["title"] = PLACE
        out.metadata["location"] = "+50.6292+003.0573/"
        video: Any = out.add_stream(codec or {"mp4": "libx264", "webm": "libvpx-vp9"}[ending], rate=rate)
        video.width, video.height, video.pix_fmt = *size, points
        audio: Any = out.add_stream(sound, rate=48000) if sound else None
        for number in range(frames):
            shade = np.full((size[1], size[0], 3), 40 + number * 8 % 200, np.uint8)
            out.mux(video.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        out.mux(video.encode())
        if audio is not None:
            _fill(out, audio, float(frames / rate))
    return path.read_bytes()


def sound_only(folder: Path) -> bytes:
    """Returns a film's container without pictures."""
    path = folder / "sound.mp4"
    with av.open(str(path), "w") as out:
        _fill(out, out.add_stream("aac", rate=48000), 1.0)
    return path.read_bytes()


def sound(
    folder: Path, ending: str = "mp3", codec: str = "", seconds: float = 1.0, *, begins: int = 0, cover: bool = False
) -> bytes:
    """Returns a sound with words of its maker's, heard from a second on, perhaps with a picture on its cover."""
    path = folder / f"made-sound.{ending}"
    codec = codec or {"mp3": "libmp3lame", "m4a": "aac", "ogg": "libopus", "webm": "libopus"}[ending]
    with av.open(str(path), "w", format="ipod" if ending == "m4a" else ending) as out:
        out.metadata["title"] = PLACE
        audio: Any = out.add_stream(codec, rate=48000)
        if cover:
            picture: Any = out.add_stream("png", rate=1)
            picture.width, picture.height, picture.pix_fmt = 16, 16, "rgb24"
            picture.disposition = Disposition.attached_pic
            out.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")))
            out.mux(picture.encode())
        _fill(out, audio, seconds, begins)
    return path.read_bytes()


def _fill(out: Any, audio: Any, seconds: float, begins: int = 0) -> None:
    silence = np.zeros((1, 1024 * 2), np.int16)
    for number in range(max(1, int(seconds * 48000 / 1024))):
        frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="stereo")
        frame.sample_rate, frame.pts = 48000, begins * 48000 + number * 1024
        out.mux(audio.encode(frame))
    out.mux(audio.encode())
