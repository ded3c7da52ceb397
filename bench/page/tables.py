"""The page's tables: figures, peers, growth, troubles and runs."""

from collections.abc import Sequence
from typing import Any, Final

from bench import bus, churn, cluster, faults, live, measuring, serving, tick, trouble
from bench.page.book import Book
from bench.page.figures import CLUSTER_MESSAGES, FIGURES, Figure, Mark, Reading
from bench.peers import comparison

NOTHING: Final = "–"
TROUBLES: Final = (
    ("storm", "", "many arrive at once"),
    ("slow", "", "5 % of the clients stop reading for 10 s and come back"),
    ("flood", "", "connections send moves at 1 kHz and come back when closed"),
    ("half-open", "", "sockets never finish the handshake and are opened anew when cut"),
    ("postgres", "", "Postgres is killed, again whenever it is back, for 10 s"),
    ("pause", faults.asleep(2), "the server is stopped for 2 s, as a machine that is frozen, and goes on"),
    ("pause", faults.asleep(10), "the server is stopped for 10 s and goes on"),
    ("away", "", "Postgres is asleep in the middle of a live session whose hosts go on, for 30 s"),
    ("bus", "", "two nodes: NATS is killed and comes back after 10 s; ages are of those with one's own node"),
    ("node", "", "two nodes: one is killed; the figures are of those with the other"),
)
"""Step, how the names of its results begin, and what is done."""
_SAID_APART: Final = {
    trouble.BEFORE, trouble.DURING, trouble.AFTER, trouble.CHANGE, trouble.CLOSES, measuring.LOST, measuring.WRONG
}  # fmt: skip


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def figures(book: Book) -> str:
    """Returns the twelve with bar, aim, what was measured, and the mark."""
    rows = [
        [
            str(figure.number),
            figure.about,
            _limits(figure.read(book), "bar"),
            _limits(figure.read(book), "aim"),
            "<br>".join(f"{reading.about}: {reading.shown(reading.value)}" for reading in figure.read(book)) or NOTHING,
            marked(figure, book),
        ]
        for figure in FIGURES
    ]
    return table(["#", "figure", "bar", "aim", "measured", ""], rows)


def _limits(readings: Sequence[Reading], name: str) -> str:
    sign = {True: "≥", False: "≤"}
    limits = (f"{sign[reading.least]} {reading.shown(getattr(reading, name))}" for reading in readings)
    return "<br>".join(limits) or NOTHING


def marked(figure: Figure, book: Book) -> str:
    """Returns a figure's mark, and by how much it is missed."""
    mark = figure.mark(book)
    if mark is not Mark.MISSED:
        return str(mark.value)
    worst = max(reading.off for reading in figure.read(book))
    return f"{mark.value}, by {worst:.0%}" if worst < float("inf") else mark.value


def peers(book: Book, step: str) -> str:
    """Returns what was measured in one run of Halles and others."""
    rows = [
        [
            result["name"],
            shown(result["server_cpu_share"], "{:.0%}"),
            shown(result["notes"].get(measuring.FRAME_COST), "{:.0f} µs"),
            shown(result["cpu_us_per_position"], "{:.2f} µs"),
            shown(_kilo(result["bytes_per_client_s"]), "{:,.1f} kB/s"),
            shown(_kilo(result["memory_per_client_bytes"]), "{:.1f} kB"),
            f"{shown(result['age_ms_p50'], '{:.0f}')} / {shown(result['age_ms_p99'], '{:.0f} ms')}",
            void(result),
        ]
        for result in book.all(step)
        if result["name"] != comparison.RATIOS
    ]
    head = ["server", "CPU", "a client-tick", "a position", "to a client", "memory a client", "age p50 / p99", ""]
    return table(head, rows) if rows else "Not measured.\n"


def ratios(book: Book, step: str) -> str:
    """Returns Halles' figures divided by the others'."""
    found = book.one(step, comparison.RATIOS)
    rows = [[key, shown(value, "× {:.3g}")] for key, value in found["notes"].items()] if found else []
    return table(["ratio, below 1 Halles takes less", ""], rows) if rows else ""


