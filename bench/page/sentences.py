"""The page's sentences: those that depend on figures are made from them, and are true whatever these are."""

from typing import Any, Final

from bench import live, measuring
from bench.page.book import Book
from bench.page.figures import CLUSTER_AGE, CLUSTER_AGE_P50, FIGURES, FLOOR_SHARE, Mark, carried, scale
from bench.page.tables import shown
from bench.peers import comparison

_COUNTED: Final = "<!-- by what -->"
_METHOD: Final = f"""\
W(N, H) is the workload: N visitors, each with a websocket of its own, walk about one hall of 50 × 50 m at 1.4 m/s, and
each reports its place H times a second; the server ticks H times a second. All are in before anything counts, and walk
for some seconds first.

- The server is the real command with its own Postgres, on one core; the load is one process on another core of the same
  machine, over the loopback.
- *Position age* is the time from a visitor's report to its arrival at another visitor, by one clock. It holds the wait
  for the tick. The floor's is that of the frame since it was built.
- Twelve of the visitors, the witnesses, decode all that they get: every record must be a place that its owner really
  reported (*records that nobody sent* counts the others), and everybody must be heard of. What the others get is only
  counted{_COUNTED}.
- Ticks count as late where they begin over half a period after they were due, and a server that is late leaves ticks
  out rather than catch up; one sum holds both.
- CPU is of the server's process, the kernel's work on its behalf included. Bytes are of messages, without TCP's and the
  websocket's own.
- A run is *void* when the load took {measuring.LOAD_CEILING:.0%} or more of its core, or the host took \
{measuring.STEAL_CEILING:.0%} of a core away: then it says nothing of
  the server. It is repeated up to {measuring.REPEATS} times; below stands how often. What the server does wrong voids \
nothing: it is a
  figure.
- All visitors come from one machine, so limits that hold for one address are raised (`bench/serving.py` lists them).
  Those who attack come from addresses of their own in 127.0.0.0/8. Half-open sockets meet the server's own defaults.
- Shares of a core on a machine that others use differ from day to day. Ratios taken in one run do so much less, which
  is why Halles is measured beside a bare C server, the *floor*, that takes the same moves and sends frames of the same
  size, and beside Colyseus with its plain room state.
- What must not grow by accident is not measured but counted: `python -m bench guard`, which `./test` runs as well.
"""


def method(book: Book) -> str:
    """Returns how everything was measured."""
    loads = [result["notes"][measuring.LOAD] for result in book.results if measuring.LOAD in result["notes"]]
    in_c = loads.count(measuring.IN_C)
    by = f", in {in_c} of the {len(loads)} results that tell by a part of the load in C (`bench/herd.c`)"
    return _METHOD.replace(_COUNTED, by if in_c else "")


SIMULATED: Final = """\
NATS is the real one, on the server's core, and so is each node's end of the bus with its bytes; the nodes themselves
are simulated, all in the load's process: only their slabs, of all nodes at the same moment, everybody walking. The
delay is from one node's call to another's, with the wait for the others in the same process. What a show of many nodes
takes is computed from this in [operate.md](operate.md)."""


def introduction(book: Book) -> str:
    """Returns when and where all was measured."""
    machine = ", ".join(f"{key} {value}" for key, value in book.machine.items())
    kind = "a quick run, with short spans and fewer sizes" if book.quick else "the full run"
    command = "python -m bench all" + (" --quick" if book.quick else "")
    return (
        f"# Performance\n\nWritten by `{command}` from [performance.json](performance.json); do not edit. Measured on "
        f"{book.measured} in {book.took_s / 60:.0f} minutes, {kind}.\n\nMachine: {machine}.\n"
    )


def carries(book: Book) -> str:
    """Returns what one core carries."""
    largest = carried(book)
    if largest is None:
        return "What one core carries is not known: no run of that kind counts."
    most = max(result["clients"] for result in book.all("growth"))
    tried = "" if largest["clients"] < most else ", the most that was tried"
    return (
        f"At {largest['hz']:.0f} ticks a second one core carries {largest['clients']:,} people who all walk about one "
        f"hall{tried}: nobody is dropped, others' positions are {_age(largest)}, and each person gets "
        f"{largest['bytes_per_client_s'] / 1000:.1f} kB/s.{_by_default(book)}"
    )


def _by_default(book: Book) -> str:
    """Returns what the crowd at the usual ticks takes, which are twice as many; "" where no run of it counts."""
    usual = book.one("crowd-20")
    if usual is None or not usual["valid"] or usual["age_ms_p99"] is None:
        return ""
    return (
        f" At {usual['hz']:.0f}, the usual setting, {usual['clients']:,} take {usual['server_cpu_share']:.0%} of it, "
        f"and positions are {_age(usual)}."
    )


def _age(result: dict[str, Any]) -> str:
    return f"{result['age_ms_p50']:.0f} ms old (p99 {result['age_ms_p99']:.0f} ms)"


def judged(book: Book) -> str:
    """Returns how many of the twelve are met, and what the machine's kernel has to do with it."""
    marks = [figure.mark(book) for figure in FIGURES]
    count = {mark: marks.count(mark) for mark in Mark}
    return (
        f"Bars met: {count[Mark.AIM] + count[Mark.BAR]} of {len(FIGURES)}, with the aim: {count[Mark.AIM]}; not met: "
        f"{count[Mark.MISSED]}; void: {count[Mark.VOID]}; not measured: {count[Mark.NONE]}.{_scaled(book)}"
    )


