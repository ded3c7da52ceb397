"""Sounds: taken as every browser plays them, copied without what else lay in the container, refused with measure."""

from pathlib import Path

import av
import pytest

from halles.errors import Rejection, RejectionCode
from halles_server.media import sounds
from halles_server.media.report import Report
from tests.support.files import PLACE, film, sound


def made(data: bytes, folder: Path) -> Report:
    (folder / "source").write_bytes(data)
    return sounds.make(folder / "source", folder)


def refused(data: bytes, folder: Path) -> Rejection:
    with pytest.raises(Rejection) as found:
        made(data, folder)
    return found.value


@pytest.mark.parametrize(
    ("ending", "written", "codec"),
    [("mp3", "mp3", "mp3"), ("m4a", "m4a", "aac"), ("ogg", "weba", "opus"), ("webm", "weba", "opus")],
)
def test_a_sound_is_copied_into_a_container_that_browsers_play_without_its_makers_words(
    ending: str, written: str, codec: str, tmp_path: Path
) -> None:
    data = sound(tmp_path, ending)
    assert PLACE.encode() in data
    report = made(data, tmp_path)
    assert report.medium is not None
    assert (report.medium.ending, report.parts) == (written, ())
    assert report.medium.seconds == pytest.approx(1.0, abs=0.1)
    file = tmp_path / report.medium.file
    assert PLACE.encode() not in file.read_bytes()
    with av.open(str(file)) as copied:
        assert [stream.codec_context.codec.canonical_name for stream in copied.streams] == [codec]
        heard = sum(frame.samples / frame.sample_rate for frame in copied.decode(audio=0))
    assert heard == pytest.approx(1.0, abs=0.1)


def test_a_picture_on_the_cover_stays_behind(tmp_path: Path) -> None:
    data = sound(tmp_path, cover=True)
    assert b"PNG" in data
    report = made(data, tmp_path)
    assert report.medium is not None
    assert b"PNG" not in (tmp_path / report.medium.file).read_bytes()


@pytest.mark.parametrize("ending", ["mp4", "webm"])
def test_a_film_that_poses_as_sound_is_refused(ending: str, tmp_path: Path) -> None:
    found = refused(film(tmp_path, ending, sound={"mp4": "aac", "webm": "libopus"}[ending]), tmp_path)
    assert (found.code, found.text) == (RejectionCode.UNREADABLE, "a film, and a sound is wanted here")


def test_what_not_every_browser_plays_is_refused(tmp_path: Path) -> None:
    assert "sound in flac; taken is opus" in refused(sound(tmp_path, "ogg", "flac"), tmp_path).text


def test_a_file_without_sound_and_one_that_breaks_off_before_any_are_refused(tmp_path: Path) -> None:
    whole = sound(tmp_path, "ogg")
    for data in (b"OggS" + bytes(60), b"ID3\x04" + bytes(400), whole[:40], sound(tmp_path, "m4a")[:60]):
        assert refused(data, tmp_path).code == RejectionCode.UNREADABLE


def test_one_that_breaks_off_later_is_as_long_as_what_is_there(tmp_path: Path) -> None:
    whole = sound(tmp_path, "mp3", seconds=4.0)
    report = made(whole[: len(whole) // 2], tmp_path)
    assert report.medium is not None
    assert 1.5 < report.medium.seconds < 2.5


def test_a_sound_of_over_three_minutes_is_refused_whatever_its_header_says(tmp_path: Path) -> None:
    data = bytearray(sound(tmp_path, "webm", begins=181))
    place = data.index(b"\x44\x89\x88")  # Duration, eight bytes
    data[place + 3 : place + 11] = bytes(8)
    found = refused(bytes(data), tmp_path)
    assert found.code == RejectionCode.TOO_LARGE
    assert "3.0 minutes, at most 3" in found.text


def test_a_header_that_claims_twelve_hours_is_refused_before_anything_is_copied(tmp_path: Path) -> None:
    data = bytearray(sound(tmp_path, "webm"))
    place = data.index(b"\x44\x89\x88")  # Duration, eight bytes: a float of milliseconds
    data[place + 3 : place + 11] = b"\x41\x84\x99\x70\x00\x00\x00\x00"
    found = refused(bytes(data), tmp_path)
    assert (found.code, found.text) == (RejectionCode.TOO_LARGE, "720.0 minutes, at most 3")
    assert not (tmp_path / "sound.weba").exists()
