"""Opus there and back, with frames made here: no device is needed."""

import os

import numpy as np
import pytest

from halles.protocol.voice_messages import FRAME_BYTES, is_frame
from halles_client.sound.codec import Decoder, Encoder
from halles_client.sound.mix import FRAME, RATE


def tone(hertz: float, frame: int, level: int = 12_000) -> np.ndarray:
    at = np.arange(FRAME) + frame * FRAME
    return (np.sin(2 * np.pi * hertz * at / RATE) * level).astype(np.int16)


def packets(count: int, hertz: float = 440.0) -> list[bytes]:
    encoder = Encoder()
    return [packet for i in range(count) if (packet := encoder.encode(tone(hertz, i))) is not None]


def test_a_tone_comes_back_as_itself() -> None:
    decoder = Decoder()
    heard = np.concatenate([decoder.decode(packet) for packet in packets(50)])[RATE // 2 :]
    power = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.fft.rfftfreq(len(heard), 1 / RATE)[power.argmax()] == pytest.approx(440.0, abs=3.0)
    assert 0.15 < heard.std() < 0.4


def test_every_packet_may_be_sent_also_of_noise_and_silence() -> None:
    encoder, rng = Encoder(), np.random.default_rng(1)
    noise = [rng.integers(-32_768, 32_767, FRAME).astype(np.int16) for _ in range(50)]
    for samples in (*noise, *[np.zeros(FRAME, dtype=np.int16)] * 20):
        packet = encoder.encode(samples)
        assert packet is not None
        assert is_frame(packet)
        assert len(packet) <= FRAME_BYTES


def test_a_lost_frame_is_the_last_one_fading_and_then_the_voice_goes_on() -> None:
    decoder, sent = Decoder(), packets(12)
    for packet in sent[:8]:
        decoder.decode(packet)
    before = decoder._last.std()
    levels = [float(decoder.decode(b"").std()) for _ in range(4)]
    assert levels == pytest.approx([before / 2, before / 4, before / 8, before / 16], rel=1e-3)
    assert decoder.decode(sent[8]).shape == (FRAME,)


def test_bytes_of_no_voice_neither_raise_nor_end_the_voice() -> None:
    decoder, sent = Decoder(), packets(40)
    for i, packet in enumerate(sent):
        decoder.decode(bytes([sent[0][0]]) + os.urandom(i + 1))
        decoder.decode(os.urandom(i))
        heard = decoder.decode(packet)
    assert heard.shape == (FRAME,)
    assert np.isfinite(heard).all()
