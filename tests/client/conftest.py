"""What every test of the client may ask for."""

from tests.support.postgres import postgres
from tests.support.view_window import window

__all__ = ["postgres", "window"]
