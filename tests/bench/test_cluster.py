"""Two real nodes with the real NATS: the witnesses of both tell how old the news of either side is."""

import asyncio
from collections.abc import Iterator

import pytest

from bench import cluster, crowd, measuring, nodes
from bench.page.figures import CLUSTER_AGE, CLUSTER_AGE_P50, CLUSTER_MESSAGES

CLIENTS = 16
HZ = 10.0


@pytest.fixture(scope="module")
def both() -> Iterator[nodes.Nodes]:
    with nodes.running(core=None, settings=crowd.settings(CLIENTS, HZ)) as running:
        yield running


def test_a_crowd_dealt_to_two_nodes_hears_both_sides_and_the_bus_is_counted(
    both: nodes.Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "WALK_IN_S", 0.5)
    result = asyncio.run(cluster.measure(both, CLIENTS, HZ, 1.5))
    notes = result.notes
    assert (notes[measuring.LOST], notes[measuring.WRONG]) == (0, 0)
    assert 0.0 < float(notes[measuring.OWN_P50]) <= float(notes[measuring.OWN_P99])
    assert 0.0 < float(notes[measuring.OTHER_P50]) <= float(notes[measuring.OTHER_P99])
    assert notes[CLUSTER_AGE_P50] == pytest.approx(float(notes[measuring.OTHER_P50]) - float(notes[measuring.OWN_P50]))
    assert CLUSTER_AGE in notes
    # Everybody walks: each node tells the other of the hall with each tick, and of itself now and then.
    assert 0.7 < float(notes[CLUSTER_MESSAGES]) < 4.0
    assert 0.0 < float(notes[cluster.NATS_CPU]) < 1.0


def test_figures_of_both_nodes_are_sums(both: nodes.Nodes) -> None:
    assert both.memory() == pytest.approx(sum(node.process.memory_info().rss for node in both.each), rel=0.2)
    assert both.cpu_s() > max(node.cpu_s() for node in both.each)
    assert both.sent() > 0
    assert both.bus.process.pid not in {node.process.pid for node in both.each}
