"""The cards of a stage's screens: whatever texts come, they are painted, and what matters is where it is looked for."""

import io

import numpy as np
import pytest
from PIL import Image

from halles.ids import HallId
from halles_client.stage_board import HEAD, QuoteCard, SideCard, TitleCard
from halles_client.view import stage_cards

AMBER = np.array([0xF0, 0xB4, 0x5A])
ODD = ("", "\x85\u2029a\rb", "字" * 40, "e\u0301\u202e", "w" * 400, "mot " * 120)


def amber(pixels: np.ndarray) -> int:
    return int((np.abs(pixels[..., :3].astype(int) - AMBER).sum(-1) < 12).sum())


@pytest.mark.parametrize("text", ODD)
def test_any_text_can_be_painted(text: str) -> None:
    assert stage_cards.title(TitleCard(text, text, text, (text,) * 5), HallId("nowhere")).shape == (716, 1280, 3)
    assert stage_cards.quote(QuoteCard(text, text, text)).shape == (716, 1280, 3)
    assert stage_cards.side(SideCard(text, (("1", text), (HEAD, text), ("", text)), text)).shape == (640, 380, 3)
    for painted in (stage_cards.lower_third(text), stage_cards.clock(text), stage_cards.captions((text, text))):
        assert painted.shape[2] == 4


def test_a_page_fills_the_screen_as_far_as_its_shape_allows() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), (250, 250, 250)).save(out, "PNG")
    painted = stage_cards.page(out.getvalue())
    assert painted is not None
    light = painted[..., 0] > 200
    assert light[:, 640].sum() == 716
    assert light[358].sum() == pytest.approx(716 * 3 / 4, abs=2)
    assert stage_cards.page(b"no picture") is None


def test_captions_are_the_newest_two_rows() -> None:
    rows = stage_cards.rows_of(("un deux trois " * 12, "la fin"), 900, 42)
    assert len(rows) == 2
    assert rows[-1] == "la fin"


def test_french_signs_do_not_begin_a_line() -> None:
    assert all(row[0] not in ":?" for row in stage_cards.rows_of(("Coproductions : quel avenir ?",), 330, 42))


def test_the_name_of_who_speaks_ends_where_its_plate_ends() -> None:
    short, long = stage_cards.lower_third("Eva"), stage_cards.lower_third("Eva " * 40)
    assert (short[40, :, 3] > 0).sum() < 200
    assert (long[40, :, 3] > 0).sum() > 500
    assert amber(short) > 500
