"""What may lie in a satchel, and the words for what has become of it at the booth since."""

from typing import Final, Literal

SATCHEL_CAP: Final = 200
"""Documents and cards in one satchel."""

ItemState = Literal["offered", "replaced", "withdrawn", "left", "lost"]
"""Of something taken: the booth offers it today as it was taken; it offers another document under the same title; it
offers it no more; the booth has left the show; its file is gone. In the first four, what was taken still is there."""
