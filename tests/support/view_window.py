"""The one offscreen window that every test of the view shares: Panda3D allows one per process.

A conftest, or a test elsewhere, imports ``window`` from here; however many do, one is opened (a session's fixtures
would otherwise open one each).
"""

from collections.abc import Iterator

import pytest

from halles_client.view.window import Window, open_window

_opened: Window | None = None


@pytest.fixture(scope="session")
def window() -> Iterator[Window]:
    """The process's window; whoever opened it closes it."""
    global _opened
    mine = _opened is None
    if _opened is None:
        _opened = open_window(offscreen=True, width=640, height=360, preset="low")
    yield _opened
    if mine:
        _opened.close()
        _opened = None
