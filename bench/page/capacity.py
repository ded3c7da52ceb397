"""The table of capacity in ``docs/operate.md``: what a node and NATS take in a show of many nodes.

Made from the results alone; whatever is not measured is computed here, and the head of its column says from what. The
show: nodes of 2,500 visitors, halls of 2,500 people, as many halls as nodes; each node's visitors are spread evenly
over all halls, and everybody walks all the time.
"""

from dataclasses import dataclass
from typing import Any, Final

from bench import bus, tick
from bench.cluster import OUT_OF_BUS
from bench.page.book import Book
from bench.page.tables import NOTHING, shown, table
from halles_server.announcements import RECORD_BYTES

PEOPLE: Final = 2500
HZ: Final = 10
NODES: Final = (1, 2, 4, 10, 16, 40)
"""Of the rows; the last one is more than a deployment has slots for."""
MARKS: Final = ("<!-- capacity, by python -m bench page -->", "<!-- /capacity -->")
"""In ``docs/operate.md``, around the table that is written there."""
HEAD: Final = (
    "visitors",
    "nodes, halls",
    "a node's own visitors: **measured**, `peers --floor-only --clients 2500`",
    "halls seen whole: **computed** from `tick`",
    "its end of the bus: **measured** by `bus` with these nodes and halls, else **computed** from 16 nodes, 4 halls",
    "a node together: **computed**, the three before",
    f"a node hears: **computed**, {RECORD_BYTES} bytes a walker and tick",
    "from NATS: **computed**, the same for each node",
    "NATS: **measured** by `bus` with these nodes and halls, else **computed** from 16 nodes, 1 and 4 halls",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the rows are computed from; None where it is missing.

    Attributes:
        own: Share of a core for the visitors of a node.
        ticks_ms: Of one full hall, by the number of nodes that its people are with.
        heard_s: Of a node's processor, for a slab heard.
        message_s: Of NATS' processor, for a message passed on, whatever its size.
        byte_s: The same for a byte.
        same: By number of nodes, what NATS and a node's end took where as many nodes and halls were simulated.
    """

    own: float | None
    ticks_ms: dict[int, float]
    heard_s: float | None
    message_s: float | None
    byte_s: float | None
    same: dict[int, tuple[float, float]]

    @classmethod
    def of(cls, book: Book) -> "Measured":
        """Reads the results that count."""
        own = _one(book, "floor", "Halles")
        ticks = [result for result in book.all("tick") if tick.OWN in result["notes"] and result["valid"]]
        few, many = (_bus(book, 16, halls) for halls in (1, 4))
        message = byte = None
        if few is not None and many is not None:
            more = many["notes"][bus.MESSAGES_OUT] - few["notes"][bus.MESSAGES_OUT]
            message = max(0.0, many["server_cpu_share"] - few["server_cpu_share"]) / more
            rest = few["server_cpu_share"] - message * few["notes"][bus.MESSAGES_OUT]
            passed = few["notes"].get(OUT_OF_BUS)
            byte = max(0.0, rest) / (passed * 1000.0) if passed else None
        return cls(
            own=own["server_cpu_share"] if own is not None and own["clients"] == PEOPLE else None,
            ticks_ms={result["notes"][bus.NODES]: result["notes"][tick.MEDIAN] for result in ticks},
            heard_s=many["notes"][bus.EACH_HEARD] / 1e6 if many is not None else None,
            message_s=message,
            byte_s=byte,
            same={
                nodes: (found["server_cpu_share"], found["load_cpu_share"] / nodes)
                for nodes in NODES
                if (found := _bus(book, nodes, nodes)) is not None
            },
        )

    def whole(self, nodes: int) -> float | None:
        """Returns what a node's halls take beyond one that is all its own, as a share of a core."""
        found = self.ticks_ms.get(min(nodes, max(self.ticks_ms, default=0)))
        if found is None or 1 not in self.ticks_ms:
            return None
        return max(0.0, nodes * found - self.ticks_ms[1]) / 1000.0 * HZ

    def end(self, nodes: int) -> float | None:
        """Returns what a node's end of the bus takes: it hears of each hall from each other node."""
        if nodes in self.same:
            return self.same[nodes][1]
        return None if self.heard_s is None else (nodes - 1) * nodes * HZ * self.heard_s

    def nats(self, nodes: int) -> float | None:
        """Returns what NATS takes, as a share of a core; it may use several."""
        if nodes in self.same:
            return self.same[nodes][0]
        if self.message_s is None or self.byte_s is None:
            return None
        return nodes * nodes * (nodes - 1) * HZ * self.message_s + nodes * heard(nodes) * self.byte_s


def heard(nodes: int) -> int:
    """Returns how many bytes a second a node hears."""
    return (nodes - 1) * PEOPLE * HZ * RECORD_BYTES


def rows(book: Book) -> str:
    """Returns the table."""
    known = Measured.of(book)
    return table(HEAD, [_row(known, nodes) for nodes in NODES])


def _row(known: Measured, nodes: int) -> list[str]:
    parts = [known.own, known.whole(nodes), known.end(nodes)]
    together = sum(part for part in parts if part is not None) if None not in parts else None
    how = "measured" if nodes in known.same else "computed"
    return [
        f"{nodes * PEOPLE:,}",
        str(nodes),
        *(shown(share, "{:.0%}") for share in parts[:2]),
        _told(parts[2], how, nodes),
        shown(together, "{:.0%}"),
        f"{heard(nodes) / 1e6:.2f} MB/s",
        f"{nodes * heard(nodes) / 1e6:.1f} MB/s",
        _told(known.nats(nodes), how, nodes),
    ]


def _told(share: float | None, how: str, nodes: int) -> str:
    """Returns a share of a core and how it is known; one node says nothing."""
    if nodes == 1 or share is None:
        return NOTHING
    return f"{share:.1%}, {how}"


def with_table(operate: str, book: Book) -> str:
    """Returns ``docs/operate.md`` with the table in its place, unchanged where there is none."""
    start, end = MARKS
    if start not in operate or end not in operate:
        return operate
    before, after = operate.split(start)[0], operate.split(end)[1]
    return f"{before}{start}\n\n{rows(book)}\n{end}{after}"


def _one(book: Book, step: str, name: str) -> dict[str, Any] | None:
    return next((result for result in book.all(step, name) if result["valid"]), None)


def _bus(book: Book, nodes: int, halls: int) -> dict[str, Any] | None:
    """Returns the run with so many nodes and halls."""
    size = (nodes, halls)
    fine = (result for result in book.all("many-nodes") if result["valid"])
    return next((result for result in fine if (result["notes"][bus.NODES], result["notes"][bus.HALLS]) == size), None)
