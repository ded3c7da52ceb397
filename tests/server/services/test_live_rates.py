"""Rates in live sessions: each person's own, and a flood of refusals that is not written down."""

from halles.errors import Rejection
from halles_server.services.live_rates import LiveRates, Rate
from tests.support.booth_people import StoppedClock


def rates() -> LiveRates:
    return LiveRates(StoppedClock(), acts=Rate(1.0, 2.0), votes=Rate(1.0, 3.0), captions=Rate(1.0, 1.0))


def test_each_person_has_a_rate_for_each_kind_of_act() -> None:
    found = rates()

    def done(act: str, key: str) -> int:
        count = 0
        for _ in range(10):
            try:
                getattr(found, act)(key)
            except Rejection as refusal:
                return count if refusal.retry_after_ms > 0 else -1
            count += 1
        return count

    assert [done(act, "a") for act in ("act", "vote", "caption")] == [2, 3, 1]
    assert done("act", "b") == 2


def test_of_a_flood_of_refusals_a_few_of_each_and_some_of_all_are_written_down() -> None:
    found = rates()
    assert [found.notes_refusal("a") for _ in range(5)] == [True, True, True, False, False]
    assert sum(found.notes_refusal(f"v{number}") for number in range(1000)) == 57
