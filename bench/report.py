"""What every measurement writes: a table for people and JSON for programs, with the machine that it ran on."""

import json
import math
import shlex
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import machine

Note = float | int | str


@dataclass(frozen=True, slots=True)
class Result:
    """One subject's figures; None where a figure does not apply.

    Shares are of one core; ages in milliseconds from the sender's call to the receiver's, on one machine. Late ticks
    are those that began over half a period late, and those left out for it.
    """

    name: str
    clients: int | None = None
    hz: float | None = None
    seconds: float | None = None
    server_cpu_share: float | None = None
    load_cpu_share: float | None = None
    late_ticks: int | None = None
    age_ms_p50: float | None = None
    age_ms_p99: float | None = None
    bytes_per_client_s: float | None = None
    memory_per_client_bytes: float | None = None
    positions_delivered: int | None = None
    cpu_us_per_position: float | None = None
    valid: bool = True
    notes: dict[str, Note] = field(default_factory=dict)


def publish(results: list[Result], json_file: Path | None) -> None:
    """Prints a table and writes JSON where asked."""
    for result in results:
        print(f"\n{result.name}{'' if result.valid else '   VOID'}")
        for key, value in asdict(result).items():
            if key in {"name", "notes", "valid"} or value is None:
                continue
            print(f"  {key:26} {value:,.3f}" if isinstance(value, float) else f"  {key:26} {value:,}")
        for key, note in result.notes.items():
            print(f"  {key:26} {note:,.3f}" if isinstance(note, float) else f"  {key:26} {note}")
    if json_file is not None:
        data = {
            "machine": machine(),
            "measured": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": shlex.join(["python", "-m", "bench", *sys.argv[1:]]),
            "results": [plain(result) for result in results],
        }
        json_file.write_text(json.dumps(data, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def plain(result: Result) -> dict[str, Any]:
    """Returns a result for JSON, which has no NaN: a figure that was too small to see is null."""
    fields = asdict(result)
    fields["notes"] = {key: _number(note) for key, note in result.notes.items()}
    return {key: _number(value) for key, value in fields.items()}


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
