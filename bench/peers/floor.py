"""The floor: a bare C server that takes the same reports and sends frames of the same size, nothing else."""

import contextlib
import struct
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import uvloop

from bench import folders, measuring, serving
from bench.compiling import compiled
from bench.report import Result
from bench.walkers import Walker
from bench.witnessing import Crowd
from halles.protocol import codec
from halles.protocol.messages import Move

SOURCE: Final = Path(__file__).parent / "floor.c"
SMALLEST, LARGEST = 126, 65_535
"""Bytes of a frame that the floor can send."""
HEAD: Final = struct.Struct("<dQ")
"""When a frame was built, and how many moves the floor had taken by then."""


class Stander(Walker):
    """A walker that reports to the floor; as a witness it reads how old a frame is."""

    def __init__(self, crowd: Crowd, index: int, url: str, size: int) -> None:
        super().__init__(crowd, index, url)
        self.size, self.moves = size, 0

    def greet(self) -> None:
        """Is inside at once: the floor asks for nothing."""
        self.enter()

    def receive(self, payload: bytes) -> None:
        """Takes a frame."""
        built, self.moves = HEAD.unpack_from(payload)
        self.crowd.ticks_heard += 1
        self.crowd.wrong += len(payload) != self.size
        if self.crowd.measuring:
            self.crowd.ages.append(np.array([(time.perf_counter() - built) * 1000.0]))

    def report(self, sequence: int, x: int, y: int, heading: int) -> bytes:
        """Returns the move that Halles gets."""
        return codec.encode(Move(sequence, x, y, 0, heading))


def run(clients: int, hz: float, seconds: float, frame_bytes: int) -> Result:
    """Measures the floor with frames of so many bytes."""
    measuring.pin_load()
    with running(hz, frame_bytes, core=measuring.SERVER_CORE) as floor:
        result = uvloop.run(_measure(floor, clients, hz, seconds, frame_bytes))
    return replace(result, notes=result.notes | {"age": "of the frame since it was built, not since a report"})


@contextlib.contextmanager
def running(hz: float, frame_bytes: int, *, core: int | None) -> Iterator[serving.Program]:
    """Compiles the floor and runs it until the block ends."""
    with folders.passing() as folder:
        program = compiled(SOURCE, Path(folder))
        with serving.started([str(program), f"{hz:g}", str(frame_bytes)], core=core) as floor:
            yield floor


async def _measure(floor: serving.Program, clients: int, hz: float, seconds: float, size: int) -> Result:
    crowd = measuring.new_crowd(clients)
    standers = [Stander(crowd, index, floor.url, size) for index in range(clients)]
    walking = measuring.Walking(floor, standers, hz)
    return await measuring.measure(f"the floor, {size} bytes a frame", walking, seconds)
