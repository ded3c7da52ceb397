"""What the screens of a live session may show: from the opening of its doors on, each thing stays in its place.

Acts name a material by its place. When the programme changes later, what it has now comes behind what was there, and
what it has no longer stays: nobody who watches, then or again, sees another document.
"""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.world.live import MATERIALS_CAP
from halles_server.storage.pool import Connection

_OPENED: Final = "SELECT EXISTS (SELECT FROM live_states WHERE session = $1 AND phase <> 'scheduled')"
_FOLLOW: Final = f"""
WITH held AS (SELECT count(*) AS so_many FROM live_materials WHERE session = $1)
INSERT INTO live_materials (session, place, media, title)
SELECT p.session, held.so_many + row_number() OVER (ORDER BY p.place) - 1, p.media, p.title
FROM programme_materials p, held
WHERE p.session = $1 AND NOT EXISTS (SELECT FROM live_materials k WHERE k.session = p.session AND k.media = p.media)
ORDER BY p.place LIMIT (SELECT greatest(0, {MATERIALS_CAP} - so_many) FROM held)
"""


async def hold(connection: Connection, session: LiveSessionId) -> None:
    """Holds what the programme has, within the transaction that opens the doors.

    Raises:
        Rejection: NOT_FOUND where it is cancelled.
    """
    # A change under way is waited for; one that comes after sees the open doors, and follows.
    if await connection.fetchval("SELECT cancelled IS NOT NULL FROM programme WHERE id = $1 FOR SHARE", session):
        raise Rejection(RejectionCode.NOT_FOUND, f"{session} is cancelled")
    await connection.execute(_FOLLOW, session)


async def follow(connection: Connection, session: LiveSessionId) -> None:
    """Takes up what a change of the programme brought, within its transaction; before the doors open nothing is held.

    What is more than ``MATERIALS_CAP`` with what was there is not shown.
    """
    if await connection.fetchval(_OPENED, session):
        await connection.execute(_FOLLOW, session)
