"""A live session that acts are tried on, by people who are called by their keys; "host" is one."""

import pytest

from halles.errors import Rejection
from halles.ids import VisitId
from halles.world import live_asked, live_rules
from halles.world.live import (
    LivePerson,
    LiveState,
    Material,
)
from halles.world.live_acts import (
    LiveAct,
    ServerAct,
)

MATERIALS = (Material("Slides", "d.pdf", ("1.webp", "2.webp"), 0), Material("Film", "f.mp4", (), 60))
LIVE = LiveState(phase="live")


def person(key: str) -> LivePerson:
    """Somebody."""
    return LivePerson(key, VisitId(f"visit-{key}"), key.title(), "fr")


def after(state: LiveState, *acts: tuple[LiveAct | ServerAct, str], now_ms: int = 1000) -> LiveState:
    """The state after acts, each with who does it: "host" is one; each a second later."""
    for act, by in acts:
        who = getattr(act, "who", "")
        about = live_asked.named(state, who) or (person(who) if who and who != "nobody" else None)
        asked = live_asked.Asked(person(by), by == "host", now_ms, about, MATERIALS)
        state = live_rules.decide(state, act, asked)
        now_ms += 1000
    return state


def refusal(state: LiveState, act: LiveAct, by: str = "ada") -> str:
    """The code with which an act is refused."""
    with pytest.raises(Rejection) as refused:
        after(state, (act, by))
    return refused.value.code


def hands(state: LiveState) -> list[str]:
    """Whose hands are up, in order."""
    return [hand.person.key for hand in state.hands]
