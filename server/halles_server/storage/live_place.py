"""Where a live session takes place: its state goes with its entry until the doors open; from then on both stay.

Whoever is inside, what is recorded there and whom its chat reaches follow from the hall: none of that can move, nor be
cancelled before its hosts have ended it.
"""

from typing import Final

from halles.errors import Rejection, RejectionCode, Unavailable
from halles.ids import LiveSessionId
from halles.world.live import OPEN
from halles_server.ports.programme import Entry
from halles_server.storage.pool import Connection

_HELD: Final = """
SELECT l.phase, p.revision, (p.hall, p.stage) <> ($2, $3) AS moves
FROM live_states l JOIN programme p ON p.id = l.session WHERE l.session = $1 FOR UPDATE OF l
"""
_PHASE: Final = "SELECT phase FROM live_states WHERE session = $1"
_MOVE: Final = "UPDATE live_states SET hall = $2, stage = $3 WHERE session = $1"
_ELSEWHERE: Final = "SELECT EXISTS (SELECT FROM live_states WHERE session = $1 AND (hall, stage) <> ($2, $3))"


async def follow(connection: Connection, entry: Entry) -> bool:
    """Takes a state along to where its entry is about to be, within the change's transaction; tells whether it has one.

    The state's row comes before the entry's, as where the doors open (``live_materials.hold``).

    Raises:
        Rejection: NOT_NOW where the doors have opened elsewhere.
    """
    place = (entry.session, entry.hall, entry.stage)
    held = await connection.fetchrow(_HELD, *place)
    if held is None:
        return False
    if held["phase"] == "scheduled":
        await connection.execute(_MOVE, *place)
    elif held["moves"] and held["revision"] == entry.revision:  # whoever has read an older one is told that
        raise Rejection(RejectionCode.NOT_NOW, f"{entry.session} has opened its doors where it is")
    return True


async def require_none_elsewhere(connection: Connection, entry: Entry) -> None:
    """Makes sure, once the entry's row is locked, that no state has begun where it was; ``Unavailable``."""
    if await connection.fetchval(_ELSEWHERE, entry.session, entry.hall, entry.stage):
        raise Unavailable(f"{entry.session} began just now; asked again, it is taken along")


async def hold_closed(connection: Connection, session: LiveSessionId) -> None:
    """Makes sure, before an entry is cancelled, that its doors are not open, and do not open meanwhile.

    Raises:
        Rejection: NOT_NOW.
    """
    _require_closed(session, await connection.fetchval(f"{_PHASE} FOR UPDATE", session))


async def require_closed(connection: Connection, session: LiveSessionId) -> None:
    """Makes sure, once the entry's row is locked, that no state has begun and opened meanwhile; ``Rejection`` NOT_NOW.

    Its row is not locked: whoever opens the doors now has it, and waits for the entry's.
    """
    _require_closed(session, await connection.fetchval(_PHASE, session))


def _require_closed(session: LiveSessionId, phase: str | None) -> None:
    if phase in OPEN:
        raise Rejection(RejectionCode.NOT_NOW, f"{session} goes on: its hosts end it")
