"""Acts as forms ask for them."""

import pytest
from starlette.exceptions import HTTPException

from halles.world.live import Film, LiveState
from halles.world.live_acts import (
    FreezeChat,
    GiveFloor,
    LiveAct,
    LowerHand,
    MoveHand,
    RaiseHand,
    RunFilm,
    SetMode,
    ShowOnScreen,
    ShowPage,
    Step,
    TakeChair,
)
from halles_server.web.live_acts import act_of


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("raise-hand", RaiseHand()),
        ("lower-hand a1", LowerHand("a1")),
        ("give-floor v7 120", GiveFloor("v7", 120)),
        ("take-chair 3", TakeChair(3)),
        ("move-hand a1 up", MoveHand("a1", "up")),
        ("show-page 0 12", ShowPage(0, 12)),
        ("step start", Step("start")),
        ("set-mode fishbowl", SetMode("fishbowl")),
        ("show question 7", ShowOnScreen("question", 7)),
        ("freeze-chat true", FreezeChat(True)),
        ("run-film 1 2500 false", RunFilm(1, 2500, False)),
    ],
)
def test_an_act_is_its_name_and_its_fields(words: str, act: LiveAct) -> None:
    assert act_of(words, LiveState(), 0) == act


def test_a_film_is_stopped_where_it_is_when_the_form_arrives() -> None:
    playing = LiveState(film=Film(1, True, 10_000, at_ms=1_000_000))
    assert act_of("run-film 1 now false", playing, 1_004_000) == RunFilm(1, 14_000, False)
    assert act_of("run-film 1 now true", LiveState(), 0) == RunFilm(1, 0, True)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "depart a1",
        "hosts-gone",
        "step",
        "step open",
        "take-chair 99",
        "raise-hand x",
        "+60",
        "move-hand a1 last",
        "give-floor a " + "9" * 300,
    ],
)
def test_what_no_form_of_ours_asks_for_is_refused(words: str) -> None:
    with pytest.raises(HTTPException) as refused:
        act_of(words, LiveState(), 0)
    assert refused.value.status_code == 400
