"""What the live session's sheets offer: what makes sense now, and what a press means."""

from typing import Any

import pytest

from halles.world.live_acts import (
    FreezeChat,
    GiveFloor,
    LeaveChair,
    LowerHand,
    RaiseHand,
    RunFilm,
    SetMode,
    ShowPage,
    Step,
    TakeChair,
    YieldFloor,
)
from halles_client.language import speak
from halles_client.view.hud import acts
from halles_client.view.hud.live_choices import Choice, choices
from halles_client.view.hud.live_state import (
    Asked,
    HandUp,
    LiveShown,
    PollShown,
    ReactWith,
    Shown,
    Speaking,
    VoteFor,
    VoteIn,
)

EVA, JAN = HandUp("eva", "Eva", first=True), HandUp("jan", "Jan", first=False)


def offered(sheet: str = "live", **live: Any) -> tuple[Choice, ...]:
    return choices(speak("en"), LiveShown(**{"title": "T", "phase": "live", "mode": "hands", **live}), sheet)


def wishes(sheet: str = "live", **live: Any) -> list[object]:
    return [choice.act.what for choice in offered(sheet, **live) if isinstance(choice.act, acts.Part)]


def test_a_hand_goes_up_and_down_with_its_rank() -> None:
    assert RaiseHand() in wishes()
    up = offered(hands=(EVA, JAN), rank=2)
    lower = next(choice for choice in up if choice.act == acts.Part(LowerHand()))
    assert (lower.detail, lower.on) == ("number 2 of 2", True)
    assert RaiseHand() not in wishes(hands=(EVA,), rank=1)


def test_what_the_mode_and_the_phase_do_not_allow_is_not_offered() -> None:
    assert RaiseHand() not in wishes(mode="stage-only")
    assert RaiseHand() not in wishes(phase="closing")
    assert offered(phase="paused", mode="screening") == ()


def test_in_a_fishbowl_one_sits_down_on_a_free_chair_and_gets_up() -> None:
    assert TakeChair(3) in wishes(mode="fishbowl", free=3)
    seated = wishes(mode="fishbowl", free=3, chair=1, floor=True)
    assert LeaveChair() in seated
    assert TakeChair(3) not in seated


def test_who_has_the_floor_gives_it_back_and_who_is_far_goes_there() -> None:
    assert YieldFloor() in wishes(floor=True)
    assert offered(far=True)[0].act == acts.GoToStage()
    assert sum(choice.primary for choice in offered(far=True)) == 1, "one amber button"


def test_reactions_questions_and_the_poll_are_voted_with_a_press() -> None:
    asked = (Asked(4, "Budgets?", "Eva", 12, False, "pinned"), Asked(5, "When?", "Jan", 3, True, "answered"))
    poll = PollShown(1, "First?", ("A", "B"), (), (1,), 7, open=True, multiple=False)
    found = wishes(questions=asked, poll=poll)
    assert ReactWith("applaud") in found
    assert VoteFor(4, on=True) in found
    assert not any(isinstance(what, VoteFor) and what.question == 5 for what in found)
    assert [what for what in found if isinstance(what, VoteIn)] == [VoteIn(1, (0,)), VoteIn(1, ())]


def test_of_several_options_each_press_adds_or_takes_away_one_and_a_closed_poll_only_shows() -> None:
    poll = PollShown(1, "Which?", ("A", "B", "C"), (1, 2, 3), (0, 2), 4, open=True, multiple=True)
    assert [what.choices for what in wishes(poll=poll) if isinstance(what, VoteIn)] == [(2,), (0, 1, 2), (0,)]
    closed = PollShown(1, "Which?", ("A", "B"), (1, 2), (), 3, open=False, multiple=False)
    rows = [choice for choice in offered(poll=closed) if choice.label in "AB"]
    assert [(row.act, row.detail) for row in rows] == [(None, "1"), (None, "2")]


def test_hosts_conduct_floor_pages_film_mode_chat_and_steps() -> None:
    shown = Shown("slides", 0, 2, 3, titles=(("Slides", 3), ("Film", 0)), mine=True)
    found = wishes(
        "conduct", host=True, hands=(EVA, JAN), speaking=(Speaking("jan", "Jan"),), steps=("pause",), shown=shown
    )
    for what in (
        GiveFloor("eva"),
        GiveFloor("jan"),
        YieldFloor("jan"),
        ShowPage(0, 3),
        ShowPage(0, 1),
        RunFilm(1, 0, playing=False),
        Step("pause"),
        SetMode("fishbowl"),
        FreezeChat(on=True),
    ):
        assert what in found
    film = Shown("film", 1, playing=True, position_ms=4_000, titles=shown.titles, mine=True)
    assert RunFilm(1, 4_000, playing=False) in wishes("conduct", host=True, shown=film)


@pytest.mark.parametrize(("mine", "turns"), [(True, True), (False, False)])
def test_a_presenter_who_is_no_host_turns_pages_on_the_sheet_of_everybody(mine: bool, turns: bool) -> None:
    shown = Shown("slides", 0, 1, 3, titles=(("Slides", 3),), mine=mine)
    assert (ShowPage(0, 2) in wishes(shown=shown)) is turns
