"""The line of the draft: what it says, that it fits, and that the bell's lies below it."""

from dataclasses import replace
from functools import partial

import pytest

from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud import acts
from halles_client.view.hud.booth_state import Draft
from halles_client.view.hud.cards import bell, booth, draft, top
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Pen
from halles_client.view.hud.state import Connection, Notice
from halles_client.view.hud.ui import Ui
from tests.client.view.hud.cards.test_bell import LONG
from tests.client.view.hud.cards.test_bell import STATES as RINGING
from tests.support import hud_cards
from tests.support.hud_cards import SIZES, Size, assert_fit

STATE = replace(RINGING[0], draft=Draft(LONG, 12))


drawn = partial(hud_cards.drawn, draft.draft)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_it_lies_in_the_window_and_on_no_other_card_the_bells_included(language: Language, size: Size) -> None:
    mine = drawn(STATE, language, size).drawing.covers
    assert len(mine) == 1
    others = hud_cards.drawn((top.place, top.search, booth.sheet, bell.bell), STATE, language, size)
    assert_fit([*mine, *others.drawing.covers], size)


def test_it_says_whose_draft_it_is_that_nobody_else_sees_it_and_how_to_leave_it() -> None:
    pen = drawn(replace(STATE, draft=Draft("Studio 07", 12), sheet=None))
    assert pen.written == ["P", "Published", "Draft of Studio 07, revision 12", "Only you see it here."]
    assert [target.act for target in pen.drawing.targets] == [acts.LeaveDraft()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_takes_a_second_line_and_the_revision_is_read_whole(language: Language) -> None:
    pen = drawn(replace(STATE, draft=Draft("Studio 07 & Compagnie", 1234), sheet=None), language, (1280, 720, 1.0))
    assert "1234" in " ".join(pen.written)
    assert not any("…" in line for line in pen.written)


def test_it_lies_right_of_the_middle_where_the_sign_of_the_booth_ahead_is_and_below_a_notice() -> None:
    alone = replace(STATE, sheet=None, caller=None)
    (rect,) = drawn(alone).drawing.covers
    assert rect.x > 1280 // 2
    told = replace(alone, notices=(Notice(1, "mot " * 60),))
    pen = Pen(GlyphSheet(), (1280, 720), 1.0)
    top.notice(pen, View(told, Ui(), speak("en"), (1280, 720)))
    (notice,) = pen.drawing.covers
    (rect,) = drawn(told).drawing.covers
    assert rect.y >= notice.y + notice.h


def test_there_is_no_line_without_a_draft_nor_while_the_connection_is_lost() -> None:
    for state in (replace(STATE, draft=None), replace(STATE, connection=Connection("reconnecting"))):
        assert drawn(state).drawing.covers == []
    assert drawn(STATE, typing="search").drawing.covers == [], "results lie there"
