"""What waits to be recorded: bounded, and what is lost of it is counted always and said once in an outage."""

from types import SimpleNamespace

import pytest

from halles_server.gateway import backlog
from halles_server.gateway.backlog import Backlog
from halles_server.observability import Metrics


def lost(metrics: Metrics, reason: str) -> float:
    labels = {"what": "voice", "reason": reason}
    return metrics.registry.get_sample_value("halles_unrecorded_total", labels) or 0.0


def test_of_too_much_the_oldest_is_lost_which_is_counted_each_time_and_said_once_in_an_outage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logs: list[dict[str, str]] = []
    # Other tests of this process may have set up logging for good: what is said is taken at its source.
    monkeypatch.setattr(backlog, "_log", SimpleNamespace(warning=lambda event, **words: logs.append(words)))
    metrics = Metrics()
    waiting: Backlog[list[int]] = Backlog("voice", 2, metrics)
    for number in range(5):
        waiting.put([number])
    assert (len(waiting), waiting.first) == (2, [3])
    assert (lost(metrics, "backlog"), len(logs)) == (3, 1)
    waiting.done([3])
    assert len(waiting) == 2, "another one fell out meanwhile: nothing else is taken for stored"
    while waiting:
        waiting.done(waiting.first)
    for number in range(3):
        waiting.put([number])
    assert (lost(metrics, "backlog"), len(logs)) == (4, 2)
    assert logs[1]["what"] == "voice"


def test_what_is_lost_for_another_reason_is_counted_by_it() -> None:
    metrics = Metrics()
    Backlog[int]("voice", 1, metrics).lost("budget")
    assert (lost(metrics, "budget"), lost(metrics, "backlog")) == (1, 0)
