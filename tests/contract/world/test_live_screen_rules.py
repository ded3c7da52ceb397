"""The screens: who turns pages, and where a film is."""

from msgspec.structs import replace

from halles.world.live import (
    film_position_ms,
)
from halles.world.live_acts import (
    MakePresenter,
    RunFilm,
    ShowOnScreen,
    ShowPage,
)
from tests.support.live_rules import LIVE, after, refusal


def test_only_the_presenter_turns_pages_and_runs_the_film() -> None:
    assert refusal(LIVE, ShowPage(0, 1)) == "FORBIDDEN"
    state = after(LIVE, (ShowPage(0, 2), "host"))
    assert (state.screen, state.slide and state.slide.page) == ("slides", 2)
    state = after(state, (MakePresenter("ada"), "host"))
    assert refusal(state, ShowPage(0, 1), "host") == "FORBIDDEN"
    assert after(state, (ShowPage(0, 1), "ada")).slide != state.slide
    for wrong in (ShowPage(0, 3), ShowPage(1, 1), ShowPage(9, 1), RunFilm(0, 0, True), RunFilm(1, 60_001, True)):
        assert refusal(state, wrong, "ada") == "NOT_FOUND", wrong
    assert refusal(replace(state, phase="ended"), ShowPage(0, 1), "ada") == "NOT_NOW"
    assert after(state, (MakePresenter(), "host")).presenter == ""


def test_a_film_goes_on_from_the_servers_moment_and_stands_still_when_something_else_is_shown() -> None:
    state = after(LIVE, (RunFilm(1, 5000, True), "host"), now_ms=10_000)
    assert state.film is not None
    assert [film_position_ms(state.film, now, 60_000) for now in (9000, 10_000, 12_500, 90_000)] == [
        5000,
        5000,
        7500,
        60_000,
    ]
    state = after(state, (ShowPage(0, 1), "host"), now_ms=13_000)
    assert state.film is not None
    assert (state.film.playing, film_position_ms(state.film, 20_000)) == (False, 8000)
    assert after(state, (ShowOnScreen("film"), "host")).screen == "film"
    assert refusal(LIVE, ShowOnScreen("film"), "host") == refusal(LIVE, ShowOnScreen("question"), "host") == "NOT_FOUND"
    assert after(LIVE, (ShowOnScreen("question", 7), "host")).on_screen == 7
