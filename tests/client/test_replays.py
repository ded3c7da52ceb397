"""A replay: its clock and speeds, what is fetched and kept, jumps, lost answers, and a live session that wins."""

from collections.abc import Callable

import pytest

from halles.errors import HallesError, Rejection, RejectionCode, Unavailable
from halles.ids import HallId, LiveSessionId
from halles.protocol.live_messages import LiveSpeaker
from halles.protocol.messages import Message
from halles.protocol.replay_messages import (
    ListReplays,
    OpenReplay,
    ReadReplay,
    ReplayCard,
    ReplayMoved,
    ReplayOpened,
    ReplayRead,
    ReplaysListed,
    ReplayVoiced,
)
from halles.world import live_voice
from halles.world.live import Film, Floor, LivePerson, LiveState, Slide
from halles.world.live_motion import KeyedNumber, MotionChunk, pack
from halles.world.live_replay import (
    PART_MS,
    Chapter,
    Moment,
    PublicThen,
    QuestionThen,
    ReactionsThen,
    RecordedLine,
    ReplayOutline,
    ReplayPart,
)
from halles.world.live_voice import Spoken, VoicePortion
from halles.world.questions import Question
from halles.world.text import Text
from halles_client.replay_voice import Words
from halles_client.replays import AGAIN_S, LOST_CAP, MINUTES_CAP, SOON_S, STEP_MS, Replays, still
from halles_client.replica.ghosts import GHOST_NUMBER
from tests.client.replica.test_ghosts import sample
from tests.support import live_hall
from tests.support.live_hall import JAN, MATERIALS, SESSION

BEGUN = 1_700_000_000_000
PARTS = 10
ADA = LivePerson("aada", live_hall.ME.visit, "Ada", "fr")
CHAPTERS = (
    Chapter(BEGUN, "phase", "live"),
    Chapter(BEGUN + 70_000, "speaker", "Ada"),
    Chapter(BEGUN + 80_000, "slide", "1"),
    Chapter(BEGUN + 90_000, "question", "Et l’export ?"),
)


def opened(parts: int = PARTS, hall: str = "lille") -> ReplayOpened:
    outline = ReplayOutline(BEGUN, BEGUN + parts * PART_MS - 1, parts, CHAPTERS)
    speakers = (LiveSpeaker("Ada Sols", "", ADA.key),)
    return ReplayOpened(b"o" * 16, SESSION, HallId(hall), "stage", Text("Débat"), speakers, MATERIALS, outline)


def part(number: int) -> ReplayPart:
    """A minute: after half of it Ada has the floor and the next page is on screen."""
    begun = BEGUN + number * PART_MS
    first = LiveState(phase="live", screen="slides", slide=Slide(0, 1))
    then = LiveState(phase="live", screen="slides", slide=Slide(0, 2), floor=(Floor(ADA, begun, 0),))
    line = RecordedLine(begun + 40_000, "caption", JAN.key, JAN.name, "nl", f"zin {number}")
    asked = Question(7, "Et l’export ?", "fr", JAN.key, JAN.name, begun, "approved", 3)
    public = PublicThen((QuestionThen(begun, asked),), reactions=(ReactionsThen(begun + 20_000, (4, 0, 0, 0, 0)),))
    return ReplayPart(number, begun, (Moment(begun, first), Moment(begun + 30_000, then)), (line,), public)


