"""A result says what may have shaped it."""

import asyncio

import numpy as np
import pytest

from bench import compiling, herd, measuring
from bench.walkers import Walker, herded
from bench.witnessing import Crowd
from halles_server.observability import Metrics
from tests.bench.test_serving import exporting


class Nobody(Walker):
    """Never comes in."""

    def receive(self, payload: bytes) -> None:
        """Hears nothing."""

    def report(self, sequence: int, x: int, y: int, heading: int) -> bytes:
        """Says nothing."""
        return b""


def counted() -> object:
    """Returns how a load of one, who never comes in, says that it counted."""

    async def span(program: measuring.Measured) -> object:
        crowd = herded(Crowd(1, np.random.default_rng(1), witnesses=1))
        walking = measuring.Walking(program, [Nobody(crowd, 0, "")], 10.0)
        return (await measuring.span("nobody", walking, 0.01)).notes[measuring.LOAD]

    with exporting(Metrics()) as server:
        return asyncio.run(span(server))


@pytest.mark.skipif(not herd.here(), reason="the herd is compiled by cc, for Linux")
def test_a_result_says_how_its_load_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "LULL_S", 0.0)
    assert counted() == measuring.IN_C
    monkeypatch.setattr(compiling, "COMPILER", "no-such-compiler")
    assert counted() == measuring.IN_PYTHON
