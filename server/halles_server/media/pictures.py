"""Pictures, in the child: measured before they are decoded, and written anew in three sizes without anything else.

What leaves here was drawn by us: no EXIF with a place, no profile, no comment, no second file behind the first.
"""

import io
from pathlib import Path
from typing import Final

import msgspec
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles_server.media.report import Report, Row

POINTS_CAP: Final = 24_000_000
"""Width times height of what is taken."""
SHEET: Final = 2048
"""The longest side of a picture as it hangs, in points: what one sees standing before it."""
NEAR: Final = 1024
FAR: Final = 256

FORMATS: Final = ("PNG", "JPEG", "WEBP")
_QUALITY: Final = 84
_METHOD: Final = 2
"""Of the encoder, 0 quick … 6 small."""
_BROKEN: Final = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError)
"""What Pillow raises for a broken file."""
_PROFILE: Final = (ImageCms.PyCMSError, OSError, ValueError, TypeError)

# Sizes are judged here; Pillow's own guard only warns, up to twice its limit.
Image.MAX_IMAGE_PIXELS = None


def make(source: Path, folder: Path) -> Report:
    """Writes a picture in its sizes.

    Raises:
        Rejection: TOO_LARGE, UNREADABLE.
    """
    sheet = within(opened(source.read_bytes(), SHEET), SHEET)
    return Report(save(sheet, folder, SHEET, Row("sheet.webp")), faces(sheet, folder))


def faces(image: Image.Image, folder: Path) -> tuple[Row, ...]:
    """Writes the two smaller sizes of a picture."""
    near = within(image, NEAR)
    return (
        save(near, folder, NEAR, Row("near.webp", kind="near")),
        save(near, folder, FAR, Row("far.webp", kind="far")),
    )


def save(image: Image.Image, folder: Path, side: int, row: Row) -> Row:
    """Writes a picture as WebP, at most so long on its longer side; returns its row with its size."""
    small = within(image, side)
    small.save(folder / row.file, "WEBP", quality=_QUALITY, method=_METHOD, exif=b"", xmp=b"", icc_profile=b"")
    return msgspec.structs.replace(row, width=small.width, height=small.height)


def within(image: Image.Image, side: int) -> Image.Image:
    """Returns a picture whose longer side is at most so long."""
    longer = max(image.size)
    if longer <= side:
        return image
    width, height = (max(1, round(length * side / longer)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def opened(data: bytes, side: int = 0) -> Image.Image:
    """Returns a picture as it is meant to be seen: upright, in sRGB, RGB or RGBA, without any metadata.

    Args:
        data: PNG, JPEG or WebP.
        side: How long its longer side is needed, if that may save work; 0 for all there is.

    Raises:
        Rejection: TOO_LARGE before anything is decoded, UNREADABLE.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            if width * height > POINTS_CAP:
                text = f"{width} × {height} points, at most {POINTS_CAP // 1_000_000} million"
                excess = Excess(Measure.POINTS, (width, height), (POINTS_CAP,))
                raise Rejection(RejectionCode.TOO_LARGE, text, excess=excess)
            # Some cameras put a second view behind the first, which is the picture.
            if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
                raise Rejection(RejectionCode.UNREADABLE, "moving pictures are not taken")
            if side:
                image.draft("RGB", (side, side))
            image.load()
            return _plain(image)
    except _BROKEN as error:
        raise Rejection(RejectionCode.UNREADABLE, f"the picture is damaged ({type(error).__name__})") from None


def _plain(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):  # converted as it is, all that is not black would be white
        import numpy as np  # seldom needed, and half of the time that the child takes to start

        upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
    see_through = upright.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in upright.info
    if profile and upright.mode in {"RGB", "CMYK"}:
        upright = _in_srgb(upright, profile)
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.info = {}
    return plain


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Turns a camera's colours into those that everything here means; as they are where that cannot be done."""
    try:
        ours = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, io.BytesIO(profile), ours, outputMode="RGB")
    except _PROFILE:
        return image
    return converted if converted is not None else image
