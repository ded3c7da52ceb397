"""What the HUD is shown of a replay, in the reader's language, and what somebody's wishes become."""

from concurrent.futures import Future

from halles.protocol.messages import Message
from halles.protocol.replay_messages import OpenReplay, ReadReplay, ReplayCard, ReplayMoved, ReplayRead, ReplaysListed
from halles.world.live_motion import KeyedNumber, MotionChunk, pack
from halles.world.live_replay import PART_MS
from halles.world.text import Text
from halles_client.hud_feed import HudFeed
from halles_client.replay_feed import do_replay
from halles_client.view.hud.replay_state import JumpBy, JumpTo, PlayOrPause, SetSpeed, StopWatching
from halles_client.visit import Visit
from tests.client.replica.test_ghosts import sample
from tests.client.test_live_feed import Wire
from tests.client.test_replays import ADA, BEGUN, opened, part
from tests.support.live_hall import LILLE, SESSION, here
from tests.support.live_hall import opened as live_opened
from tests.support.live_hall import told as live_told
from tests.support.plans import PLANS


class Recorded(Wire):
    """A server with one recorded live session."""

    def ask(self, message: Message) -> "Future[Message]":
        future = super().ask(message)
        if isinstance(message, OpenReplay):
            future.set_result(opened())
        elif isinstance(message, ReadReplay):
            walk = pack([sample((2, 1.0, 20.0, 128, 0), (3, -1.0, 20.0, 128, 0))])
            begun = BEGUN + message.part * PART_MS
            self.said.append(
                ReplayMoved(SESSION, message.part, MotionChunk(begun, 1, walk, (KeyedNumber(2, ADA.key),)))
            )
            future.set_result(ReplayRead(message.request_id, SESSION, part(message.part)))
        return future


def watching() -> tuple[Visit, Recorded, HudFeed]:
    wire = Recorded()
    visit = Visit(wire, PLANS, None)  # type: ignore[arg-type]
    wire.said = [*here()]
    visit.hear(0.0)
    visit.replays.open(SESSION)
    for _ in range(4):
        visit.hear(0.0)
    return visit, wire, HudFeed(visit, "fr", "ws://somewhere/")


def test_title_clock_speed_and_chapters_are_told_in_words() -> None:
    visit, _, feed = watching()
    visit.hear(5.0)
    shown = feed.state(5.0).replay
    assert shown is not None
    assert (shown.title, shown.into, shown.whole) == ("Débat", "0:05", "10:00")
    assert (shown.playing, shown.waiting, shown.speeds[shown.speed]) == (True, False, "1 ×")
    assert [(row.into, row.title, row.question) for row in shown.chapters] == [
        ("0:00", "En direct", False),
        ("1:10", "Ada", False),
        ("1:30", "Et l’export ?", True),
    ]
    assert shown.current == 0
    assert feed.state(5.0).replay is shown, "drawn again only when something has changed"


def test_wishes_jump_pause_change_the_speed_and_end_it() -> None:
    visit, _, feed = watching()
    do_replay(visit, JumpTo(BEGUN + 75_000))
    do_replay(visit, JumpBy(-1))
    assert visit.replays.position_ms == BEGUN + 65_000
    do_replay(visit, SetSpeed(4))
    do_replay(visit, PlayOrPause())
    assert (visit.replays.speed, visit.replays.playing) == (8.0, False)
    do_replay(visit, StopWatching())
    assert feed.state(0.0).replay is None


def test_a_live_session_that_begins_here_takes_its_place_and_that_is_said() -> None:
    visit, wire, feed = watching()
    wire.said = [live_opened(), live_told()]
    visit.hear(1.0)
    visit.hear(1.1)
    state = feed.state(1.1)
    assert state.replay is None
    assert state.live is not None
    assert [notice.text for notice in state.notices] == ["Une séance commence ici\u202f: l’enregistrement est terminé."]


def test_what_can_be_watched_is_listed_with_its_hour_by_the_shows_clock() -> None:
    visit, wire, feed = watching()
    future: Future[Message] = Future()
    wire.ask = lambda _: future  # type: ignore[method-assign]
    visit.replays.list()
    future.set_result(ReplaysListed(b"l" * 16, (ReplayCard(SESSION, Text("Débat"), LILLE, BEGUN, 60),)))
    visit.hear(0.0)
    (row,) = feed.state(0.0).watchable
    assert (row.session, row.title) == (SESSION, "Débat")
    assert row.when.replace("\u00a0", " ").endswith("23 h 13")
