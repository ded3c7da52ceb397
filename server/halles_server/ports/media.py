"""What booths hang up, by the hash of its bytes."""

from dataclasses import dataclass
from typing import Protocol

from halles.ids import MediaId


@dataclass(frozen=True, slots=True)
class Medium:
    """A stored picture."""

    media: MediaId
    mime: str
    width: int
    height: int
    data: bytes


class MediaStore(Protocol):
    """Pictures by the hash of their bytes."""

    async def read(self, media: MediaId) -> Medium | None:
        """Reads one."""
