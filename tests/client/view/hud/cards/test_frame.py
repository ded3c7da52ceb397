"""Where cards stand: they do not lie on each other, and the middle of the window stays free."""

from typing import Any

import pytest

from halles.ids import BoothId, SlotId
from halles.resources import scenes
from halles.world.booth import BoothContent
from halles.world.scene import parse
from halles.world.text import LANGUAGES, Language, Text
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud.booth_state import BoothSheet, NearBooth
from halles_client.view.hud.cards import bar, booth, chat, plan, top
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import HudState, MapPlan, Place
from halles_client.view.hud.ui import Ui

SIZES = [(1280, 720, 1.0), (1920, 1080, 1.0), (1920, 1080, 1.5), (2560, 1440, 2.0), (900, 600, 1.0), (1280, 720, 1.5)]
CONTENT = BoothContent("Studio 08", pitch=Text("Un texte assez long. " * 60))
STATE = HudState(
    place=Place("Valenciennes Métropole", "2f7a6b", 1850),
    near=NearBooth(BoothId("s"), "Un nom d’organisme vraiment très long"),
    sheet=BoothSheet(BoothId("t"), SlotId("B8"), "Lille", CONTENT),
    map=MapPlan(parse((scenes() / "lille.toml").read_text(), "lille.toml")),
)


class NotingPen(Pen):
    """A pen that remembers its lines."""

    written: list[str]

    def text(self, x: float, y: int, text: str, *font: Any, **more: Any) -> int:
        self.written.append(text)
        return super().text(x, y, text, *font, **more)


def covers(language: Language, size: tuple[int, int, float]) -> list[Rect]:
    view = View(STATE, Ui(language=language, scale=size[2]), speak(language), size[:2])
    pen = Pen(GlyphSheet(), size[:2], size[2])
    for card in (top.place, top.search, chat.chat, bar.bar, bar.prompt, plan.plan, booth.sheet):
        card(pen, view)
    return pen.drawing.covers


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_no_card_lies_on_another_or_outside(language: Language, size: tuple[int, int, float]) -> None:
    cards = covers(language, size)
    assert len(cards) == (5 if size[0] / size[2] < 1000 else 7)
    for i, a in enumerate(cards):
        assert a.x >= 0
        assert a.y >= 0
        assert a.x + a.w <= size[0]
        assert a.y + a.h <= size[1]
        for b in cards[i + 1 :]:
            apart = a.x + a.w <= b.x or b.x + b.w <= a.x or a.y + a.h <= b.y or b.y + b.h <= a.y
            assert apart, (a, b)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["Valenciennes Métropole", "Porte du Hainaut"])
@pytest.mark.parametrize("people", [1, 26, 1850])
def test_how_many_are_in_the_hall_is_said_with_its_word_at_every_size(
    language: Language, size: tuple[int, int, float], name: str, people: int
) -> None:
    state = HudState(place=Place(name, "2f7a6b", people))
    tongue = speak(language)
    pen = NotingPen(GlyphSheet(), size[:2], size[2])
    pen.written = []
    top.place(pen, View(state, Ui(language=language, scale=size[2]), tongue, size[:2]))
    long = tongue.many("{count} person here", "{count} people here", people)
    assert pen.written[-1] in (long, tongue("{count} here", count=tongue.number(people)))
    if size == SIZES[0] and people < 1000:
        assert pen.written == [name, long]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES[:4])
def test_the_middle_stays_free(language: Language, size: tuple[int, int, float]) -> None:
    wide, high, _ = size
    middle = Rect(wide * 3 // 10, high * 3 // 10, wide * 4 // 10, high * 4 // 10)
    for card in covers(language, size):
        assert (
            card.x >= middle.x + middle.w
            or card.x + card.w <= middle.x
            or card.y >= middle.y + middle.h
            or card.y + card.h <= middle.y
        )
