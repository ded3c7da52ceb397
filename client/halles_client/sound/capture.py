"""The microphone: blocks of 20 ms, one voice, given to a callable in the device's own thread."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from halles_client.sound import library
from halles_client.sound.mix import FRAME, RATE

Take = Callable[[NDArray[np.int16]], None]


class Microphone:
    """The system's microphone, open until ``close``."""

    def __init__(self, take: Take) -> None:
        """Opens it; ``NoSound`` where there is none."""
        sound = library.sounddevice()

        def heard(data: Any, frames: int, time: Any, status: Any) -> None:
            if frames == FRAME:
                take(np.array(data, dtype=np.int16).reshape(-1))

        self._stream = library.started(
            lambda: sound.InputStream(RATE, blocksize=FRAME, channels=1, dtype="int16", callback=heard), "microphone"
        )

    def close(self) -> None:
        """Closes it."""
        self._stream.close()
