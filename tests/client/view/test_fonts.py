"""Letters: each one that the client writes is in the font, and measures agree with what is drawn."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given
from hypothesis import strategies as st

from halles.resources import assets
from halles.world.text import LANGUAGES
from halles_client.view.fonts import FILES, LINES_KEPT, SHEET, Face, GlyphSheet, SheetFull, font_file
from halles_client.view.system_fonts import system_fonts

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


def test_asking_whether_fonts_have_a_character_draws_nothing_and_leaves_nothing_behind() -> None:
    """What others write must neither hold up whoever draws nor fill the memory."""
    fonts = tuple(font_file(weight) for weight in FILES)
    sheet = GlyphSheet(others=fonts)
    sheet._drawn(_FACE, "字")
    before = [len(kept) for kept in vars(sheet).values() if isinstance(kept, dict)]
    for number in range(500):
        assert sheet._drawn(_FACE, chr(0x4E01 + number))[1] == "\uffff"
    assert [len(kept) for kept in vars(sheet).values() if isinstance(kept, dict)] == before
    assert sheet._fonts == {}


def test_names_of_our_neighbours_are_in_the_font() -> None:
    sheet = GlyphSheet()
    assert all(sheet.has("medium", char) for char in _NEIGHBOURS)


_NOBODYS = "\U0001f9ff"
"""A sign that is in none of the known fonts: they are for texts."""


def test_a_character_without_any_glyph_is_drawn_as_a_box() -> None:
    sheet, face = GlyphSheet(others=()), Face("medium", 15)
    ((_, box),) = sheet.run("字", face, 0)
    drawn = sheet.pixels[box.v : box.v + box.height, box.u : box.u + box.width]
    assert min(drawn.shape) >= 5
    assert drawn[0].any()
    assert drawn[-1].any()
    assert not drawn[drawn.shape[0] // 2, drawn.shape[1] // 2]
    assert sheet.run("字", face, 0) == sheet.run(_NOBODYS, face, 0) != sheet.run("·", face, 0)


def test_two_missing_letters_are_two_boxes_and_their_marks_none() -> None:
    sheet, face = GlyphSheet(others=()), Face("medium", 15)
    one = sheet.width("\u0628", face)
    assert sheet.width("\u0628\u0628", face) == pytest.approx(2 * one)
    assert sheet.width("\u0628\u064e", face) == one


def _damaged_font(file: Path) -> Path:
    """A font with one letter, 字, which is made of itself."""
    pen = TTGlyphPen({"loop": None})
    pen.addComponent("loop", (1, 0, 0, 1, 0, 0))
    loop = pen.glyph()
    loop.xMin = loop.yMin = loop.xMax = loop.yMax = 0
    font = FontBuilder(1000)
    font.setupGlyphOrder([".notdef", "loop"])
    font.setupCharacterMap({ord("字"): "loop"})
    font.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "loop": loop}, calcGlyphBounds=False)
    font.setupHorizontalMetrics({".notdef": (500, 0), "loop": (500, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupPost()
    font.font.recalcBBoxes = False
    font.save(file)
    return file


def test_a_font_that_fails_when_it_draws_is_left_out_from_then_on(tmp_path: Path) -> None:
    """Somebody's name must not end the window of all who see it."""
    damaged = _damaged_font(tmp_path / "damaged.ttf")
    assert GlyphSheet._in(damaged, "字")
    sheet, without = GlyphSheet(others=(damaged,)), GlyphSheet(others=())
    assert sheet.width("字", _FACE) != without.width("字", _FACE), "measured with it while nothing was drawn"
    assert sheet.run("a字b", _FACE, 0) == without.run("a字b", _FACE, 0)
    assert sheet.width("字", _FACE) == without.width("字", _FACE)


def test_a_font_that_is_gone_when_it_is_measured_is_left_out(tmp_path: Path) -> None:
    gone = _damaged_font(tmp_path / "gone.ttf")
    assert GlyphSheet._in(gone, "字")
    gone.unlink()
    sheet, without = GlyphSheet(others=(gone,)), GlyphSheet(others=())
    assert sheet.width("字", _FACE) == without.width("字", _FACE)


def test_a_script_that_the_system_has_is_drawn_joined_and_from_right_to_left() -> None:
    """The word's letters are drawn as one; its first letter stands at the right."""
    sheet, face, word = GlyphSheet(), Face("medium", 24), "\u0628\u062d\u0631"
    assert any(sheet._all_in(file, word) for file in system_fonts()), "install fonts-dejavu-core, as ./test does"
    placed = sheet.run(f"a {word} b", face, 0)
    assert len(placed) == 3
    assert sheet.run(word, face, 0) != sheet.run(word[::-1], face, 0)
    places = sheet.offsets(f"a {word} b", face)
    assert places == sorted(places)
    assert len(places) == len(word) + 5


def test_a_letter_and_its_marks_are_one_and_marks_do_not_climb() -> None:
    sheet, face = GlyphSheet(), Face("medium", 15)
    tower = "e" + "\u0323\u0301" * 10
    ((_, glyph),) = sheet.run(tower, face, 0)
    assert glyph.height <= 2 * face.size
    assert sheet.width(tower, face) == pytest.approx(sheet.width("e", face), abs=2)


@given(st.text(max_size=30), st.integers(8, 60))
def test_whatever_somebody_is_called_can_be_drawn(name: str, size: int) -> None:
    sheet, face = GlyphSheet(), Face("semibold", size)
    assert len(sheet.offsets(name, face)) == len(name) + 1
    for _, glyph in sheet.run(name[:4], face, 0):
        assert glyph.width < SHEET
        assert glyph.height <= 2 * size


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
