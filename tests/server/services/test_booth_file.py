"""A booth's file: the same booth comes out that went in, and nothing else comes in."""

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, MediaId
from halles.world.booth import BoothContent, Document, Link, Panel, TeamMember, media_of
from halles.world.booth_edit import apply_edit
from halles.world.text import Text
from halles_server.services import booth_file
from halles_server.services.booth_file import Foreign, Writer

PICTURE = MediaId("a" * 64 + ".webp")
PAPER = MediaId("b" * 64 + ".pdf")
BYTES = {PICTURE: b"picture" * 1000, PAPER: b"%PDF-" + b"0" * 300}

FULL = BoothContent(
    name="Studio 7",
    kind="school",
    accent=3,
    pitch=Text("Nous dessinons.", "Wij tekenen.", "We draw."),
    panels=(Panel("screen", title=Text(en="A film")), Panel("poster-2", picture=PICTURE, alt=Text("une affiche"))),
    links=(Link(Text("site"), "https://studio.example"), Link(Text(), "https://two.example")),
    opening=Text(nl="Open om tien uur"),
    team=(TeamMember("Ann", Text("dirige")), TeamMember("Bob")),
    documents=(Document(), Document(Text("un dossier"), PAPER)),
)
BLANK = BoothContent("Somebody else", "school")


def packed(content: BoothContent = FULL, left_out: MediaId | None = None) -> bytes:
    out = io.BytesIO()
    found = [media for media in sorted(media_of(content)) if media != left_out]
    writer = Writer(out, BoothId("studio-07"), content)
    for media in found:
        with writer.medium(media, len(BYTES[media])) as sink:
            sink.write(BYTES[media][:5])
            sink.write(BYTES[media][5:])
    writer.close()
    return out.getvalue()


def same(media: MediaId) -> MediaId:
    return media


def made(foreign: Foreign, before: BoothContent = BLANK, media: Callable[[MediaId], MediaId] = same) -> BoothContent:
    return apply_edit(before, foreign.edit(before, media))


def test_what_was_written_is_read_back_but_for_what_is_empty() -> None:
    foreign = booth_file.read(io.BytesIO(packed()))
    read = made(foreign)
    assert read.documents == FULL.documents[1:]
    assert (read.name, read.accent, read.pitch, read.panels) == (FULL.name, FULL.accent, FULL.pitch, FULL.panels)
    assert (read.links, read.opening, read.team) == (FULL.links, FULL.opening, FULL.team)
    assert {note.id: b"".join(foreign.pieces(note)) for note in foreign.manifest.media} == BYTES


def test_nothing_of_the_booth_that_was_there_is_left() -> None:
    full = msgspec.structs.replace(FULL, documents=FULL.documents[1:], film=MediaId("d" * 64 + ".mp4"))
    assert made(booth_file.read(io.BytesIO(packed(BoothContent("Empty", "school")))), full) == BoothContent(
        "Empty", "school"
    )


def test_the_same_booth_is_the_same_file() -> None:
    assert packed() == packed()


def test_media_get_the_names_that_they_have_here_and_those_that_are_not_there_are_left_out() -> None:
    foreign = booth_file.read(io.BytesIO(packed(left_out=PAPER)))
    assert [note.id for note in foreign.manifest.media] == [PICTURE]
    here = MediaId("c" * 64 + ".webp")
    read = made(foreign, media=lambda media: here if media == PICTURE else MediaId(""))
    assert read.panels[1].picture == here
    assert read.documents == (Document(Text("un dossier")),)


def changed(make: Callable[[dict[str, Any]], None]) -> bytes:
    """The full booth's file with another manifest."""
    out, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(packed()))
    with zipfile.ZipFile(out, "w") as archive:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == booth_file.MANIFEST:
                manifest = json.loads(data)
                make(manifest)
                data = json.dumps(manifest).encode()
            archive.writestr(member, data)
    return out.getvalue()


