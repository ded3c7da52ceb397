"""Who draws a booth as the halls show it."""

from typing import Protocol


class Painter(Protocol):
    """Draws one booth at a time, elsewhere."""

    async def paint(self, job: bytes) -> bytes:
        """Draws a job (``halles.protocol.preview_job``); returns a WebP. Cancellation ends the drawing.

        Raises:
            Unavailable: There is no picture: whoever draws has died, was not done in time, or cannot draw here.
        """
