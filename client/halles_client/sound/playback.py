"""The loudspeaker: asks a callable for each block of 20 ms, in the device's own thread."""

from collections.abc import Callable
from typing import Any

from halles_client.sound import library
from halles_client.sound.mix import FRAME, RATE, Samples

Give = Callable[[], Samples]


class Loudspeaker:
    """The system's loudspeaker, open until ``close``."""

    def __init__(self, give: Give) -> None:
        """Opens it; ``NoSound`` where there is none."""
        sound = library.sounddevice()

        def wanted(out: Any, frames: int, time: Any, status: Any) -> None:
            out[:] = give() if frames == FRAME else 0.0

        self._stream = library.started(
            lambda: sound.OutputStream(RATE, blocksize=FRAME, channels=2, dtype="float32", callback=wanted),
            "loudspeaker",
        )

    def close(self) -> None:
        """Closes it."""
        self._stream.close()
