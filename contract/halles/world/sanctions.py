"""The kinds of sanctions, and the caps on what is written with them; who may give one is decided by the server."""

from enum import StrEnum
from typing import Final

REASON_CAP: Final = 200
"""Characters of a sanction's reason, which the person reads."""

APPEAL_CAP: Final = 500
"""Characters of an appeal."""

MINUTES_MOST: Final = 366 * 24 * 60
"""The longest that a sanction may last."""

ADDRESS_MINUTES_MOST: Final = 24 * 60
"""The longest that a ban may hold an address, which others share."""


class SanctionKind(StrEnum):
    """What is done to somebody, from the mildest on."""

    WARN = "warn"
    """Told, and nothing taken away."""
    SILENCE = "silence"
    """May not speak: no chat, no voice, no question, no bell."""
    HOLD = "hold"
    """May not move."""
    REMOVE = "remove"
    """The visit ends; whoever was removed may come back."""
    BAN = "ban"
    """May not come in, nor do anything, until it ends."""
