"""What messages are made of: their base, and the types of their fields, each with its cap.

Belongs here: what messages of several subjects share. Not here: a message (``messages.py`` and the modules by subject
beside it) and the one table of them.
"""

from typing import Annotated

import msgspec

U8 = Annotated[int, msgspec.Meta(ge=0, le=0xFF)]
U16 = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
U32 = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Uuid = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Slug = Annotated[str, msgspec.Meta(max_length=64)]
Line = Annotated[str, msgspec.Meta(max_length=160)]
"""A short line; the service behind cuts it finer and says so in a rejection."""

Said500 = Annotated[str, msgspec.Meta(max_length=2000)]
"""Up to 500 characters as sent; more is refused with INVALID_TEXT rather than a close."""


class Message(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The base of every message."""
