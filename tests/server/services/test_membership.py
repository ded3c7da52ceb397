"""Membership under a clock and a table that the test moves: pauses, outages, strangers and heirs."""

import asyncio
from collections.abc import Collection
from dataclasses import replace

import pytest

from halles.errors import Unavailable
from halles_server.ports.nodes import NodeRecord
from halles_server.services.membership import LEASE_S, Membership, joined


class Table:
    """The table of nodes in memory, with a database's clock of its own; a port's other implementation."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[NodeRecord, float]] = {}
        self.now = 0.0
        self.away = False
        self._last = 0

    async def register(self, name: str, address: str, lease_s: float) -> NodeRecord:
        self._answer()
        self._last += 1
        slot = next(slot for slot in range(16) if slot not in self.rows or self.rows[slot][1] < self.now)
        node = NodeRecord(slot, self._last, name, address)
        self.rows[slot] = (node, self.now + lease_s)
        return node

    async def renew(self, node: NodeRecord, lease_s: float) -> tuple[NodeRecord, ...] | None:
        self._answer()
        if self.rows.get(node.slot, (None, 0.0))[0] != node:
            return None
        self.rows[node.slot] = (node, self.now + lease_s)
        return tuple(replace(row, alive=lease > self.now) for row, lease in self.rows.values())

    async def bury(self, incarnations: Collection[int]) -> None:
        self.rows = {s: row for s, row in self.rows.items() if row[0].incarnation not in incarnations}

    async def leave(self, node: NodeRecord) -> None:
        self.rows.pop(node.slot, None)

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("away")


class Party:
    """Some nodes with one table; time passes for those that are awake."""

    def __init__(self, count: int) -> None:
        self.table, self.clock = Table(), 0.0
        self.nodes = [self.join(f"n{i}") for i in range(count)]

    def join(self, name: str) -> Membership:
        return asyncio.run(joined(self.table, lambda: self.clock, name, f"ws://{name}"))

    def pass_time(self, seconds: float, *awake: Membership) -> dict[int, list[int]]:
        """Moves both clocks, half a second at a time; returns which slots each awake node saw go."""
        gone: dict[int, list[int]] = {node.me.slot: [] for node in awake}
        for _ in range(round(2 * seconds)):
            self.clock += 0.5
            self.table.now += 0.5
            for node in awake:
                if node.speaks():
                    try:
                        gone[node.me.slot] += asyncio.run(node.renew())
                    except Unavailable:
                        continue
        return gone


def test_nodes_hear_each_other_and_know_where_else_to_go() -> None:
    party = Party(3)
    party.pass_time(1.0, *party.nodes)
    first, second, third = party.nodes
    assert first.hears(second.me.slot, second.me.incarnation)
    assert not first.hears(second.me.slot, second.me.incarnation - 1)
    assert not first.hears(first.me.slot, first.me.incarnation)
    assert sorted(first.elsewhere()) == ["ws://n1", "ws://n2"]
    assert third.elsewhere()


def test_a_paused_node_is_gone_for_the_others_and_finds_out_before_it_is_heard() -> None:
    party = Party(2)
    one, paused = party.nodes
    party.pass_time(4.0, one, paused)
    before = paused.me
    assert party.pass_time(LEASE_S + 1.0, one) == {one.me.slot: [paused.me.slot]}
    assert not one.hears(before.slot, before.incarnation)
    assert not paused.speaks(), "by its own clock, before it asks anybody"
    assert asyncio.run(paused.renew()) == []
    assert paused.lost
    asyncio.run(paused.begin_anew())
    assert paused.speaks()
    assert paused.me.incarnation > before.incarnation
    assert one.stranger(paused.me.incarnation)
    party.pass_time(0.5, one, paused)
    assert one.hears(paused.me.slot, paused.me.incarnation)
    assert not one.hears(before.slot, before.incarnation)
    assert not one.stranger(before.incarnation), "nobody asks the database about one that is over"


def test_a_machine_that_slept_with_its_clock_is_found_out_by_the_table() -> None:
    party = Party(2)
    one, slept = party.nodes
    party.pass_time(4.0, one, slept)
    party.pass_time(LEASE_S + 1.0, one)
    slept._awake_at = party.clock  # its clock stood still
    assert slept.speaks()
    asyncio.run(slept.renew())
    assert not slept.speaks()


def test_while_the_database_is_away_nobody_loses_anything_nor_when_it_is_back() -> None:
    party = Party(2)
    one, other = party.nodes
    party.pass_time(4.0, one, other)
    party.table.away = True
    party.pass_time(20.0, one, other)
    assert one.speaks()
    assert one.hears(other.me.slot, other.me.incarnation)
    party.table.away = False
    assert party.pass_time(1.0, one) == {one.me.slot: []}, "the other has not had its turn yet"
    assert one.hears(other.me.slot, other.me.incarnation)
    party.pass_time(4.0, one, other)
    assert one.hears(other.me.slot, other.me.incarnation)
    assert other.speaks()


def test_a_node_that_leaves_is_gone_with_the_next_question() -> None:
    party = Party(2)
    one, other = party.nodes
    party.pass_time(1.0, one, other)
    asyncio.run(other.leave())
    assert party.pass_time(0.5, one) == {one.me.slot: [other.me.slot]}
    assert one.elsewhere() == ()


def test_without_the_database_nobody_begins_anew() -> None:
    party = Party(1)
    (node,) = party.nodes
    party.clock += LEASE_S + 1
    assert not node.speaks()
    party.table.away = True
    with pytest.raises(Unavailable):
        asyncio.run(node.begin_anew())
    assert not node.speaks()