def with_member(name: str, data: bytes = b"x", mode: int = stat.S_IFREG, method: int = zipfile.ZIP_STORED) -> bytes:
    """The full booth's file with another member, in the place of one of the same name."""
    out, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(packed()))
    with zipfile.ZipFile(out, "w") as archive:
        for member in source.infolist():
            if member.filename != name:
                archive.writestr(member, source.read(member))
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = method
        archive.writestr(info, data)
    return out.getvalue()


def later(manifest: dict[str, Any]) -> None:
    manifest["version"] = 2


def unknown(manifest: dict[str, Any]) -> None:
    manifest["run"] = "rm"


def climbing(manifest: dict[str, Any]) -> None:
    manifest["media"][0]["id"] = "../../secret.webp"


def twice(manifest: dict[str, Any]) -> None:
    manifest["media"].append(manifest["media"][0])


def many(manifest: dict[str, Any]) -> None:
    manifest["fields"] *= 500


HOSTILE = {
    "nothing": b"",
    "no archive": b"%PDF-1.7" * 100,
    "half of one": packed()[: len(packed()) // 2],
    "a path that climbs": with_member("../../etc/passwd"),
    "a path from the root": with_member("/etc/passwd"),
    "a member more": with_member("media/" + "d" * 64 + ".webp"),
    "a link": with_member("README.txt", b"/etc/passwd", stat.S_IFLNK),
    "a bomb": with_member("README.txt", b"0" * 50_000_000, method=zipfile.ZIP_DEFLATED),
    "a newer version": changed(later),
    "an unknown key": changed(unknown),
    "media that climb": changed(climbing),
    "media twice": changed(twice),
    "too many fields": changed(many),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_may_not_be_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(Rejection) as refused:
        booth_file.read(io.BytesIO(HOSTILE[name]))
    assert refused.value.code == RejectionCode.UNREADABLE
    assert refused.value.text


def test_a_directory_of_a_million_members_is_not_read() -> None:
    data = packed()
    end = data.rindex(b"PK\5\6")
    for entries, size in ((0xFFFF, 1000), (3, 60_000_000)):
        fields = list(struct.unpack_from("<4s4H2LH", data, end))
        fields[4], fields[5] = entries, size
        with pytest.raises(Rejection):
            booth_file.read(io.BytesIO(data[:end] + struct.pack("<4s4H2LH", *fields)))


@pytest.mark.parametrize("claimed", [6999, 7001])
def test_a_medium_of_another_size_than_the_manifest_says_is_refused(claimed: int) -> None:
    def lie(manifest: dict[str, Any]) -> None:
        manifest["media"][0]["bytes"] = claimed

    foreign = booth_file.read(io.BytesIO(changed(lie)))
    with pytest.raises(Rejection):
        list(foreign.pieces(foreign.manifest.media[0]))


def test_a_field_that_this_server_does_not_know_is_named() -> None:
    def add(manifest: dict[str, Any]) -> None:
        manifest["fields"].append({"field": "hologram", "value": "yes"})

    foreign = booth_file.read(io.BytesIO(changed(add)))
    with pytest.raises(Rejection, match="hologram"):
        made(foreign)


def test_texts_are_checked_as_those_of_an_edit() -> None:
    def poison(manifest: dict[str, Any]) -> None:
        manifest["fields"].append({"field": "pitch", "value": "\u202ereversed", "language": "fr"})

    foreign = booth_file.read(io.BytesIO(changed(poison)))
    with pytest.raises(Rejection) as refused:
        made(foreign)
    assert refused.value.code == RejectionCode.INVALID_TEXT


@given(st.data())
def test_whatever_is_changed_in_a_file_only_a_rejection_comes_of_it(data: st.DataObject) -> None:
    file = bytearray(packed())
    for _ in range(data.draw(st.integers(1, 8))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    try:
        foreign = booth_file.read(io.BytesIO(bytes(file)))
        made(foreign)
        for note in foreign.manifest.media:
            for _ in foreign.pieces(note):
                pass
    except Rejection:
        pass
