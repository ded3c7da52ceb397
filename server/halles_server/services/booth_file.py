"""A booth as one file that its exhibitor owns: a ZIP archive of a manifest, its media, and a word to people.

The manifest holds the booth as the changes that make it from nothing, so that an import is checked by the one rule for
edits (``halles.world.booth_edit``), and an older server says which field it does not know. Belongs here: the format and
what a foreign file may be. Not here: whose booth it is and where media go (``booth_files``).
"""

import contextlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Final, Literal

import msgspec

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles.ids import BoothId, MediaId
from halles.world.booth import BoothContent, BoothEdit, Change, Document, media_kind
from halles.world.booth_difference import differences

MANIFEST: Final = "manifest.json"
README: Final = "README.txt"
MEDIA: Final = "media/"

MANIFEST_CAP: Final = 1024 * 1024
"""Bytes; a booth's texts are at most 128 KiB."""
CHANGES_CAP: Final = 1000
MEDIA_CAP: Final = 64
FILE_CAP: Final = 310_000_000
"""Bytes of the whole archive: a full booth's media and what is around them."""

VERSION: Final = 1

_END: Final = struct.Struct("<4s4H2LH")
"""The end of a ZIP archive's central directory (APPNOTE 4.3.16)."""
_DIRECTORY_CAP: Final = 64 * 1024
"""Bytes of the central directory, which the library reads as a whole: 66 entries take a tenth."""
_RATIO: Final = 100
"""Bytes that one packed byte may become."""
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, NotImplementedError)
"""What comes of broken archives and manifests."""
_PIECE: Final = 256 * 1024
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""On every member, so that the same booth is the same file."""

_SAID: Final = """\
Ce fichier contient un stand de Halles : ses textes (manifest.json) et ses médias (media/). Il s'importe dans tout salon
Halles. Les droits sur les textes et les médias restent à leurs auteurs ; ce fichier n'en donne aucun.

Dit bestand bevat een stand van Halles: de teksten (manifest.json) en de media (media/). Elke Halles-beurs kan het
inlezen. De rechten op teksten en media blijven bij de makers; dit bestand verleent er geen.

This file holds a booth of Halles: its texts (manifest.json) and its media (media/). Any Halles show can read it in. The
rights in texts and media stay with their makers; this file grants none.
"""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One field of a booth, as ``halles.world.booth.Change`` names it."""

    field: str
    value: str
    language: Literal["", "fr", "nl", "en"] = ""


class MediumNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A medium in the archive.

    Attributes:
        id: Its name within ``media/``, by which fields refer to it.
        bytes: Its size.
        licence: What its exhibitor says of its rights; "" for nothing.
    """

    id: str
    bytes: int
    licence: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``manifest.json`` says.

    Attributes:
        halles: What sort of file this is.
        version: Of the format.
        booth: The booth's slug where it comes from.
        fields: All that is not empty.
        media: What fields refer to.
    """

    halles: Literal["booth"]
    version: int
    booth: str
    fields: tuple[Field, ...]
    media: tuple[MediumNote, ...] = ()


def fields_of(content: BoothContent) -> tuple[Field, ...]:
    """Returns all that is not empty in a booth."""
    # A document of which nothing is known yet would leave a gap in the numbers of the others.
    begun = tuple(document for document in content.documents if document != Document())
    content = msgspec.structs.replace(content, documents=begun)
    found = differences(BoothContent(""), content)
    return tuple(Field(one.field, one.after, one.language) for one in found)


