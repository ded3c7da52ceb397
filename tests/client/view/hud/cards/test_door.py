"""What the card at the door says, and that whoever was not let in is not asked in."""

from dataclasses import replace

import pytest

from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.net.failures import Failure
from halles_client.view.hud import texts
from halles_client.view.hud.cards import door
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.state import Connection, Door, HudState, Refusal
from halles_client.view.hud.ui import Ui
from tests.support.hud_cards import NotingPen

WAITING = HudState(
    Connection("connecting", 3, close_code=1006, failure=Failure("ws://halles.example:8470/world", "refused", 1)),
    Door("Zoé", busy=True),
)
SIZE = (1280, 720)


def written(state: HudState, ui: Ui) -> str:
    pen = NotingPen((*SIZE, 1.0))
    door.door(pen, View(state, ui, speak(ui.language), SIZE))
    return " ".join(pen.written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_door_that_does_not_open_names_the_address_and_asks_nobody_in(language: Language) -> None:
    welcome = speak(language)("The Pôle Images is open. Come in.")
    ui = Ui(language=language)
    assert welcome in written(HudState(door=Door("Zoé")), ui)
    said = written(WAITING, ui)
    assert welcome not in said
    assert "ws://halles.example:8470/world" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_gives_no_name_reads_that_one_is_wanted(language: Language) -> None:
    state, ui = HudState(door=Door()), Ui(language=language)
    wanted = speak(language)("Write a name here first: others see it above your head.")
    assert wanted not in written(state, ui)
    assert wanted in written(state, replace(ui, nameless=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_read_until_the_name_is_another(language: Language) -> None:
    state, ui = HudState(door=Door("Modérateur", refusal=Refusal(1, "NAME_TAKEN"))), Ui(language=language)
    refused = texts.refusal(speak(language), "NAME_TAKEN")
    assert refused in written(state, ui)
    assert refused not in written(state, replace(ui, renamed=True))
