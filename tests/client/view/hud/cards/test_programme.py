"""The programme's sheet: what it says, what its presses do, and that it fits."""

from functools import partial

import pytest

from halles.ids import LiveSessionId
from halles.world.text import LANGUAGES, Language
from halles_client.view.hud import acts, ui
from halles_client.view.hud.cards import programme
from halles_client.view.hud.events import MarkedComing, WentTo
from halles_client.view.hud.keys import Drawn, key
from halles_client.view.hud.state import HudState, Planned, Result
from halles_client.view.hud.ui import Ui
from tests.support import hud_cards
from tests.support.hud_cards import SIZES

STAGE = Result("live", "lille|stage:stage", "Coproductions franco-belges", "Lille Métropole")
ROWS = (
    Planned(LiveSessionId("debate"), STAGE, "14 h 00", on=True),
    Planned(LiveSessionId("talk"), Result("live", "hainaut|stage:stage", "Le webdocumentaire"), "15 h 30", coming=True),
)
STATE = HudState(programme=ROWS)


drawn = partial(hud_cards.drawn, programme.programme, sheet="programme")


def test_what_is_on_and_what_comes_is_told_and_gone_to_and_marked() -> None:
    pen = drawn(STATE)
    assert {"Now · 14 h 00", "Coproductions franco-belges", "15 h 30", "I will come ✓"} <= set(pen.written)
    assert [target.act for target in pen.drawing.targets] == [
        acts.Close(),
        acts.Go(STAGE),
        acts.MarkComing(LiveSessionId("debate")),
        acts.Go(ROWS[1].goal),
        acts.MarkComing(LiveSessionId("talk")),
    ]
    opened = Ui(sheet="programme")
    gone, told = ui.press(opened, acts.Go(STAGE), STATE)
    assert (gone.sheet, told) == ("", (WentTo(STAGE),))
    kept, told = ui.press(opened, acts.MarkComing(LiveSessionId("debate")), STATE)
    assert (kept.sheet, told) == ("programme", (MarkedComing(LiveSessionId("debate")),))


def test_an_empty_programme_says_so() -> None:
    assert "Nothing more is planned." in drawn(HudState()).written


def test_a_key_opens_and_closes_it() -> None:
    nothing = Drawn(lambda _: 0, lambda _: ())
    opened, _ = key(Ui(), "o", STATE, nothing)
    assert opened.sheet == "programme"
    assert key(opened, "escape", STATE, nothing)[0].sheet == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_it_stays_within_the_window(language: Language, size: tuple[int, int, float]) -> None:
    pen = drawn(HudState(programme=ROWS * 20), language, size)
    for target in pen.drawing.targets:
        rect = target.rect
        assert rect.x >= 0
        assert rect.x + rect.w <= size[0]
