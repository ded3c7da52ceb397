"""Films, in the child: taken only as every client and browser plays them, and written into a new container.

Pictures and sound are copied as they are; titles, places, chapters, subtitles and whatever else lay in the container
stay behind, and its index comes first, so that a film plays before it is there. See ``docs/adr/0015-media.md``.
"""

from pathlib import Path
from typing import Any, Final

import av
import av.error

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles_server.media import pictures
from halles_server.media.report import Ending, Report, Row

SECONDS_CAP: Final = 600.0
LONG_SIDE, SHORT_SIDE = 1920, 1080
FPS_CAP: Final = 61.0
PACKETS_CAP: Final = 400_000
"""Ten minutes at 60 pictures and some 50 pieces of sound a second take 66,000."""
POSTER_AT: Final = 0.1
"""Where in the film its poster is taken, as a share; the first picture often is black."""

_POINTS: Final = frozenset({"yuv420p", "yuvj420p"})
_MATROSKA: Final = b"\x1aE\xdf\xa3"
_CODECS: Final = {
    "mp4": (frozenset({"h264"}), frozenset({"aac", "mp3"})),
    "webm": (frozenset({"vp8", "vp9"}), frozenset({"opus", "vorbis"})),
}
"""What may lie in a container: pictures, sound."""
_READ_AS: Final = {"mp4": "mp4", "webm": "matroska"}
_OPTIONS: Final = {"mp4": {"movflags": "+faststart"}, "webm": {"cues_to_front": "1"}}
_TICKS: Final = 1_000_000
"""Of a container's clock in a second."""


def make(source: Path, folder: Path) -> Report:
    """Writes a film anew, and its poster.

    Raises:
        Rejection: TOO_LARGE with what was measured and the limit, UNREADABLE for a codec that is not taken or damage.
    """
    with source.open("rb") as file:
        ending: Ending = "webm" if file.read(4) == _MATROSKA else "mp4"
    try:
        # The container is named: a guess might take the file for a list of other files.
        with av.open(str(source), format=_READ_AS[ending]) as film:
            poster = _poster(film, _checked(film, ending))
        _check_size(*poster.size)
        with av.open(str(source), format=_READ_AS[ending]) as film:
            seconds = _copied(film, folder / f"film.{ending}", ending)
    except av.error.FFmpegError as error:
        raise Rejection(RejectionCode.UNREADABLE, f"the film is damaged ({type(error).__name__})") from None
    row = Row(file=f"film.{ending}", ending=ending, width=poster.width, height=poster.height, seconds=seconds)
    parts = (
        pictures.save(poster, folder, pictures.SHEET, Row("poster.webp", kind="poster")),
        *pictures.faces(poster, folder),
    )
    return Report(row, parts)


def _checked(film: Any, ending: Ending) -> Any:
    """Returns the stream of pictures, once it and the sound are known to be playable."""
    seen, heard = _CODECS[ending]
    if not film.streams.video:
        raise Rejection(RejectionCode.UNREADABLE, "a film without pictures")
    video = film.streams.video[0]
    audio = film.streams.audio[0] if film.streams.audio else None
    if (name := _codec(video)) not in seen:
        raise Rejection(RejectionCode.UNREADABLE, f"pictures in {name}; taken are {' and '.join(sorted(seen))}")
    if audio is not None and (name := _codec(audio)) not in heard:
        raise Rejection(RejectionCode.UNREADABLE, f"sound in {name}; taken are {' and '.join(sorted(heard))}")
    if video.codec_context.pix_fmt not in _POINTS:
        raise Rejection(RejectionCode.UNREADABLE, f"points as {video.codec_context.pix_fmt}; taken is yuv420p")
    _check_size(video.codec_context.width, video.codec_context.height)
    if video.average_rate and float(video.average_rate) > FPS_CAP:
        rate = float(video.average_rate)
        raise _long(f"{rate:.0f} pictures a second, at most 60", Excess(Measure.RATE, (rate,), (60,)))
    _check_seconds((film.duration or 0) / _TICKS)
    return video


def _codec(stream: Any) -> str:
    return str(stream.codec_context.codec.canonical_name)


def _check_size(width: int, height: int) -> None:
    if min(width, height) < 2:
        raise Rejection(RejectionCode.UNREADABLE, f"a film of {width} × {height} points")
    if max(width, height) > LONG_SIDE or min(width, height) > SHORT_SIDE:
        excess = Excess(Measure.SIDES, (width, height), (LONG_SIDE, SHORT_SIDE))
        raise _long(f"{width} × {height} points, at most {LONG_SIDE} × {SHORT_SIDE}", excess)


def _check_seconds(seconds: float) -> None:
    if seconds > SECONDS_CAP:
        excess = Excess(Measure.SECONDS, (seconds,), (SECONDS_CAP,))
        raise _long(f"{seconds / 60:.1f} minutes, at most {SECONDS_CAP / 60:.0f}", excess)


def _long(text: str, excess: Excess | None = None) -> Rejection:
    return Rejection(RejectionCode.TOO_LARGE, text, excess=excess)


def _poster(film: Any, video: Any) -> Any:
    """Returns one picture, decoded; ``Rejection`` when there is none."""
    video.codec_context.thread_count = 1
    if film.duration:
        film.seek(int(film.duration * POSTER_AT))
    for frame in film.decode(video):
        return frame.to_image().convert("RGB")
    raise Rejection(RejectionCode.UNREADABLE, "a film without pictures")


def _copied(film: Any, target: Path, ending: str) -> float:
    """Copies pictures and sound into a new container; returns how long they last, whatever the old one said."""
    streams = [film.streams.video[0], *film.streams.audio[:1]]
    last, packets = 0.0, 0
    with av.open(str(target), "w", format=ending, options=_OPTIONS[ending]) as written:
        pairs = {stream.index: written.add_stream_from_template(stream) for stream in streams}
        for packet in film.demux(*streams):
            if packet.dts is None:
                continue
            packets += 1
            stamp = packet.dts if packet.pts is None else packet.pts
            last = max(last, float((stamp + (packet.duration or 0)) * packet.time_base))
            _check_seconds(last)
            if packets > PACKETS_CAP:
                raise _long(f"over {PACKETS_CAP} pieces")
            packet.stream = pairs[packet.stream.index]
            written.mux(packet)
    if not packets:
        raise Rejection(RejectionCode.UNREADABLE, "a film without pictures")
    return round(last, 3)
