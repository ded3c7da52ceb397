"""The satchel's sheet: what it says, what its presses do, and that it fits; and taking along on a booth's sheet."""

from functools import partial

import pytest

from halles.ids import BoothId, MediaId, SlotId
from halles.world.booth import BoothContent, Document
from halles.world.text import LANGUAGES, Language, Text
from halles_client.view.hud import acts, ui
from halles_client.view.hud.booth_state import BoothSheet, Satchel, Taken
from halles_client.view.hud.cards import booth, satchel
from halles_client.view.hud.events import OpenedDocument, OpenedSatchel, TookAlong, TookOut
from halles_client.view.hud.keys import Drawn, key
from halles_client.view.hud.state import HudState
from halles_client.view.hud.ui import Ui
from tests.support import hud_cards
from tests.support.hud_cards import SIZES

PDF, CARD, BOOTH = MediaId("a" * 64 + ".pdf"), MediaId(""), BoothId("t")
ITEMS = (
    Taken(7, "Studio 08", PDF, "Plaquette", "withdrawn"),
    Taken(8, "Studio 09", CARD),
    Taken(9, "Studio 10", PDF, "Perdu", "lost"),
)
OPEN = HudState(satchel=Satchel(ITEMS, 3, "visit"))
CONTENT = BoothContent("Studio 08", documents=(Document(Text("Plaquette"), PDF), Document(Text("Sans fichier"))))


drawn = partial(hud_cards.drawn, satchel.satchel, sheet="satchel")


def test_each_thing_is_told_with_what_became_of_it_opened_and_taken_out() -> None:
    pen = drawn(OPEN)
    assert {"Satchel (3)", "Plaquette", "Card of Studio 09"} <= set(pen.written)
    assert "PDF · Studio 08 · no longer offered" in pen.written
    assert "as long as this visit" in " ".join(pen.written)
    assert [target.act for target in pen.drawing.targets] == [
        acts.Close(),
        acts.Take(PDF),
        acts.TakeOut(7),
        acts.TakeOut(8),
        acts.TakeOut(9),
    ], "a card has nothing to open, nor has a file that is gone"


def test_an_empty_one_says_what_to_do_and_a_large_one_where_the_rest_is() -> None:
    assert "Nothing lies in it yet." in " ".join(drawn(HudState(satchel=Satchel())).written)
    assert "It stays in your account" not in " ".join(drawn(HudState(satchel=Satchel())).written)
    assert "The older ones are on the pages" in " ".join(drawn(HudState(satchel=Satchel(ITEMS, 120))).written)
    assert "Looking into it…" in drawn(HudState()).written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_it_stays_in_the_window_and_scrolls(language: Language, size: tuple[int, int, float]) -> None:
    many = HudState(satchel=Satchel(ITEMS * 20, 60))
    pen = drawn(many, language, size)
    (card,) = pen.drawing.covers
    assert card.x >= 0
    assert card.y >= 0
    assert card.x + card.w <= size[0]
    assert card.y + card.h <= size[1]
    assert pen.drawing.overflow > 0


def test_its_key_opens_it_and_reads_it_and_presses_are_told() -> None:
    drawn_cards = Drawn(lambda card: 3, lambda card: ())
    opened, told = key(Ui(), "k", OPEN, drawn_cards)
    assert (opened.sheet, told) == ("satchel", (OpenedSatchel(),))
    assert key(opened, "page_down", OPEN, drawn_cards)[0].scrolled("satchel") == 3
    assert key(opened, "k", OPEN, drawn_cards)[0].sheet == ""
    assert ui.press(opened, acts.TakeOut(7), OPEN)[1] == (TookOut(7),)
    assert ui.press(opened, acts.Take(PDF), OPEN)[1] == (OpenedDocument(PDF),)
    sheet = HudState(sheet=BoothSheet(BOOTH, SlotId("B8"), "Lille", CONTENT))
    assert ui.press(Ui(), acts.TakeAlong(PDF), sheet)[1] == (TookAlong(BOOTH, PDF),)
    assert ui.press(Ui(), acts.TakeAlong(PDF), HudState())[1] == ()


@pytest.mark.parametrize(
    ("taken", "offered"), [(frozenset(), [PDF, CARD]), (frozenset({PDF}), [CARD]), (frozenset({PDF, CARD}), [])]
)
def test_a_booths_sheet_offers_what_is_not_taken_yet(taken: frozenset[MediaId], offered: list[MediaId]) -> None:
    shown = BoothSheet(BOOTH, SlotId("B8"), "Lille", CONTENT, taken=taken)
    pen = hud_cards.drawn(booth.sheet, HudState(sheet=shown), size=SIZES[1])
    found = [target.act for target in pen.drawing.targets if isinstance(target.act, acts.TakeAlong)]
    assert found == [acts.TakeAlong(media) for media in offered]
    assert pen.written.count("Taken") == 2 - len(offered)
