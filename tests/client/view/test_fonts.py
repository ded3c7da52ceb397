"""Letters: each one that the client writes is in the font, and measures agree with what is drawn."""

import pytest
from babel.messages.pofile import read_po

from halles.resources import assets
from halles.world.text import LANGUAGES
from halles_client.view.fonts import FILES, SHEET, Face, GlyphSheet, SheetFull, font_file

_NEIGHBOURS = "ÀÂÄÇÉÈÊËÎÏÔÖŒÙÛÜŸàâäæçéèêëîïôöœùûüÿĳŁłŠšŽžÑñØøÅåßğışćčđő€«»“”‘’–—"


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