class Visitor:
    """A replay in the hall, what it asks for, and what it was refused."""

    def __init__(self) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refused: list[HallesError] = []
        self.replica = live_hall.replica()
        self.replica.live.clear()
        self.replays = Replays(self.replica, lambda *row: self.asked.append(row), self.refused.append)
        self.now = 100.0

    def watch(self, told: ReplayOpened | None = None) -> "Visitor":
        self.replays.open(SESSION)
        message, done, _ = self.asked.pop()
        assert isinstance(message, OpenReplay)
        done(told or opened())
        self.beat(0.0)
        return self

    def beat(self, seconds: float = 0.05) -> None:
        self.now += seconds
        self.replays.step(self.now)

    @property
    def wanted(self) -> list[int]:
        return [row[0].part for row in self.asked if isinstance(row[0], ReadReplay)]

    def answer(self, *, lost: HallesError | None = None) -> None:
        """Everything asked for so far gets its answer, or is lost."""
        asked, self.asked = self.asked, []
        for message, done, failed in asked:
            assert isinstance(message, ReadReplay)
            if lost is not None:
                failed(lost)
                continue
            walk = pack([sample((2, 1.0, 2.0, 0, 0), (3, 0.0, 0.0, 0, 0))])
            begun = BEGUN + message.part * PART_MS + 30_000
            chunk = MotionChunk(begun, 1, walk, (KeyedNumber(2, ADA.key),))
            self.replays.heard(ReplayMoved(SESSION, message.part, chunk))
            done(ReplayRead(message.request_id, SESSION, part(message.part)))

    def settle(self) -> None:
        """Gives it all it asks for."""
        for _ in range(4):
            self.beat(0.0)
            self.answer()
        self.beat(0.0)

    @property
    def into(self) -> float:
        return (self.replays.position_ms - BEGUN) / 1000


def test_the_minute_at_hand_is_fetched_then_the_next_and_time_goes_on_once_it_is_there() -> None:
    visitor = Visitor().watch()
    assert visitor.wanted == [0]
    visitor.beat(1.0)
    assert visitor.into == 0.0
    assert visitor.replays.waiting
    assert visitor.replays.live is None
    visitor.answer()
    visitor.beat(1.0)
    assert visitor.into == 1.0
    assert visitor.wanted == [1]
    visitor.answer()
    visitor.beat(30.0)
    assert visitor.replays.live is not None
    assert visitor.replays.live.state.slide == Slide(0, 2)
    assert visitor.replays.live.about.materials == MATERIALS


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0, 4.0, 8.0])
def test_time_goes_as_fast_as_was_chosen_and_stands_still_when_paused(speed: float) -> None:
    visitor = Visitor().watch()
    visitor.settle()
    visitor.replays.run_at(speed)
    visitor.beat(2.0)
    assert visitor.into == pytest.approx(2.0 * speed)
    assert visitor.replays.pace == speed
    visitor.replays.run_at(3.0)
    assert visitor.replays.speed == speed, "no such speed"
    visitor.replays.toggle()
    visitor.beat(2.0)
    assert visitor.into == pytest.approx(2.0 * speed)
    assert visitor.replays.pace == 0.0


def test_a_jump_shows_its_moment_as_soon_as_its_minute_is_there_and_at_once_where_it_is_kept() -> None:
    visitor = Visitor().watch()
    visitor.settle()
    visitor.replays.seek(BEGUN + 6 * PART_MS + 45_000)
    visitor.beat(0.0)
    assert visitor.replays.live is None
    assert visitor.wanted == [6]
    visitor.answer()
    visitor.beat(0.0)
    assert visitor.replays.live is not None
    assert visitor.replays.live.state.floor
    visitor.replays.seek(visitor.replays.position_ms - STEP_MS - 10_000)
    visitor.beat(0.0)
    assert visitor.replays.live.state.floor == ()
    visitor.replays.seek(0)
    assert visitor.into == 0.0
    visitor.replays.seek(2.0**50)
    assert visitor.replays.position_ms == opened().outline.ended_ms


def test_never_more_than_four_minutes_are_kept_and_never_more_than_two_asked_for() -> None:
    visitor = Visitor().watch()
    for minute in (0, 9, 4, 2, 7, 5, 1, 8):
        visitor.replays.seek(BEGUN + minute * PART_MS)
        visitor.beat(0.0)
        assert len(visitor.wanted) <= 2
        visitor.settle()
        assert not visitor.replays.waiting
        assert len(visitor.replays._minutes) <= MINUTES_CAP
        assert len(visitor.replays._ghosts._minutes) <= MINUTES_CAP
    unanswered = Visitor().watch()
    for minute in range(PARTS):
        unanswered.replays.seek(BEGUN + minute * PART_MS)
        unanswered.beat()
    assert len(unanswered.wanted) == 2


