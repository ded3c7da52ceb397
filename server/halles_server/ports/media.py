"""What booths hang up, by the hash of its bytes: pictures, documents, films, models, sounds, and their store."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles.ids import AccountId, MediaId
from halles.world.booth import MediaKind

BYTES_CAPS: Final[Mapping[MediaKind, int]] = {
    "picture": 10_000_000,
    "document": 20_000_000,
    "film": 200_000_000,
    "model": 10_000_000,
    "sound": 20_000_000,
}
"""Bytes of an uploaded file."""

MIMES: Final = {
    "webp": "image/webp",
    "png": "image/png",
    "jpg": "image/jpeg",
    "glb": "model/gltf-binary",
    "pdf": "application/pdf",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "weba": "audio/webm",
}
"""What a stored medium can be, by the ending of its id."""

FILED: Final = frozenset({"pdf", "mp4", "webm", "mp3", "m4a", "weba"})
"""What lies in the store of files; everything else is small and lies in the database."""

PartKind = Literal["far", "near", "page", "poster"]
"""``far`` and ``near``: the same smaller, for who stands away; ``page``: of a document; ``poster``: of a film."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A stored medium with its bytes."""

    media: MediaId
    mime: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """A picture that was made of a medium; ``number`` counts a document's pages from 1, else it is 0."""

    kind: PartKind
    number: int
    media: MediaId


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a medium without its bytes.

    Attributes:
        size: Bytes.
        width: Points; 0 for what has no picture of its own.
        seconds: Of a film or sound.
        pages: Of a document.
        triangles: Of a model, as drawn.
        texels: Points of a model's pictures.
        parts: What was made of it.
    """

    media: MediaId
    size: int
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    pages: int = 0
    triangles: int = 0
    texels: int = 0
    parts: tuple[Part, ...] = ()

    @property
    def mime(self) -> str:
        """Its type."""
        return MIMES[ending(self.media)]


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that the worker has made, still in its folder."""

    path: Path
    facts: Facts


@dataclass(frozen=True, slots=True)
class Made:
    """What became of an upload: the medium, with its parts in its facts, and the files of the parts."""

    medium: MadeFile
    parts: tuple[MadeFile, ...] = ()


class MediaStore(Protocol):
    """What is known of media, and the bytes of small ones."""

    async def read(self, media: MediaId) -> Medium | None:
        """Reads one that lies in the database."""

    async def facts(self, media: Collection[MediaId]) -> dict[MediaId, Facts]:
        """Reads what is known of those that are stored."""

    async def keep(self, made: Made, sender: AccountId | None = None) -> None:
        """Stores a medium and its parts, all or none; again is the same. ``Rejection`` STORAGE_FULL.

        Of a sound it is remembered who has sent it: a voice is its owner's to give.
        """

    async def sent_by(self, account: AccountId, sound: MediaId) -> bool:
        """Tells whether somebody has sent a sound that is stored."""

    async def forget_unused(self) -> tuple[MediaId, ...]:
        """Removes what nothing has referred to for seven days, and returns it."""


class FileStore(Protocol):
    """Large files by the hash of their bytes."""

    async def put(self, media: MediaId, file: Path) -> None:
        """Takes a file over, which then may be gone; whole or not at all. ``Rejection`` STORAGE_FULL."""

    def stream(self, media: MediaId, start: int, stop: int) -> AsyncIterator[bytes]:
        """Reads bytes ``start`` to before ``stop``; ``Unavailable`` when they cannot be had."""

    async def remove(self, media: MediaId) -> None:
        """Removes a file, if it is there."""

    async def older_than(self, seconds: float) -> tuple[MediaId, ...]:
        """Returns what was put longer ago."""


JobResult = Literal["made", "refused", "died", "late", "cancelled", "turned_away"]
"""What became of a file to be looked at: ``late`` after its time was over, ``turned_away`` when too many wait."""


class Watch(Protocol):
    """Is told what goes on where files are looked at."""

    def queue(self, waiting: int, running: int) -> None:
        """Hears how many files wait for their turn and how many are looked at, whenever that has changed."""

    def done(self, kind: MediaKind, result: JobResult, seconds: float) -> None:
        """Hears what became of a file, and how long it was looked at."""


class Intake(Protocol):
    """Where uploads arrive, are looked at, and become media."""

    async def append(self, upload: str, offset: int, data: bytes, kind: MediaKind) -> None:
        """Adds bytes to what has arrived; ``Rejection`` STORAGE_FULL, or UNREADABLE for another kind of file."""

    async def finish(self, upload: str, kind: MediaKind, sender: AccountId | None = None) -> Facts:
        """Makes a medium of what has arrived, which then is gone, as it is when this is cancelled or refuses.

        ``sender`` is who sent it, which a sound's owner has to be.

        Raises:
            Rejection: TOO_LARGE, OVER_BUDGET, UNREADABLE, STORAGE_FULL, TRY_LATER.
            Unavailable: The database or the store does not answer.
        """

    async def examine(self, upload: str, kind: MediaKind) -> Facts:
        """Looks at what has arrived as ``finish`` does and keeps nothing; ``Rejection``, ``Unavailable`` as there."""

    async def drop(self, upload: str) -> None:
        """Removes what has arrived."""

    async def sweep(self) -> int:
        """Removes what a server that ended has left for over an hour; returns how much."""


def check_size(size: int, kind: MediaKind) -> None:
    """Refuses a file that is too large for its kind, or empty.

    Raises:
        Rejection: TOO_LARGE, for a model OVER_BUDGET; UNREADABLE for nothing.
    """
    if size <= 0:
        raise Rejection(RejectionCode.UNREADABLE, "an empty file")
    if size > BYTES_CAPS[kind]:
        code = RejectionCode.OVER_BUDGET if kind == "model" else RejectionCode.TOO_LARGE
        excess = Excess(Measure.BYTES, (size,), (BYTES_CAPS[kind],))
        raise Rejection(code, f"{size} bytes, at most {BYTES_CAPS[kind]} for a {kind}", excess=excess)


def ending(media: MediaId) -> str:
    """Returns what stands after the dot of an id."""
    return media.rpartition(".")[2]
