"""What is watched again: that card and sheet fit, what they say, and what keys mean while it is there."""

from dataclasses import replace
from typing import Any

import pytest

from halles.ids import LiveSessionId
from halles.world.text import Language
from halles_client.view.hud import acts, keys, ui
from halles_client.view.hud import events as hud
from halles_client.view.hud.cards import bar, booth, live, plan, programme, replay, top
from halles_client.view.hud.live_state import PollShown
from halles_client.view.hud.replay_state import (
    ChapterShown,
    JumpBy,
    JumpTo,
    PlayOrPause,
    ReplayShown,
    SetSpeed,
    StopWatching,
    Watchable,
)
from halles_client.view.hud.settle import settle
from halles_client.view.hud.state import HudState, Place
from halles_client.view.hud.ui import Ui
from tests.client.view.hud.cards.test_frame import STATE as HALL
from tests.support.hud_cards import NO_CARDS, SIZES, assert_fit, drawn

LONG = "Coproductions franco-belges et autres longues affaires de cinéma"
CHAPTERS = tuple(ChapterShown(n * 60_000, f"{n}:00", f"{n} {LONG}", n % 2 == 1) for n in range(30))
SPEEDS = ("0,5 ×", "1 ×", "2 ×", "4 ×", "8 ×")
WATCHED = ReplayShown(LONG, "1:02", "29:59", True, False, SPEEDS, 1, CHAPTERS, 1, ("Bonjour à toutes et à tous.",))
STATE = HudState(place=Place("Lille", "b4452f", 12), replay=WATCHED)


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("beside", ["", "replay"])
def test_card_and_sheet_lie_in_the_window_and_on_no_other_card(size: Any, language: Language, beside: str) -> None:
    state = replace(HALL, replay=WATCHED, sheet=HALL.sheet if not beside else None, near=None)
    cards = (replay.card, replay.sheet, top.place, top.search, booth.sheet, plan.plan, bar.bar)
    found = drawn(cards, state, language, size, sheet=beside).drawing.covers
    assert len(found) > 4
    assert_fit(found, size)


def test_the_card_says_that_it_is_a_recording_where_one_is_and_how_fast_it_goes() -> None:
    written = drawn(replay.card, STATE).written
    assert {"Recording", "1:02 / 29:59 · 1 ×", "Pause"} <= set(written)
    waiting = drawn(replay.card, replace(STATE, replay=replace(WATCHED, waiting=True, playing=False))).written
    assert {"1:02 / 29:59 · 1 × · loading…", "Play"} <= set(waiting)
    assert drawn(replay.card, HudState(place=STATE.place)).written == []


def test_what_was_being_said_is_read_over_the_bar() -> None:
    assert drawn(live.captions, STATE).written == ["Bonjour à toutes et à tous."]


def test_the_sheet_tells_the_poll_and_the_applause_of_then_and_nobody_votes_there() -> None:
    poll = PollShown(3, "Faut-il un guichet unique ?", ("Oui", "Non"), (9, 4), (), 13, True, False)
    written = drawn(
        replay.sheet, replace(STATE, replay=replace(WATCHED, poll=poll, reactions=(4, 0, 0, 0, 1))), sheet="replay"
    )
    assert {"Faut-il un guichet unique ?", "Oui", "9", "Non", "4", "Applause 4 · Surprise 1"} <= set(written.written)
    assert [stop.act for stop in written.drawing.stops if not isinstance(stop.act, acts.Replay | acts.Close)] == []


def test_keys_play_jump_change_the_speed_and_end_it_only_while_it_is_there() -> None:
    opened, told = keys.key(Ui(), "i", STATE, NO_CARDS)
    assert (opened.sheet, told) == ("replay", ())
    meant = {
        "space": PlayOrPause(),
        "arrow_left": JumpBy(-1),
        "arrow_right": JumpBy(1),
        "1": SetSpeed(0),
        "5": SetSpeed(4),
    }
    for name, what in meant.items():
        assert keys.key(opened, name, STATE, NO_CARDS)[1] == (hud.DidReplay(what),)
    assert keys.key(opened, "6", STATE, NO_CARDS)[1] == ()
    assert keys.key(Ui(), "space", STATE, NO_CARDS)[1] == (hud.DidReplay(PlayOrPause()),)
    assert keys.key(Ui(), "arrow_left", STATE, NO_CARDS)[1] == (), "one turns there"
    closed, told = keys.key(opened, "escape", STATE, NO_CARDS)
    assert (closed.sheet, told) == ("", ())
    assert keys.key(closed, "escape", STATE, NO_CARDS)[1] == (hud.DidReplay(StopWatching()),)
    without = HudState(place=STATE.place)
    for name in ("space", "i", "escape"):
        assert keys.key(Ui(), name, without, NO_CARDS) == (Ui(), ())


def test_every_chapter_can_be_walked_to_with_tab_and_entered() -> None:
    pen = drawn(replay.sheet, STATE, sheet="replay")
    stops = {stop.act for stop in pen.drawing.stops}
    assert {acts.Replay(JumpTo(row.at_ms)) for row in CHAPTERS} <= stops
    walking = keys.Drawn(lambda _: 99, lambda _: pen.drawing.stops)
    at = replace(Ui(sheet="replay"), ring=acts.Replay(JumpTo(120_000)))
    assert keys.key(at, "enter", STATE, walking)[1] == (hud.DidReplay(JumpTo(120_000)),)
    assert "“1 Coproductions" in " ".join(pen.written)


def test_the_sheet_goes_with_it() -> None:
    assert settle(Ui(sheet="replay"), STATE, HudState(place=STATE.place)).sheet == ""
    assert ui.press(Ui(), acts.Open("replay"), HudState())[0].sheet == ""


def test_the_programme_lists_what_can_be_watched_and_asks_anew_when_it_is_opened() -> None:
    row = Watchable(LiveSessionId("debate"), "26 nov., 14 h 00", "Débat", "Lille")
    state = HudState(watchable=(row,))
    pen = drawn(programme.programme, state, sheet="programme")
    assert {"To watch again", "26 nov., 14 h 00 · Lille", "Débat", "Watch it there"} <= set(pen.written)
    assert pen.drawing.targets[-1].act == acts.Watch(row.session)
    assert ui.press(Ui(sheet="programme"), acts.Watch(row.session), state)[1] == (hud.Watched(row.session),)
    opened, told = keys.key(Ui(), "o", state, NO_CARDS)
    assert (opened.sheet, told) == ("programme", (hud.OpenedProgramme(),))
