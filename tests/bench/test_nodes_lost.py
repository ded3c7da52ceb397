"""Two real nodes lose their bus, then one of them is killed: who is with the other walks on and is not disturbed."""

import asyncio

import pytest

from bench import crowd, measuring, nodes, nodes_lost, trouble
from tests.support.postgres import database_url, postgres

__all__ = ["database_url", "postgres"]

LOAD = trouble.Load(clients=16, hz=10.0, quiet_s=0.3, seconds=0.5)


def test_the_other_node_s_visitors_are_hidden_when_the_bus_or_the_node_is_gone_and_come_back_with_the_bus(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "WALK_IN_S", 0.3)
    monkeypatch.setattr(measuring, "LULL_S", 0.1)

    async def both_drills(both: nodes.Nodes) -> None:
        for made in (nodes_lost.bus_lost(both), nodes_lost.node_lost(both)):
            notes = (await nodes_lost.measure(both, LOAD, made))[-1].notes
            assert (notes[measuring.LOST], notes[measuring.WRONG]) == (0, 0)
            assert 1.0 < float(notes[nodes_lost.HIDDEN]) < 4.0
            assert {trouble.BEFORE, trouble.DURING, trouble.AFTER} <= notes.keys()
            if made.name == "NATS killed":
                assert 0.0 < float(notes[nodes_lost.HEALED]) < 5.0
            else:
                assert notes["with the killed node"] == LOAD.clients // 2

    with nodes.running(
        core=None, settings=crowd.settings(LOAD.clients, LOAD.hz) | {nodes.DATABASE: database_url}
    ) as both:
        asyncio.run(both_drills(both))
