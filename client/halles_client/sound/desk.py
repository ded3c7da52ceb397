"""Microphone and loudspeaker of one visit, opened and closed beside the picture, and one's own voice as packets.

Devices open in a thread of their own, since some take a second for it. The microphone is open as long as voice is
switched on, and nothing that it hears is encoded or kept unless one holds the key.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from halles_client.sound.capture import Microphone, Take
from halles_client.sound.codec import Encoder
from halles_client.sound.heard_hall import HeardHall
from halles_client.sound.library import Missing, NoSound
from halles_client.sound.playback import Give, Loudspeaker

_WAITING: Final = 12
"""Packets of one's own that may wait to be fetched, 240 ms; of more the oldest are gone."""


class Device(Protocol):
    """Something that is open until it is closed."""

    def close(self) -> None:
        """Closes it."""


class SoundDesk:
    """One visit's sound.

    Attributes:
        hall: What one hears of it.
        missing: What could not be opened.
    """

    def __init__(
        self,
        microphone: Callable[[Take], Device] = Microphone,
        loudspeaker: Callable[[Give], Device] = Loudspeaker,
    ) -> None:
        """Opens nothing yet; ``microphone`` and ``loudspeaker`` make devices, and raise ``NoSound``."""
        self._microphone, self._loudspeaker = microphone, loudspeaker
        self.hall = HeardHall()
        self.missing: frozenset[Missing] = frozenset()
        self._devices: list[Device] = []
        self._own: deque[tuple[int, bytes]] = deque(maxlen=_WAITING)
        self._encoder: Encoder | None = None
        self._talking = False
        self._number = 0
        self._turn = threading.Lock()  # one opening or closing after the other
        self._wanted = False
        self._thread: threading.Thread | None = None

    def switch(self, *, on: bool) -> None:
        """Opens the devices, or closes them; returns at once, and does nothing where that was wanted before."""
        if on == self._wanted:
            return
        self._wanted = on
        self._thread = threading.Thread(target=self._settle, name="halles sound", daemon=True)
        self._thread.start()

    def join(self, seconds: float = 3.0) -> None:
        """Waits until what was switched last is done."""
        if self._thread is not None:
            self._thread.join(seconds)

    def talk(self, *, on: bool) -> None:
        """Encodes what the microphone hears from now on, or no more."""
        self._talking = on

    def own(self) -> list[tuple[int, bytes]]:
        """Returns one's own packets since the last call, each with its number."""
        taken = []
        while self._own:
            taken.append(self._own.popleft())
        return taken

    def waiting(self) -> int:
        """Returns how many packets of one's own wait."""
        return len(self._own)

    def _settle(self) -> None:
        with self._turn:
            if self._wanted and not self._devices:
                self._open()
            elif not self._wanted:
                self._close()

    def _open(self) -> None:
        missing: set[Missing] = set()
        try:
            self._devices.append(self._loudspeaker(self.hall.block))
        except NoSound as error:
            missing.add(error.missing)
        try:
            self._devices.append(self._microphone(self._heard))
        except NoSound as error:
            missing.add(error.missing)
        self.missing = frozenset(missing)

    def _close(self) -> None:
        devices, self._devices, self._talking = self._devices, [], False
        for device in devices:
            device.close()
        self._own.clear()
        self.hall.clear()

    def _heard(self, samples: NDArray[np.int16]) -> None:
        """Takes 20 ms of the microphone; each has a number, also those that nobody is to hear."""
        self._number = (self._number + 1) % 2**32
        if not self._talking:
            return
        if self._encoder is None:
            self._encoder = Encoder()
        packet = self._encoder.encode(samples)
        if packet is not None:
            self._own.append((self._number, packet))
