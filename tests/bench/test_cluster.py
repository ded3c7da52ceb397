"""Two real nodes with the real NATS: the witnesses of both tell how old the news of either side is."""

import asyncio

import pytest

from bench import cluster, crowd, measuring, nodes
from bench.page.figures import CLUSTER_AGE, CLUSTER_AGE_P50, CLUSTER_MESSAGES
from bench.report import Note
from tests.support.postgres import database_url, postgres

__all__ = ["database_url", "postgres"]

CLIENTS = 16
HZ = 10.0


def test_a_crowd_dealt_to_two_nodes_hears_both_sides_and_figures_are_sums_with_the_bus_apart(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "WALK_IN_S", 0.5)
    with nodes.running(core=None, settings=crowd.settings(CLIENTS, HZ) | {nodes.DATABASE: database_url}) as both:
        result = asyncio.run(cluster.measure(both, CLIENTS, HZ, 1.5))
        assert both.memory() == pytest.approx(sum(node.process.memory_info().rss for node in both.each), rel=0.2)
        assert both.cpu_s() > max(node.cpu_s() for node in both.each)
        assert both.bus.process.name() == "nats-server"
    _told(result.notes)


def _told(notes: dict[str, Note]) -> None:
    assert (notes[measuring.LOST], notes[measuring.WRONG]) == (0, 0)
    own, other = float(notes[measuring.OWN_P50]), float(notes[measuring.OTHER_P50])
    assert 0.0 < own <= float(notes[measuring.OWN_P99])
    assert 0.0 < other <= float(notes[measuring.OTHER_P99])
    assert notes[CLUSTER_AGE_P50] == pytest.approx(other - own)
    assert CLUSTER_AGE in notes
    # Everybody walks: each node tells the other of the hall with each tick, and of itself now and then.
    assert 0.7 < float(notes[CLUSTER_MESSAGES]) < 4.0
    assert 0.0 <= float(notes[cluster.NATS_CPU]) < 1.0
