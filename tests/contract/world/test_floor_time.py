"""For how long each had the floor: counted by acts, in parallel, over pauses, and bounded."""

from halles.ids import VisitId
from halles.world import floor_time, live_asked, live_rules
from halles.world.live import TALKED_CAP, LivePerson, LiveState, Talked
from halles.world.live_acts import GiveFloor, LiveAct, ServerAct, Step, TakeChair, YieldFloor
from halles.world.text import Language

LIVE = LiveState(phase="live")


def person(key: str) -> LivePerson:
    language: Language = "nl" if key.startswith("n") else "fr"
    return LivePerson(key, VisitId(""), key.title(), language)


def after(state: LiveState, act: LiveAct | ServerAct, seconds: int, by: str = "host") -> LiveState:
    who = getattr(act, "who", "")
    about = person(who) if who else None
    return live_rules.decide(state, act, live_asked.Asked(person(by), by == "host", seconds * 1000, about))


def seconds(state: LiveState, at: int = 0) -> dict[str, int]:
    return {row.key: row.ms // 1000 for row in floor_time.by_speaker(state, at * 1000)}


def test_time_runs_for_all_who_have_the_floor_and_not_while_it_is_paused() -> None:
    state = after(LIVE, GiveFloor("ada"), 10)
    assert seconds(state, 25) == {"ada": 15}
    state = after(state, GiveFloor("nel", 60), 30)
    state = after(state, Step("pause"), 40)
    assert seconds(state, 999) == {"ada": 30, "nel": 10}
    state = after(after(state, Step("resume"), 100), YieldFloor("ada"), 105)
    assert seconds(state, 110) == {"ada": 35, "nel": 20}
    assert floor_time.by_language(state, 110_000) == {"fr": 35_000, "nl": 20_000}


def test_in_a_fishbowl_who_sits_has_it_and_more_time_for_one_changes_nothing() -> None:
    bowl = LiveState(phase="live", mode="fishbowl")
    state = after(after(bowl, TakeChair(0), 5, "ada"), TakeChair(1), 10, "nel")
    assert seconds(state, 20) == {"ada": 15, "nel": 10}
    floor = after(LIVE, GiveFloor("ada", 60), 10)
    assert after(floor, GiveFloor("ada", 120), 20).counted_ms == 10_000


def test_beyond_the_cap_who_spoke_least_counts_by_language_only_and_at_the_end_everybody_does() -> None:
    rows = tuple(Talked(f"k{n}", "", "fr", 1000 + n) for n in range(TALKED_CAP))
    crowded = LiveState(phase="live", talked=rows)
    state = after(after(crowded, GiveFloor("nel"), 0), YieldFloor("nel"), 60)
    assert len(state.talked) == TALKED_CAP + 1
    assert state.talked[-1] == Talked("", "", "fr", 1000)
    assert sum(floor_time.by_language(state, 0).values()) == sum(row.ms for row in rows) + 60_000
    over = after(after(state, Step("close"), 61), Step("end"), 62)
    assert {(row.key, row.language) for row in over.talked} == {("", "fr"), ("", "nl")}
    assert floor_time.by_language(over, 0) == floor_time.by_language(state, 0)
