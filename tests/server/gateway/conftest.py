"""Real servers for the gateway's tests, each with a database of its own in the run's one Postgres."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from tests.support.postgres import TestPostgres, postgres
from tests.support.serving import RunningServer, real_server

__all__ = ["postgres"]

Serving = Callable[..., AbstractContextManager[RunningServer]]


@pytest.fixture(scope="module")
def serving(postgres: TestPostgres) -> Serving:
    """Starts servers with settings of one's own."""

    @contextmanager
    def serve(**settings: Any) -> Iterator[RunningServer]:
        url = postgres.fresh(demo=settings.get("demo", False))
        with real_server(database_url=url, **settings) as server:
            yield server
        postgres.drop(url)

    return serve


@pytest.fixture(scope="module")
def server(serving: Serving) -> Iterator[RunningServer]:
    """One server for a module's tests, which leave no trace that the next would see."""
    with serving() as running:
        yield running
