"""What a file is, by how it begins: never by its name, nor by what the browser says of it."""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.world.booth import MediaKind

SNIFFED: Final = 16
"""Bytes that tell."""

_BEGINNINGS: Final[tuple[tuple[bytes, MediaKind], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"%PDF-", "document"),
    (b"glTF", "model"),
    (b"\x1aE\xdf\xa3", "film"),
    (b"OggS", "sound"),
    (b"ID3", "sound"),
    *((b"\xff" + bytes([layer]), "sound") for layer in (0xFB, 0xFA, 0xF3, 0xF2)),
)
"""An MP3 begins with its tag or its first frame, of MPEG 1 or 2, layer III."""

_PICTURE_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})
"""Boxes as a film has them, with a picture inside that is not taken."""

_TAKEN: Final = "taken are PNG, JPEG and WebP, PDF, MP4 and WebM, GLB, and MP3, M4A and Ogg"


def kind_of(beginning: bytes) -> MediaKind:
    """Returns what a file is.

    Raises:
        Rejection: UNREADABLE, when it is nothing that is taken.
    """
    for magic, kind in _BEGINNINGS:
        if beginning.startswith(magic):
            return kind
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "picture"
    if beginning[4:8] == b"ftyp" and beginning[8:12] not in _PICTURE_BRANDS:
        return "film"
    raise Rejection(RejectionCode.UNREADABLE, f"of a kind that is not taken; {_TAKEN}")


def check_kind(beginning: bytes, wanted: MediaKind) -> None:
    """Refuses a file that is another kind than where it is to hang; ``Rejection`` UNREADABLE.

    A film's containers may hold a sound alone: whether there are pictures in it is seen when it is looked at.
    """
    found = kind_of(beginning)
    if found != wanted and (found, wanted) != ("film", "sound"):
        raise Rejection(RejectionCode.UNREADABLE, f"a {found}, and a {wanted} is wanted here")
