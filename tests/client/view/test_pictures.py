"""Bytes from the network are a picture or nothing: no file, however broken or boastful, raises."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from halles_client.view.pictures import PIXELS_CAP, open_picture, picture_size

KINDS = ("PNG", "WEBP", "JPEG")
MOST = (64, 64)


def encoded(width: int, height: int, kind: str) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, kind)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A small file that says it is large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + b"\0\0\0\0IDAT"


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_read_whole_in_rgb(kind: str) -> None:
    picture = open_picture(encoded(90, 60, kind), MOST)
    assert picture is not None
    assert (picture.size, picture.mode) == ((90, 60), "RGB")
    assert picture_size(encoded(90, 60, kind)) == (90, 60)


def test_a_much_larger_jpeg_is_read_smaller_but_no_smaller_than_needed() -> None:
    picture = open_picture(encoded(1600, 1200, "JPEG"), MOST)
    assert picture is not None
    assert 64 <= picture.width < 800


@pytest.mark.parametrize("size", [(20_000, 20_000), (10_000, 5_000), (0x7FFFFFFF, 0x7FFFFFFF), (0, 5)])
def test_a_claim_beyond_the_cap_is_not_decoded(size: tuple[int, int]) -> None:
    assert size[0] * size[1] > PIXELS_CAP or 0 in size
    assert picture_size(claiming(*size)) is None
    assert open_picture(claiming(*size), MOST) is None


@pytest.mark.parametrize("data", [b"", b"no picture", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", b"\x89PNG\r\n\x1a\n" * 9])
def test_what_is_no_picture_is_nothing(data: bytes) -> None:
    assert open_picture(data, MOST) is None


def test_a_broken_chunk_is_nothing() -> None:
    good = encoded(60, 40, "PNG")
    at = good.index(b"IDAT")
    assert open_picture(good[:at] + b"I?AT" + good[at + 4 :], MOST) is None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", KINDS)
def test_no_damage_raises(kind: str) -> None:
    dice, good = random.Random(5), encoded(60, 40, kind)
    for _ in range(600):
        bad = bytearray(good)
        for _ in range(dice.randrange(1, 4)):
            bad[dice.randrange(len(bad))] = dice.randrange(256)
        picture = open_picture(bytes(bad[: dice.randrange(1, len(bad) + 1)]), MOST)
        assert picture is None or picture.mode == "RGB"
