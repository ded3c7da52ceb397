"""The booth's sheet: the sign's word and the bell."""

from dataclasses import replace

import pytest

from halles.ids import BoothId, SlotId
from halles.world.staffing import StaffedState
from halles_client.view.hud import acts
from halles_client.view.hud.booth_state import BoothSheet
from halles_client.view.hud.cards import booth
from halles_client.view.hud.state import HudState
from tests.client.view.hud.cards.test_frame import CONTENT
from tests.support import hud_cards
from tests.support.hud_cards import NotingPen

SHEET = BoothSheet(BoothId("t"), SlotId("B8"), "Lille", CONTENT)


def drawn(sheet: BoothSheet) -> NotingPen:
    return hud_cards.drawn(booth.sheet, HudState(sheet=sheet))


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("here", "Somebody is at the booth"),
        ("elsewhere", "In the show: ring, and somebody hears it"),
        ("back", "Back at 15:05"),
        ("away", "Nobody is here now"),
    ],
)
def test_the_sheet_says_how_the_booth_is_staffed_and_offers_the_bell(state: StaffedState, word: str) -> None:
    pen = drawn(replace(SHEET, staffed=state, back_at=(15, 5)))
    assert word in " ".join(pen.written)
    assert "Ring the bell" in pen.written
    assert acts.Ring() in [target.act for target in pen.drawing.targets]


def test_who_welcomes_is_named() -> None:
    assert "Eva welcomes you" in drawn(replace(SHEET, staffed="here", staff=("Eva",))).written
    assert "Back at 15:05" in drawn(replace(SHEET, staffed="back", back_at=(15, 5), staff=("Eva",))).written
