"""CSV for spreadsheets: read back it says the same, and no text is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.world.text import LANGUAGES, Language
from halles_server.web.spreadsheet import FORMULA, Cell, safe, sheet

SEPARATORS = {"fr": ";", "nl": ";", "en": ","}

ATTACKS = (
    '=HYPERLINK("https://evil.example","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "x;=1",
    'x","=1',
    "x\n=1",
)

texts = st.text() | st.sampled_from(ATTACKS) | st.tuples(st.sampled_from(FORMULA), st.text()).map("".join)


def read(data: bytes, code: Language) -> list[list[str]]:
    text = data.decode("utf-8-sig")
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=SEPARATORS[code]))


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=5), st.sampled_from(LANGUAGES))
def test_no_cell_that_is_read_back_begins_as_a_formula_and_none_is_lost(rows: list[list[str]], code: Language) -> None:
    found = read(sheet(["name", "note"], rows, code), code)
    assert found[0] == ["name", "note"]
    assert len(found) == len(rows) + 1
    for before, after in zip(rows, found[1:], strict=True):
        for text, cell in zip(before, after, strict=True):
            assert cell.lstrip(" \u00a0")[:1] not in tuple(FORMULA)
            assert cell.replace("'", "") == text.replace("'", "")


@given(texts, texts, st.sampled_from(LANGUAGES))
def test_a_program_that_expects_another_separator_finds_no_formula_either(name: str, note: str, code: Language) -> None:
    data = sheet(["name", "note"], [[name, note]], code).decode("utf-8-sig")
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(data, newline=""), delimiter=separator):
            assert all(cell.strip()[:1] not in tuple("=+-@＝＋－＠") for cell in row if cell.strip())


@pytest.mark.parametrize(("cell", "written"), [(-5, "-5"), (3.5, "3.5"), ("-5", "'-5"), ("plain", "plain"), ("", "")])
def test_numbers_stay_numbers_and_only_texts_are_marked(cell: Cell, written: str) -> None:
    assert str(safe(cell)) == written
    assert read(sheet(["x"], [[cell]], "en"), "en")[1:] == ([[written]] if written else [[""]])
