"""The line of the draft: what it says, that it fits, and that the bell's lies below it."""

from dataclasses import replace
from typing import Any

import pytest

from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud import acts
from halles_client.view.hud.booth_state import Draft
from halles_client.view.hud.cards import bell, booth, draft, top
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Pen
from halles_client.view.hud.state import Connection, HudState
from halles_client.view.hud.ui import Ui
from tests.client.view.hud.cards.test_bell import LONG
from tests.client.view.hud.cards.test_bell import STATES as RINGING
from tests.client.view.hud.cards.test_frame import SIZES, NotingPen

STATE = replace(RINGING[0], draft=Draft(LONG, 12))


def drawn(state: HudState, language: Language = "en", size: tuple[int, int, float] = SIZES[0], **ui: Any) -> NotingPen:
    pen = NotingPen(GlyphSheet(), size[:2], size[2])
    pen.written = []
    draft.draft(pen, View(state, Ui(language=language, scale=size[2], **ui), speak(language), size[:2]))
    return pen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_it_lies_in_the_window_and_on_no_other_card_the_bells_included(
    language: Language, size: tuple[int, int, float]
) -> None:
    (rect,) = drawn(STATE, language, size).drawing.covers
    pen = Pen(GlyphSheet(), size[:2], size[2])
    for card in (top.place, top.search, booth.sheet, bell.bell):
        card(pen, View(STATE, Ui(language=language, scale=size[2]), speak(language), size[:2]))
    assert rect.x >= 0
    assert rect.x + rect.w <= size[0]
    for other in pen.drawing.covers:
        assert (
            rect.x + rect.w <= other.x
            or other.x + other.w <= rect.x
            or rect.y + rect.h <= other.y
            or other.y + other.h <= rect.y
        ), (rect, other)


def test_it_says_whose_draft_it_is_that_nobody_else_sees_it_and_how_to_leave_it() -> None:
    pen = drawn(replace(STATE, draft=Draft("Studio 07", 12), sheet=None))
    assert pen.written == ["P", "Published", "Draft of Studio 07, revision 12", "Only you see it here."]
    assert [target.act for target in pen.drawing.targets] == [acts.LeaveDraft()]


def test_there_is_no_line_without_a_draft_nor_while_the_connection_is_lost() -> None:
    for state in (replace(STATE, draft=None), replace(STATE, connection=Connection("reconnecting"))):
        assert drawn(state).drawing.covers == []
    assert drawn(STATE, typing="search").drawing.covers == [], "results lie there"
