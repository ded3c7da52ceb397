"""Which characters a font has: as another reader of fonts finds them, and an error for what is no font."""

import struct
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from halles_client.view.font_letters import CHARACTERS, letters
from halles_client.view.fonts import FILES, font_file
from halles_client.view.system_fonts import system_fonts

_ALL = [*(font_file(weight) for weight in FILES), *system_fonts()]
_INVISIBLE = "\u00ad\u200b\u200d\u2060\ufe0f\ufeff\U000e0041"


@pytest.mark.parametrize("file", _ALL, ids=lambda file: file.name)
def test_the_letters_of_a_font_are_those_of_its_table_and_what_is_invisible_everywhere(file: Path) -> None:
    with TTFont(file, fontNumber=0, lazy=True) as font:
        theirs = set(font.getBestCmap())
    ours = set(letters(file).nonzero()[0].tolist())
    assert theirs <= ours
    assert {unicodedata.category(chr(number)) for number in ours - theirs} <= {"Cf", "Mn", "Cn"}
    assert {ord(char) for char in _INVISIBLE} <= ours


def _font(cmap: bytes, before: bytes = b"") -> bytes:
    """A file with one table, whose bytes begin behind its row of the list of tables."""
    start = len(before)
    rows = struct.pack(">4s4xII", b"cmap", start + 12 + 16, len(cmap))
    return before + struct.pack(">IH6x", 0x00010000, 1) + rows + cmap


def _with(encoding: int, table: bytes) -> bytes:
    return struct.pack(">HHHHI", 0, 1, 3, encoding, 12) + table


_SEGMENTS = struct.pack(
    ">7H 3H H 3H 3h 3H 3H",
    *(4, 46, 0, 6, 0, 0, 0),
    *(0x42, 0x52, 0xFFFF, 0),  # the last of each segment, and a blank
    *(0x41, 0x50, 0xFFFF),  # the first
    *(-0x41, 0, 1),  # the difference to the glyph's number: A is glyph 0, the missing one
    *(0, 4, 0),  # the second has a list of glyphs, four bytes on
    *(7, 0, 9),
)
_GROUPS = struct.pack(">HHIII 6I", 12, 0, 40, 0, 2, *(0x41, 0x43, 0), *(0x1F600, 0x1F601, 5))


@pytest.mark.parametrize(
    ("table", "expected"),
    [(_with(1, _SEGMENTS), {0x42, 0x50, 0x52}), (_with(10, _GROUPS), {0x42, 0x43, 0x1F600, 0x1F601})],
    ids=["format 4", "format 12"],
)
def test_a_character_that_leads_to_the_missing_glyph_is_not_there(
    tmp_path: Path, table: bytes, expected: set[int]
) -> None:
    plain, collection = tmp_path / "one.ttf", tmp_path / "many.ttc"
    plain.write_bytes(_font(table))
    collection.write_bytes(_font(table, b"ttcf" + struct.pack(">III", 0x10000, 1, 16)))
    for file in (plain, collection):
        found = letters(file)
        assert found.shape == (CHARACTERS,)
        assert (
            set(found[:0xAD].nonzero()[0].tolist()) | set((0x1F000 + found[0x1F000:0x20000].nonzero()[0]).tolist())
            == expected
        )


def test_a_table_of_another_alphabet_than_unicode_counts_for_nothing(tmp_path: Path) -> None:
    file = tmp_path / "symbols.ttf"
    file.write_bytes(_font(_with(0, _SEGMENTS)))
    assert not letters(file)[:0xAD].any()


@given(st.data())
def test_a_damaged_font_raises_what_an_unreadable_file_raises(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged.ttf"
    whole = _font(data.draw(st.sampled_from([_with(1, _SEGMENTS), _with(10, _GROUPS)])))
    place, value = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.binary(max_size=4))
    file.write_bytes(whole[:place] + value + data.draw(st.sampled_from([b"", whole[place + len(value) :]])))
    try:
        found = letters.__wrapped__(file)  # every time anew
    except OSError:
        return
    assert found.shape == (CHARACTERS,)


@pytest.mark.parametrize("content", [b"", b"no font at all", b"ttcf", _font(b"")])
def test_what_is_no_font_is_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "none.ttf"
    file.write_bytes(content)
    with pytest.raises(OSError, match="none"):
        letters(file)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        letters(tmp_path / "gone.ttf")
