"""The card of recorded hosts: what it says, that it fits, that it lies on no other card, and which keys it means."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from halles.ids import BoothId, SlotId
from halles.world.text import Language
from halles_client.view.hud import acts, keys
from halles_client.view.hud import events as hud
from halles_client.view.hud.booth_state import BoothSheet, Caller, RecordedHost, Recording
from halles_client.view.hud.cards import bell, booth, host, top
from halles_client.view.hud.state import HudState, Place
from halles_client.view.hud.ui import Ui
from tests.client.view.hud.cards.test_frame import CONTENT
from tests.support import hud_cards
from tests.support.hud_cards import SIZES, Size, assert_fit

LONG = "Institut supérieur des arts numériques d"
STATE = HudState(place=Place("Lille", "b4452f", 12), sheet=BoothSheet(BoothId("t"), SlotId("B8"), "Lille", CONTENT))
ASKING = Recording("asking", LONG, 100, 180, 12, replaces=True)
STATES = (
    replace(STATE, host=RecordedHost(LONG, LONG, "mot " * 60, "fr")),
    replace(STATE, recording=replace(ASKING, state="recording")),
    replace(STATE, recording=ASKING),
    replace(STATE, recording=replace(ASKING, state="kept")),
    replace(STATE, recording=ASKING, caller=Caller(1, LONG, LONG, 12, 3)),
)


drawn = partial(hud_cards.drawn, host.host)


@pytest.mark.parametrize(("state", "language"), list(zip(STATES, ("fr", "nl", "fr", "en", "nl"), strict=True)))
@pytest.mark.parametrize("size", SIZES)
def test_it_lies_in_the_window_and_on_no_other_card(state: HudState, language: Language, size: Size) -> None:
    mine = drawn(state, language, size).drawing.covers
    assert len(mine) == 1
    others = hud_cards.drawn((top.place, top.search, booth.sheet, bell.bell), state, language, size)
    assert_fit([*mine, *others.drawing.covers], size)


def test_a_recorded_host_is_said_to_be_recorded_in_words() -> None:
    pen = drawn(replace(STATE, host=RecordedHost("Eva", "Studio 07", "Bonjour", "fr")))
    assert pen.written == ["Recorded: Eva, Studio 07", "Bonjour"]


def test_one_is_asked_what_for_and_until_when() -> None:
    written = " ".join(drawn(replace(STATE, recording=Recording("asking", "Studio 07", 62, 180, 2))).written)
    for words in ("1:02", "Your name, your look, your steps and your lines", "Studio 07", "12 months", "I agree"):
        assert words in written
    assert "replaces" not in written


def test_while_one_writes_the_keys_say_that_escape_comes_first() -> None:
    shown = replace(STATE, recording=replace(ASKING, state="recording"))
    assert "H" in drawn(shown).written
    written = drawn(shown, typing="chat").written
    assert "Esc, then H" in written
    assert "H" not in written
    drawn_none = keys.Drawn(lambda _: 0, lambda _: ())
    ui, _ = keys.key(Ui(typing="chat"), "escape", shown, drawn_none)
    assert keys.key(ui, "h", shown, drawn_none)[1] == (hud.ToggledRecording(),)


@pytest.mark.parametrize(
    ("key", "state", "told"),
    [
        ("h", "off", hud.ToggledRecording()),
        ("h", "recording", hud.ToggledRecording()),
        ("h", "asking", None),
        ("y", "asking", hud.AgreedToRecording()),
        ("y", "recording", None),
        ("n", "recording", hud.DiscardedRecording()),
        ("n", "asking", hud.DiscardedRecording()),
        ("n", "off", None),
    ],
)
def test_only_the_key_that_is_offered_does_something(key: str, state: Any, told: object) -> None:
    shown = HudState(place=STATE.place, recording=replace(ASKING, state=state))
    _, events = keys.key(Ui(), key, shown, keys.Drawn(lambda _: 0, lambda _: ()))
    assert events == ((told,) if told else ())
    assert keys.key(Ui(), key, HudState(place=STATE.place), keys.Drawn(lambda _: 0, lambda _: ()))[1] == ()


def test_the_choices_can_be_pressed() -> None:
    pen = drawn(replace(STATE, recording=ASKING))
    assert {target.act for target in pen.drawing.targets} >= {acts.KeepRecording(), acts.DropRecording()}
