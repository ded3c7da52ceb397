"""Every measurement in turn, each a command of its own; void ones once more; and the page that tells of them.

``python -m bench all`` keeps what it has in ``docs/performance.partial.json`` after each command; only a run that came
to its end takes the place of ``docs/performance.json``, and writes ``docs/performance.md`` with its chart.
``python -m bench page`` makes the page anew from the JSON.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench import children, faults, folders, measuring
from bench.machine import machine
from bench.page import performance
from bench.sizes import STEPS

RESULTS: Final = performance.DOCS / "performance.json"
PARTIAL: Final = "performance.partial.json"
"""Beside the results: what a run has so far; git ignores it."""
QUICK_S: Final = 570.0
"""For all commands of a quick run: ten minutes with what is around them."""
STEP_S: Final = 1800.0
"""After which a command is given up."""
LEAVE_S: Final = 30.0
"""Seconds that a command has to end when told to."""
ERROR_LINES, ERROR_CAP = 2, 300
"""Of what a command that failed has said."""

QUICK_SIZES: Final = (2500, 4000)
SPOT_SIZES: Final = (250, 500, 1000, 1500, 2500)
BUS_SIZES: Final = ((2, 2), (4, 1), (4, 4), (16, 1), (16, 4))
"""Nodes, and the halls over which their visitors are spread."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the bench; the page finds its results by the key."""

    key: str
    command: str


def steps(*, quick: bool) -> tuple[Step, ...]:
    """Returns what is measured: first what the figures need, so that a quick run that is late lacks the rest."""
    long, short, quiet = (6, 5, 2) if quick else (60, 30, 20)
    sizes, spots, buses = (QUICK_SIZES, SPOT_SIZES[-1:], BUS_SIZES[::2]) if quick else (STEPS, SPOT_SIZES, BUS_SIZES)
    away = "" if quick else " --seconds 30"
    troubled = f"--clients {250 if quick else 1000} --quiet-s {quiet}"
    return (
        Step("floor", f"peers --floor-only --clients 2500 --seconds {long}"),
        Step("crowd-20", f"crowd --clients 2500 --hz 20 --seconds {long}"),
        Step("peers", f"peers --clients 1000 --seconds {long}"),
        Step("cluster", f"cluster --clients 2500 --seconds {long}"),
        Step("storm", f"storm --clients 1000 --arrivals 2500 --quiet-s {quiet}"),
        Step("slow", f"slow {troubled}"),
        Step("client", "client --avatars 200"),
        Step("client-crowd", "client --avatars 2500"),
        *(Step("growth", f"growth --steps {size} --seconds {short}") for size in sizes),
        *(Step("spot", f"growth --spot --steps {size} --seconds {short}") for size in spots),
        *(Step(kind, f"faults --what {kind} {troubled}{away if kind == 'away' else ''}") for kind in faults.KINDS),
        # A quick run has no time for those who flood the door.
        *(() if quick else (Step("flood", f"flood {troubled}"), Step("half-open", f"half-open {troubled}"))),
        Step("churn", f"churn --clients 250 --seconds {10 if quick else 600}"),
        *(Step("many-nodes", f"bus --nodes {nodes} --halls {halls} --seconds {short}") for nodes, halls in buses),
        Step("startup", "startup"),
        Step("tick", "tick"),
        Step("live", f"live --clients {100 if quick else 500} --seconds {long // 2}"),
    )


def command(arguments: list[str], seconds: float) -> tuple[list[dict[str, Any]], str]:
    """Runs one command of the bench; returns its results, and why there are none or ""."""
    with folders.passing() as folder:
        file = Path(folder) / "results.json"
        process = children.start(
            [sys.executable, "-m", "bench", *arguments, "--json", str(file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return [], f"it was not done after {seconds:.0f} s"
        except BaseException:
            _end(process)
            raise
        if process.returncode or not file.exists():
            return [], last_words(said) or f"it ended with {process.returncode}"
        return json.loads(file.read_text(encoding="utf-8"))["results"], ""


def last_words(said: str) -> str:
    """Returns the end of what a command has said, in one line."""
    lines = [line.strip() for line in said.splitlines() if any(map(str.isalpha, line))]
    return " / ".join(lines[-ERROR_LINES:])[-ERROR_CAP:]


def _end(process: subprocess.Popen[str]) -> None:
    """Interrupts a command, so that it stops what it has started, and kills what is left of it."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=LEAVE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


Run = Callable[[list[str], float], tuple[list[dict[str, Any]], str]]


def measured(step: Step, until: float, run: Run = command) -> dict[str, Any]:
    """Runs a step, and again while it is void and there is time for it; returns what came of the last run."""
    outcome: dict[str, Any] = {"key": step.key, "command": step.command, "void_runs": 0, "took_s": 0.0}
    outcome |= {"problem": "there was no time for it", "results": []}
    for _ in range(1 + measuring.REPEATS):
        started = time.monotonic()
        left = until - started
        if left <= outcome["took_s"]:
            break
        results, outcome["problem"] = run(step.command.split(), min(STEP_S, left))
        outcome["took_s"] = round(time.monotonic() - started, 1)
        outcome["results"] = results or outcome["results"]
        if outcome["problem"] or all(result["valid"] for result in results):
            break
        outcome["void_runs"] += 1
    return outcome


def run(*, quick: bool, results: Path = RESULTS, run: Run = command) -> None:
    """Runs everything and writes the page; a quick run leaves out what it has no time for.

    A run that is interrupted leaves results and page as they are, and the file of what it has.
    """
    begun = time.monotonic()
    until = begun + QUICK_S if quick else float("inf")
    partial, outcomes = results.with_name(PARTIAL), list[dict[str, Any]]()
    print(f"results so far: {partial}", flush=True)
    for step in steps(quick=quick):
        print(f"{time.monotonic() - begun:6.0f} s  {step.command}", flush=True)
        outcomes.append(measured(step, until, run))
        keep(outcomes, partial, quick=quick, took_s=time.monotonic() - begun)
    partial.replace(results)
    performance.write(results)
    print(f"{time.monotonic() - begun:6.0f} s  {results.with_name(performance.PAGE)}")


def keep(outcomes: list[dict[str, Any]], file: Path, *, quick: bool, took_s: float) -> None:
    """Writes what is known so far; ``results`` holds all that the steps found, each with its step's key."""
    results = [{"step": outcome["key"], **result} for outcome in outcomes for result in outcome["results"]]
    runs = [{key: value for key, value in outcome.items() if key != "results"} for outcome in outcomes]
    data = {
        "machine": machine(),
        "measured": datetime.now(UTC).date().isoformat(),
        "quick": quick,
        "took_s": round(took_s),
        "runs": runs,
        "results": results,
    }
    file.write_text(json.dumps(data, indent=1, allow_nan=False) + "\n", encoding="utf-8")
