"""A minute of voice as a file: read by the reference decoder, each word where it was said."""

import io

import av
import numpy as np

from halles.world import live_voice
from halles.world.live_voice import FRAME_MS, Spoken, VoicePortion
from halles_client.sound.codec import Encoder
from halles_client.sound.mix import FRAME, RATE
from halles_server.web.voice_file import voice_file

BEGUN = 1_700_000_000_000


def tone(frames: int) -> list[bytes]:
    """So many packets of a tone."""
    encoder, time = Encoder(), np.arange(FRAME * frames) / RATE
    samples = (np.sin(2 * np.pi * 440 * time) * 12_000).astype(np.int16)
    packets = [encoder.encode(samples[n * FRAME : (n + 1) * FRAME]) for n in range(frames)]
    return [packet for packet in packets if packet is not None]


def said(at_ms: int, packets: list[bytes]) -> VoicePortion:
    spoken = [Spoken(place, packet) for place, packet in enumerate(packets)]
    return VoicePortion(BEGUN + at_ms, "ada", live_voice.pack(spoken))


def test_each_word_is_where_it_was_said_and_the_rest_is_silence() -> None:
    packets = tone(50)
    # The first begins a second before the minute: only what was said in the minute itself is in its file.
    data = voice_file([said(-500, packets), said(21_000, packets)], BEGUN)
    with av.open(io.BytesIO(data)) as file:
        assert file.format.name == "matroska,webm"
        stream = file.streams.audio[0]
        assert (stream.codec_context.name, stream.rate) == ("opus", RATE)
        decoded = np.concatenate([frame.to_ndarray().reshape(-1) for frame in file.decode(stream)])
    assert abs(len(decoded) - 60 * RATE) < RATE // 10
    seconds = [float(np.abs(decoded[n * RATE : (n + 1) * RATE]).mean()) for n in range(59)]
    assert [n for n, loud in enumerate(seconds) if loud > 0.05] == [0, 21]
    assert max(loud for n, loud in enumerate(seconds) if n not in (0, 21, 22)) < 0.01
    assert len(data) < 60 * 1000 // FRAME_MS * 16


def test_one_can_jump_within_it() -> None:
    with av.open(io.BytesIO(voice_file([said(43_000, tone(50))], BEGUN))) as file:
        file.seek(40_000_000)
        frame = next(file.decode(file.streams.audio[0]))
        assert frame.time is not None
        assert 39.0 <= frame.time <= 40.1
