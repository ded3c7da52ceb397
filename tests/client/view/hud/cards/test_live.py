"""The cards of the live session: that they fit and lie on no other, what they say, and which keys they mean."""

from dataclasses import replace
from typing import Any

import pytest

from halles.ids import BoothId, SlotId
from halles.world.live_acts import RaiseHand, Step
from halles.world.text import Language
from halles_client.view.hud import acts, keys
from halles_client.view.hud import events as hud
from halles_client.view.hud.booth_state import BoothSheet, Draft
from halles_client.view.hud.cards import bar, booth, chat, draft, live, plan, top, voice
from halles_client.view.hud.live_state import Asked, HandUp, LiveShown, PollShown, Shown, Speaking
from halles_client.view.hud.settle import settle
from halles_client.view.hud.state import Connection, HudState, Notice, Place
from halles_client.view.hud.ui import Ui
from halles_client.view.hud.voice_state import VoiceShown
from tests.client.view.hud.cards.test_frame import CONTENT
from tests.client.view.hud.cards.test_frame import STATE as HALL
from tests.support.hud_cards import NO_CARDS, SIZES, apart, assert_fit, drawn

LONG = "Coproductions franco-belges et autres longues affaires de cinéma"
LIVE = LiveShown(
    LONG,
    "live",
    "hands",
    "1:02:03",
    (Speaking("a", "Anne Delcourt", "2:05"), Speaking("b", "Jan Peeters")),
    tuple(HandUp(str(n), f"Visiteur {n}", n == 1) for n in range(1, 30)),
    rank=3,
    far=True,
    asking="free",
    questions=tuple(Asked(n, f"{n} {LONG} ?", "Eva", n, n == 2, "approved") for n in range(1, 9)),
    poll=PollShown(1, LONG, (LONG, "Non"), (12, 4), (1,), 16, open=True, multiple=False),
    reactions=(120, 3, 0, 0, 0),
    captions=("Bonjour à toutes et à tous, merci d’être venus si nombreux ce soir.", "Nous commençons."),
    host=True,
    steps=("pause", "close"),
    shown=Shown("slides", 0, 2, 12, titles=((LONG, 12), ("Film", 0)), mine=True),
    backstage=(("Régie", LONG),),
    behind=True,
)
STATE = HudState(place=Place("Lille", "b4452f", 12), live=LIVE)


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("beside", ["", "live", "conduct"])
def test_card_and_sheets_lie_in_the_window_and_on_no_other_card(size: Any, language: Language, beside: str) -> None:
    state = replace(HALL, live=LIVE, sheet=HALL.sheet if not beside else None, near=None)
    cards = (live.card, live.taking_part, live.conducting, top.place, top.search, booth.sheet, plan.plan, bar.bar)
    found = drawn(cards, state, language, size, sheet=beside).drawing.covers
    assert len(found) > 4
    assert_fit(found, size)


@pytest.mark.parametrize("size", SIZES)
def test_what_comes_under_the_top_row_makes_way_for_it(size: Any) -> None:
    sheet = BoothSheet(BoothId("t"), SlotId("B8"), "Lille", CONTENT)
    for state in (STATE, replace(STATE, sheet=sheet)):
        (card,) = drawn(live.card, state, size=size).drawing.covers
        lost = replace(state, connection=Connection("reconnecting", 3, 20))
        told = replace(state, draft=Draft("Studio", 3), notices=(Notice(1, "NOT_NOW"),))
        for other, shown in ((top.strip, lost), (draft.draft, told), (top.notice, told)):
            for rect in drawn(other, shown, size=size).drawing.covers:
                assert apart(card, rect), other


@pytest.mark.parametrize("size", SIZES)
def test_captions_stand_between_chat_and_map(size: Any) -> None:
    heard = VoiceShown("stage", 12, on=True, talking=True)
    spoken = replace(STATE, voice=heard)
    (rect,) = drawn(live.captions, spoken, "fr", size).drawing.covers
    assert apart(rect, drawn(voice.sign, spoken, "fr", size).drawing.covers[0])
    for card in (chat.chat, plan.plan, bar.bar):
        for other in drawn(card, replace(HALL, near=None), "fr", size).drawing.covers:
            assert apart(rect, other)
    assert rect.y > size[1] // 2
    assert not drawn(live.captions, replace(STATE, live=replace(LIVE, captions=()))).drawing.covers


def test_the_card_says_in_words_that_it_is_live_who_speaks_and_ones_own_rank() -> None:
    written = " ".join(drawn(live.card, replace(STATE, live=replace(LIVE, rank=0))).written)
    for words in ("Live", "1:02:03", "Speaking: Anne", "Take part"):
        assert words in written
    assert "Your hand is up: number 3" in drawn(live.card, STATE).written
    lost = replace(STATE, connection=Connection("reconnecting"), live=replace(LIVE, title="T"))
    assert "Your hand is up: number 3, your rank is kept" in drawn(live.card, lost).written


