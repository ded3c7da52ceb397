"""The card of a decision: what it says in each language, and that it fits and lies on no other card."""

from dataclasses import replace

import pytest

from halles.world.sanctions import REASON_CAP, SanctionKind
from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud.cards import bell, booth, decision, top
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Pen
from halles_client.view.hud.state import Decision, HudState
from halles_client.view.hud.ui import Ui
from tests.client.view.hud.cards.test_bell import STATES as RINGING
from tests.client.view.hud.cards.test_frame import SIZES, NotingPen

LONGEST = Decision(SanctionKind.SILENCE, ("Trop fort. " * REASON_CAP)[:REASON_CAP], (27, 11, 14, 5))


def drawn(state: HudState, language: Language = "en", size: tuple[int, int, float] = SIZES[0]) -> NotingPen:
    pen = NotingPen(GlyphSheet(), size[:2], size[2])
    pen.written = []
    decision.decision(pen, View(state, Ui(language=language, scale=size[2]), speak(language), size[:2]))
    return pen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("base", [RINGING[0], replace(RINGING[0], sheet=None), HudState()])
def test_it_lies_in_the_window_and_on_no_other_card(
    language: Language, size: tuple[int, int, float], base: HudState
) -> None:
    state = replace(base, decision=LONGEST)
    (rect,) = drawn(state, language, size).drawing.covers
    pen = Pen(GlyphSheet(), size[:2], size[2])
    for card in (top.place, top.search, booth.sheet, bell.bell):
        card(pen, View(state, Ui(language=language, scale=size[2]), speak(language), size[:2]))
    assert rect.x >= 0
    assert rect.x + rect.w <= size[0]
    for other in pen.drawing.covers:
        assert (
            rect.x + rect.w <= other.x
            or other.x + other.w <= rect.x
            or rect.y + rect.h <= other.y
            or other.y + other.h <= rect.y
        ), (rect, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_has_its_own_words_and_it_says_why_until_when_and_how_to_appeal(language: Language) -> None:
    said = {decision.what(speak(language), kind) for kind in SanctionKind}
    assert len(said) == len(SanctionKind)
    written = " ".join(drawn(HudState(decision=replace(LONGEST, reason="You shout.")), language).written)
    assert "You shout." in written
    assert "27/11" in written
    assert any(word in written for word in ("/appeal", "/contester", "/bezwaar"))
    after = drawn(HudState(decision=replace(LONGEST, appealed=True)), language).written
    assert not any(word in " ".join(after) for word in ("/appeal", "/contester", "/bezwaar"))
