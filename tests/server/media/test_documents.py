"""Documents: page pictures within limits; locked, endless and broken ones are refused."""

import contextlib
from pathlib import Path

import pytest
from PIL import Image

from halles.errors import Rejection, RejectionCode
from halles_server.media import documents
from halles_server.media.report import Report
from tests.support.files import pdf


def made(data: bytes, folder: Path) -> Report:
    (folder / "source").write_bytes(data)
    return documents.make(folder / "source", folder)


def test_each_page_becomes_a_picture_and_the_file_stays(tmp_path: Path) -> None:
    report = made(pdf(3), tmp_path)
    assert report.medium is not None
    assert (report.medium.source, report.medium.ending, report.medium.pages) == (True, "pdf", 3)
    assert [(part.kind, part.number) for part in report.parts] == [
        ("page", 1), ("near", 0), ("far", 0), ("page", 2), ("page", 3),
    ]  # fmt: skip
    with Image.open(tmp_path / "page-2.webp") as image:
        assert max(image.size) == 2048
        assert image.convert("RGB").getpixel((400, 1500)) == pytest.approx((153, 77, 51), abs=8)


@pytest.mark.parametrize("pages", [61, 10_000])
def test_a_document_with_too_many_pages_is_refused(pages: int, tmp_path: Path) -> None:
    with pytest.raises(Rejection, match=f"{pages} pages, at most 60") as refused:
        made(pdf(pages), tmp_path)
    assert refused.value.code == RejectionCode.TOO_LARGE


def test_a_locked_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejection, match="locked") as refused:
        made(pdf(1, locked=True), tmp_path)
    assert refused.value.code == RejectionCode.UNREADABLE


@pytest.mark.parametrize("size", [(595, 0.1), (10**7, 10), (0, 0)])
def test_a_page_of_absurd_size_is_refused_or_drawn_within_the_limit(size: tuple[float, float], tmp_path: Path) -> None:
    with contextlib.suppress(Rejection):
        report = made(pdf(1, size), tmp_path)
        assert max(report.parts[0].width, report.parts[0].height) <= 2048


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.4\n" + b"\0" * 5000, pdf(2)[:200], b"%PDF-<svg/>"])
def test_a_broken_document_is_unreadable(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(Rejection) as refused:
        made(data, tmp_path)
    assert refused.value.code == RejectionCode.UNREADABLE
