"""The programme of a visit: the server's clock, marks, reminders, and the words of each language."""

from collections.abc import Callable
from datetime import UTC, datetime

from halles.errors import HallesError, Rejection
from halles.ids import HallId, LiveSessionId
from halles.protocol.messages import Message
from halles.protocol.programme_messages import MarkComing, ProgrammeEntry, ProgrammeTold
from halles.world.text import Text
from halles_client.programme import Programme

NOW_MS = round(datetime(2026, 11, 27, 13, 0, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000
HALLS = {HallId("lille"): "Lille Métropole"}


def entry(name: str, minutes: int, *, coming: bool = False) -> ProgrammeEntry:
    start = NOW_MS + minutes * MINUTE
    title = Text(name.title(), nl=f"{name} (nl)")
    return ProgrammeEntry(
        LiveSessionId(name), title, HallId("lille"), "stage", start, start + 60 * MINUTE, 60, "fr", coming=coming
    )


class Visitor:
    """A programme, what it asks for, and what it was refused."""

    def __init__(self, *entries: ProgrammeEntry, guest: bool = False) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refused: list[HallesError] = []
        self.programme = Programme(lambda *row: self.asked.append(row), self.refused.append)
        self.programme.welcomed(guest=guest)
        self.programme.heard(ProgrammeTold(NOW_MS, entries), 100.0)


def test_what_is_on_and_what_comes_is_said_by_the_shows_clock() -> None:
    visitor = Visitor(entry("over", -70), entry("on", -10), entry("next", 90), entry("tomorrow", 24 * 60))
    rows = visitor.programme.rows("fr", HALLS, 100.0)
    assert [(row.title, row.on, row.where) for row in rows] == [
        ("On", True, "Lille Métropole"),
        ("Next", False, "Lille Métropole"),
        ("Tomorrow", False, "Lille Métropole"),
    ]
    assert [row.when.replace("\u00a0", " ") for row in rows] == ["13 h 50", "15 h 30", "sam. 28 nov., 14 h 00"]
    assert visitor.programme.rows("nl", HALLS, 100.0)[0].title == "on (nl)"
    # An hour and a half later by any clock, whatever this machine's says.
    assert [row.title for row in visitor.programme.rows("fr", HALLS, 100.0 + 90 * 60)] == ["Next", "Tomorrow"]


def test_one_is_reminded_ten_minutes_and_one_minute_before_and_each_time_once() -> None:
    programme = Visitor(entry("debate", 12, coming=True), entry("other", 12)).programme
    said = {}
    for second in range(0, 13 * 60, 5):
        for reminder in programme.due(100.0 + second):
            said[second // 60] = (reminder.entry.session, reminder.minutes)
    assert said == {2: ("debate", 10), 11: ("debate", 1)}


def test_who_comes_late_is_reminded_once_of_what_is_left() -> None:
    programme = Visitor(entry("debate", 5, coming=True)).programme
    assert [one.minutes for one in programme.due(100.0)] == [5]
    assert programme.due(101.0) == []


def test_a_mark_is_asked_for_at_once_and_taken_back_when_it_is_refused() -> None:
    visitor = Visitor(entry("debate", 30))
    visitor.programme.mark(LiveSessionId("debate"))
    message, _, failed = visitor.asked.pop()
    assert isinstance(message, MarkComing)
    assert (message.session, message.coming) == ("debate", True)
    assert visitor.programme.rows("fr", HALLS, 100.0)[0].coming
    failed(Rejection("OVER_BUDGET", "too many"))
    assert not visitor.programme.rows("fr", HALLS, 100.0)[0].coming
    assert len(visitor.refused) == 1


def test_a_guests_mark_is_remembered_here_and_asked_of_nobody() -> None:
    visitor = Visitor(entry("debate", 30), guest=True)
    visitor.programme.mark(LiveSessionId("debate"))
    visitor.programme.heard(ProgrammeTold(NOW_MS, (entry("debate", 8),)), 200.0)
    assert [one.minutes for one in visitor.programme.due(200.0)] == [8]
    assert visitor.asked == []
