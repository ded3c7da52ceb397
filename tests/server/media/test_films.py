"""Films: taken as everybody plays them, copied without what else lay in the container, refused with measure."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from halles.errors import Rejection, RejectionCode
from halles_server.media import films
from halles_server.media.report import Report
from tests.support.files import PLACE, film, sound_only


def made(data: bytes, folder: Path) -> Report:
    (folder / "source").write_bytes(data)
    return films.make(folder / "source", folder)


def refused(data: bytes, folder: Path) -> Rejection:
    with pytest.raises(Rejection) as found:
        made(data, folder)
    return found.value


@pytest.mark.parametrize(("ending", "sound"), [("mp4", "aac"), ("mp4", ""), ("webm", "libopus")])
def test_a_film_is_copied_with_its_sound_and_gets_a_poster(ending: str, sound: str, tmp_path: Path) -> None:
    report = made(film(tmp_path, ending, sound=sound), tmp_path)
    assert report.medium is not None
    assert (report.medium.ending, report.medium.width, report.medium.height) == (ending, 160, 90)
    assert report.medium.seconds == pytest.approx(1.0, abs=0.2)
    assert [part.kind for part in report.parts] == ["poster", "near", "far"]
    with Image.open(tmp_path / "poster.webp") as poster:
        assert poster.size == (160, 90)
    with av.open(str(tmp_path / report.medium.file)) as copied:
        assert len(copied.streams) == (2 if sound else 1)
        assert sum(1 for _ in copied.decode(video=0)) == 10


@pytest.mark.parametrize("ending", ["mp4", "webm"])
def test_words_and_places_of_the_maker_stay_behind(ending: str, tmp_path: Path) -> None:
    data = film(tmp_path, ending)
    assert PLACE.encode() in data
    report = made(data + b"PK\x03\x04 a second file", tmp_path) if ending == "mp4" else made(data, tmp_path)
    assert report.medium is not None
    written = (tmp_path / report.medium.file).read_bytes()
    for word in (PLACE.encode(), b"+50.6292", b"a second file"):
        assert word not in written


def test_a_film_s_index_comes_first_so_that_it_plays_before_it_is_there(tmp_path: Path) -> None:
    made(film(tmp_path), tmp_path)
    written = (tmp_path / "film.mp4").read_bytes()
    assert 0 < written.index(b"moov") < written.index(b"mdat")


def test_a_film_without_pictures_is_refused(tmp_path: Path) -> None:
    assert refused(sound_only(tmp_path), tmp_path).text == "a film without pictures"


def test_a_film_of_twelve_hours_is_refused(tmp_path: Path) -> None:
    found = refused(film(tmp_path, rate=Fraction(1, 3600), frames=12), tmp_path)
    assert found.code == RejectionCode.TOO_LARGE
    assert "minutes, at most 10" in found.text


def test_what_a_header_says_of_its_length_is_not_believed(tmp_path: Path) -> None:
    data = bytearray(film(tmp_path, "webm", rate=Fraction(1, 400), frames=3))
    place = data.index(b"\x44\x89\x88")  # Duration, eight bytes
    data[place + 3 : place + 11] = bytes(8)
    assert "minutes, at most 10" in refused(bytes(data), tmp_path).text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"codec": "mpeg4"}, "pictures in mpeg4; taken are h264"),
        ({"sound": "ac3"}, "sound in ac3; taken are aac and mp3"),
        ({"points": "yuv444p"}, "points as yuv444p"),
        ({"size": (1922, 1080), "frames": 2}, "1922 × 1080 points, at most 1920 × 1080"),
        ({"size": (1088, 1922), "frames": 2}, "1088 × 1922 points"),
        ({"rate": Fraction(120)}, "120 pictures a second, at most 60"),
    ],
)
def test_what_not_everybody_plays_is_refused(options: dict[str, Any], said: str, tmp_path: Path) -> None:
    assert said in refused(film(tmp_path, **options), tmp_path).text


def test_a_film_on_its_side_is_taken(tmp_path: Path) -> None:
    report = made(film(tmp_path, size=(1080, 1920), frames=2), tmp_path)
    assert report.medium is not None
    assert (report.medium.width, report.medium.height) == (1080, 1920)


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x20ftypisom" + bytes(500),
        b"\x1aE\xdf\xa3" + bytes(500),
        b"#EXTM3U\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
    ],
)
def test_what_is_no_film_is_unreadable_and_opens_nothing_else(data: bytes, tmp_path: Path) -> None:
    assert refused(data, tmp_path).code == RejectionCode.UNREADABLE
