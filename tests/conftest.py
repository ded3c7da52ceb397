"""What holds for all tests."""

from typing import Final

import pytest
from hypothesis import settings

from tests.support import quick_disk

# How long one example takes says something of the machine, not of the code: speed is measured in ``bench``.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

LONGEST: Final = {
    "tests/web/test_accessibility.py": 200,
    "tests/web/test_member_pages.py": 80,
    "tests/e2e/test_exhibitor_journey.py": 80,
    "tests/web/test_page_door.py": 70,
    "tests/web/test_studio.py": 60,
    "tests/web/test_live_parts.py": 60,
    "tests/web/test_hostile_texts.py": 50,
    "tests/client/test_app.py": 45,
    "tests/web/": 20,
    "tests/client/": 5,
    "tests/e2e/test_run.py": 240,
    "tests/server/test_cli.py": 120,
    "tests/e2e/test_kill_nine.py": 60,
    "tests/server/storage/test_embedded.py": 55,
    "tests/e2e/test_many_nodes.py": 50,
    "tests/e2e/test_live_session_journey.py": 45,
    "tests/bench/test_trouble.py": 30,
    "tests/bench/test_guard.py": 28,
    "tests/bench/test_live.py": 25,
    "tests/bench/test_database_away.py": 25,
    "tests/server/test_bootstrap.py": 25,
    "tests/server/test_upkeep.py": 20,
    "tests/e2e/": 20,
    "tests/bench/": 6,
    "tests/server/gateway/": 7,
    "tests/server/storage/": 5,
}
"""About how many seconds files take; the first that fits tells, and ``OTHERS_S`` of all others."""

OTHERS_S: Final = 2

WAITING: Final = ("tests/e2e/", "tests/server/", "tests/bench/")
"""Where most of the time is waiting for other processes, walkers and deadlines; elsewhere it is drawing pages."""
DRAWING: Final = "tests/e2e/test_exhibitor_journey.py"
"""Stands among those that wait, and is none of them."""


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
    """Lets what waits and what computes go on side by side all the time, the longest files of each first.

    Workers that all draw pages, and later all wait, would take longer, and so would one whose last file is a long one.
    """
    files = list(dict.fromkeys(_file_of(item) for item in items))
    place = in_order(files)
    items.sort(key=lambda item: place[_file_of(item)])


def in_order(files: list[str]) -> dict[str, float]:
    """Returns for each file when its turn is: the share of its kind's time that passes before it."""
    place: dict[str, float] = {}
    for waits in (True, False):
        kind = sorted((file for file in files if _waits(file) is waits), key=_seconds, reverse=True)
        before, total = 0, sum(map(_seconds, kind))
        for file in kind:
            place[file] = before / total
            before += _seconds(file)
    return place


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _waits(file: str) -> bool:
    return file.startswith(WAITING) and file != DRAWING


def _seconds(file: str) -> int:
    return next((seconds for part, seconds in LONGEST.items() if file.startswith(part)), OTHERS_S)
