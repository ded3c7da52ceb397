"""What the public of a recorded live session did, as screens showed it at each moment of its replay."""

import msgspec
import pytest

from halles.world.live_acts import Record, ShowOnScreen, Step
from halles.world.live_replay import PART_MS, PUBLIC_BYTES, PUBLIC_CAP, QUESTIONS_THEN, PublicThen
from halles.world.polls import Poll
from halles.world.text import Text
from halles_server.ports.recordings import REACTED
from tests.server.services.test_recordings import START, Stage

POLL = Poll("single", "hidden", Text("D’accord ?"), (Text("Oui"), Text("Non")))


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    found.act(START, "host", Step("open-doors"))
    found.act(START + 1000, "host", Step("start"))
    return found


def note(stage: Stage, second: float, by: str, kind: str, detail: object) -> None:
    stage.note(START + round(second * 1000), by, kind, msgspec.json.encode(detail).decode())


def minute(stage: Stage, number: int = 0, *on_screen: int) -> PublicThen:
    return stage.recorded().public.part(START + number * PART_MS, on_screen)


def test_a_question_is_seen_from_its_approval_on_with_the_votes_of_each_moment(stage: Stage) -> None:
    note(stage, 2, "ada", "question-asked", (1, "fr", "Avec qui ?", "waiting"))
    note(stage, 3, "bob", "question-asked", (2, "nl", "Refusée", "waiting"))
    note(stage, 4, "host", "question-decided", (2, "refuse", "refused", 0))
    note(stage, 5, "host", "question-decided", (1, "approve", "approved", 0))
    note(stage, 10, "", "question-voted", [(1, 7), (99, 1)])
    note(stage, 70, "host", "question-decided", (1, "answer", "answered", 9))
    first, second = minute(stage), minute(stage, 1)
    assert [(one.at_ms - START, one.row.text, one.row.name, one.row.state) for one in first.questions] == [
        (5000, "Avec qui ?", "Ada", "approved")
    ]
    assert [(one.at_ms - START, one.votes) for one in first.votes] == [(10_000, ((1, 7),))]
    held, answered = second.questions
    assert (held.at_ms, held.row.votes, held.row.state) == (START + PART_MS, 7, "approved"), "complete in itself"
    assert (answered.at_ms, answered.row.votes, answered.row.state) == (START + 70_000, 9, "answered")


def test_a_poll_is_seen_as_it_stood_and_its_counts_once_they_were(stage: Stage) -> None:
    note(stage, 2, "host", "poll-opened", (3, POLL))
    note(stage, 20, "host", "poll-closed", (3, [], 13))
    note(stage, 30, "host", "poll-shown", (3, [9, 4], 13))
    told = [(one.at_ms - START, one.card.state, one.counts, one.voters) for one in minute(stage).polls]
    assert told == [(2000, "open", (), 0), (20_000, "closed", (), 13), (30_000, "shown", (9, 4), 13)]
    assert [(one.at_ms - START, one.counts) for one in minute(stage, 1).polls] == [(PART_MS, (9, 4))]
    assert [line.text for line in stage.recorded().told("fr")] == ["D’accord ? Oui: 9, Non: 4 (13 personnes ont voté)"]


def test_what_happened_off_the_record_is_told_as_it_stood_when_recording_went_on(stage: Stage) -> None:
    note(stage, 2, "ada", "question-asked", (1, "fr", "Pour tous", "approved"))
    stage.act(START + 3000, "host", Record(False))
    note(stage, 4, "bob", "question-asked", (2, "fr", "Entre nous", "approved"))
    note(stage, 5, "ada", "question-asked", (3, "fr", "Et après ?", "approved"))
    note(stage, 6, "host", "question-decided", (2, "refuse", "refused", 0))
    note(stage, 7, "", REACTED, (5, 0, 0, 0, 0))
    note(stage, 8, "host", "poll-opened", (3, POLL))
    note(stage, 9, "host", "poll-closed", (3, [1, 2], 3))
    stage.act(START + 20_000, "host", Record(True))
    note(stage, 21, "", REACTED, (0, 2, 0, 0, 0))
    stage.act(START + 40_000, "host", Record(False))
    note(stage, 50, "bob", "question-asked", (4, "fr", "À la fin", "approved"))
    public = minute(stage)
    assert [(one.at_ms - START, one.row.text) for one in public.questions] == [
        (2000, "Pour tous"),
        (20_000, "Et après ?"),
    ]
    assert [(one.at_ms - START, one.counts) for one in public.reactions] == [(21_000, (0, 2, 0, 0, 0))]
    assert {line.kind for line in stage.recorded().told("fr")} == {"question"}, (
        "what a poll came to off the record is in no transcript"
    )


def test_of_very_many_questions_a_part_begins_with_those_on_top_and_on_the_screen(stage: Stage) -> None:
    for number in range(1, 151):
        note(stage, 2 + number / 1000, "ada", "question-asked", (number, "fr", f"Q{number}", "approved"))
    note(stage, 10, "", "question-voted", [(number, number) for number in range(1, 151)])
    stage.act(START + 11_000, "host", ShowOnScreen("question", 1))
    stage.act(START + 70_000, "host", Step("close"))
    assert len(minute(stage).questions) == PUBLIC_CAP
    held = [one.row.number for one in minute(stage, 1, 1).questions]
    assert held == [1, *range(150, 150 - QUESTIONS_THEN + 1, -1)]


def test_however_much_the_public_does_one_part_takes_few_bytes_and_the_screens_question_is_in_it(stage: Stage) -> None:
    for number in range(1, 201):
        note(stage, 2 + number / 1000, "ada", "question-asked", (number, "fr", "é" * 300, "approved"))
    wide = Text("é" * 160, "é" * 160, "é" * 160)
    for number in range(50):
        note(stage, 61, "host", "poll-opened", (number, Poll("single", "open", wide, (wide, wide))))
    note(stage, 62, "host", "question-decided", (200, "pin", "pinned", 4))
    stage.act(START + 70_000, "host", Step("close"))
    part = minute(stage, 1, 77)
    assert len(msgspec.msgpack.encode(part)) <= PUBLIC_BYTES
    assert part.questions[0].row.number == 77
    assert part.questions[-1].row.state == "pinned"


def test_whoever_is_not_known_any_more_asks_without_a_name(stage: Stage) -> None:
    note(stage, 2, "zed", "question-asked", (1, "fr", "Avec qui ?", "approved"))
    (one,) = stage.recorded().public.part(START, ()).questions
    assert (one.row.name, one.row.key == "zed") == ("", False)
