"""The size of a PNG or JPEG from its first bytes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from halles.world.picture_size import size_of
from tests.support.models import png


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_says_its_size_as_its_decoder_reads_it(progressive: bool) -> None:
    out = io.BytesIO()
    Image.new("RGB", (321, 45)).save(out, "JPEG", progressive=progressive, exif=b"Exif\0\0" + bytes(500))
    assert size_of(out.getvalue()) == ("image/jpeg", 321, 45)


def test_a_png_says_its_size_without_being_decoded() -> None:
    assert size_of(png(60_000, 60_000)) == ("image/png", 60_000, 60_000)


NEITHER = [b"", b"GIF89a", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", png()[:20], png(0, 1)]


@pytest.mark.parametrize("data", NEITHER)
def test_what_is_neither_has_no_size(data: bytes) -> None:
    assert size_of(data) is None


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_no_bytes_raise(data: bytes, beginning: bytes) -> None:
    found = size_of(beginning + data)
    assert found is None or (found[1] > 0 and found[2] > 0)
