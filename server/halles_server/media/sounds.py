"""Sounds, in the child: taken only as every browser plays them, and written into a new container.

MP3 and AAC stay what they are. Opus comes as Ogg or WebM, as browsers record it, and leaves as WebM, which more of them
play. What is heard is copied; titles, covers, chapters and whatever else lay in the container stay behind. See
``docs/adr/0019-host-replay.md``.
"""

from pathlib import Path
from typing import Any, Final, NamedTuple

import av
import av.error
from av.stream import Disposition

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles.world.host_replay import SECONDS_CAP
from halles_server.media.report import Ending, Report, Row

RATE_CAP: Final = 48_000
CHANNELS_CAP: Final = 2
PACKETS_CAP: Final = 90_000
"""Three minutes of the shortest pieces that Opus has, 2.5 ms, take 72,000."""


class _Way(NamedTuple):
    """How a container is read, what may be heard in it, and as what it is written."""

    read_as: str
    codec: str
    ending: Ending
    write_as: str
    options: dict[str, str]


_WEBM: Final = ("opus", "weba", "webm", {"cues_to_front": "1"})
_WAYS: Final[tuple[tuple[int, bytes, _Way], ...]] = (
    (0, b"OggS", _Way("ogg", *_WEBM)),
    (0, b"\x1aE\xdf\xa3", _Way("matroska", *_WEBM)),
    (4, b"ftyp", _Way("mp4", "aac", "m4a", "ipod", {"movflags": "+faststart"})),
)
_MP3: Final = _Way("mp3", "mp3", "mp3", "mp3", {"id3v2_version": "0"})
_TICKS: Final = 1_000_000
"""Of a container's clock in a second."""


def make(source: Path, folder: Path) -> Report:
    """Writes a sound anew.

    Raises:
        Rejection: TOO_LARGE with what was measured and the limit; UNREADABLE for a codec that is not taken, for
            pictures beside it, or damage.
    """
    with source.open("rb") as file:
        beginning = file.read(16)
    way = next((way for at, magic, way in _WAYS if beginning[at:].startswith(magic)), _MP3)
    try:
        # The container is named: a guess might take the file for a list of other files.
        with av.open(str(source), format=way.read_as) as sound:
            _check(sound, way)
        with av.open(str(source), format=way.read_as) as sound:
            seconds = _copied(sound, folder / f"sound.{way.ending}", way)
    except av.error.FFmpegError as error:
        raise Rejection(RejectionCode.UNREADABLE, f"the sound is damaged ({type(error).__name__})") from None
    return Report(Row(file=f"sound.{way.ending}", ending=way.ending, seconds=seconds))


def _check(sound: Any, way: _Way) -> None:
    """Refuses what is not one sound that can be heard."""
    # A cover is a picture of its own kind; it stays behind.
    if any(not stream.disposition & Disposition.attached_pic for stream in sound.streams.video):
        raise Rejection(RejectionCode.UNREADABLE, "a film, and a sound is wanted here")
    if not sound.streams.audio:
        raise Rejection(RejectionCode.UNREADABLE, "a file in which nothing is heard")
    audio = sound.streams.audio[0]
    name = str(audio.codec_context.codec.canonical_name)
    if name != way.codec:
        raise Rejection(RejectionCode.UNREADABLE, f"sound in {name}; taken is {way.codec}")
    rate, channels = audio.codec_context.sample_rate, audio.codec_context.channels
    if rate > RATE_CAP or not 1 <= channels <= CHANNELS_CAP:
        text = f"{rate} Hz and {channels} channels, at most {RATE_CAP} and {CHANNELS_CAP}"
        excess = Excess(Measure.HERTZ, (rate,), (RATE_CAP,))
        if rate <= RATE_CAP:
            excess = Excess(Measure.CHANNELS, (channels,), (CHANNELS_CAP,))
        raise Rejection(RejectionCode.TOO_LARGE, text, excess=excess)
    _check_seconds((sound.duration or 0) / _TICKS)
    audio.codec_context.thread_count = 1
    if next(iter(sound.decode(audio)), None) is None:
        raise Rejection(RejectionCode.UNREADABLE, "a file in which nothing is heard")


def _check_seconds(seconds: float) -> None:
    if seconds > SECONDS_CAP:
        text = f"{seconds / 60:.1f} minutes, at most {SECONDS_CAP / 60:.0f}"
        raise Rejection(RejectionCode.TOO_LARGE, text, excess=Excess(Measure.SECONDS, (seconds,), (SECONDS_CAP,)))


def _copied(sound: Any, target: Path, way: _Way) -> float:
    """Copies what is heard into a new container; returns how long it lasts, whatever the old one said."""
    audio = sound.streams.audio[0]
    last, packets = 0.0, 0
    with av.open(str(target), "w", format=way.write_as, options=way.options) as written:
        copy = written.add_stream_from_template(audio)
        for packet in sound.demux(audio):
            if packet.dts is None:
                continue
            packets += 1
            stamp = packet.dts if packet.pts is None else packet.pts
            last = max(last, float((stamp + (packet.duration or 0)) * packet.time_base))
            _check_seconds(last)
            if packets > PACKETS_CAP:
                raise Rejection(RejectionCode.TOO_LARGE, f"over {PACKETS_CAP} pieces")
            packet.stream = copy
            written.mux(packet)
    if not packets:
        raise Rejection(RejectionCode.UNREADABLE, "a file in which nothing is heard")
    return round(last, 3)