def test_i_opens_taking_part_then_for_hosts_conducting_then_closes() -> None:
    ui, sheets = Ui(), []
    for _ in range(3):
        ui, told = keys.key(ui, "i", STATE, NO_CARDS)
        assert told == ()
        sheets.append(ui.sheet)
    assert sheets == ["live", "conduct", ""]
    visitor = replace(STATE, live=replace(LIVE, host=False))
    ui, _ = keys.key(keys.key(Ui(), "i", visitor, NO_CARDS)[0], "i", visitor, NO_CARDS)
    assert ui.sheet == ""
    assert keys.key(Ui(), "i", HudState(place=STATE.place), NO_CARDS)[0].sheet == ""


def test_digits_do_what_stands_beside_them() -> None:
    near = replace(STATE, live=replace(LIVE, far=False, rank=0, hands=()))
    assert keys.key(Ui(sheet="live"), "1", near, NO_CARDS)[1] == (hud.TookPart(RaiseHand()),)
    assert keys.key(Ui(sheet="live"), "1", STATE, NO_CARDS)[1] == (hud.WentToStage(),)
    waiting = replace(STATE, live=LiveShown("T", "scheduled", "hands", host=True, steps=("open-doors",)))
    assert keys.key(Ui(sheet="conduct"), "1", waiting, NO_CARDS)[1] == (hud.TookPart(Step("open-doors")),)
    assert keys.key(Ui(sheet="conduct"), "9", waiting, NO_CARDS)[1] == ()


def test_enter_opens_the_field_for_a_question_and_sends_it() -> None:
    ui, _ = keys.key(Ui(sheet="live"), "enter", STATE, NO_CARDS)
    assert ui.typing == "question"
    for char in "Why?":
        ui, _ = keys.typed(ui, char, STATE)
    ui, told = keys.key(ui, "enter", STATE, NO_CARDS)
    assert told == (hud.AskedLive("Why?"),)
    assert (ui.typing, ui.question.text) == ("", "")
    closed = replace(STATE, live=replace(LIVE, asking="closed", behind=False))
    assert keys.key(Ui(sheet="live"), "enter", closed, NO_CARDS)[0].typing == "chat"


@pytest.mark.parametrize(("sheet", "asking"), [("conduct", "free"), ("live", "closed")])
def test_who_belongs_backstage_writes_there_and_nobody_else_has_the_field(sheet: Any, asking: Any) -> None:
    behind = replace(STATE, live=replace(LIVE, asking=asking))
    ui, _ = keys.key(Ui(sheet=sheet), "enter", behind, NO_CARDS)
    assert ui.typing == "backstage"
    for char in "Five more?":
        ui, _ = keys.typed(ui, char, behind)
    card = live.conducting if sheet == "conduct" else live.taking_part
    written = drawn(card, behind, sheet=sheet, typing="backstage", backstage=ui.backstage).written
    assert "Five more?" in written
    assert written[written.index("Five more?") - 2] == "Backstage", "what one types says where it will be read"
    ui, told = keys.key(ui, "enter", behind, NO_CARDS)
    assert told == (hud.SaidBackstage("Five more?"),)
    assert (ui.typing, ui.backstage.text) == ("backstage", ""), "one goes on writing there"
    assert keys.key(ui, "enter", behind, NO_CARDS) == (replace(ui, typing=""), ())
    gone = replace(behind, live=replace(LIVE, behind=False, asking="closed"))
    assert settle(ui, behind, gone).typing == ""
    assert keys.key(ui, "enter", gone, NO_CARDS)[1] == ()
    assert keys.key(Ui(sheet=sheet), "enter", gone, NO_CARDS)[0].typing == "chat"


def test_both_fields_stand_on_the_sheet_of_a_speaker_who_may_ask_as_well() -> None:
    targets = [target.act for target in drawn(live.taking_part, STATE, sheet="live").drawing.targets]
    assert {acts.Type("question"), acts.Type("backstage")} < set(targets)
    ui, typing = Ui(sheet="live"), []
    for key in ("enter", "tab", "shift-tab"):
        ui = keys.key(ui, key, STATE, NO_CARDS)[0]
        typing.append(ui.typing)
    assert typing == ["question", "backstage", "question"]


def test_every_choice_can_be_pressed_and_reached_with_tab() -> None:
    pen = drawn(live.conducting, STATE, sheet="conduct")
    stops = {stop.act for stop in pen.drawing.stops}
    assert acts.Part(Step("pause")) in stops
    assert {target.act for target in pen.drawing.targets if not isinstance(target.act, acts.Type)} < stops
    walking = keys.Drawn(lambda _: 99, lambda _: pen.drawing.stops)
    ui, _ = keys.key(Ui(sheet="conduct"), "tab", STATE, walking)
    assert ui.ring == pen.drawing.stops[0].act


def test_the_sheets_go_with_the_live_session() -> None:
    assert settle(Ui(sheet="live"), STATE, HudState(place=STATE.place)).sheet == ""
    assert settle(Ui(sheet="conduct"), STATE, replace(STATE, live=replace(LIVE, host=False))).sheet == ""
    assert settle(Ui(sheet="live", typing="question"), STATE, HudState(place=STATE.place)).typing == ""
