"""The real NATS for tests: one for a module, in which each test has a deployment of its own."""

import itertools
import os
from collections.abc import Iterator

import pytest

from halles_server.cluster import nats_server
from halles_server.cluster.nats_server import NatsServer

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def nats() -> Iterator[NatsServer]:
    """A NATS for a module's tests."""
    with nats_server.running() as running:
        yield running


def deployment() -> str:
    """Returns the name of a deployment that no other test has."""
    return f"test-{os.getpid()}-{next(_numbers)}"
