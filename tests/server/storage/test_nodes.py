"""Nodes: a slot is one node's as long as its lease runs, and an incarnation is never had twice."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from halles.errors import ConfigError
from halles_server.announcements import NODES
from halles_server.ports.nodes import NodeRecord
from halles_server.storage import pool
from halles_server.storage.nodes import Nodes

Play = Callable[[Nodes], Awaitable[None]]
LONG_S, SHORT_S = 60.0, 0.05


def play(url: str, scene: Play) -> None:
    async def run() -> None:
        async with pool.opened(url) as database:
            await scene(Nodes(database))

    asyncio.run(run())


def test_nodes_that_register_at_once_have_slots_of_their_own_and_see_each_other(database_url: str) -> None:
    async def scene(nodes: Nodes) -> None:
        all_of_them = await asyncio.gather(*(nodes.register(f"n{i}", f"ws://n{i}", LONG_S) for i in range(NODES)))
        assert sorted(node.slot for node in all_of_them) == list(range(NODES))
        assert len({node.incarnation for node in all_of_them}) == NODES
        seen = await nodes.renew(all_of_them[3], LONG_S)
        assert seen is not None
        assert set(seen) == set(all_of_them)
        with pytest.raises(ConfigError, match="16 nodes"):
            await nodes.register("one more", "ws://", LONG_S)

    play(database_url, scene)


def test_a_lease_that_is_over_is_seen_and_its_slot_taken_last(database_url: str) -> None:
    async def scene(nodes: Nodes) -> None:
        paused = await nodes.register("paused", "ws://", SHORT_S)
        await asyncio.sleep(2 * SHORT_S)
        other = await nodes.register("other", "ws://", LONG_S)
        assert other.slot != paused.slot, "a slot that nobody had comes first"
        seen = await nodes.renew(other, LONG_S)
        assert [(node.name, node.alive) for node in seen or ()] == [("paused", False), ("other", True)]
        for i in range(NODES - 2):
            await nodes.register(f"{i}", "ws://", LONG_S)
        heir = await nodes.register("heir", "ws://", LONG_S)
        assert (heir.slot, heir.incarnation > other.incarnation) == (paused.slot, True)
        assert await nodes.renew(paused, LONG_S) is None

    play(database_url, scene)


def test_a_node_that_was_buried_cannot_renew_its_lease_and_one_alive_is_not_buried(database_url: str) -> None:
    async def scene(nodes: Nodes) -> None:
        paused = await nodes.register("paused", "ws://", SHORT_S)
        alive = await nodes.register("alive", "ws://", LONG_S)
        await asyncio.sleep(2 * SHORT_S)
        await nodes.bury([paused.incarnation, alive.incarnation])
        assert await nodes.renew(paused, LONG_S) is None
        assert await nodes.renew(alive, LONG_S) == (alive,)

    play(database_url, scene)


def test_an_expired_lease_that_nobody_took_can_be_renewed_as_after_an_outage(database_url: str) -> None:
    async def scene(nodes: Nodes) -> None:
        node = await nodes.register("n", "ws://", SHORT_S)
        await asyncio.sleep(2 * SHORT_S)
        assert await nodes.renew(node, LONG_S) == (NodeRecord(node.slot, node.incarnation, "n", "ws://"),)
        await nodes.leave(node)
        assert await nodes.renew(node, LONG_S) is None

    play(database_url, scene)