class Writer:
    """Writes a booth's file; the manifest comes last, since it names the media that could be had."""

    def __init__(self, out: BinaryIO, booth: BoothId, content: BoothContent) -> None:
        self._archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
        self._booth, self._content = booth, content
        self._notes: list[MediumNote] = []
        self._archive.writestr(_info(README), _SAID)

    @contextlib.contextmanager
    def medium(self, media: MediaId, size: int) -> Iterator[IO[bytes]]:
        """Gives where a medium's bytes are written to, ``size`` of them."""
        info = _info(MEDIA + media)
        info.compress_type = zipfile.ZIP_STORED  # all of them are packed already
        info.file_size = size
        with self._archive.open(info, "w") as sink:
            yield sink
        self._notes.append(MediumNote(media, size))

    def close(self) -> None:
        """Writes the manifest and ends the archive."""
        manifest = Manifest("booth", VERSION, self._booth, fields_of(self._content), tuple(self._notes))
        self._archive.writestr(_info(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        self._archive.close()


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file from elsewhere that has passed: its manifest is believed, its media are yet to be looked at."""

    manifest: Manifest
    archive: zipfile.ZipFile

    def edit(self, before: BoothContent, media: Callable[[MediaId], MediaId]) -> BoothEdit:
        """Returns the edit that makes a booth what the file says; only its organisation's kind stays.

        Args:
            before: The booth.
            media: Returns a medium's name here, "" for one that is not here.
        """
        return BoothEdit((*_emptied(before), *(_change(field, media) for field in self.manifest.fields)))

    def pieces(self, note: MediumNote) -> Iterator[bytes]:
        """Reads a medium; ``Rejection`` UNREADABLE when it is not what the manifest says."""
        left = note.bytes
        try:
            with self.archive.open(MEDIA + note.id) as source:
                while piece := source.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise _unreadable(f"{note.id} is longer than it says")
                    yield piece
        except _BROKEN as error:
            raise _unreadable(f"{note.id} cannot be read: {error}") from None
        if left:
            raise _unreadable(f"{note.id} is shorter than it says")


def read(file: BinaryIO) -> Foreign:
    """Opens a file that may come from anybody. Reads no medium yet, and never more than its manifest into memory.

    Raises:
        Rejection: UNREADABLE, with what is wrong.
    """
    _check_end(file)
    try:
        archive = zipfile.ZipFile(file)
        _check_plain(archive)
        manifest = _manifest(archive)
    except _BROKEN as error:
        raise _unreadable(f"no booth's file: {error}") from None
    _check_members(archive, manifest)
    return Foreign(manifest, archive)


def _check_end(file: BinaryIO) -> None:
    """Looks at the directory's size before the library reads it as a whole, entry by entry."""
    size = file.seek(0, 2)
    if size > FILE_CAP:
        excess = Excess(Measure.BYTES, (size,), (FILE_CAP,))
        raise Rejection(RejectionCode.TOO_LARGE, f"{size} bytes, at most {FILE_CAP}", excess=excess)
    file.seek(max(0, size - _END.size - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise _unreadable("no ZIP archive")
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    if entries > MEDIA_CAP + 2 or directory > _DIRECTORY_CAP:
        raise _unreadable(f"{entries} files, at most {MEDIA_CAP + 2}")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if MANIFEST not in archive.namelist():
        raise _unreadable(f"it has no {MANIFEST}")
    with archive.open(MANIFEST) as source:
        text = source.read(MANIFEST_CAP + 1)
    if len(text) > MANIFEST_CAP:
        raise _unreadable(f"its {MANIFEST} has over {MANIFEST_CAP} bytes")
    manifest = msgspec.json.decode(text, type=Manifest)
    if manifest.version > VERSION:
        raise _unreadable(f"it is of version {manifest.version}, this server reads up to {VERSION}")
    if len(manifest.fields) > CHANGES_CAP or len(manifest.media) > MEDIA_CAP:
        raise _unreadable(f"at most {CHANGES_CAP} fields and {MEDIA_CAP} media")
    return manifest


def _check_members(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Refuses every member that the manifest does not name."""
    noted = {MEDIA + note.id: note for note in manifest.media}
    if len(noted) < len(manifest.media) or any(media_kind(note.id) is None for note in manifest.media):
        raise _unreadable("its media have no good names")
    names = archive.namelist()
    if sorted(names) != sorted({*noted, MANIFEST, *({README} & set(names))}):
        raise _unreadable("it holds other files than its manifest says")


def _check_plain(archive: zipfile.ZipFile) -> None:
    for member in archive.infolist():
        mode = member.external_attr >> 16
        plain = not stat.S_IFMT(mode) or stat.S_ISREG(mode)
        if not plain or member.flag_bits & 1 or member.file_size > max(1, member.compress_size) * _RATIO:
            raise _unreadable(f"{member.filename[:80]!r} is no plain file")


def _emptied(content: BoothContent) -> Iterator[Change]:
    """Gives the changes that leave nothing in a booth but its name."""
    for panel in content.panels:
        yield Change(f"panel:{panel.slot}:remove", "")
    for name, rows in (("document", content.documents), ("team", content.team), ("link", content.links)):
        yield from (Change(f"{name}:{n}:remove", "") for n in reversed(range(len(rows))))
    bare = msgspec.structs.replace(content, panels=(), documents=(), team=(), links=())
    for one in differences(BoothContent(content.name), bare):
        yield Change(one.field, one.before, one.language)


def _change(field: Field, media: Callable[[MediaId], MediaId]) -> Change:
    value = media(MediaId(field.value)) if not field.language and media_kind(field.value) else field.value
    return Change(field.field, value, field.language)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def _unreadable(text: str) -> Rejection:
    return Rejection(RejectionCode.UNREADABLE, text)
