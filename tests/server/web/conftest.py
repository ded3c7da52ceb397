from tests.support.page_door import page_door
from tests.support.postgres import database_url, postgres

__all__ = ["database_url", "page_door", "postgres"]
