"""Names of things, as types.

Each is a plain ``str`` or ``int`` on the wire; the type only keeps one from being passed for another.
"""

from typing import Final, NewType

HallId = NewType("HallId", str)
"""A hall's slug, as in ``scenes/<hall>.toml``: ``crossroads``, ``lille``."""

CROSSROADS: Final = HallId("crossroads")
"""Where visits begin."""

BoothId = NewType("BoothId", str)
"""A booth's slug, unique in the show."""

SlotId = NewType("SlotId", str)
"""A booth slot in one scene, as printed on the plan: ``A1`` … ``F12``."""

VisitId = NewType("VisitId", str)
"""One visit, 22 characters of URL-safe base64 (128 random bits)."""

AccountId = NewType("AccountId", str)
"""An account, a UUID in its canonical text form."""

RequestId = NewType("RequestId", bytes)
"""Idempotency key of a request that can be refused: the 16 bytes of a UUID made by the client."""

MediaId = NewType("MediaId", str)
"""A stored medium: the SHA-256 of its bytes in hexadecimal, a dot and the extension, as in ``3f…9a.webp``."""

LiveSessionId = NewType("LiveSessionId", str)
"""A live session's slug, unique in the show; it is an entry of the programme."""

AvatarNumber = NewType("AvatarNumber", int)
"""An avatar within one hall, 1 … 65535; free for another avatar after its ``AvatarsLeft``."""
