"""Two simulated nodes with the real NATS: what one says the other hears, and the figures count it."""

import asyncio

import psutil
import pytest

from bench import bus, sizes
from bench.cluster import INTO_BUS, NATS_MEMORY, OUT_OF_BUS
from bench.serving import Program
from halles_server.announcements import HALLS_CAP, NODES, RECORD_BYTES, SHARE
from halles_server.cluster.nats_server import NatsServer
from tests.support.nats import nats

__all__ = ["nats"]

TOWN = bus.Town(nodes=2, visitors=50, hz=20.0, halls=3)


def test_each_slab_of_each_node_is_heard_by_the_other_and_passes_through_nats_in_its_real_size(
    nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus, "WALK_IN_S", 0.2)
    monkeypatch.setattr(bus, "ARRIVE_S", 0.3)
    program = Program(nats.url, psutil.Process(nats.process.pid), 0.0)
    result = asyncio.run(bus.measure(program, TOWN, 1.0))
    notes = result.notes
    assert (result.clients, notes[bus.NODES], notes[bus.HALLS], notes[bus.LOST]) == (100, 2, 3, 0)
    assert bus.DROPPED not in notes
    said = float(notes[bus.MESSAGES_IN])
    assert said == pytest.approx(TOWN.nodes * TOWN.halls * TOWN.hz, rel=0.2)
    assert notes[bus.MESSAGES_OUT] == pytest.approx(said), "each is heard by one other"
    records_kb_s = TOWN.nodes * TOWN.visitors * TOWN.hz * RECORD_BYTES / 1000.0
    assert records_kb_s * 0.8 < float(notes[INTO_BUS]) < records_kb_s * 3.0
    assert records_kb_s * 0.8 < float(notes[OUT_OF_BUS]) < records_kb_s * 3.0
    assert result.age_ms_p50 is not None
    assert result.age_ms_p99 is not None
    assert 0.0 < result.age_ms_p50 <= result.age_ms_p99 < 1000.0
    assert float(notes[NATS_MEMORY]) > 1.0


def test_visitors_who_do_not_divide_among_the_halls_are_all_told_of() -> None:
    town = bus.Town(nodes=1, visitors=50, hz=10.0, halls=3)
    assert [bus.visitors(town, 0, place).size for place in range(3)] == [17, 17, 16]


def test_as_much_can_be_simulated_as_the_bus_has_room_for() -> None:
    assert (sizes.NODES[1], sizes.HALLS[1], sizes.NODE_PEOPLE[1]) == (NODES, HALLS_CAP, SHARE - 1)
