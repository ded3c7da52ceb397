"""How a link to a server fares, as values; and how long to wait before coming back. Pure."""

import random
from dataclasses import dataclass
from enum import Enum
from typing import Final

from halles.protocol.close_codes import ABNORMAL, RESUMABLE, CloseCode
from halles_client.net.failures import Failure

COMES_BACK: Final = RESUMABLE | {CloseCode.TRY_LATER, CloseCode.INTERNAL}
"""Close codes after which the link tries again by itself; after any other it is closed for good."""

_FIRST_S: Final = 0.5
_LONGEST_S: Final = 15.0


class Phase(Enum):
    """Where a link stands."""

    CONNECTING = "connecting"
    """The first connection is being made."""
    ONLINE = "online"
    """Admitted: requests go out."""
    RECONNECTING = "reconnecting"
    """Broken; another try comes at ``Status.retry_at`` or is under way."""
    CLOSED = "closed"
    """Over for good, ``Status.code`` and ``reason`` say why."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a link fares at one moment.

    Attributes:
        phase: Where it stands.
        retry_at: While reconnecting, when the next try is (the link's clock); 0 while a try is under way.
        lost_at: While reconnecting, when the visit was last online (the link's clock); 0 when it never was.
        code: The last close code; 0 before any.
        reason: A rejection code where the server gave one.
        text: What the server said, in English, for logs.
        failure: Why the last try did not even connect; None when it did.
        retry_after_ms: Before which the server said that no other try makes sense.
    """

    phase: Phase
    retry_at: float = 0.0
    lost_at: float = 0.0
    code: int = 0
    reason: str = ""
    text: str = ""
    failure: Failure | None = None
    retry_after_ms: int = 0


def comes_back(code: int) -> bool:
    """Tells whether a link tries again after this close code; unknown websocket trouble counts as a break."""
    return code in COMES_BACK or code == ABNORMAL


def wait_s(failures: int, retry_after_ms: int, rng: random.Random) -> float:
    """Returns how long to wait before the next try.

    Doubles from half a second to 15 s, with half of it left to chance, so that a hall does not come back in one
    instant; never sooner than the server asked for.

    Args:
        failures: Tries that failed since the link was last online, 0 for the first.
        retry_after_ms: What ``Goodbye`` asked for.
        rng: Chance.
    """
    longest = min(_FIRST_S * 2.0 ** min(failures, 10), _LONGEST_S)
    jittered = longest * (0.5 + 0.5 * rng.random())
    return max(jittered, retry_after_ms / 1000.0 * (1.0 + 0.2 * rng.random()))
