"""What a file is, by how it begins."""

import pytest

from halles.errors import Rejection, RejectionCode
from halles_server.media.kinds import check_kind, kind_of
from halles_server.ports.media import BYTES_CAPS, MediaKind, check_size
from tests.support.files import pdf, photograph
from tests.support.models import glb, png


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (png(), "picture"),
        (photograph(8, 8), "picture"),
        (photograph(8, 8, "WEBP"), "picture"),
        (pdf(), "document"),
        (glb(), "model"),
        (b"\0\0\0\x20ftypisom", "film"),
        (b"\x1aE\xdf\xa3\x01", "film"),
        (b"OggS\0\x02", "sound"),
        (b"ID3\x04\0\0", "sound"),
        (b"\xff\xfb\x90\x64", "sound"),
    ],
)
def test_what_is_taken_is_known_by_its_first_bytes(data: bytes, kind: MediaKind) -> None:
    assert kind_of(data[:16]) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!doctype html><script>",
        b"GIF89a",
        b"PK\x03\x04",
        b"#EXTM3U\nfile:///etc/passwd",
        b"RIFF\0\0\0\0AVI ",
        b"\0\0\0\x20ftypheic",
        b"\0\0\0\x20ftypavif",
        b" %PDF-1.4",
        b"\x7fELF",
        b"ffconcat version 1.0",
    ],
)
def test_anything_else_is_not_taken_whatever_its_name(data: bytes) -> None:
    with pytest.raises(Rejection, match="a kind that is not taken") as refused:
        kind_of(data)
    assert refused.value.code == RejectionCode.UNREADABLE


def test_a_file_is_refused_where_another_kind_hangs() -> None:
    check_kind(png(), "picture")
    with pytest.raises(Rejection, match="a document, and a picture is wanted here"):
        check_kind(pdf(), "picture")
    with pytest.raises(Rejection, match="a sound, and a film is wanted here"):
        check_kind(b"OggS\0\x02", "film")


def test_a_films_container_may_hold_a_sound_alone() -> None:
    check_kind(b"\x1aE\xdf\xa3\x01", "sound")
    check_kind(b"\0\0\0\x20ftypM4A ", "sound")


@pytest.mark.parametrize(("kind", "code"), [("picture", "TOO_LARGE"), ("film", "TOO_LARGE"), ("model", "OVER_BUDGET")])
def test_each_kind_has_its_limit_of_bytes(kind: MediaKind, code: str) -> None:
    check_size(BYTES_CAPS[kind], kind)
    with pytest.raises(Rejection, match=f"{BYTES_CAPS[kind] + 1} bytes, at most {BYTES_CAPS[kind]}") as refused:
        check_size(BYTES_CAPS[kind] + 1, kind)
    assert refused.value.code == code
    with pytest.raises(Rejection, match="empty"):
        check_size(0, kind)
