"""Minutes as a draft: what people said is what they said, in an order that is always the same."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from halles.ids import AccountId, VisitId
from halles.world import floor_time
from halles.world.live_acts import GiveFloor, LeaveChair, Seat, SetMode, Step, TakeChair, YieldFloor
from halles.world.text import Language, Text
from halles_server.ports.live import key_of
from halles_server.ports.programme import Speaker
from halles_server.services.recordings import Recording
from halles_server.web.dates import Calendar
from halles_server.web.language import tongues
from halles_server.web.minutes import minutes_of, plain
from tests.server.services.test_recordings import ENTRY, START, Stage, stage

__all__ = ["stage"]


def written(recording: Recording, code: Language, heading: str) -> list[str]:
    """The lines below a heading."""
    text = minutes_of(recording, Text(), tongues()[code], Calendar(code, ZoneInfo("UTC")))
    return text.partition(f"## {heading}\n\n")[2].partition("\n\n")[0].splitlines()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Bonjour", "Bonjour"),
        ("# not a *heading*", "\\# not a \\*heading\\*"),
        ("- no list", "\\- no list"),
        ("1. no list", "\\1. no list"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("two\nlines", "two lines"),
        ("[a](https://b)", "\\[a\\](https://b)"),
    ],
)
def test_what_people_said_stays_what_they_said_in_markdown(text: str, written: str) -> None:
    assert plain(text) == written


def test_of_several_who_end_at_once_whoever_came_first_is_first_and_two_readings_are_equal() -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    stage.act(START + 1000, "host", Step("start"))
    for second, who in enumerate(("bob", "ada", "host"), 2):
        stage.act(START + second * 1000, "host", GiveFloor(who), who)
    stage.act(START + 62_000, "host", SetMode("screening"))
    one, other = stage.recorded(), stage.recorded()
    floors = written(one, "en", "Who had the floor")
    assert floors == ["- 0:16 Bob (1:00)", "- 0:16 Ada (0:59)", "- 0:16 Host (0:58)"]
    assert written(other, "en", "Who had the floor") == floors


def test_in_a_fishbowl_whoever_sat_had_the_floor_and_the_chair_is_named() -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    stage.act(START + 1000, "host", SetMode("fishbowl"))
    stage.act(START + 2000, "ada", TakeChair(1))
    stage.act(START + 10_000, "host", Step("start"))
    stage.act(START + 20_000, "bob", TakeChair(0))
    stage.act(START + 40_000, "bob", TakeChair(4))
    stage.act(START + 100_000, "ada", LeaveChair())
    assert written(stage.recorded(), "en", "Who had the floor") == [
        "- 0:17 Bob, Chair 1 (0:20)",
        "- 0:16 Ada, Chair 2 (1:30)",
        "- 0:17 Bob, Chair 5 (1:00)",
    ]
    assert written(stage.recorded(), "nl", "Wie het woord had")[0].endswith("Bob, Stoel 1 (0:20)")


def test_a_pause_ends_no_turn_and_counts_in_none_and_who_was_not_heard_had_none() -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    stage.act(START + 1000, "host", Seat("bob", 1), "bob")
    stage.act(START + 2000, "host", Step("start"))
    stage.act(START + 3000, "host", GiveFloor("ada", 60), "ada")
    stage.act(START + 13_000, "host", Step("pause"))
    stage.act(START + 613_000, "host", Step("resume"))
    stage.act(START + 633_000, "ada", YieldFloor())
    stage.act(START + 634_000, "host", Step("close"))
    assert written(stage.recorded(), "en", "Who had the floor") == ["- 0:16 Ada (0:30)"]
    heard = dict(floor_time.by_language(stage.state, START + 700_000))
    assert heard == {"fr": 30_000}, "as the console's clock has it"


def test_polls_are_written_in_the_readers_language(stage: Stage) -> None:
    assert written(stage.recorded(), "fr", "Sondages") == [
        "- 0\u00a0h\u00a018 D’accord ? Oui: 9, Non: 4 (13 personnes ont voté)"
    ]
    assert written(stage.recorded(), "nl", "Peilingen") == ["- 0.18\u00a0uur Akkoord? Ja: 9, Nee: 4 (13 stemmers)"]


def test_of_the_announced_only_who_took_part_is_a_speaker_and_who_has_withdrawn_is_neither(stage: Stage) -> None:
    names = {"ada": "Ada", "bob": "Bob", "eve": "Eve"}
    keys = {login: key_of(ENTRY.session, AccountId(login), VisitId("")) for login in names}
    entry = replace(ENTRY, speakers=tuple(Speaker(name, "", AccountId(login)) for login, name in names.items()))
    recorded = stage.recorded()
    took_part = replace(
        recorded,
        record=replace(recorded.record, entry=entry),
        people=frozenset({keys["ada"], keys["bob"]}),
        withdrawn=frozenset({keys["bob"]}),
    )
    assert written(took_part, "en", "Speakers") == ["- Ada"]
    assert written(took_part, "en", "Announced, not seen in the recording") == ["- Eve"]
