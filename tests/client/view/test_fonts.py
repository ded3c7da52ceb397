"""Letters: each one that the client writes is in the font, and measures agree with what is drawn."""

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from halles.resources import assets
from halles.world.text import LANGUAGES
from halles_client.view.fonts import FILES, LINES_KEPT, SHEET, Face, GlyphSheet, SheetFull, font_file

_NEIGHBOURS = "ÀÂÄÇÉÈÊËÎÏÔÖŒÙÛÜŸàâäæçéèêëîïôöœùûüÿĳŁłŠšŽžÑñØøÅåßğışćčđő€«»“”‘’–—"

_SHEET = GlyphSheet()
_FACE = Face("medium", 15)


def written() -> set[str]:
    found: set[str] = set("0123456789←→−+…·/?×")
    for language in LANGUAGES:
        with (assets() / "locale" / language / "LC_MESSAGES" / "halles.po").open("rb") as file:
            for message in read_po(file):
                found |= set("".join(message.string) if message.id else "")
    return found


@pytest.mark.parametrize("weight", FILES)
def test_every_character_of_the_catalogues_is_in_the_font(weight: str) -> None:
    sheet = GlyphSheet()
    missing = {char for char in written() if not sheet.has(weight, char)}  # type: ignore[arg-type]
    assert not missing


def test_names_of_our_neighbours_are_in_the_font() -> None:
    sheet = GlyphSheet()
    assert all(sheet.has("medium", char) for char in _NEIGHBOURS)


def test_a_character_without_a_glyph_is_drawn_as_a_dot_and_never_as_a_box() -> None:
    sheet, face = GlyphSheet(), Face("medium", 15)
    assert not sheet.has("medium", "字")
    assert sheet.run("字", face, 0) == sheet.run("·", face, 0)
    assert sheet.width("字", face) == sheet.width("·", face)


@pytest.mark.parametrize("char", ["\x00", "\r", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_what_ends_a_line_or_a_paragraph_is_measured_and_drawn_like_any_missing_character(char: str) -> None:
    sheet, face = GlyphSheet(), Face("medium", 15)
    assert not sheet.has("medium", char)
    assert sheet.width(f"a{char}b", face) > sheet.width("ab", face)
    assert sheet.run(f"a{char}b", face, 0)


def test_neighbours_are_kerned() -> None:
    sheet, face = GlyphSheet(), Face("medium", 24)
    assert sheet.width("AV", face) < sheet.width("A", face) + sheet.width("V", face)


def test_carets_stand_where_the_text_ends() -> None:
    sheet, face = GlyphSheet(), Face("medium", 15)
    places = sheet.offsets("Été à Mons", face)
    assert places == sorted(places)
    assert len(places) == len("Été à Mons") + 1
    assert places[-1] == pytest.approx(sheet.width("Été à Mons", face))


@given(st.text("abWÀ.,  \n\u00a0", max_size=60), st.sampled_from([40, 90, 200]))
def test_lines_fit_and_nothing_but_blanks_is_lost(text: str, most: int) -> None:
    lines = _SHEET.lines(text, _FACE, most)
    assert all(_SHEET.width(line, _FACE) <= most for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert len(lines) >= text.count("\n") + 1


def test_lines_break_at_blanks_and_inside_of_a_word_only_when_it_is_too_long() -> None:
    room = 1 + int(_SHEET.width("cent vingt", _FACE))
    assert _SHEET.lines("cent vingt pas", _FACE, room) == ("cent vingt", "pas")
    assert _SHEET.lines("cent\u00a0vingt pas", _FACE, room) == ("cent\u00a0vingt", "pas")
    assert "".join(_SHEET.lines("W" * 40, _FACE, room)) == "W" * 40


def test_a_text_is_broken_once_and_the_longest_unused_are_forgotten() -> None:
    sheet = GlyphSheet()
    kept, lost = sheet.lines("gardé ici", _FACE, 30), sheet.lines("oublié", _FACE, 30)
    for number in range(LINES_KEPT):
        sheet.lines(str(number), _FACE, 30)
        assert sheet.lines("gardé ici", _FACE, 30) is kept
    assert len(sheet._lines) == LINES_KEPT
    assert sheet.lines("oublié", _FACE, 30) is not lost


def test_a_glyph_is_drawn_once_for_each_place_within_a_pixel() -> None:
    sheet, face = GlyphSheet(), Face("medium", 15)
    sheet.run("a", face, 0.0)
    drawn = sheet.changes
    sheet.run("a", face, 7.0)
    assert sheet.changes == drawn
    sheet.run("a", face, 7.5)
    assert sheet.changes == drawn + 1


def test_drawn_glyphs_lie_apart_in_the_sheet() -> None:
    sheet = GlyphSheet()
    glyphs = {glyph for _, glyph in sheet.run("Halles", Face("semibold", 18), 3.0)}
    owner = sheet.pixels * 0
    for glyph in glyphs:
        place = owner[glyph.v : glyph.v + glyph.height, glyph.u : glyph.u + glyph.width]
        assert not place.any()
        place[:] = 1
        assert sheet.pixels[glyph.v : glyph.v + glyph.height, glyph.u : glyph.u + glyph.width].any()


def test_a_full_sheet_says_so_and_is_usable_after_clearing() -> None:
    sheet, size = GlyphSheet(), SHEET // 2
    with pytest.raises(SheetFull):
        sheet.run("ABCDEFGHIJ", Face("medium", size), 0)
    sheet.clear()
    assert not sheet.pixels.any()
    assert sheet.run("A", Face("medium", size), 0)


@pytest.mark.parametrize("weight", FILES)
def test_the_fonts_are_shipped(weight: str) -> None:
    assert font_file(weight).is_file()  # type: ignore[arg-type]
