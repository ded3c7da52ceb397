"""The HUD in a window: what is drawn anew, what is covered, what presses do, and that nothing stays stale."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from PIL import Image, ImageChops

from halles.ids import BoothId, MediaId, SlotId
from halles.world.booth import BoothContent, Document, Link, Panel, TeamMember
from halles.world.roles import Role
from halles.world.text import LANGUAGES, Text
from halles_client.view.hud import acts, ui
from halles_client.view.hud.booth_state import BoothSheet, Caller, NearBooth, OwnRing
from halles_client.view.hud.clipboard import OwnClipboard
from halles_client.view.hud.events import ClosedSheet, OpenedBooth, OpenedDocument, Searched
from halles_client.view.hud.hud import Hud
from halles_client.view.hud.state import (
    ChatLine,
    Connection,
    Door,
    Found,
    HudState,
    Notice,
    Person,
    Place,
    Progress,
    Refusal,
    Result,
)
from halles_client.view.window import Window

CONTENT = BoothContent(
    "Studio 08",
    panels=(
        Panel("screen", Text("Film", "", "Film"), Text("Un long texte. " * 80)),
        Panel("poster-1", Text("Affiche")),
    ),
    links=(Link(Text("Site"), "https://example.org/"),),
)
HALL = HudState(
    place=Place("Lille", "b4452f", 12),
    near=NearBooth(BoothId("studio-08"), "Studio 08"),
    chat=tuple(ChatLine("nearby", f"Visiteur {n}", n, "Bonjour à tous " * 5) for n in range(6)),
    people=tuple(Person(str(n), f"P{n}", Role.VISITOR, n, n) for n in range(9)),
)
VISIT = replace(HALL, sheet=BoothSheet(BoothId("studio-08"), SlotId("B8"), "Lille", CONTENT))
STATES = (
    HALL,
    VISIT,
    replace(VISIT, sheet=BoothSheet(BoothId("other"), SlotId("B9"), "Lille")),
    replace(HALL, caller=Caller(7, "Ada", "Studio 07", 3, 2)),
    replace(VISIT, own_ring=OwnRing("Studio 08")),
    replace(VISIT, own_ring=OwnRing("Studio 08", "missed")),
    replace(HALL, own_ring=OwnRing("Studio 08", "answered", "Eva")),
    replace(HALL, connection=Connection("reconnecting", 3, 42)),
    replace(HALL, progress=Progress("hall", "Hainaut", 0.3)),
    replace(HALL, chat=(*HALL.chat, ChatLine("nearby", "Moi", 1, "Non", "failed", b"1"))),
    replace(HALL, chat_refusal=Refusal(1, "RATE_LIMITED", 2), notices=(Notice(1, "HALL_FULL"),)),
    replace(HALL, near=None, place=Place("Hainaut", "c8842a", 1)),
    replace(HALL, found=Found("s", (Result("booth", "b", "Studio", "Lille"),))),
    HudState(door=Door("Zoé", refusal=Refusal(1, "NAME_TAKEN"))),
    HudState(door=Door("Zoé", busy=True), connection=Connection("connecting", 4, close_code=1006, address="localhost")),
    HudState(connection=Connection("connecting", address="localhost")),
    HudState(connection=Connection("connecting", 9, close_code=1013, address="localhost")),
    HudState(connection=Connection("closed", close_code=4409)),
)
KEYS = (
    "1",
    "e",
    "g",
    "tab",
    "m",
    "f1",
    "escape",
    "enter",
    "arrow_down",
    "arrow_left",
    "page_down",
    "backspace",
    "home",
)


@pytest.fixture
def hud(window: Window) -> Iterator[Hud]:
    opened = Hud(window, "fr", clipboard=OwnClipboard())
    yield opened
    opened.close()


def picture(window: Window) -> Image.Image:
    window.step()
    window.step()
    return window.picture()


def draw_anew(hud: Hud) -> None:
    """Draws every card as if none had been drawn before."""
    hud._cards.clear()
    hud._redraw()


def test_the_same_state_draws_nothing_anew(hud: Hud) -> None:
    hud.show(HALL)
    drawn = hud.rebuilt
    hud.show(replace(HALL))
    hud.step(0.0)
    hud.step(0.05)
    assert hud.rebuilt == drawn


def test_one_more_person_draws_one_card_anew(hud: Hud) -> None:
    hud.show(HALL)
    drawn = hud.rebuilt
    hud.show(replace(HALL, place=Place("Lille", "b4452f", 13)))
    assert hud.rebuilt == drawn + 1


def test_a_sheet_offers_the_documents_that_there_are_and_names_the_team(hud: Hud) -> None:
    paper = MediaId("a" * 64 + ".pdf")
    more = msgspec.structs.replace(
        CONTENT,
        documents=(Document(Text("Dossier"), paper), Document(Text("Vide"))),
        team=(TeamMember("Ann", Text("", "leidt", "")), TeamMember("Bob")),
        opening=Text("Nous arrivons à dix heures."),
    )
    rows = []
    for content in (CONTENT, more):
        hud.show(replace(HALL, sheet=BoothSheet(BoothId("studio-08"), SlotId("B8"), "Lille", content)))
        rows.append(len(hud._cards["sheet"][1].rows))
    assert rows[1] > rows[0]
    walked = []
    for _ in range(8):
        hud.key("tab")
        walked.append(hud._ui.ring)
    at = walked.index(acts.Take(paper))
    assert walked[at - 1 : at + 4] == [
        acts.Read("poster-1"),
        acts.Take(paper),
        acts.TakeAlong(paper),
        acts.TakeAlong(MediaId("")),
        acts.Follow("https://example.org/"),
    ]
    while hud._ui.ring != acts.Take(paper):
        hud.key("tab")
    hud.key("enter")
    assert OpenedDocument(paper) in hud.events()


def test_tab_walks_a_long_sheet_from_top_to_bottom_and_shows_where_it_is(hud: Hud) -> None:
    long = msgspec.structs.replace(CONTENT, pitch=Text("Nous faisons des images. " * 60))
    hud.show(replace(HALL, sheet=BoothSheet(BoothId("studio-08"), SlotId("B8"), "Lille", long)))
    walked = (
        acts.Ring(),
        acts.Read("screen"),
        acts.Read("poster-1"),
        acts.TakeAlong(MediaId("")),
        acts.Follow("https://example.org/"),
        acts.Report("booth", "studio-08", "Studio 08"),
        acts.Close(),
    )
    for wanted in walked:
        hud.key("tab")
        assert hud._ui.ring == wanted
        targets = {target.act: target.rect for target in hud._cards["sheet"][1].targets}
        stops = {stop.act: stop.rect for stop in hud._cards["sheet"][1].stops}
        assert targets[wanted] == stops[wanted]
    hud.key("enter")
    assert hud.events() == [ClosedSheet()]


def test_tab_walks_a_panel_that_is_read_from_left_to_right(hud: Hud) -> None:
    hud.show(VISIT)
    hud.key("1")
    for wanted in (acts.Read("poster-1"), acts.Close()):
        hud.key("tab")
        assert hud._ui.ring == wanted


def test_a_letter_typed_into_the_chat_draws_its_field_anew_and_no_line(hud: Hud) -> None:
    hud.show(HALL)
    hud.type("t")
    drawn = hud.rebuilt
    hud.type("a")
    assert hud.rebuilt == drawn + 1
    assert hud._cards["say"][1].areas


@pytest.mark.parametrize("seed", range(3))
def test_after_any_acts_the_screen_is_what_a_fresh_drawing_gives(hud: Hud, window: Window, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(12):
        for _ in range(3):
            act = dice.randrange(4)
            if act == 0:
                hud.show(dice.choice(STATES))
            elif act == 1:
                hud.key(dice.choice(KEYS))
            elif act == 2:
                hud.type(dice.choice("/?t1sé"))
            else:
                hud.point(dice.randrange(640), dice.randrange(360))
        kept = picture(window)
        draw_anew(hud)
        assert ImageChops.difference(kept, picture(window)).getbbox() is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_state_is_drawn_within_the_window(window: Window, language: str, scale: float) -> None:
    hud = Hud(window, language, scale, OwnClipboard())  # type: ignore[arg-type]
    for state in STATES:
        hud.show(state)
        covered = hud.rectangles()
        assert covered
        if state.door is None and scale == 1.0:
            assert all(r.x >= 0 and r.y >= 0 and r.x + r.w <= 640 and r.y + r.h <= 360 for r in covered), state
    hud.close()


def test_cards_are_seen_and_nothing_is_drawn_outside_of_them(hud: Hud, window: Window) -> None:
    empty = picture(window)
    hud.show(HALL)
    changed = np.asarray(ImageChops.difference(empty, picture(window))).max(axis=2) > 8
    shadow = 16
    for y, x in zip(*np.nonzero(changed), strict=True):
        assert any(r.inset(-shadow).holds(x, y) for r in hud.rectangles())
    for rect in hud.rectangles():
        assert changed[rect.y + rect.h // 2, rect.x + rect.w // 2 - 3 : rect.x + rect.w // 2 + 3].any()


def test_a_press_on_a_card_is_an_act_and_one_beside_it_frees_the_keyboard(hud: Hud) -> None:
    hud.show(HALL)
    bar = max(hud.rectangles(), key=lambda rect: rect.y)
    hud.press(bar.x + 20, bar.y + bar.h // 2)
    assert hud.events() == [OpenedBooth(BoothId("studio-08"))]
    search = max((rect for rect in hud.rectangles() if rect.y < 40), key=lambda rect: rect.x)
    hud.press(search.x + 100, search.y + 20)
    assert hud.focused
    assert hud.events() == [Searched("")]
    hud.type("zzz")
    assert not hud.covers(320, 140)
    hud.press(320, 140)
    assert not hud.focused
    assert hud._ui.search.text == ""


def test_a_press_in_a_field_puts_the_caret_there(hud: Hud) -> None:
    hud.show(HudState(door=Door("abcdefghij")))
    (area,) = [area for _, drawing, _ in hud._cards.values() for area in drawing.areas]
    hud.press(area.start + 10, area.rect.y + 8)
    hud.type("X")
    hud.key("enter")
    (event,) = [event for event in hud.events() if hasattr(event, "name")]
    assert event.name == "aXbcdefghij"


def test_copy_and_paste_work_without_any_system(hud: Hud) -> None:
    hud.show(HALL)
    hud.type("t")
    hud.type("né")
    for name in ("control-a", "control-x", "control-v", "control-v", "enter"):
        hud.key(name)
    assert [event.text for event in hud.events()] == ["néné"]  # type: ignore[union-attr]


def test_a_notice_leaves_by_itself(hud: Hud) -> None:
    hud.show(HALL)
    without = len(hud.rectangles())
    hud.show(replace(HALL, notices=(Notice(7, "HALL_FULL"),)))
    hud.step(100.0)
    assert len(hud.rectangles()) == without + 1
    hud.step(100.0 + 8.0)
    assert len(hud.rectangles()) == without
    hud.show(replace(HALL, notices=(Notice(8, text="Bonjour. " * 30, stays_s=20.0),)))
    hud.step(200.0)
    hud.step(219.0)
    assert len(hud.rectangles()) == without + 1
    hud.step(220.0)
    assert len(hud.rectangles()) == without


def test_a_notice_is_put_away_by_a_key_once_nothing_else_is_open(hud: Hud) -> None:
    hud.show(HALL)
    without = len(hud.rectangles())
    hud.show(replace(HALL, notices=(Notice(7, text="Bonjour."),)))
    assert len(hud.rectangles()) == without + 1
    hud.key("escape")
    assert len(hud.rectangles()) == without


def test_the_keyboard_belongs_to_the_hud_only_while_something_needs_it(hud: Hud) -> None:
    hud.show(HALL)
    assert not hud.focused
    hud.type("t")
    assert hud.focused
    for name, wanted in (("escape", False), ("tab", True), ("tab", False), ("m", False)):
        hud.key(name)
        assert hud.focused is wanted
    hud.show(HudState(door=Door()))
    assert hud.focused


def test_every_language_changes_what_is_drawn(hud: Hud, window: Window) -> None:
    hud.show(HALL)
    pictures = []
    for language in LANGUAGES:
        hud._take(ui.press(hud._ui, acts.Speak(language), HALL))
        pictures.append(picture(window))
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert ImageChops.difference(pictures[one], pictures[other]).getbbox()


def test_more_letters_than_the_sheet_holds_are_drawn_after_it_was_cleared(hud: Hud, window: Window) -> None:
    for start in range(0x21, 0x250, 40):
        text = "".join(chr(code) for code in range(start, start + 40) if chr(code).isprintable())
        hud.show(replace(HALL, chat=tuple(ChatLine("nearby", text[n:], n, text) for n in range(4))))
        kept = picture(window)
        draw_anew(hud)
        assert ImageChops.difference(kept, picture(window)).getbbox() is None


def test_an_unchanged_hud_costs_little_beside_drawing(hud: Hud) -> None:
    hud.show(HALL)
    started = time.perf_counter()
    for frame in range(200):
        hud.show(replace(HALL))
        hud.step(frame * 0.001)
    assert (time.perf_counter() - started) / 200 < 0.002


def test_acts_are_values() -> None:
    assert acts.Read("screen") == acts.Read("screen")
    assert len({acts.Go(Result("hall", "x", "X")), acts.Go(Result("hall", "x", "X"))}) == 1