def test_what_comes_too_quickly_is_asked_for_again_soon_and_nobody_is_troubled() -> None:
    visitor = Visitor().watch()
    visitor.answer(lost=Rejection(RejectionCode.RATE_LIMITED, "portions", 500))
    visitor.beat(SOON_S - 0.01)
    assert visitor.wanted == []
    visitor.beat(0.02)
    assert visitor.wanted == [0]
    assert visitor.refused == []


def test_a_lost_answer_is_said_once_and_asked_for_again_until_that_is_hopeless() -> None:
    visitor = Visitor().watch()
    for _ in range(LOST_CAP - 1):
        visitor.answer(lost=Unavailable("no answer in time"))
        visitor.beat(AGAIN_S + 0.01)
    assert len(visitor.refused) == 1
    visitor.answer()
    visitor.beat(1.0)
    assert visitor.into == 1.0
    for _ in range(LOST_CAP):
        visitor.answer(lost=Unavailable("no answer in time"))
        visitor.beat(AGAIN_S + 0.01)
    assert visitor.replays.about is None
    assert len(visitor.refused) == 3


@pytest.mark.parametrize("code", [RejectionCode.NOT_NOW, RejectionCode.FORBIDDEN, RejectionCode.NOT_FOUND])
def test_a_refusal_ends_it_and_is_said(code: RejectionCode) -> None:
    visitor = Visitor()
    visitor.replays.open(SESSION)
    visitor.asked.pop()[2](Rejection(code, "no"))
    visitor.watch()
    visitor.answer(lost=Rejection(code, "no longer"))
    assert visitor.replays.about is None
    assert [error.code for error in visitor.refused if isinstance(error, Rejection)] == [code, code]


def test_answers_to_what_is_watched_no_longer_are_not_heeded() -> None:
    visitor = Visitor().watch()
    late = visitor.asked.pop()
    visitor.replays.end()
    late[1](ReplayRead(b"l" * 16, SESSION, part(0)))
    late[2](Rejection(RejectionCode.FORBIDDEN, "late"))
    visitor.replays.heard(ReplayMoved(LiveSessionId("another"), 0, MotionChunk(BEGUN, 1, b"")))
    visitor.beat(1.0)
    assert (visitor.replays.live, visitor.replays.about, visitor.refused) == (None, None, [])


def test_ghosts_are_named_by_key_and_whoever_has_the_floor_is_known() -> None:
    visitor = Visitor().watch()
    visitor.settle()
    visitor.beat(30.0)
    assert visitor.replays.crowd().number.tolist() == [GHOST_NUMBER + 2, GHOST_NUMBER + 3]
    assert visitor.replays.names() == {GHOST_NUMBER + 2: "Ada"}
    assert visitor.replays.speaking() == {GHOST_NUMBER + 2}


def test_what_was_said_lately_stands_under_the_screen_across_minutes() -> None:
    visitor = Visitor().watch()
    visitor.settle()
    said = []
    for into in (39_000, 41_000, 59_000, 101_000):
        visitor.replays.seek(BEGUN + into)
        visitor.beat(0.0)
        assert visitor.replays.live is not None
        said.append(visitor.replays.live.caption("fr", visitor.now))
    assert said == [(), ("zin 0",), (), ("zin 1",)]


def test_the_question_on_the_screen_and_the_applause_of_then_are_seen_at_their_moments() -> None:
    visitor = Visitor().watch()
    visitor.settle()
    heard = {}
    for second in (10, 21, 40, 21):
        visitor.replays.seek(BEGUN + second * 1000)
        visitor.beat(0.0)
        assert visitor.replays.live is not None
        public = visitor.replays.live.public
        assert [(row.text, row.votes) for row in public.top] == [("Et l’export ?", 3)]
        heard[second] = public.applause(visitor.now)[0]
    assert heard == {10: 0, 21: 4, 40: 0}


def test_one_goes_to_its_hall_once_and_leaving_it_ends_it() -> None:
    visitor = Visitor().watch(opened(hall="gand"))
    assert visitor.replays.goal() == ("gand", "stage:stage")
    assert visitor.replays.goal() is None
    visitor.settle()
    visitor.beat(5.0)
    assert visitor.into == 0.0, "it waits for whoever watches"
    visitor.replays.not_arrived()
    assert visitor.replays.about is None
    visitor.watch()
    visitor.replays.entered(HallId("lille"))
    assert visitor.replays.about is not None
    visitor.replays.entered(HallId("gand"))
    assert visitor.replays.about is None


