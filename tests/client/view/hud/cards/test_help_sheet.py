"""The help names every key, as this keyboard has it, and fits into every window."""

from dataclasses import replace
from typing import Any

import pytest

from halles.resources import scenes
from halles.world.sanctions import SanctionKind
from halles.world.scene import parse
from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud import acts
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.cards.help_sheet import help_sheet, keys
from halles_client.view.hud.pen import Pen
from halles_client.view.hud.safety_state import Decision, Moderating, Within
from halles_client.view.hud.state import HudState, MapPlan, Place
from halles_client.view.hud.ui import Ui
from halles_client.view.hud.voice_state import VoiceShown
from halles_client.view.steering import BINDINGS
from tests.client.view.hud.cards.test_live import LIVE
from tests.client.view.hud.cards.test_replay import WATCHED

AZERTY = {"w": "Z", "a": "Q"}
SIZES = [(1280, 720, 1.0), (1280, 720, 2.0), (900, 600, 1.0), (640, 360, 1.0), (1920, 1080, 2.0)]
PLAIN = HudState(map=MapPlan(parse((scenes() / "crossroads.toml").read_text(), "crossroads.toml")))
STATE = HudState(place=Place("Lille", "b4452f", 1), voice=VoiceShown("nearby", 12))


def view(language: Language, width: int, height: int, scale: float) -> View:
    opened = Ui(language=language, scale=scale, sheet="help")
    return View(STATE, opened, speak(language), (width, height), lambda key: AZERTY.get(key, key.upper()))


def drawn(shown: View) -> Pen:
    pen = Pen(GlyphSheet(), shown.size, shown.ui.scale)
    help_sheet(pen, shown)
    return pen


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_is_named_as_it_stands_on_the_keyboard(language: Language) -> None:
    shown = view(language, 1280, 720, 1.0)
    named = {key for row in keys(shown) for key in row.keys}
    _ = shown.tongue
    special = {"lshift": _("Shift"), "rshift": _("Shift"), "shift": _("Shift")}
    special |= dict.fromkeys(("lcontrol", "rcontrol", "control"), "Ctrl")
    arrows = {"arrow_up": "↑", "arrow_down": "↓", "arrow_left": "←", "arrow_right": "→"}
    for key in (key for bound in BINDINGS.values() for key in bound):
        assert {**special, **arrows}.get(key, shown.letter(key)) in named
    hud_keys = {"E", "G", "T", "M", "/", "?", "F1", "1…9", "1…6"}
    assert hud_keys | {_("Tab"), _("Esc"), _("PgUp"), _("PgDn"), _("Enter key")} <= named
    assert {"Z", "Q"} <= named


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_card_stays_in_the_window_and_its_buttons_on_the_card(
    language: Language, size: tuple[int, int, float]
) -> None:
    pen = drawn(view(language, *size))
    (card,) = pen.drawing.covers
    assert card.x >= 0
    assert card.y >= 0
    assert card.x + card.w <= size[0]
    assert card.y + card.h <= size[1]
    for target in pen.drawing.targets:
        assert card.holds(target.rect.x, target.rect.y)
        assert card.holds(target.rect.x + target.rect.w - 1, target.rect.y + target.rect.h - 1)


def test_close_languages_size_of_text_and_the_way_out_are_walked_in_this_order() -> None:
    walked = [stop.act for stop in drawn(view("fr", 1280, 720, 1.0)).drawing.stops]
    assert walked == [
        acts.Close(),
        *(acts.Speak(one) for one in LANGUAGES),
        acts.Resize(-1),
        acts.Resize(1),
        acts.Leave(),
    ]


def test_rows_are_scrolled_where_the_window_is_too_low() -> None:
    assert drawn(view("nl", 1920, 1080, 1.0)).drawing.overflow == 0
    assert drawn(view("nl", 1280, 720, 2.0)).drawing.overflow > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_this_place_offers_is_named(language: Language) -> None:
    _ = speak(language)

    def named(**more: Any) -> set[tuple[str, ...]]:
        return {row.keys for row in keys(View(replace(PLAIN, **more), Ui(), _, (1280, 720)))}

    tab, here = _("Tab"), named()
    assert {("O",), (tab, "R"), (tab, _("Del"))} <= here
    assert not here & {("Q",), ("U",), ("E",), ("H",), (tab, "S"), ("N",), ("Y",), ("I", "1…9"), ("I",)}
    assert named(voice=VoiceShown("nearby", 12)) - here == {("Q",), ("U",)}
    assert named(live=LIVE) - here == {("I", "1…9"), ("Ctrl",)}
    assert named(replay=WATCHED) - here == {(_("Space"),), ("I",), ("I", "←", "→"), ("I", "1…5")}
    anywhere = (Within("hall", "Lille"),)
    assert named(moderating=Moderating(anywhere, anywhere)) - here == {(tab, "S"), ("N",)}
    warned = Decision(SanctionKind.WARN, "Loud.", (27, 11, 15, 5))
    assert named(decision=warned) - here == {("Y",)}
    assert named(decision=replace(warned, read=True)) == here
    assert {("E",), ("B",), ("1…9",)} <= named(map=None)