def _scaled(book: Book) -> str:
    floor, slower = book.one("floor", "the floor"), scale(book)
    if floor is None:
        return ""
    took = f" The floor took {floor['server_cpu_share']:.0%} of a core in the run of figure 1"
    if slower > 1.0:
        return (
            f"{took}, more than the {FLOOR_SHARE:.0%} that the bars of figures 1 and 2 assume, so these are scaled "
            f"by {slower:.2f}."
        )
    return f"{took}; the bars of figures 1 and 2 assume at most {FLOOR_SHARE:.0%}, so they stand as they are."


def losses(book: Book) -> str:
    """Returns a list of all bars that are missed, all ratios above 1, and what could not be measured."""
    lines = [
        f"- Figure {figure.number}, {figure.about}: "
        + "; ".join(
            f"{reading.about} {reading.shown(reading.value)}, the bar is {reading.shown(reading.bar)}"
            for reading in figure.read(book)
            if reading.off
        )
        + (f" ({figure.why})" if figure.why else "")
        for figure in FIGURES
        if figure.mark(book) is Mark.MISSED
    ]
    for step in ("floor", "peers"):
        people = next((result["clients"] for result in book.all(step, comparison.RATIOS)), None)
        worse = {key: value for key, value in _ratios(book, step).items() if value and value > 1.0}
        lines += [f"- {key}, {people:,} people: × {value:.2f}" for key, value in worse.items()]
    lines += [f"- Not measured: `{run['command']}`: {run['problem']}" for run in book.runs if run["problem"]]
    return "\n".join(lines or ["Nowhere that was measured."]) + "\n"


def beside_floor(book: Book) -> str:
    """Returns how Halles compares with the floor."""
    value = _ratios(book, "floor").get(comparison.FLOOR_TICK)
    if value is None:
        return "Beside the floor Halles was not measured."
    return (
        f"For each client and tick Halles takes {value:.2f} times the CPU of the floor, whose own is the kernel's work "
        "and the barest loop around it."
    )


def beside_colyseus(book: Book) -> str:
    """Returns how Halles compares with Colyseus."""
    notes = _ratios(book, "peers")
    cpu, data = notes.get(comparison.COLYSEUS_TICK), notes.get(comparison.COLYSEUS_BYTES)
    if cpu is None or data is None:
        return "Beside Colyseus Halles was not measured."
    return (
        "Colyseus tells everybody of everybody at each patch; Halles tells of the nearest at each tick and of all "
        f"others once a second or more often. For each client "
        f"and tick Halles takes {cpu:.2f} times its CPU and {data:.3f} times its "
        "bytes. CPU for one delivered position is another matter: the ratios tell both."
    )


def clustered(book: Book) -> str:
    """Returns by how much older the news from another node is."""
    found = book.one("cluster")
    if found is None or found["notes"].get(CLUSTER_AGE) is None:
        return "Two nodes that share a hall were not measured."
    half, most = found["notes"][CLUSTER_AGE_P50], found["notes"][CLUSTER_AGE]
    return (
        f"{found['clients']:,} visitors of one hall are dealt in turn to two nodes, which share a core, a Postgres and "
        "a NATS. What a visitor hears of\nsomebody with the other node is "
        f"{half:.0f} ms older (p99: {most:.0f} ms) than what it hears of those with its own, in the same run."
    )


def churned(book: Book) -> str:
    """Returns how many came and went."""
    found = book.one("churn")
    if found is None:
        return "It was not measured what grows while people come and go."
    notes = found["notes"]
    return (
        f"Beside {found['clients']:,} who walk, {notes['came and went']:,} came and went in {found['seconds']:.0f} s, "
        f"and {notes['not let in']:,} were not let in. Position age p99 of those who walk: "
        f"{shown(found['age_ms_p99'], '{:.0f} ms')}."
    )


def gathered(book: Book) -> str:
    """Returns what happened in the live session that was measured."""
    found = book.one("live")
    if found is None:
        return "A full live session was not measured."
    share = found["clients"] / live.FULL
    return (
        f"{found['clients']:,} viewers walk in one hall. In {found['seconds']:.0f} s they ask "
        f"{live.QUESTIONS * share:,.0f} questions, give {live.VOTES * share:,.0f} votes, raise "
        f"{live.HANDS * share:,.0f} hands and applaud {live.REACTIONS_A_S * share:,.0f} times a second, while a "
        f"page is turned each {live.SLIDE_EVERY_S:g} s and {live.JOINS} come in the middle. Before that they only "
        "walk, and recording is off,\non, on and off again: what it takes is a difference within one run."
        + (f" Measured apart, {when}." if (when := book.apart("live")) else "")
    )


def void_runs(book: Book) -> str:
    """Returns how many runs were void."""
    void, missing = sum(run["void_runs"] for run in book.runs), sum(bool(run["problem"]) for run in book.runs)
    return f"Void runs: {void}. Commands with a problem, which stands beside them: {missing} of {len(book.runs)}."


def _ratios(book: Book, step: str) -> dict[str, Any]:
    found = book.one(step, comparison.RATIOS)
    return found["notes"] if found else {}
