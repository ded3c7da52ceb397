from tests.support.browser import axe, browser
from tests.support.live_pages import live_server, pages
from tests.support.page_door import page_door
from tests.support.postgres import postgres

__all__ = ["axe", "browser", "live_server", "page_door", "pages", "postgres"]
