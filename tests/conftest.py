"""What holds for all tests."""

from typing import Final

import pytest
from hypothesis import settings

from tests.support import quick_disk

# How long one example takes says something of the machine, not of the code: speed is measured in ``bench``.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

LONGEST: Final = ("tests/e2e/test_run.py", "tests/web/", "tests/e2e/", "tests/server/test_cli.py", "tests/bench/")
"""What takes longest comes first, so that two workers end together: small files fill what is left of the time."""


def pytest_configure(config: pytest.Config) -> None:
    """Chooses where temporary files are, once for all workers."""
    if not hasattr(config, "workerinput"):
        quick_disk.take(config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remembers whether something is left to be looked at."""
    quick_disk.finished(session)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leaves nothing behind."""
    quick_disk.leave(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest first; the rest keeps its order."""
    items.sort(
        key=lambda item: next((i for i, part in enumerate(LONGEST) if item.nodeid.startswith(part)), len(LONGEST))
    )
