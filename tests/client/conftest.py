"""What every test of the client may ask for."""

from tests.support.postgres import demo_url, postgres
from tests.support.view_window import window

__all__ = ["demo_url", "postgres", "window"]
