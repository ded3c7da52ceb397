"""What the child tells: whole or not at all, and nothing that is not a field."""

from pathlib import Path

import pytest

from halles.errors import Measure
from halles_server.media import report
from halles_server.media.report import BYTES_CAP, FILE, Over, Report, Row


def test_a_report_comes_back_as_it_was_left(tmp_path: Path) -> None:
    left = Report(Row("a.webp", width=3, height=4), (Row("b.webp", kind="far"),))
    report.write(tmp_path, left)
    assert report.read(tmp_path) == left
    refused = Report(code="TOO_LARGE", over=Over(Measure.POINTS, (9000.0, 9000.0), (24e6,)))
    report.write(tmp_path, refused)
    assert report.read(tmp_path) == refused


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"medium": {"file": "../../etc/passwd"}}',
        b'{"medium": {"file": "a.webp", "width": -1}}',
        b'{"medium": {"file": "a.webp", "ending": "html"}}',
        b'{"more": 1}',
        b'{"over": {"what": "smell", "measured": [2], "cap": [1]}}',
        b'{"over": {"what": "pages", "measured": [], "cap": [1]}}',
        b'{"over": {"what": "pages", "measured": [1e300], "cap": [1]}}',
        b'{"text": "' + b"x" * BYTES_CAP + b'"}',
    ],
)
def test_what_is_no_report_is_none(said: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(said)
    assert report.read(tmp_path) is None


def test_no_report_is_none(tmp_path: Path) -> None:
    assert report.read(tmp_path) is None
