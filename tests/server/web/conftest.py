from tests.support.page_door import page_door
from tests.support.postgres import postgres

__all__ = ["page_door", "postgres"]
