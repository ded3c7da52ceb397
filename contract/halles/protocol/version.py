"""The protocol's version and how two sides agree on one.

History, newest first; a change of the wire adds a line and raises ``NEWEST``.

- 1: the first, which changes until it is released: admission, halls, moves, pose batches, chat, booths, search,
  doorbells, host replays, voice.
"""

from typing import Final

OLDEST: Final = 1
"""The oldest version that this side still speaks."""

NEWEST: Final = 1
"""The newest version that this side speaks."""

PATH: Final = "/world"
"""Where the websocket is; anything else on the port is a page."""


def agree(oldest: int, newest: int) -> int | None:
    """Returns the newest version that both sides speak, given the peer's range; None when there is none."""
    best = min(newest, NEWEST)
    return best if best >= max(oldest, OLDEST) else None
