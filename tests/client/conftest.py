"""The one offscreen window that every test of the view shares: Panda3D allows one per process."""

from collections.abc import Iterator

import pytest

from halles_client.view.window import Window, open_window


@pytest.fixture(scope="session")
def window() -> Iterator[Window]:
    opened = open_window(offscreen=True, width=640, height=360, preset="low")
    yield opened
    opened.close()
