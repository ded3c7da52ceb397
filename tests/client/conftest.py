"""What every test of the client may ask for."""

from tests.support.view_window import window

__all__ = ["window"]
