"""The card of a decision: what it says in each language, and that it fits and lies on no other card."""

from dataclasses import replace
from functools import partial

import pytest

from halles.world.roles import Role
from halles.world.sanctions import REASON_CAP, SanctionKind
from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.view.hud import acts, keys
from halles_client.view.hud.cards import bell, booth, decision, top
from halles_client.view.hud.events import ReadDecision
from halles_client.view.hud.safety_state import Decision
from halles_client.view.hud.state import HudState
from halles_client.view.hud.ui import Ui
from tests.client.view.hud.cards.test_bell import STATES as RINGING
from tests.support import hud_cards
from tests.support.hud_cards import NO_CARDS, SIZES, Size, assert_fit

LONGEST = Decision(
    SanctionKind.SILENCE, ("Trop fort. " * REASON_CAP)[:REASON_CAP], (27, 11, 14, 5), number=7, where="Lille Métropole"
)


drawn = partial(hud_cards.drawn, decision.decision)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("base", [RINGING[0], replace(RINGING[0], sheet=None), HudState()])
@pytest.mark.parametrize("answer", ["", LONGEST.reason])
def test_it_lies_in_the_window_and_on_no_other_card(
    language: Language, size: Size, base: HudState, answer: str
) -> None:
    state = replace(base, decision=replace(LONGEST, appealed=bool(answer), upheld=bool(answer), answer=answer))
    mine = drawn(state, language, size).drawing.covers
    assert len(mine) == 1
    others = hud_cards.drawn((top.place, top.search, booth.sheet, bell.bell), state, language, size)
    assert_fit([*mine, *others.drawing.covers], size)


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
    answered = drawn(HudState(decision=replace(LONGEST, appealed=True, upheld=True, answer="Two heard it.")), language)
    assert "Two heard it." in " ".join(answered.written)


def test_it_says_where_it_holds_and_by_whose_office_and_is_put_away_once_it_was_read() -> None:
    state = HudState(decision=replace(LONGEST, by=Role.ORGANISER))
    pen = drawn(state)
    written = " ".join(pen.written)
    assert "Lille Métropole" in written
    assert "Given by: organiser." in written
    assert pen.acts == [acts.ReadDecision()]
    assert keys.key(Ui(), "y", state, NO_CARDS)[1] == (ReadDecision(7),)
    read = HudState(decision=replace(LONGEST, read=True))
    assert keys.key(Ui(), "y", read, NO_CARDS)[1] == ()
    assert drawn(read).acts == []
    assert "You may not speak" in drawn(read).written
    assert not any("Trop fort" in line for line in drawn(read).written)
