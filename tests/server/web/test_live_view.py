"""A live session at one moment, as its pages show it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from halles.ids import HallId, LiveSessionId, VisitId
from halles.world.live import Chair, Film, Floor, LivePerson, LiveState, Material, Mode, Phase, Slide
from halles.world.live import Hand as Raised
from halles.world.text import Text
from halles_server.ports.meetings import Period
from halles_server.ports.programme import Entry
from halles_server.web.live_view import Hand, LiveView

ADA, BO = (LivePerson(f"a{name}", VisitId(""), name, "fr") for name in ("Ada", "Bo"))
DOCUMENT, FILM = Material("Diapos", "d.pdf", ("one.webp", "two.webp"), 0), Material("Film", "f.mp4", (), 90)
AT = datetime(2026, 11, 24, 13, tzinfo=UTC)
ENTRY = Entry(
    LiveSessionId("debate"), Text("Débat"), Text(), HallId("lille"), "stage", Period(AT, AT + timedelta(hours=1)), "fr"
)


def seen(state: LiveState, key: str = ADA.key, now_ms: int = 10_000) -> LiveView:
    return LiveView(ENTRY, state, (DOCUMENT, FILM), {}, now_ms, key)


@pytest.mark.parametrize(
    ("phase", "mode", "hand"),
    [
        ("live", "hands", "free"),
        ("doors", "open", "free"),
        ("live", "fishbowl", "chairs"),
        ("live", "screening", "none"),
        ("live", "stage-only", "none"),
        ("closing", "hands", "none"),
        ("scheduled", "hands", "none"),
    ],
)
def test_who_watches_is_offered_what_phase_and_mode_allow(phase: Phase, mode: Mode, hand: Hand) -> None:
    assert seen(LiveState(phase, mode)).hand == hand


def test_who_waits_speaks_or_sits_is_shown_that() -> None:
    live = LiveState("live", "hands", hands=(Raised(BO, 1, True), Raised(ADA, 2, False)))
    assert (seen(live).hand, seen(live).rank) == ("raised", 2)
    assert seen(LiveState("live", floor=(Floor(ADA, 0, 0),))).hand == "floor"
    sits = LiveState("live", "fishbowl", chairs=(Chair(1, ADA, 0),))
    assert seen(sits).hand == "seated"
    assert seen(sits, "").hand == "chairs"
    assert replace(seen(sits), silent=True).hand == "silenced"
    assert replace(seen(LiveState("closing")), silent=True).hand == "none"


def test_every_chair_is_shown_with_who_sits_there_and_the_first_free_one_is_offered() -> None:
    view = seen(LiveState("live", "fishbowl", chairs=(Chair(0, BO, 0),)))
    assert [chair.person.name if chair else "" for chair in view.chairs] == ["Bo", "", "", "", ""]
    assert view.free_chair == 1
    full = LiveState("live", chairs=tuple(Chair(number, BO, 0) for number in range(8)))
    assert seen(full).free_chair == -1


def test_the_picture_is_the_page_shown_and_none_where_the_programme_has_changed_meanwhile() -> None:
    assert seen(LiveState(slide=Slide(0, 2))).picture == "two.webp"
    assert seen(LiveState(slide=Slide(0, 3))).picture == ""
    assert seen(LiveState(slide=Slide(7, 1))).picture == ""
    assert seen(LiveState()).picture == ""


def test_a_film_is_reckoned_from_the_moment_when_it_was_told_and_ends_where_it_ends() -> None:
    playing = seen(LiveState(film=Film(1, True, 4_000, at_ms=7_000)))
    assert (playing.film, playing.film_s) == (FILM, 7)
    assert replace(playing, now_ms=1_000_000).film_s == 90
    assert seen(LiveState()).film is None


def test_clocks_are_written_in_minutes_and_seconds_and_go_on_beyond_their_end() -> None:
    view = seen(LiveState(), now_ms=100_000)
    assert [view.left(until) for until in (142_000, 100_001, 100_000, 30_000)] == ["0:42", "0:01", "0:00", "−1:10"]
    assert view.gone(35_500) == "1:04"
    assert view.left(4_000_000) == "1:05:00"
