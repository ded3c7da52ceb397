"""The live sessions of a hall as one visit knows them: the newest state, who one is there, captions and the clock."""

from typing import Any

import pytest

from halles.ids import AvatarNumber, HallId, LiveSessionId, VisitId
from halles.protocol.live_messages import CaptionSaid, LiveOpened, LivePartTold, LiveTold, PointerMoved
from halles.protocol.messages import HallEntered, Message
from halles.world.live import Film, Hand, LivePerson, LiveState, Slide, film_position_ms
from halles.world.text import Text
from halles_client.replica.live_sessions import CAPTION_S, LIVES_CAP, STALE_S, STEP_S, LiveSessions
from halles_client.replica.replica import Replica
from tests.support.plans import PLANS

LILLE, SESSION = HallId("lille"), LiveSessionId("co-productions")
ME, OTHER = LivePerson("me", VisitId("v1"), "Zoé", "fr"), LivePerson("other", VisitId("v2"), "Jan", "nl")


def opened(session: str = SESSION, hall: HallId = LILLE) -> LiveOpened:
    return LiveOpened(
        LiveSessionId(session), hall, "stage", Text("Titre"), Text("Résumé"), 0, 3_600_000, "fr", 100, (), ()
    )


def told(revision: int, told_ms: int = 1_000_000, **state: Any) -> LiveTold:
    return LiveTold(SESSION, revision, told_ms, LiveState(**{"phase": "live", **state}))


def hear(*messages: Message, now: float = 0.0, live: LiveSessions | None = None) -> LiveSessions:
    live = live or LiveSessions()
    for message in messages:
        assert live.apply(message, LILLE, now)
    return live


def test_a_live_session_is_known_once_its_state_has_come_with_ones_own_rank() -> None:
    live = hear(opened(), LivePartTold(SESSION, "me", host=True))
    assert live.first is None
    hear(told(3, hands=(Hand(OTHER, 1, True), Hand(ME, 2, True))), live=live)
    assert live.first is not None
    assert (live.first.rank, live.first.host) == (2, True)


def test_an_older_state_and_another_halls_live_session_are_not_believed_and_an_ended_one_is_gone() -> None:
    live = hear(opened(), told(3, mode="fishbowl"), told(2, mode="open"), opened("elsewhere", HallId("hainaut")))
    assert list(live.open) == [SESSION]
    assert live.open[SESSION].state.mode == "fishbowl"
    seen = live.seen
    hear(told(4, phase="ended"), live=live)
    assert not live.open
    assert live.seen > seen


def test_no_more_are_kept_than_a_hall_could_show() -> None:
    live = hear(*(opened(f"s{number}") for number in range(LIVES_CAP + 3)))
    assert len(live.open) == LIVES_CAP


def test_the_pointer_is_where_the_presenter_points_until_they_stop_or_turn_the_page() -> None:
    live = hear(opened(), told(1, slide=Slide(0, 1)), PointerMoved(SESSION, 2_500, 7_500, on=True))
    assert live.open[SESSION].pointer == (0.25, 0.75)
    hear(told(2, slide=Slide(0, 2)), live=live)
    assert live.open[SESSION].pointer is None
    hear(PointerMoved(SESSION, 1, 1, on=True), PointerMoved(SESSION, 1, 1, on=False), live=live)
    assert live.open[SESSION].pointer is None


def test_captions_are_read_in_ones_own_language_else_as_spoken_the_newest_two_and_not_for_ever() -> None:
    live = hear(opened(), told(1))
    for number, text in enumerate(("un", "deux", "trois"), 1):
        hear(CaptionSaid(SESSION, number, "fr", text, 0), live=live, now=10.0)
    hear(CaptionSaid(SESSION, 3, "fr", "encore trois", 0), live=live, now=10.0)
    first = live.first
    assert first is not None
    assert first.caption("fr", 11.0) == ("deux", "trois")
    assert first.caption("nl", 11.0) == ("deux", "trois")
    hear(CaptionSaid(SESSION, 4, "nl", "drie", 0), live=live, now=11.0)
    assert live.open[SESSION].caption("nl", 12.0) == ("drie",)
    assert live.open[SESSION].caption("fr", 10.0 + CAPTION_S) == ("drie",)
    assert live.open[SESSION].caption("fr", 11.0 + CAPTION_S) == ()


@pytest.mark.parametrize("delays", [(0.02, 0.18, 0.05), (0.2, 0.9, 0.03), (0.12, 0.12, 1.5)])
def test_two_viewers_reckon_a_films_position_within_a_quarter_of_a_second(delays: tuple[float, ...]) -> None:
    film = Film(0, playing=True, position_ms=5_000, at_ms=1_700_000_000_000)
    positions = []
    for offset, lag in ((300.0, delays), (-40.0, (0.01, 0.02, 0.03))):
        live = hear(opened())
        for revision, delay in enumerate(lag):
            sent = 1_700_000_000.0 + revision
            hear(told(revision, round(sent * 1000), film=film), live=live, now=sent - 1_699_999_000.0 + offset + delay)
        positions.append(film_position_ms(film, live.server_ms(1_008.0 + offset)))
    assert abs(positions[0] - positions[1]) <= 250
    assert 12_750 <= positions[0] <= 13_000


def test_a_server_whose_clock_was_set_back_is_believed_again() -> None:
    live = hear(opened(), told(1, 100_000), now=0.0)
    hear(told(2, 101_500), live=live, now=3.0)
    assert live.server_ms(3.0) == 103_000
    hear(told(3, 50_000), live=live, now=3.0 + STEP_S)
    assert live.server_ms(3.0 + STEP_S) == 50_000


def test_the_replica_hears_them_keeps_them_through_a_break_and_forgets_them_in_another_hall() -> None:
    replica = Replica(PLANS.scenes)
    entered = HallEntered(b"r" * 16, LILLE, AvatarNumber(7), 0, 0, 0, 0, 1)
    for message in (entered, opened(), LivePartTold(SESSION, "me", host=False), told(1)):
        replica.apply(message, 0.0)
    replica.apply(entered, 10.0)
    assert replica.live.first is not None, "nothing flickers while all is told again"
    replica.live.step(10.0)
    replica.apply(told(1), 10.1)
    replica.live.step(10.1 + STALE_S)
    assert replica.live.first is not None
    replica.apply(entered, 20.0)
    for now in (20.0, 20.0 + STALE_S / 2, 20.1 + STALE_S):
        assert replica.live.first is not None
        replica.live.step(now)
    assert replica.live.first is None, "it ended during the break"
    for message in (opened(), told(1)):
        replica.apply(message, 30.0)
    assert replica.live.first is not None
    replica.apply(HallEntered(b"r" * 16, HallId("hainaut"), AvatarNumber(7), 0, 0, 0, 0, 1), 1.0)
    assert replica.live.first is None
