"""Moderating in 3D: two presses sanction somebody of the list, one lifts it again; announcing; and that both fit."""

from dataclasses import replace

import pytest

from halles.world.roles import Role
from halles.world.sanctions import REASONS, SanctionKind
from halles.world.text import LANGUAGES, Language
from halles_client.view.hud import acts, ui
from halles_client.view.hud.cards import announce, people, sanction
from halles_client.view.hud.events import Announced, Lifted, Sanctioned
from halles_client.view.hud.keys import key, typed
from halles_client.view.hud.safety_state import GivenHere, Moderating, Within
from halles_client.view.hud.settle import settle
from halles_client.view.hud.state import HudState, Person
from halles_client.view.hud.ui import Ui
from tests.support.hud_cards import NO_CARDS, SIZES, Size, assert_fit, drawn

BO = Person("lille|visit:v-bo", "Wilhelmina Vandenbroucke-Delacroix", Role.GUEST, 0, 3)
SCOPES = (Within("hall", "Valenciennes Métropole"), Within("show", "Toute l’exposition"))
GIVEN = (
    GivenHere(9, BO.id, SanctionKind.SILENCE, (27, 11, 15, 5)),
    GivenHere(8, "lille|visit:v-cy", SanctionKind.WARN),
)
MODERATING = Moderating(SCOPES, (Within("booth", "Studio 08"), *SCOPES), GIVEN)
STATE = HudState(people=(BO,), moderating=MODERATING)
WHOM = acts.Sanction(BO.id, BO.name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["", SanctionKind.BAN])
def test_the_sheets_fit_every_window_with_all_that_they_offer(language: Language, size: Size, kind: str) -> None:
    pen = drawn(sanction.sanction, STATE, language, size, sheet="sanction", sanctioning=WHOM, kind=kind)
    assert_fit(pen.drawing.covers, size)
    offered = list(dict.fromkeys(stop.act for stop in pen.drawing.stops))
    where = [acts.Scope("hall"), acts.Scope("show")]
    if kind:
        assert offered == [acts.Close(), acts.Kind(""), *where, *map(acts.Decide, REASONS), acts.Type("why")]
    else:
        assert offered == [acts.Close(), *map(acts.Kind, SanctionKind), *where, acts.Lift(9)]
    pen = drawn(announce.announce, STATE, language, size, sheet="announce")
    assert_fit(pen.drawing.covers, size)
    pen = drawn(people.people, STATE, language, size, sheet="people")
    (card,) = pen.drawing.covers
    assert WHOM in pen.acts
    for target in pen.drawing.targets:
        assert target.rect.x + target.rect.w <= card.x + card.w, "what one may do stays on the card"


def test_from_the_list_it_is_two_presses_what_and_why() -> None:
    listed = Ui(sheet="people")
    opened, _ = key(listed, "s", STATE, NO_CARDS)
    assert (opened.sheet, opened.sanctioning) == ("sanction", WHOM)
    opened, told = key(opened, "2", STATE, NO_CARDS)
    assert (opened.kind, told) == ("silence", ())
    assert ui.press(opened, acts.Kind(""), STATE)[0].kind == "", "it can be said anew"
    done, told = key(opened, "3", STATE, NO_CARDS)
    assert told == (Sanctioned(BO.id, SanctionKind.SILENCE, "hall", "harassment"),)
    assert (done.sheet, done.sanctioning, done.kind) == ("", None, "")


def test_another_place_and_another_reason_can_be_meant() -> None:
    opened = replace(ui.press(Ui(), WHOM, STATE)[0], kind=SanctionKind.WARN)
    opened = ui.press(opened, acts.Scope("show"), STATE)[0]
    opened, _ = key(opened, "enter", STATE, NO_CARDS)
    for letter in "Enough.":
        opened, _ = typed(opened, letter, STATE)
    told = key(opened, "enter", STATE, NO_CARDS)[1]
    assert told == (Sanctioned(BO.id, SanctionKind.WARN, "show", "", "Enough."),)
    assert key(replace(opened, kind=""), "enter", STATE, NO_CARDS)[1] == (), "nothing is done before it is said what"
    fresh, _ = ui.press(opened, WHOM, STATE)
    assert (fresh.why.text, fresh.kind, fresh.scope) == ("", "", ""), "another person begins anew"


def test_something_else_only_opens_the_field_and_nobody_is_sanctioned_without_a_reason() -> None:
    opened = replace(ui.press(Ui(), WHOM, STATE)[0], kind=SanctionKind.BAN)
    opened, told = key(opened, "9", STATE, NO_CARDS)
    assert (opened.typing, told) == ("why", ())
    for letter in "  ":
        opened, _ = typed(opened, letter, STATE)
    kept, told = key(opened, "enter", STATE, NO_CARDS)
    assert (kept.sheet, kept.sanctioning, told) == ("sanction", WHOM, ())


def test_what_one_has_given_is_lifted_by_its_row() -> None:
    opened, _ = ui.press(Ui(), WHOM, STATE)
    assert key(opened, "8", STATE, NO_CARDS)[1] == (Lifted(9),)


def test_who_moderates_nothing_is_offered_nothing() -> None:
    here = HudState(people=(BO,))
    assert key(Ui(sheet="people"), "s", here, NO_CARDS)[0].sheet == "people"
    assert WHOM not in drawn(people.people, here, sheet="people").acts
    assert key(Ui(), "n", here, NO_CARDS)[0].sheet == ""
    assert settle(Ui(sheet="sanction", typing="why"), STATE, here) == Ui()
    staff = HudState(moderating=Moderating(announces=(Within("booth", "Studio 08"),)))
    assert key(Ui(sheet="people"), "s", replace(staff, people=(BO,)), NO_CARDS)[0].sheet == "people"
    assert key(Ui(), "n", staff, NO_CARDS)[0].sheet == "announce"


def test_an_announcement_is_written_at_once_and_told_where_it_was_meant() -> None:
    opened, _ = key(Ui(), "n", STATE, NO_CARDS)
    assert (opened.sheet, opened.typing) == ("announce", "announcement")
    for letter in " Come. ":
        opened, _ = typed(opened, letter, STATE)
    assert key(opened, "enter", STATE, NO_CARDS)[1] == (Announced("booth", "Come."),)
    opened, _ = key(key(opened, "escape", STATE, NO_CARDS)[0], "3", STATE, NO_CARDS)
    done, told = ui.press(opened, acts.Announce(), STATE)
    assert (told, done.sheet, done.announcement.text) == ((Announced("show", "Come."),), "", "")
    assert ui.press(done, acts.Announce(), STATE)[1] == ()
    film = replace(STATE, moderating=replace(MODERATING, waits=True))
    waits = "whoever watches is told when it is over"
    assert waits in " ".join(drawn(announce.announce, film, sheet="announce").written)
    assert waits not in " ".join(drawn(announce.announce, STATE, sheet="announce").written)