def growth(book: Book) -> str:
    """Returns how everything changes with the number of people."""
    rows = [
        [
            f"{result['clients']:,}",
            where,
            shown(result["server_cpu_share"], "{:.0%}"),
            shown(_kilo(result["bytes_per_client_s"]), "{:.1f} kB/s"),
            shown(result["age_ms_p50"], "{:.0f} ms"),
            shown(result["age_ms_p99"], "{:.0f} ms"),
            shown(result["late_ticks"], "{:.0f}"),
            shown(result["notes"].get(measuring.LOST), "{:.0f}"),
            void(result),
        ]
        for step, where in (("growth", "all over the hall"), ("spot", "within 5 m"))
        for result in book.all(step)
    ]
    head = ["people", "where", "CPU", "to a client", "age p50", "p99", "ticks late or left out", "lost", ""]
    return table(head, rows) if rows else "Not measured.\n"


def profile(book: Book) -> str:
    """Returns what the server's time went into, for each crowd of one server."""
    parts = (serving.KERNEL, serving.JUDGING, serving.BUILDING, serving.WRITING)
    rows = [
        [
            f"{result['name']}",
            shown(result["server_cpu_share"], "{:.0%}"),
            *(shown(share, "{:.0%}") for share in shares),
            shown(result["server_cpu_share"] - sum(shares[1:]), "{:.0%}"),
        ]
        for step in ("floor", "crowd-20", "peers", "growth")
        for result in book.all(step)
        if None not in (shares := [result["notes"].get(measuring.part_note(part)) for part in parts])
    ]
    head = ["crowd", "CPU of one core", *parts, "all else: the event loop, reading from sockets"]
    return table(head, rows) if rows else "Not measured.\n"


def between_nodes(book: Book) -> str:
    """Returns what two nodes take together, and what passes between them."""
    found = book.one("cluster")
    if found is None:
        return "Not measured.\n"
    notes: dict[str, Any] = found["notes"]
    own, other = (
        f"{shown(notes.get(half), '{:.0f}')} / {shown(notes.get(most), '{:.0f} ms')}"
        for half, most in ((measuring.OWN_P50, measuring.OWN_P99), (measuring.OTHER_P50, measuring.OTHER_P99))
    )
    rows = [
        ["age p50 / p99 of who is with the same node", own],
        ["age p50 / p99 of who is with the other node", other],
        ["CPU of both nodes, of one core", shown(found["server_cpu_share"], "{:.0%}")],
        ["ticks late or left out, of both", shown(found["late_ticks"], "{:.0f}")],
        ["memory of both, a client", shown(_kilo(found["memory_per_client_bytes"]), "{:.1f} kB")],
        ["to a client", shown(_kilo(found["bytes_per_client_s"]), "{:.1f} kB/s")],
        ["messages on the bus, for each node and tick", shown(notes.get(CLUSTER_MESSAGES), "{:.2f}")],
        ["from the nodes to NATS", shown(notes.get(cluster.INTO_BUS), "{:,.0f} kB/s")],
        ["from NATS to the nodes", shown(notes.get(cluster.OUT_OF_BUS), "{:,.0f} kB/s")],
        ["CPU of NATS, of one core", shown(notes.get(cluster.NATS_CPU), "{:.1%}")],
        ["memory of NATS", shown(notes.get(cluster.NATS_MEMORY), "{:.0f} MiB")],
    ]  # fmt: skip
    return table([f"{found['name']}{'' if found['valid'] else ', ' + void(found)}", ""], rows)


def many_nodes(book: Book) -> str:
    """Returns what passes between simulated nodes, and what it takes."""
    found = book.all("many-nodes")
    rows = [
        [
            result["name"],
            *(shown(notes.get(key), "{:,.0f}") for key in (bus.MESSAGES_IN, bus.MESSAGES_OUT)),
            *(shown(_kilo(notes.get(key)), "{:.1f} MB/s") for key in (cluster.INTO_BUS, cluster.OUT_OF_BUS)),
            shown(result["server_cpu_share"], "{:.1%}"),
            shown(notes.get(cluster.NATS_MEMORY), "{:.0f} MiB"),
            f"{shown(result['age_ms_p50'], '{:.0f}')} / {shown(result['age_ms_p99'], '{:.0f} ms')}",
            shown(notes.get(bus.LOST), "{:.0f}"),
            shown(notes.get(bus.EACH_HEARD), "{:.0f} µs"),
            shown(result["load_cpu_share"], "{:.0%}"),
            void(result),
        ]
        for result in found
        for notes in [result["notes"]]
    ]
    passed = ["messages/s to NATS", "from NATS", "to NATS", "from NATS", "CPU of NATS", "memory of NATS"]
    head = ["", *passed, "delay p50 / p99", "lost or replaced", "a node's CPU, a slab heard", "the load's CPU", ""]
    return table(head, rows) if rows else "Not measured.\n"