def test_a_live_session_in_that_hall_wins_and_that_is_said_once() -> None:
    visitor = Visitor().watch()
    visitor.settle()
    visitor.replica.apply(live_hall.opened(), visitor.now)
    visitor.replica.apply(live_hall.told(), visitor.now)
    visitor.beat()
    assert (visitor.replays.live, visitor.replays.about) == (None, None)
    assert (visitor.replays.reason(), visitor.replays.reason()) == ("live", "")


def test_it_ends_at_its_end_and_begins_anew_when_played_again() -> None:
    visitor = Visitor().watch(opened(parts=1))
    visitor.settle()
    visitor.beat(100.0)
    assert not visitor.replays.playing
    assert visitor.replays.live is not None
    visitor.replays.toggle()
    assert (visitor.into, visitor.replays.playing) == (0.0, True)


def test_pages_are_no_chapters_and_what_was_not_recorded_cannot_be_watched() -> None:
    visitor = Visitor().watch()
    assert [row.kind for row in visitor.replays.chapters] == ["phase", "speaker", "question"]
    visitor.watch(opened(parts=0))
    assert visitor.replays.about is None
    assert len(visitor.refused) == 1


def test_what_can_be_watched_is_asked_for_once_at_a_time() -> None:
    visitor = Visitor()
    visitor.replays.list()
    visitor.replays.list()
    ((message, done, _),) = visitor.asked
    assert isinstance(message, ListReplays)
    card = ReplayCard(SESSION, Text("Débat"), HallId("lille"), BEGUN, 60)
    done(ReplaysListed(message.request_id, (card,)))
    assert visitor.replays.listed == (card,)
    visitor.replays.list()
    visitor.asked[-1][2](Unavailable("no answer"))
    visitor.replays.list()
    assert len(visitor.asked) == 3
    assert visitor.refused == []


def test_a_film_runs_by_the_clock_of_then_and_in_steps_where_time_goes_at_another_speed() -> None:
    visitor = Visitor().watch()
    visitor.settle()
    assert visitor.replays.live is not None
    film = Film(1, True, 1_000, BEGUN)
    state = LiveState(phase="live", screen="film", film=film)
    live = type(visitor.replays.live)(visitor.replays.live.about, state=state, told=True)
    assert still(live, BEGUN + 3_000, pace=1.0) == (live, BEGUN + 3_000)
    paused = still(live, BEGUN + 3_000, pace=0.0)[0].state.film
    assert paused == Film(1, False, 4_000, BEGUN + 3_000)
    first, same, later = (
        still(live, BEGUN // 16_000 * 16_000 + ms, pace=8.0)[0].state.film for ms in (16_000, 31_000, 32_000)
    )
    assert first == same
    assert first is not None
    assert later is not None
    assert later.position_ms - first.position_ms == 16_000
    assert not later.playing


def test_voices_come_with_the_minutes_where_they_are_wanted_and_are_heard_at_their_own_speed_only() -> None:
    visitor = Visitor()
    visitor.replays.hears = True
    visitor.watch()
    (asked,) = [row[0] for row in visitor.asked if isinstance(row[0], ReadReplay)]
    assert asked.voice
    spoken = [Spoken(place, b"x") for place in range(500)]
    visitor.replays.heard(ReplayVoiced(SESSION, 0, VoicePortion(BEGUN, ADA.key, live_voice.pack(spoken))))
    visitor.replays.heard(ReplayVoiced(SESSION, 7, VoicePortion(BEGUN, ADA.key, live_voice.pack(spoken))))
    visitor.settle()
    heard: list[Words] = []
    for _ in range(10):
        visitor.beat(0.02)
        heard += visitor.replays.voices()
    assert 10 <= len(heard) <= 14
    visitor.replays.run_at(2.0)
    visitor.beat(0.02)
    assert visitor.replays.voices() == []
    visitor.replays.run_at(1.0)
    visitor.replays.toggle()
    visitor.beat(0.02)
    assert visitor.replays.voices() == []
