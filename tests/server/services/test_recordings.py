"""Recordings as they are made of what was stored: the same states again, chapters, and nobody who has withdrawn."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from halles.ids import AccountId, HallId, LiveSessionId, VisitId
from halles.protocol.codec import TO_CLIENT_CAP
from halles.world import live_rules, live_voice
from halles.world.live import LivePerson, LiveState, Material
from halles.world.live_acts import (
    Depart,
    GiveFloor,
    LiveAct,
    LowerHand,
    MakePresenter,
    RaiseHand,
    Record,
    Seat,
    SetMode,
    ShowPage,
    Step,
    TakeFloor,
    YieldFloor,
    name_of,
)
from halles.world.live_replay import (
    CHAPTERS_CAP,
    LINES_BYTES,
    MOMENTS_BYTES,
    MOMENTS_CAP,
    PART_MS,
    PUBLIC_BYTES,
    ReplayPart,
    state_at,
)
from halles.world.live_voice import Spoken, VoicePortion
from halles.world.polls import Poll
from halles.world.text import Text
from halles_server.ports.live import LiveRecord, key_of
from halles_server.ports.meetings import Period
from halles_server.ports.programme import Entry, Speaker
from halles_server.ports.recordings import LiveEvent, RecordedPerson
from halles_server.services import off_record, recordings
from halles_server.services.recordings import BEGIN, recording_of
from halles_server.web.dates import Calendar
from halles_server.web.language import tongues
from halles_server.web.minutes import minutes_of

START = 1_000_000
SLIDES = (Material("Slides", "d.pdf", ("1.webp", "2.webp"), 0),)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ENTRY = Entry(
    LiveSessionId("debate"), Text("Débat"), Text(), HallId("lille"), "stage", Period(NOW, NOW), "fr", mode="hands"
)


class Stage:
    """What happens and what is stored of it, as the store writes it."""

    def __init__(self) -> None:
        self.state = LiveState()
        self.states: list[LiveState] = []
        self.events = [LiveEvent(1, 0, BEGIN, "", "", msgspec.json.encode(self.state).decode())]

    def act(self, at_ms: int, by: str, act: LiveAct, about: str = "") -> None:
        named = person(about) if about else None
        asked = live_rules.Asked(person(by), by == "host", at_ms, named, SLIDES)
        self.state = live_rules.decide(self.state, act, asked)
        self.states.append(self.state)
        self.note(at_ms, by, name_of(act), msgspec.json.encode(act).decode(), about)

    def say(self, at_ms: int, by: str, kind: str, text: str) -> None:
        self.note(at_ms, by, kind, msgspec.json.encode(("fr", text)).decode())

    def note(self, at_ms: int, by: str, kind: str, detail: str, about: str = "") -> None:
        self.events.append(LiveEvent(len(self.events) + 1, at_ms, kind, by, about, detail))

    def recorded(
        self, *withdrawn: str, guests: tuple[str, ...] = (), speakers: tuple[Speaker, ...] = ()
    ) -> recordings.Recording:
        people = {
            key: RecordedPerson(
                key,
                "" if key in withdrawn else key.title(),
                "fr",
                VisitId(f"visit-{key}"),
                key in withdrawn,
                key not in guests,
            )
            for key in ("host", "ada", "bob", *withdrawn)
        }
        entry = replace(ENTRY, speakers=speakers)
        return recording_of(LiveRecord(entry, 9, self.state), SLIDES, self.events, people)


def person(key: str) -> LivePerson:
    return LivePerson(key, VisitId(""), key.title(), "fr")


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    found.act(START, "host", Step("open-doors"))
    found.act(START + 10_000, "host", Step("start"))
    found.act(START + 20_000, "ada", RaiseHand())
    found.say(START + 21_000, "bob", "said", "Bonjour")
    found.act(START + 30_000, "host", GiveFloor("ada", 60), "ada")
    found.act(START + 70_000, "host", ShowPage(0, 2))
    found.say(START + 75_000, "ada", "caption", "Nous coproduisons")
    found.note(
        START + 78_000, "bob", "question-asked", msgspec.json.encode((7, "fr", "Avec qui ?", "waiting")).decode()
    )
    found.note(START + 79_000, "bob", "question-asked", msgspec.json.encode((8, "fr", "Refusée", "waiting")).decode())
    for at, number, state in ((80, 7, "approved"), (81, 8, "refused"), (95, 7, "answered")):
        decided = msgspec.json.encode((number, "decide", state, 12)).decode()
        found.note(START + at * 1000, "host", "question-decided", decided)
    poll = Poll("single", "hidden", Text("D’accord ?", "Akkoord?"), (Text("Oui", "Ja"), Text("Non", "Nee")))
    found.note(START + 96_000, "host", "poll-opened", msgspec.json.encode((3, poll)).decode())
    for at, counts in ((97, []), (98, [9, 4]), (99, [9, 4])):
        kind = "poll-closed" if not counts else "poll-shown"
        found.note(START + at * 1000, "host", kind, msgspec.json.encode((3, counts, 13)).decode())
    found.act(START + 90_000, "ada", YieldFloor())
    found.act(START + 100_000, "host", Step("close"))
    found.act(START + 130_000, "host", Step("end"))
    return found


def test_a_recording_ends_when_it_was_over_however_late_it_is_published(stage: Stage) -> None:
    outline = stage.recorded().outline
    stage.act(START + 900_000_000, "host", Step("publish"))
    assert stage.recorded().outline == outline


def test_what_is_done_after_the_end_is_in_no_recording_but_a_poll_that_was_left_open_is_closed_by_it() -> None:
    stage, later = Stage(), START + 3 * 86_400_000
    stage.act(START, "host", Step("open-doors"))
    poll = Poll("single", "open", Text("Oui ?"), (Text("Oui"), Text("Non")))
    stage.note(START + 1000, "host", "poll-opened", msgspec.json.encode((3, poll)).decode())
    asked = msgspec.json.encode((7, "fr", "Avec qui ?", "waiting")).decode()
    stage.note(START + 2000, "bob", "question-asked", asked)
    for step in ("start", "close", "end"):
        stage.act(START + 50_000, "host", Step(step))  # type: ignore[arg-type]
    stage.note(START + 54_000, "", "poll-closed", msgspec.json.encode((3, [9, 4], 13)).decode())
    stage.say(START + 3000, "ada", "said", "Bonjour")  # kept soon after
    before = stage.recorded()
    assert (before.outline.ended_ms, before.outline.parts) == (START + 50_000, 1)
    for at_ms, kind, detail in (
        (later, "question-decided", (7, "approve", "approved", 0)),
        (later + 1, "poll-shown", (3, [9, 4], 13)),
        (later + 2, name_of(MakePresenter("ada")), MakePresenter("ada")),
        (later + 3, name_of(Record(False)), Record(False)),
    ):
        stage.note(at_ms, "host", kind, msgspec.json.encode(detail).decode(), "ada" if kind == "make-presenter" else "")
    recording = stage.recorded()
    assert (recording.outline, recording.moments, recording.lines) == (before.outline, before.moments, before.lines)
    told = [(line.at_ms - START, line.text) for line in recording.told("fr")]
    assert told == [(3000, "Bonjour"), (50_000, "Oui ? Oui: 9, Non: 4 (13)")]
    last = recording.public.part(START, ())
    assert last.questions == (), "nobody saw it"
    assert [(one.card.state, one.card.closed_ms) for one in last.polls] == [("open", 0), ("closed", START + 50_000)]


def test_every_state_of_the_replay_is_the_one_that_was(stage: Stage) -> None:
    recording = stage.recorded()
    told = [msgspec.structs.replace(state, talked=(), counted_ms=0, backstage=()) for state in stage.states]
    assert [moment.state for moment in recording.moments] == told
    outline = recording.outline
    assert (outline.begun_ms, outline.ended_ms, outline.parts) == (START, START + 130_000, 3)
    assert [(line.kind, line.name, line.text) for line in recording.told("fr")] == [
        ("said", "Bob", "Bonjour"),
        ("caption", "Ada", "Nous coproduisons"),
        ("question", "Bob", "Avec qui ?"),
        ("answer", "Bob", "Avec qui ? (+12)"),
        ("poll", "", "D’accord ? Oui: 9, Non: 4 (13)"),
    ]


def test_chapters_lead_to_phases_speakers_pages_and_questions(stage: Stage) -> None:
    found = [(chapter.at_ms - START, chapter.kind, chapter.title) for chapter in stage.recorded().outline.chapters]
    assert found == [
        (0, "phase", "doors"),
        (10_000, "phase", "live"),
        (30_000, "speaker", "Ada"),
        (70_000, "slide", "2"),
        (80_000, "question", "Avec qui ?"),
        (100_000, "phase", "closing"),
        (130_000, "phase", "ended"),
    ]


def test_a_minute_begins_with_all_that_holds_then(stage: Stage) -> None:
    moments = recordings._moments_in(stage.recorded().moments, START + PART_MS)
    assert moments[0].at_ms == START + PART_MS
    assert [floor.person.name for floor in moments[0].state.floor] == ["Ada"]
    assert len(moments) == 4


def test_whoever_has_withdrawn_is_a_shape_without_a_name_everywhere(stage: Stage) -> None:
    recording = stage.recorded("ada")
    assert recording.withdrawn == {"ada"}
    told = msgspec.json.encode((recording.outline, recording.moments, recording.lines)).decode()
    assert "Ada" not in told
    assert '"ada"' not in told
    floor = recording.moments[4].state.floor
    assert [one.person.name for one in floor] == [""], "somebody spoke; nobody reads who"


def test_nothing_leads_from_a_shape_without_a_name_to_the_announced_speaker_that_it_was() -> None:
    account = AccountId("5e1d5b60-0000-4000-8000-000000000001")
    carol, stage = key_of(ENTRY.session, account, VisitId("")), Stage()
    for second, step in enumerate(("open-doors", "start")):
        stage.act(START + second * 1000, "host", Step(step))  # type: ignore[arg-type]
    for number, key in enumerate((carol, "dan")):
        stage.act(START + 3000 + number, "host", Seat(key, number), key)
    stage.act(START + 4000, "host", GiveFloor(carol), carol)
    speakers = (Speaker("Carol", account=account), Speaker("Elsewhere"))
    recording = stage.recorded(carol, "dan", "host", speakers=speakers)
    state = recording.moments[-1].state
    assert [chair.person.key for chair in state.chairs] == ["x1", "x2"], "two shapes; hosts who only conduct are none"
    assert [floor.person.key for floor in state.floor] == ["x1"]
    assert [speaker.name for speaker in recording.speakers] == ["Elsewhere"]
    minutes = minutes_of(recording, Text(), tongues()["fr"], Calendar("fr", ZoneInfo("Europe/Brussels")))
    assert "Elsewhere" in minutes
    assert "Carol" not in minutes
    assert [speaker.name for speaker in stage.recorded("dan", speakers=speakers).speakers] == ["Carol", "Elsewhere"]


def test_nothing_is_told_of_what_somebody_wrote_before_or_after_they_withdrew(stage: Stage) -> None:
    recording = stage.recorded("ada", "bob")
    assert [line.kind for line in recording.told("fr")] == ["poll"]
    assert not any(chapter.kind == "question" for chapter in recording.outline.chapters)


def test_guests_are_told_without_a_name_and_with_what_they_said(stage: Stage) -> None:
    recording = stage.recorded(guests=("ada", "bob"))
    assert recording.withdrawn == {"ada", "bob"}, "in motion they are shapes without a key"
    told = msgspec.json.encode((recording.outline, recording.moments, recording.lines)).decode()
    for name in ("Ada", "Bob", '"ada"', '"bob"'):
        assert name not in told
    assert [(line.kind, line.name, line.text) for line in recording.lines[:3]] == [
        ("said", "", "Bonjour"),
        ("caption", "", "Nous coproduisons"),
        ("question", "", "Avec qui ?"),
    ]
    minutes = minutes_of(recording, Text(), tongues()["fr"], Calendar("fr", ZoneInfo("Europe/Brussels")))
    assert "Bonjour" in minutes
    for name in ("Ada", "Bob"):
        assert name not in minutes


def test_while_it_is_not_recorded_nothing_is_told(stage: Stage) -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    stage.act(START + 1000, "host", Record(False))
    stage.act(START + 2000, "ada", RaiseHand())
    stage.act(START + 9000, "host", Record(True))
    moments = recordings._moments_in(stage.recorded().moments, START)
    assert [moment.at_ms - START for moment in moments] == [0, 9000]


def test_words_and_speakers_of_a_time_that_was_not_recorded_or_before_the_doors_are_in_nothing() -> None:
    stage = Stage()
    stage.act(START - 86_400_000, "host", SetMode("open"))
    stage.say(START - 3_600_000, "bob", "said", "Avant les portes")
    stage.act(START, "host", Step("open-doors"))
    stage.act(START + 1000, "host", Step("start"))
    stage.act(START + 2000, "host", Record(False))
    stage.say(START + 3000, "host", "caption", "Entre nous")
    stage.act(START + 4000, "ada", TakeFloor())
    stage.act(START + 5000, "ada", YieldFloor())
    stage.act(START + 6000, "host", Record(True))
    stage.say(START + 7000, "host", "caption", "Pour tous")
    recording = stage.recorded()
    assert [line.text for line in recording.told("fr")] == ["Pour tous"]
    assert {chapter.kind for chapter in recording.outline.chapters} == {"phase"}
    assert all(not moment.state.floor for moment in recording.moments)
    assert recording.outline.begun_ms == START
    minutes = minutes_of(recording, Text(), tongues()["fr"], Calendar("fr", ZoneInfo("Europe/Brussels")))
    assert "Pour tous" in minutes
    for word in ("Entre nous", "Avant les portes", "Ada"):
        assert word not in minutes


def test_questions_of_a_time_that_was_not_recorded_are_in_neither_lines_nor_chapters() -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    for number, second in ((7, 1), (8, 5)):
        if number == 8:
            stage.act(START + 4000, "host", Record(False))
        asked = msgspec.json.encode((number, "fr", f"Question {number}", "approved")).decode()
        stage.note(START + second * 1000, "bob", "question-asked", asked)
        decided = msgspec.json.encode((number, "approve", "approved", 0)).decode()
        stage.note(START + second * 1000, "host", "question-decided", decided)
    recording = stage.recorded()
    assert [line.text for line in recording.lines] == ["Question 7"]
    assert [chapter.title for chapter in recording.outline.chapters if chapter.kind == "question"] == ["Question 7"]


def test_whoever_has_withdrawn_also_leaves_floor_chair_and_pages_when_they_left() -> None:
    stage = Stage()
    for second, (by, act) in enumerate((("host", Step("open-doors")), ("host", Step("start")))):
        stage.act(START + second * 1000, by, act)
    stage.act(START + 3000, "host", GiveFloor("ada"), "ada")
    stage.act(START + 3500, "host", MakePresenter("ada"), "ada")
    stage.act(START + 3600, "host", Seat("bob", 1), "bob")
    for key in ("ada", "bob"):
        stage.note(START + 4000, key, "depart", msgspec.json.encode(Depart(key, f"visit-{key}")).decode())
    state = stage.recorded("ada", "bob").moments[-1].state
    assert (state.floor, state.chairs, state.presenter) == ((), (), "")


def test_state_at_a_moment_is_the_last_one_before(stage: Stage) -> None:
    recording = stage.recorded()
    minute = ReplayPart(0, START, recordings._moments_in(recording.moments, START), ())
    assert state_at(minute, START + 25_000).hands[0].person.name == "Ada"
    assert state_at(minute, START - 5).phase == "doors"


def test_of_a_flood_of_acts_a_minute_tells_what_fits_and_how_it_ended() -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    for n in range(2000):
        stage.act(START + 20 * (n + 1), "ada", RaiseHand() if n % 2 == 0 else LowerHand())
    moments = recordings._moments_in(stage.recorded().moments, START)
    assert len(moments) <= MOMENTS_CAP + 1
    assert moments[-1].state == stage.state


def test_of_a_flood_of_lines_and_pages_a_part_and_the_outline_tell_what_one_message_may_hold() -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    for n in range(CHAPTERS_CAP + 50):
        stage.act(START + 10 * (n + 1), "host", ShowPage(0, 1 + n % 2))
    stage.act(START + 30_000, "host", Step("start"))
    for n in range(700):
        stage.say(START + 30_100 + n, "bob", "said", f"{n} " + "é" * 300)
    recording = stage.recorded()
    assert {chapter.kind for chapter in recording.outline.chapters} == {"phase"}, "pages are left out first"
    lines = recordings._fitting(recording.told("fr"), LINES_BYTES)
    assert 0 < len(msgspec.msgpack.encode(lines)) <= LINES_BYTES + 3
    assert lines == recording.told("fr")[: len(lines)]
    assert MOMENTS_BYTES + LINES_BYTES + PUBLIC_BYTES < TO_CLIENT_CAP


def test_what_was_spoken_while_nothing_was_recorded_is_heard_by_nobody_though_it_was_stored() -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    stage.act(START + 1000, "host", Record(False))
    stage.act(START + 3000, "host", Record(True))
    off = stage.recorded().off
    assert off == ((START + 1000, START + 3000),)
    spoken = [Spoken(place, bytes([place])) for place in range(250)]  # five seconds
    portion = VoicePortion(START, "ada", live_voice.pack(spoken))
    kept = live_voice.unpack(off_record.spoken(portion, off).data)
    assert [one.place for one in kept] == [*range(50), *range(150, 250)]
    assert off_record.spoken(portion, ()) is portion