def halls_whole(book: Book) -> str:
    """Returns what a tick of a full hall takes whose people are with several nodes."""
    rows = [
        [str(result["notes"][bus.NODES]), f"{result['notes'][tick.OWN]:,}", f"{result['notes'][tick.MEDIAN]:.1f} ms"]
        for result in book.all("tick")
        if tick.OWN in result["notes"]
    ]
    head = ["a full hall, its people with so many nodes", "with this node", "a tick of the hall here, without network"]
    return table(head, rows) if rows else ""


def troubles(book: Book) -> str:
    """Returns what those who only walk notice of each trouble."""
    rows = []
    for step, name, about in TROUBLES:
        whole = book.whole(step, name)
        notes: dict[str, Any] = whole["notes"] if whole else {}
        ages = [shown(notes.get(key), "{:.0f} ms") for key in (trouble.BEFORE, trouble.DURING, trouble.AFTER)]
        told = [f"{key}: {shown(value, '{:.4g}')}" for key, value in notes.items() if key not in _SAID_APART]
        when = book.apart(step)
        rows.append([
            f"{about}; measured apart, {when}" if when else about,
            shown(whole["clients"] if whole else None, "{:,}"),
            *ages,
            shown(whole["late_ticks"] if whole else None, "{:.0f}"),
            shown(notes.get(measuring.LOST), "{:.0f}"),
            str(notes.get(trouble.CLOSES, NOTHING)),
            "<br>".join(told) or NOTHING,
            void(whole) if whole else Mark.NONE.value,
        ])  # fmt: skip
    told_of = ["ticks late or left out", "of these lost", "closed, by code", "and", ""]
    return table(["trouble", "walking", "p99 before", "during", "after", *told_of], rows)


def churned(book: Book) -> str:
    """Returns what grew while people came and went."""
    found = book.one("churn")
    if found is None:
        return "Not measured.\n"
    rows = [
        [
            name,
            *(shown(found["notes"].get(f"{name}, {what}"), "{:,.1f}") for what in ("start", "end", "growth a minute")),
        ]
        for name in churn.GAUGES
    ]
    return table(["", "start", "end", "growth a minute, second half"], rows)


def live_session(book: Book) -> str:
    """Returns how soon all of a live session is heard, what recording takes, and what the ticks notice of either."""
    found = book.one("live")
    if found is None:
        return "Not measured.\n"
    notes: dict[str, Any] = found["notes"]
    limits = [
        [key, f"≤ {form.format(bar)}", shown(notes.get(key), form), _held(notes.get(key), bar)]
        for key, (bar, form) in live.BARS.items()
    ]
    forms = {live.CPU: "{:.1%}", live.LAG_MEAN: "{:.2f} ms", live.LAG_P99: "{:.1f} ms", live.LATE: "{:.0f}"}
    spans = [
        [kind, *(shown(notes.get(f"{what}, {kind}"), form) for what, form in forms.items())]
        for kind in (live.UNRECORDED, live.RECORDED, live.DURING)
    ]
    what = table([f"{found['name']}{'' if found['valid'] else ', ' + void(found)}", "bar", "measured", ""], limits)
    return f"{what}\n{table(['the server', *forms], spans)}"


def _held(value: float | None, bar: float) -> str:
    if value is None:
        return Mark.NONE.value
    return (Mark.BAR if value <= bar else Mark.MISSED).value


def runs(book: Book) -> str:
    """Returns every command with its void runs and problems."""
    rows = [
        [f"`{run['command']}`", f"{run['took_s']:.0f} s", str(run["void_runs"]), run["problem"] or "ok"]
        for run in book.runs
    ]
    return table(["`python -m bench …`", "took", "void runs", ""], rows)


def void(result: dict[str, Any]) -> str:
    """Returns why a result says nothing, "" where it does."""
    return "" if result["valid"] else f"void: {result['notes'].get(measuring.VOID, 'a part of it is')}"


def shown(value: Any, form: str) -> str:
    """Returns a value in a form, a text as it is, and a dash for what is not there."""
    if value is None:
        return NOTHING
    return value if isinstance(value, str) else form.format(value)


def _kilo(value: float | None) -> float | None:
    return None if value is None else value / 1000.0
