"""Where cards stand: they do not lie on each other, and the middle of the window stays free."""

import pytest

from halles.ids import BoothId, SlotId
from halles.resources import scenes
from halles.world.booth import BoothContent
from halles.world.scene import parse
from halles.world.text import LANGUAGES, Language, Text
from halles_client.language import speak
from halles_client.view.hud.booth_state import BoothSheet, NearBooth
from halles_client.view.hud.cards import bar, booth, chat, plan, top
from halles_client.view.hud.pen import Rect
from halles_client.view.hud.state import HudState, MapPlan, Place
from tests.support import hud_cards
from tests.support.hud_cards import SIZES, assert_fit

CONTENT = BoothContent("Studio 08", pitch=Text("Un texte assez long. " * 60))
STATE = HudState(
    place=Place("Valenciennes Métropole", "2f7a6b", 1850),
    near=NearBooth(BoothId("s"), "Un nom d’organisme vraiment très long"),
    sheet=BoothSheet(BoothId("t"), SlotId("B8"), "Lille", CONTENT),
    map=MapPlan(parse((scenes() / "lille.toml").read_text(), "lille.toml")),
)


def covers(language: Language, size: tuple[int, int, float]) -> list[Rect]:
    cards = (top.place, top.search, chat.chat, bar.bar, bar.prompt, plan.plan, booth.sheet)
    return hud_cards.drawn(cards, STATE, language, size).drawing.covers


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_no_card_lies_on_another_or_outside(language: Language, size: tuple[int, int, float]) -> None:
    cards = covers(language, size)
    assert len(cards) == (5 if size[0] / size[2] < 1000 else 7)
    assert_fit(cards, size)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["Valenciennes Métropole", "Porte du Hainaut"])
@pytest.mark.parametrize("people", [1, 26, 1850])
def test_how_many_are_in_the_hall_is_said_with_its_word_at_every_size(
    language: Language, size: tuple[int, int, float], name: str, people: int
) -> None:
    state = HudState(place=Place(name, "2f7a6b", people))
    tongue = speak(language)
    pen = hud_cards.drawn(top.place, state, language, size)
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
