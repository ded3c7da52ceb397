"""Several nodes of one deployment under measurement, with the database and the bus that they share.

All of them on one core, the server's; NATS is told apart from the nodes. Not here: what is done to them.
"""

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench import crowd, folders, serving
from bench.witnessing import Crowd

COUNT: Final = 2
MEET_S: Final = 20.0
"""The longest that nodes may take to know each other."""
LOOK_S: Final = 0.05
DATABASE: Final = "HALLES_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Nodes:
    """Running nodes that know each other.

    Attributes:
        each: The nodes.
        bus: Their NATS; ``url`` is what nodes are told.
        keeper: The command that runs the NATS and starts it anew when it ends.
    """

    each: tuple[serving.Serving, ...]
    bus: serving.Program
    keeper: serving.Program

    def cpu_s(self) -> float:
        """Returns the processor seconds that the nodes have used so far, together."""
        return sum(node.cpu_s() for node in self.each)

    def memory(self) -> int:
        """Returns the resident bytes of the nodes, together."""
        return sum(node.memory() for node in self.each)

    def parts_s(self) -> dict[str, float]:
        """Returns what part of that went into what."""
        each = [node.parts_s() for node in self.each]
        return {part: sum(parts[part] for parts in each) for part in each[0]}

    def late_ticks(self) -> float:
        """Returns how many ticks of any node were late or left out so far."""
        return sum(node.late_ticks() for node in self.each)

    def overload(self) -> float:
        """Returns the highest rung of overload on which a node is."""
        return max(node.overload() for node in self.each)

    def sent(self) -> float:
        """Returns how many messages the nodes have given to the bus so far, of all kinds."""
        return sum(sum(node.by_label("halles_bus_sent_total").values()) for node in self.each)

    def lose_bus(self) -> None:
        """Kills the NATS, and lets nobody start another."""
        self.keeper.process.suspend()
        self.bus.process.kill()

    def bring_bus_back(self) -> None:
        """Lets another NATS be started in place of one that was killed, at the same address."""
        self.keeper.process.resume()


@contextlib.contextmanager
def running(*, core: int | None, settings: dict[str, str]) -> Iterator[Nodes]:
    """Runs ``COUNT`` nodes with a bus, and with a database where ``settings`` name none, until the block ends."""
    with contextlib.ExitStack() as stack:
        if DATABASE not in settings:
            folder = stack.enter_context(folders.passing())
            settings = settings | {DATABASE: stack.enter_context(_part("database", core, {"HALLES_DATA": folder})).url}
        bus = stack.enter_context(_part("bus", core, {}))
        shared = settings | {"HALLES_BUS_URL": bus.url}
        each = tuple(
            stack.enter_context(serving.running(core=core, settings=shared | {"HALLES_NODE": f"node-{i + 1}"}))
            for i in range(COUNT)
        )
        _meet(each)
        # The command only looks after it; what passes the messages on is its child.
        nats = serving.Program(bus.url, bus.process.children()[0], bus.ready_s)
        try:
            yield Nodes(each, nats, keeper=bus)
        finally:
            with contextlib.suppress(psutil.Error):
                bus.process.resume()  # a suspended one would not hear that it is to end


def _part(name: str, core: int | None, settings: dict[str, str]) -> contextlib.AbstractContextManager[serving.Program]:
    command = [str(Path(sys.executable).parent / "halles-server"), name]
    return serving.started(command, core=core, environment=settings)


def _meet(each: tuple[serving.Serving, ...]) -> None:
    until = time.monotonic() + MEET_S
    while any(node.metric("halles_nodes") < len(each) for node in each):
        if time.monotonic() > until:
            raise SystemExit(f"the nodes did not know each other after {MEET_S:.0f} s")
        time.sleep(LOOK_S)


def dealt(members: Crowd, nodes: Nodes) -> list[crowd.Visitor]:
    """Returns a crowd's visitors, dealt to the nodes in turn."""
    members.node = members.node + [index % len(nodes.each) for index in range(members.clients)]
    worlds = [nodes.each[node].world for node in members.node.tolist()]
    return [crowd.Visitor(members, index, world) for index, world in enumerate(worlds)]
