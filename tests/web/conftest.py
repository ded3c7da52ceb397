from tests.support.browser import axe, browser
from tests.support.page_door import page_door
from tests.support.postgres import postgres

__all__ = ["axe", "browser", "page_door", "postgres"]
