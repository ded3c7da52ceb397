"""Reporting in 3D: the sheet with the reasons, the way to it from a booth and from a person, and that it fits."""

import pytest

from halles.ids import BoothId, SlotId
from halles.world.booth import BoothContent
from halles.world.roles import Role
from halles.world.text import LANGUAGES, Language
from halles_client.view.hud import acts, ui
from halles_client.view.hud.booth_state import BoothSheet
from halles_client.view.hud.cards import booth, people, report
from halles_client.view.hud.events import Reported
from halles_client.view.hud.keys import key
from halles_client.view.hud.state import HudState, Person
from halles_client.view.hud.ui import Ui
from tests.support import hud_cards
from tests.support.hud_cards import NO_CARDS, SIZES, NotingPen, Size

BO = Person("lille|visit:v-bo", "Bo", Role.GUEST, 0, 3)
ABOUT_BO = acts.Report("person", BO.id, "Bo")
SHEET = BoothSheet(BoothId("t"), SlotId("A1"), "Lille", BoothContent("Studio 08"))
NOBODY = HudState()


def drawn(opened: Ui, size: Size = SIZES[0], state: HudState = NOBODY) -> NotingPen:
    cards = (report.report, booth.sheet, people.people)
    return hud_cards.drawn(cards, state, opened.language, size, sheet=opened.sheet, reporting=opened.reporting)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_sheet_fits_every_window_and_offers_every_reason(language: Language, size: Size) -> None:
    pen = drawn(Ui(language=language, scale=size[2], sheet="report", reporting=ABOUT_BO), size)
    targets = [target for target in pen.drawing.targets if isinstance(target.act, acts.SendReport)]
    assert [target.act for target in targets] == [acts.SendReport(reason) for reason in report.REASONS]
    assert all(target.rect.y + target.rect.h <= size[1] for target in targets)


def test_a_press_on_a_reason_reports_what_was_asked_about_and_closes_the_sheet() -> None:
    opened, told = ui.press(Ui(), ABOUT_BO, HudState())
    assert (opened.sheet, opened.reporting, told) == ("report", ABOUT_BO, ())
    opened, told = ui.press(opened, acts.SendReport("hate"), HudState())
    assert (opened.sheet, opened.reporting, told) == ("", None, (Reported("person", BO.id, "hate"),))
    assert ui.press(opened, acts.SendReport("hate"), HudState())[1] == ()


def test_a_booths_sheet_and_the_chosen_person_lead_to_it() -> None:
    pen = drawn(Ui(language="en"), state=HudState(sheet=SHEET))
    assert acts.Report("booth", "t", "Studio 08") in [target.act for target in pen.drawing.targets]
    pen = drawn(Ui(language="en", sheet="people"), state=HudState(people=(BO,)))
    assert [target.act for target in pen.drawing.targets][-1] == ABOUT_BO
    assert key(Ui(sheet="people"), "r", HudState(people=(BO,)), NO_CARDS)[0].reporting == ABOUT_BO
    alone = HudState(people=(Person("", "Me", Role.GUEST, 0, 0, me=True),))
    assert key(Ui(sheet="people"), "r", alone, NO_CARDS)[0].reporting is None
