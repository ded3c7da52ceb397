"""Opus, through the libopus that PyAV brings: 48 kHz, one voice, 20 ms a packet.

What comes from others is looked at first (``is_frame``): at most 133 bytes, one frame of 20 ms. Only then libopus, the
reference decoder, reads it; no container and no other codec is ever involved (ADR 21).
"""

from fractions import Fraction
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from halles.protocol.voice_messages import FRAME_BYTES, is_frame
from halles_client.sound.mix import FRAME, RATE, Samples

BIT_RATE: Final = 24_000
"""Bits a second: speech is clear, and eight speakers are 25 kB a second."""

_OPTIONS: Final = {"application": "voip", "frame_duration": "20", "vbr": "constrained"}
_FULL: Final = 32_768.0
_FADES: Final = 0.5
"""What is left of the last frame in place of one that is lost; of two in a row a quarter, and so on."""


class Encoder:
    """Makes packets of one's own voice."""

    def __init__(self) -> None:
        context = av.CodecContext.create("libopus", "w")
        assert isinstance(context, av.AudioCodecContext)
        context.sample_rate, context.layout, context.format = RATE, "mono", "s16"
        context.bit_rate, context.time_base, context.options = BIT_RATE, Fraction(1, RATE), dict(_OPTIONS)
        context.open()
        self._context = context
        self._at = 0

    def encode(self, samples: NDArray[np.int16]) -> bytes | None:
        """Returns 20 ms, shape ``(FRAME,)``, as a packet; None where there is none that may be sent."""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, FRAME), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += FRAME
        packets = [bytes(packet) for packet in self._context.encode(frame)]
        return packets[0] if len(packets) == 1 and len(packets[0]) <= FRAME_BYTES and is_frame(packets[0]) else None


class Decoder:
    """Makes sound of one speaker's packets."""

    def __init__(self) -> None:
        context = av.CodecContext.create("libopus", "r")
        assert isinstance(context, av.AudioCodecContext)
        context.sample_rate, context.layout = RATE, "mono"
        self._context = context
        self._last: Samples = np.zeros(FRAME, dtype=np.float32)

    def decode(self, packet: bytes) -> Samples:
        """Returns 20 ms of sound, −1 to 1; of what is lost or cannot be read, the last frame, fading."""
        heard = self._read(packet) if is_frame(packet) else None
        self._last = heard if heard is not None else self._last[::-1] * np.float32(_FADES)
        return self._last

    def _read(self, packet: bytes) -> Samples | None:
        try:
            frames = self._context.decode(av.Packet(packet))
        except av.FFmpegError:
            return None
        samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]) if frames else np.zeros(0)
        return samples.astype(np.float32) / np.float32(_FULL) if samples.shape == (FRAME,) else None
