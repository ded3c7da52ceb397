"""What two nodes that share a crowd lose while it walks: their bus, or one of them.

The server's own figures are those of the first node, which lives; position ages are of those who are with the witness's
own node, for the others are meant to be gone.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import numpy as np
import uvloop

from bench import crowd, measuring, nodes, trouble
from bench.nodes import Nodes
from bench.report import Note, Result

HIDDEN: Final = "the other node's visitors hidden after s"
HEALED: Final = "NATS back, each hears of all again after s"


def bus(load: trouble.Load) -> list[Result]:
    """Kills NATS, and starts it anew after ``load.seconds``."""
    return _run(load, bus_lost)


def node(load: trouble.Load) -> list[Result]:
    """Kills one of the two nodes."""
    return _run(load, node_lost)


def _run(load: trouble.Load, made: Callable[[Nodes], trouble.Trouble]) -> list[Result]:
    measuring.pin_load()
    with nodes.running(core=measuring.SERVER_CORE, settings=crowd.settings(load.clients, load.hz)) as both:
        return uvloop.run(measure(both, load, made(both)))


async def measure(both: Nodes, load: trouble.Load, made: trouble.Trouble) -> list[Result]:
    """Measures on nodes that run."""
    return await trouble.measure(both.each[0], load, made, lambda members: nodes.dealt(members, both))


def bus_lost(both: Nodes) -> trouble.Trouble:
    """Returns a NATS that is killed and comes back."""
    return trouble.Trouble("NATS killed", lambda crowded: _lose_bus(both, crowded))


async def _lose_bus(both: Nodes, crowded: trouble.Crowded) -> dict[str, Note]:
    begun, views = time.perf_counter(), [_View(crowded, place) for place in range(len(both.each))]
    both.lose_bus()
    hidden = await trouble.until(lambda: not any(view.shows() for view in views))
    await asyncio.sleep(max(0.0, begun + crowded.seconds - time.perf_counter()))
    both.bring_bus_back()
    back = time.perf_counter()
    healed = await trouble.until(lambda: all(view.hears_all(back) for view in views))
    return {HIDDEN: hidden, HEALED: healed}


def node_lost(both: Nodes) -> trouble.Trouble:
    """Returns the death of the last node; that its visitors come back elsewhere is their clients' matter."""
    return trouble.Trouble("node killed", lambda crowded: _lose_node(both, crowded))


async def _lose_node(both: Nodes, crowded: trouble.Crowded) -> dict[str, Note]:
    last = len(both.each) - 1
    gone = [visitor for visitor in crowded.visitors if visitor.crowd.node[visitor.index] == last]
    for visitor in gone:
        visitor.expendable = True
    views = [_View(crowded, place) for place in range(last)]
    both.each[last].process.kill()
    hidden = await trouble.until(lambda: not any(view.shows() for view in views))
    return {"with the killed node": len(gone), HIDDEN: hidden}


class _View:
    """What one node's witnesses see of the visitors of the others."""

    def __init__(self, crowded: trouble.Crowded, place: int) -> None:
        members = crowded.visitors[0].crowd
        self._members = members
        self._witnesses = np.flatnonzero(members.node[: members.witnesses] == place)
        self._others = np.flatnonzero(members.node != place)
        self._numbers = np.array([crowded.visitors[index].number for index in self._others])

    def shows(self) -> bool:
        """Tells whether any of its witnesses is still shown any of the others."""
        return bool(self._members.shown[np.ix_(self._witnesses, self._numbers)].any())

    def hears_all(self, since: float) -> bool:
        """Tells whether each of its witnesses has heard since then where each of the others is."""
        return bool((self._members.heard_at[np.ix_(self._witnesses, self._others)] > since).all())
