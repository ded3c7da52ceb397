"""Voice's sign and sheet: what they say, what their presses do, and that they fit."""

from dataclasses import replace

import pytest

from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.view.hud import acts, ui
from halles_client.view.hud.cards import help_sheet, voice
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.events import ChangedVolume, SwitchedMono, SwitchedRecorded, SwitchedVoice
from halles_client.view.hud.keys import key
from halles_client.view.hud.settle import settle
from halles_client.view.hud.state import HudState
from halles_client.view.hud.ui import Ui
from halles_client.view.hud.voice_state import Lacking, Speaker, VoiceShown
from tests.support import hud_cards
from tests.support.hud_cards import NO_CARDS, SIZES, Card, NotingPen, Size

ADA, BOB = Speaker("a", "Ada", 100, True), Speaker("b", "Bob", 0)
OFF = VoiceShown("nearby", 12)
ON = replace(OFF, on=True, speakers=(ADA, BOB))


def drawn(draw: Card, shown: VoiceShown | None, language: Language = "en", size: Size = SIZES[0]) -> NotingPen:
    opened = "voice" if draw is voice.sheet else ""
    return hud_cards.drawn(draw, HudState(voice=shown), language, size, sheet=opened)


def said(shown: VoiceShown) -> str:
    return " ".join(drawn(voice.sheet, shown).written)


def test_who_speaks_is_named_over_the_bar_and_silence_has_no_sign() -> None:
    assert drawn(voice.sign, replace(ON, talking=True)).written == ["You are speaking · Ada"]
    on_stage = replace(ON, hearing="stage", talking=True, speakers=())
    assert drawn(voice.sign, on_stage).written == ["The whole hall hears you"]
    many = tuple(replace(ADA, id=name, name=name) for name in "ABCDE")
    assert drawn(voice.sign, replace(ON, speakers=many)).written == ["A, B, C and 2 more"]
    for silent in (None, OFF, replace(ON, speakers=(BOB,))):
        assert drawn(voice.sign, silent).written == []


def test_the_sheet_says_how_it_stands_and_what_this_computer_lacks() -> None:
    assert "Voice is off" in said(OFF)
    assert "While you hold Q, whoever is within 12\u00a0m hears you." in said(ON)
    assert "the whole hall hears you" in said(replace(ON, hearing="stage"))
    assert "You may not speak here just now." in said(replace(ON, hearing="silenced"))
    lacking: dict[frozenset[Lacking], str] = {
        frozenset({"library"}): "lacks what sound needs",
        frozenset({"microphone"}): "No microphone was found",
        frozenset({"loudspeaker"}): "No loudspeaker was found",
        frozenset({"microphone", "loudspeaker"}): "Neither a microphone nor a loudspeaker",
    }
    for missing, words in lacking.items():
        assert words in said(replace(ON, lacking=missing))


def test_voice_is_switched_and_each_person_set_on_the_sheet() -> None:
    assert [target.act for target in drawn(voice.sheet, OFF).drawing.targets] == [acts.Close(), acts.SwitchVoice(True)]
    pen = drawn(voice.sheet, ON)
    assert [target.act for target in pen.drawing.targets] == [
        acts.Close(),
        acts.SwitchVoice(False),
        acts.SwitchMono(True),
        acts.ChangeVolume("a", -1),
        acts.ChangeVolume("a", 1),
        acts.ChangeVolume("b", -1),
        acts.ChangeVolume("b", 1),
    ]
    assert {"Ada", "speaks", "100%", "Bob", "muted"} <= set(pen.written)
    state = HudState(voice=ON)
    assert ui.press(Ui(), acts.SwitchVoice(True), state)[1] == (SwitchedVoice(True),)
    assert ui.press(Ui(), acts.SwitchMono(True), state)[1] == (SwitchedMono(True),)
    assert ui.press(Ui(), acts.SwitchRecorded(True), state)[1] == (SwitchedRecorded(True),)
    assert ui.press(Ui(), acts.ChangeVolume("a", 1), state)[1] == (ChangedVolume("a", 1),)


def test_whoever_could_leave_a_recording_again_chooses_whether_their_voice_is_in_one() -> None:
    assert "recorded" not in said(ON), "a guest is not asked"
    for on in (False, True):
        pen = drawn(voice.sheet, replace(ON, recorded=on))
        assert acts.SwitchRecorded(not on) in [target.act for target in pen.drawing.targets]
        assert ("Nothing of your voice is recorded." in pen.written) is not on


def test_its_key_opens_it_where_there_is_voice_and_it_goes_with_it() -> None:
    state = HudState(voice=OFF)
    opened, told = key(Ui(), "u", state, NO_CARDS)
    assert (opened.sheet, told) == ("voice", ())
    assert key(opened, "u", state, NO_CARDS)[0].sheet == ""
    assert key(Ui(), "u", HudState(), NO_CARDS)[0].sheet == ""
    assert settle(opened, state, HudState()).sheet == ""


def test_help_names_its_keys_only_where_there_is_voice() -> None:
    def named(state: HudState) -> set[tuple[str, ...]]:
        return {row.keys for row in help_sheet.keys(View(state, Ui(), speak("en"), (1280, 720)))}

    assert named(HudState(voice=OFF)) - named(HudState()) == {("Q",), ("U",)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("draw", [voice.sheet, voice.sign])
def test_both_stay_in_the_window(draw: Card, language: Language, size: Size) -> None:
    long = Speaker("c", "Wilhelmina Vandenbroucke-Delacroix", 200, True)
    shown = replace(ON, talking=True, recorded=True, speakers=(long,) * 8)
    for state in (shown, replace(shown, on=draw is voice.sign)):
        (card,) = drawn(draw, state, language, size).drawing.covers
        assert min(card.x, card.y) >= 0
        assert card.x + card.w <= size[0]
        assert card.y + card.h <= size[1]
