"""Contrast is computed, not hoped for."""

import pytest

from halles.world.booth import ACCENTS
from halles.world.colour import contrast
from halles.world.look import COATS
from halles_client.view.hud.tokens import (
    AMBER,
    CARD_OVER_WHITE,
    INK,
    KEY,
    MUTED,
    NAME_CONTRAST,
    PAPER,
    PRESENT,
    RAISED,
    Colour,
    coat_name,
    colour,
)


@pytest.mark.parametrize("ground", [INK, RAISED, KEY, CARD_OVER_WHITE])
def test_text_can_be_read_on_every_ground(ground: tuple[float, float, float, float]) -> None:
    for ink in (PAPER, MUTED, AMBER, PRESENT):
        assert contrast(ink, Colour(*ground)) >= 4.5


@pytest.mark.parametrize("coat", range(len(COATS)))
def test_a_senders_name_can_be_read_whatever_the_coat(coat: int) -> None:
    assert contrast(coat_name(coat), CARD_OVER_WHITE) >= NAME_CONTRAST


def test_the_primary_buttons_label_can_be_read() -> None:
    assert contrast(INK, AMBER) >= 9


@pytest.mark.parametrize("accent", ACCENTS)
def test_paper_can_be_read_on_every_accent(accent: str) -> None:
    assert contrast(PAPER, colour(accent)) >= 4.5
