"""All voices that one hears, made into blocks of 20 ms for two ears: taken in by one thread, played by another.

Bounded: so many speakers, so many frames of each (``jitter``); who has been silent for a while is forgotten.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Final

from halles.protocol.voice_messages import SPEAKERS_HEARD
from halles_client.sound.codec import Decoder
from halles_client.sound.jitter import Jitter
from halles_client.sound.mix import SILENT, Gains, Samples, mixed

_QUIET_BLOCKS: Final = 100
"""After two seconds without a frame a speaker is forgotten, and another may be heard in their place."""


class _Speaker:
    """One voice."""

    def __init__(self) -> None:
        self.jitter = Jitter()
        self.decoder = Decoder()
        self.quiet = 0


class HeardHall:
    """The hall as one hears it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._speakers: dict[int, _Speaker] = {}
        self._gains: Mapping[int, Gains] = {}

    def hear(self, number: int, sequence: int, frames: Sequence[bytes]) -> None:
        """Takes frames of somebody, which follow each other."""
        with self._lock:
            speaker = self._speakers.get(number)
            if speaker is None:
                if len(self._speakers) >= SPEAKERS_HEARD and not self._forget_quietest():
                    return
                speaker = self._speakers[number] = _Speaker()
            speaker.quiet = 0
            speaker.jitter.put(sequence, frames)

    def place(self, gains: Mapping[int, Gains]) -> None:
        """Says how loud each is from now on; who is not named is not heard."""
        self._gains = dict(gains)

    def clear(self) -> None:
        """Forgets everybody: one is in another hall, or hears nobody any more."""
        with self._lock:
            self._speakers.clear()
            self._gains = {}

    def block(self) -> Samples:
        """Returns the next 20 ms, ``(FRAME, 2)``."""
        heard: list[tuple[Samples, Gains]] = []
        with self._lock:
            for number, speaker in tuple(self._speakers.items()):
                packet = speaker.jitter.take()
                if packet is None:
                    speaker.quiet += 1
                    if speaker.quiet > _QUIET_BLOCKS:
                        del self._speakers[number]
                    continue
                heard.append((speaker.decoder.decode(packet), self._gains.get(number, SILENT)))
        return mixed(heard)

    def _forget_quietest(self) -> bool:
        """Forgets whoever has been silent longest; False where nobody is."""
        number = max(self._speakers, key=lambda one: self._speakers[one].quiet)
        if not self._speakers[number].quiet:
            return False
        del self._speakers[number]
        return True
