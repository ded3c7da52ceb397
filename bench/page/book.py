"""The kept results, as the page asks for them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that ``docs/performance.json`` holds.

    Attributes:
        machine: What the figures depend on.
        measured: The day.
        quick: Whether spans were short and crowds small where that does.
        took_s: How long all of it took.
        runs: Each command with its void runs and, where it has no results, the problem; ``apart`` says when, where it
            was not measured with the others.
        results: All results with their step's key in ``step``.
    """

    machine: dict[str, Any]
    measured: str
    quick: bool
    took_s: float
    runs: list[dict[str, Any]]
    results: list[dict[str, Any]]

    @classmethod
    def read(cls, file: Path) -> Self:
        """Reads the file."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))

    def all(self, step: str, name: str = "") -> list[dict[str, Any]]:
        """Returns a step's results whose names begin so."""
        return [result for result in self.results if result["step"] == step and result["name"].startswith(name)]

    def one(self, step: str, name: str = "") -> dict[str, Any] | None:
        """Returns the first of them."""
        return next(iter(self.all(step, name)), None)

    def whole(self, step: str, name: str = "") -> dict[str, Any] | None:
        """Returns the result that tells of three spans together: the step's last one of those whose names begin so."""
        found = self.all(step, name)
        return found[-1] if found else None

    def apart(self, step: str) -> str:
        """Says when a command was measured that was not with the others; "" where it was."""
        return next((str(run["apart"]) for run in self.runs if run["key"] == step and "apart" in run), "")
