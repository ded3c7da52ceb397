"""Reporting in 3D: the ways to its sheet, what it may be about, the reasons, one's own words, and that it fits."""

from dataclasses import replace

import pytest

from halles.ids import BoothId, SlotId
from halles.world.booth import BoothContent
from halles.world.roles import Role
from halles.world.text import LANGUAGES, Language
from halles_client.view.hud import acts, ui
from halles_client.view.hud.booth_state import BoothSheet
from halles_client.view.hud.cards import booth, chat, people, report
from halles_client.view.hud.events import Reported
from halles_client.view.hud.keys import key, typed
from halles_client.view.hud.safety_choices import REASONS
from halles_client.view.hud.state import ChatLine, HudState, Person
from halles_client.view.hud.ui import Ui
from tests.support import hud_cards
from tests.support.hud_cards import NO_CARDS, SIZES, NotingPen, Size, assert_fit

BO = Person("lille|visit:v-bo", "Bo", Role.GUEST, 0, 3)
ABOUT_BO = acts.Report("person", BO.id, "Bo")
SAID = tuple(ChatLine("hall", "Bo", 0, f"Line {n}. " * n, by=BO.id, said_ms=n) for n in range(1, 6))
LINES = tuple(acts.Report("line", BO.id, "Bo", line.text, line.said_ms) for line in reversed(SAID[-3:]))
SHEET = BoothSheet(BoothId("t"), SlotId("A1"), "Lille", BoothContent("Studio 08"))
BOOTH = acts.Report("booth", "t", "Studio 08")


def drawn(opened: Ui, state: HudState, size: Size = SIZES[0]) -> NotingPen:
    what = {"sheet": opened.sheet, "reporting": opened.reporting, "reason": opened.reason, "report": opened.report}
    cards = (report.report, booth.sheet, people.people)
    return hud_cards.drawn(cards, state, opened.language, size, **what)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_sheet_fits_every_window_and_offers_every_reason_and_what_else_it_may_be_about(
    language: Language, size: Size
) -> None:
    state = HudState(chat=SAID)
    pen = drawn(Ui(language=language, sheet="report", reporting=ABOUT_BO), state, size)
    assert_fit(pen.drawing.covers, size)
    offered = list(dict.fromkeys(stop.act for stop in pen.drawing.stops))
    assert offered == [acts.Close(), *map(acts.Reason, REASONS), ABOUT_BO, *LINES, acts.SendReport()]


def test_it_is_sent_with_a_reason_and_in_ones_own_words_and_says_what_happens_then() -> None:
    opened, told = ui.press(Ui(language="en"), ABOUT_BO, HudState())
    assert "You are told here when they have looked at it." in " ".join(drawn(opened, HudState()).written)
    assert "Choose why first" in drawn(opened, HudState()).written
    assert ui.press(opened, acts.SendReport(), HudState())[1] == ()
    opened, told = key(opened, "2", HudState(), NO_CARDS)
    assert (opened.reason, told) == ("hate", ())
    assert "Send the report" in drawn(opened, HudState()).written
    opened, _ = key(opened, "enter", HudState(), NO_CARDS)
    for letter in "Vile.":
        opened, _ = typed(opened, letter, HudState())
    sent, told = key(opened, "enter", HudState(), NO_CARDS)
    assert told == (Reported("person", BO.id, "hate", "Vile."),)
    assert (sent.sheet, sent.reporting, sent.reason, sent.report.text, sent.typing) == ("", None, "", "", "")


def test_somebodys_lines_can_be_meant_instead_for_the_same_reason_and_words() -> None:
    state = HudState(chat=SAID)
    opened, _ = key(replace(ui.press(Ui(), ABOUT_BO, state)[0], reason="spam"), "7", state, NO_CARDS)
    assert (opened.reporting, opened.reason) == (LINES[0], "spam")
    assert ui.press(opened, acts.SendReport(), state)[1] == (Reported("line", BO.id, "spam", "", 5),)


def test_a_line_of_the_chat_leads_to_it_but_ones_own_does_not() -> None:
    state = HudState(chat=(*SAID[:1], ChatLine("nearby", "Me", 0, "Hello.", said_ms=9), SAID[1]))
    pen = hud_cards.drawn(chat.chat, state, channel="hall")
    asked = [act for act in pen.acts if isinstance(act, acts.Report)]
    assert asked == [acts.Report("line", BO.id, "Bo", line.text, line.said_ms) for line in SAID[:2]]
    old = acts.Report("line", BO.id, "Bo", "Long ago.", 0)
    stops = drawn(Ui(sheet="report", reporting=old), HudState(chat=SAID)).drawing.stops
    assert [stop.act for stop in stops if isinstance(stop.act, acts.Report)] == [ABOUT_BO, old, *LINES[:2]]
    assert not [act for act in hud_cards.drawn(chat.chat, state).acts if isinstance(act, acts.Report)]


def test_a_booths_sheet_leads_to_it_and_to_its_recorded_host() -> None:
    state = HudState(sheet=SHEET)
    assert BOOTH in drawn(Ui(language="en"), state).acts
    opened, _ = ui.press(Ui(), BOOTH, state)
    assert not [act for act in drawn(opened, state).acts if isinstance(act, acts.Report)], "nothing else is there"
    recorded = HudState(sheet=replace(SHEET, recorded=True))
    opened, _ = key(key(opened, "7", recorded, NO_CARDS)[0], "1", recorded, NO_CARDS)
    assert ui.press(opened, acts.SendReport(), recorded)[1] == (Reported("host", "t", "harassment"),)


def test_the_chosen_person_leads_to_it_and_oneself_does_not() -> None:
    here = HudState(people=(BO,))
    assert drawn(Ui(language="en", sheet="people"), here).acts[-1] == ABOUT_BO
    assert key(Ui(sheet="people"), "r", here, NO_CARDS)[0].reporting == ABOUT_BO
    alone = HudState(people=(Person("", "Me", Role.GUEST, 0, 0, me=True),))
    assert key(Ui(sheet="people"), "r", alone, NO_CARDS)[0].reporting is None
