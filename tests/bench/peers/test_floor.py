"""The floor is compiled and does what it is compared for: takes everybody's moves and sends everybody its frame."""

import asyncio

import numpy as np
import pytest

from bench import compiling
from bench.peers import floor
from bench.peers.floor import Stander
from bench.walkers import arrive, walk
from bench.witnessing import Crowd

SIZE = 300
CLIENTS = 5
MOVES = 50


class Counting(Stander):
    """Knows when the floor has taken all moves."""

    def __init__(self, crowd: Crowd, index: int, url: str) -> None:
        super().__init__(crowd, index, url, SIZE)
        self.all_taken = asyncio.Event()

    def receive(self, payload: bytes) -> None:
        super().receive(payload)
        if self.moves == MOVES:
            self.all_taken.set()


@pytest.mark.skipif(not compiling.there(), reason="the floor is compiled by cc")
def test_five_clients_get_frames_of_the_wanted_size_and_all_their_moves_are_taken() -> None:
    crowd = Crowd(CLIENTS, np.random.default_rng(1))

    async def measure(url: str) -> None:
        walkers = [Counting(crowd, index, url) for index in range(CLIENTS)]
        await arrive(walkers)
        crowd.begin()
        await walk(walkers, hz=50.0, seconds=MOVES / CLIENTS / 50.0)
        await asyncio.wait_for(asyncio.gather(*(walker.all_taken.wait() for walker in walkers)), 20)
        for walker in walkers:
            walker.leave()

    with floor.running(50.0, SIZE, core=None) as program:
        asyncio.run(measure(program.url))
    assert crowd.wrong == 0
    assert crowd.bytes_in == crowd.frames_in * SIZE
    assert len(crowd.ages) >= CLIENTS
    assert all(0 <= age < 5_000 for ages in crowd.ages for age in ages)
