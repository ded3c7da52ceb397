"""Counts the work of a piece of Python in units that no other program on the machine can change.

``opcodes`` are the bytecode instructions that the interpreter carried out: a loop over people shows in them. They do
not show the loops inside numpy, but those work on arrays, and each array that is made counts in ``arrays`` and
``bytes``: another pass over everybody, or everybody against everybody, shows there. See ``docs/adr``, counted work.
"""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from types import FrameType
from typing import Any, Final, Self

ARRAY: Final = 512
"""Bytes allocated within one opcode from which they count as an array: Python's own values are smaller."""


@dataclass(frozen=True, slots=True)
class Work:
    """What something took.

    Attributes:
        opcodes: Bytecode instructions.
        arrays: Opcodes within which more than ``ARRAY`` bytes were allocated.
        bytes: Of all these allocations.
        kept: Bytes that were still held afterwards.
    """

    opcodes: int
    arrays: int
    bytes: int
    kept: int

    @classmethod
    def mean(cls, works: Sequence["Work"]) -> "Work":
        """Returns what each of them took, on average."""
        columns = zip(*(astuple(work) for work in works), strict=True)
        return cls(*(sum(column) // len(works) for column in columns))


class Counter:
    """Counts while its block lasts; things run many times slower in it than usual."""

    def __enter__(self) -> Self:
        tracemalloc.start()
        self._collecting = gc.isenabled()
        gc.disable()  # a collection at another moment would be other work
        return self

    def __exit__(self, *_: object) -> None:
        tracemalloc.stop()
        if self._collecting:
            gc.enable()

    def run(self, act: Callable[[], None]) -> Work:
        """Runs something in this thread and returns its work."""
        self._opcodes = self._arrays = self._bytes = 0
        tracemalloc.reset_peak()
        before = self._held = tracemalloc.get_traced_memory()[0]
        tracing = sys.gettrace()
        sys.settrace(self._hear)
        try:
            act()
        finally:
            sys.settrace(tracing)
        return Work(self._opcodes, self._arrays, self._bytes, tracemalloc.get_traced_memory()[0] - before)

    def _hear(self, frame: FrameType, event: str, _argument: Any) -> Any:
        """Counts the opcode that is about to be carried out, and the arrays of the one before."""
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        self._opcodes += event == "opcode"
        held, peak = tracemalloc.get_traced_memory()
        if peak - self._held > ARRAY:
            self._arrays += 1
            self._bytes += peak - self._held
        tracemalloc.reset_peak()
        self._held = held
        return self._hear
