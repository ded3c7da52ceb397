"""What the chat's card says beside what people say."""

from dataclasses import replace

import pytest

from halles.ids import BoothId
from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud import acts
from halles_client.view.hud.booth_state import Talk
from halles_client.view.hud.cards import chat
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Drawing, Pen
from halles_client.view.hud.state import HudState
from halles_client.view.hud.ui import Ui

SIZES = ((1280, 720), (640, 480))
NOTHING = HudState()


@pytest.mark.parametrize("state", [NOTHING, HudState(talk=Talk("Studio 07", BoothId("studio-07")))])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_key_into_the_field_becomes_the_key_out_of_it(
    size: tuple[int, int], scale: float, language: Language, state: HudState
) -> None:
    writing = Ui(language=language, scale=scale, typing="chat")
    shown = drawn(size, writing, state)
    (way,) = [target.rect for target in shown.targets if target.act == acts.Close()]
    tabs = [target.rect for target in shown.targets if isinstance(target.act, acts.Hear)]
    assert all(tab.x + tab.w <= way.x for tab in tabs)
    assert all(
        tab.w >= 40 * scale and tab.x + tab.w <= after.x for tab, after in zip(tabs, [*tabs[1:], way], strict=True)
    )
    (card,) = shown.covers
    assert way.x + way.w <= card.x + card.w
    assert not [target for target in drawn(size, replace(writing, typing="")).targets if target.act == acts.Close()]


def test_the_third_channel_is_the_booth_where_one_is() -> None:
    def channels(state: HudState) -> list[object]:
        targets = drawn(SIZES[0], Ui(), state).targets
        return [target.act.channel for target in targets if isinstance(target.act, acts.Hear)]

    assert channels(HudState()) == ["nearby", "hall"]
    assert channels(HudState(talk=Talk("Studio 07", BoothId("studio-07")))) == ["nearby", "hall", "booth"]


def drawn(size: tuple[int, int], ui: Ui, state: HudState = NOTHING) -> Drawing:
    pen = Pen(GlyphSheet(), size, ui.scale)
    chat.chat(pen, View(state, ui, speak(ui.language), size))
    return pen.drawing
