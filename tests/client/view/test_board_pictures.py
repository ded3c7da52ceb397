"""The boards' pictures: what fits stands there, and what is long is cut, not drawn over the edge."""

import numpy as np
from PIL import ImageFont

from halles_client.view.board_pictures import PIXELS_PER_M, BoardRow, BoardText, broken, draw_board
from halles_client.view.fonts import font_file

ROWS = tuple(BoardRow(f"1{n} h 00", f"Débat numéro {n} sur les coproductions franco-belges") for n in range(9))


def test_a_board_has_its_size_and_its_halls_colour_on_top() -> None:
    picture = draw_board(BoardText("Programme", "Rien", ROWS[:2], "b4452f"), 1.9, 3.2)
    assert picture.shape == (round(3.2 * PIXELS_PER_M), round(1.9 * PIXELS_PER_M), 3)
    assert picture[0, 0].tolist() == [0xB4, 0x45, 0x2F]


def test_rows_that_do_not_fit_are_left_out_whole() -> None:
    few, many = (draw_board(BoardText("P", "", rows, "b4452f"), 3.0, 1.7) for rows in (ROWS[:4], ROWS))
    assert np.array_equal(few, many)
    assert not np.array_equal(few, draw_board(BoardText("P", "", ROWS[:1], "b4452f"), 3.0, 1.7))


def test_what_is_on_is_lit_and_an_empty_board_says_so() -> None:
    plain, lit = (
        draw_board(BoardText("P", "", (BoardRow("10:00", "A", on=on),), "b4452f"), 1.9, 3.2) for on in (False, True)
    )
    amber = np.all(lit == (0xF0, 0xB4, 0x5A), axis=2)
    assert amber.any()
    assert not np.all(plain == (0xF0, 0xB4, 0x5A), axis=2).any()
    blank = draw_board(BoardText("P", "", (), "b4452f"), 1.9, 3.2)
    assert not np.array_equal(blank, draw_board(BoardText("P", "Nothing", (), "b4452f"), 1.9, 3.2))


def test_a_title_breaks_between_words_and_ends_where_there_is_no_more_room() -> None:
    font = ImageFont.truetype(font_file("semibold"), 30)
    lines = broken("one two three four five six seven eight", font, 150, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(font.getlength(line) <= 150 for line in broken("x" * 80, font, 150, 3))
    assert broken("", font, 150, 3) == []
