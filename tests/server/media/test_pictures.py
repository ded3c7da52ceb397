"""Pictures: measured before they are decoded, and written anew without anything else."""

import io
import resource
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from halles.errors import Rejection, RejectionCode
from halles_server.media import pictures
from halles_server.media.report import Report
from tests.support.files import PLACE, moving, photograph
from tests.support.models import png


def made(data: bytes, folder: Path) -> Report:
    (folder / "source").write_bytes(data)
    return pictures.make(folder / "source", folder)


def refused(data: bytes, folder: Path) -> Rejection:
    with pytest.raises(Rejection) as found:
        made(data, folder)
    return found.value


def test_a_picture_is_written_in_three_sizes(tmp_path: Path) -> None:
    report = made(photograph(3000, 2000, exif=b""), tmp_path)
    assert report.medium is not None
    assert (report.medium.width, report.medium.height) == (2048, 1365)
    assert [(part.kind, part.width, part.height) for part in report.parts] == [("near", 1024, 682), ("far", 256, 170)]
    for row in (report.medium, *report.parts):
        with Image.open(tmp_path / row.file, formats=["WEBP"]) as image:
            assert image.size == (row.width, row.height)


def test_a_small_picture_stays_as_large_as_it_is(tmp_path: Path) -> None:
    report = made(png(40, 30), tmp_path)
    assert report.medium is not None
    assert {(row.width, row.height) for row in (report.medium, *report.parts)} == {(40, 30)}


def test_what_a_camera_wrote_is_gone_and_the_picture_stands_upright(tmp_path: Path) -> None:
    data = photograph(640, 480)
    assert PLACE.encode() in data
    report = made(data, tmp_path)
    assert report.medium is not None
    assert (report.medium.width, report.medium.height) == (480, 640)
    for row in (report.medium, *report.parts):
        assert PLACE.encode() not in (tmp_path / row.file).read_bytes()
        with Image.open(tmp_path / row.file) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "icc_profile"} & set(image.info)


def test_what_hides_behind_or_within_a_picture_does_not_come_along(tmp_path: Path) -> None:
    script = b"<script>alert(document.cookie)</script>"
    for data in (photograph(64, 64) + script, photograph(64, 64, comment=script), png(8, 8) + b"PK\x03\x04" + script):
        report = made(data, tmp_path)
        for row in (report.medium, *report.parts):
            assert row is not None
            written = (tmp_path / row.file).read_bytes()
            assert script not in written
            assert written != data


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    data = png(60_000, 60_000)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = refused(data, tmp_path)
    took = time.process_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert (found.code, found.text) == ("TOO_LARGE", "60000 × 60000 points, at most 24 million")
    assert took < 0.2
    assert grown < 64 * 2**20


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str, tmp_path: Path) -> None:
    assert refused(moving(kind), tmp_path).text == "moving pictures are not taken"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html>",
        moving("GIF"),
        photograph(64, 64, "TIFF"),
        photograph(64, 64, "BMP"),
        photograph(400, 400)[:2000],
        png(64, 64)[:60],
    ],
)
def test_what_is_no_whole_picture_of_a_kind_that_is_taken_is_unreadable(data: bytes, tmp_path: Path) -> None:
    assert refused(data, tmp_path).code == RejectionCode.UNREADABLE


def test_what_is_see_through_stays_so(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    report = made(out.getvalue(), tmp_path)
    assert report.medium is not None
    with Image.open(tmp_path / report.medium.file) as image:
        assert image.mode == "RGBA"
        assert image.getpixel((10, 10))[3] == 0  # type: ignore[index]


def test_sixteen_bits_of_grey_do_not_become_white(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.fromarray(np.full((20, 20), 0x4000, np.uint16)).save(out, "PNG")
    report = made(out.getvalue(), tmp_path)
    assert report.medium is not None
    with Image.open(tmp_path / report.medium.file) as image:
        assert image.convert("L").getpixel((10, 10)) == pytest.approx(0x40, abs=2)


def test_a_camera_s_colours_become_those_that_a_screen_means(tmp_path: Path) -> None:
    profile = _swapped()
    plain, turned = made(photograph(64, 64, exif=b""), tmp_path), None
    assert plain.medium is not None
    with Image.open(tmp_path / plain.medium.file) as image:
        before = image.convert("RGB").getpixel((60, 4))
    turned = made(photograph(64, 64, exif=b"", icc_profile=profile), tmp_path)
    assert turned.medium is not None
    with Image.open(tmp_path / turned.medium.file) as image:
        assert image.convert("RGB").getpixel((60, 4)) == pytest.approx(before, abs=12)
        assert "icc_profile" not in image.info


def _swapped() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
