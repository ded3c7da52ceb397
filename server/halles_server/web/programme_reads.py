"""What pages with the programme on them are made of: read as their reader may, in their language."""

import re
from collections.abc import Sequence
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from halles.ids import AccountId, HallId
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.ports.programme import Entry
from halles_server.web import actors
from halles_server.web.asked import calendar_of
from halles_server.web.door import PageDoor
from halles_server.web.language import tongues
from halles_server.web.programme_view import Places, shown
from halles_server.web.reader import Reader

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


async def now_and_next(door: PageDoor, reader: Reader, hall: HallId) -> dict[str, Any]:
    """Returns what a hall's page says of the programme: what is on in this hall, and what comes next anywhere."""
    entries = await door.services.programme.listed(*asker(reader))
    values = programme_values(door, reader, entries)
    on = [entry for entry in values["programme"].on if entry.hall == hall]
    coming = values["programme"].coming
    own = [entry for entry in coming if entry.hall == hall]
    return {"on": (on or [None])[0], "coming": (own if not on and own else list(coming) or [None])[0], **values}


def programme_values(door: PageDoor, reader: Reader, entries: Sequence[Entry]) -> dict[str, Any]:
    """Returns what every page with entries on it needs."""
    calendar, now = calendar_of(door, reader), door.services.clock.wall()
    known = [entry for entry in entries if entry.hall in door.services.scenes]
    return {
        "programme": shown(known, now, calendar),
        "places": places_of(door, reader.code),
        "zone": door.config.time_zone,
        "now": now,
        "conducts": lambda entry: door.services.live.is_host(actors.asker(reader), entry),
    }


async def with_replays(door: PageDoor, reader: Reader) -> tuple[Entry, ...]:
    """Returns what a reader may know of by time, with what may be watched again, however long it is over."""
    listed = await door.services.programme.listed(*asker(reader))
    known = {entry.session for entry in listed}
    published = await door.services.recordings.published(actors.asker(reader))
    again = [entry for entry in published if entry.session not in known]
    return tuple(sorted([*again, *listed], key=lambda entry: entry.during.start))


def named(request: Request, parameter: str) -> str:
    """Returns the name of an entry or a group in an address; 404 for what cannot be one."""
    name = str(request.path_params[parameter])
    if not _NAME.fullmatch(name):
        raise HTTPException(404)
    return name


def asker(reader: Reader) -> tuple[AccountId | None, Role]:
    """Returns as whom a reader reads the programme."""
    return (reader.account.account, reader.account.role) if reader.account is not None else (None, Role.GUEST)


def places_of(door: PageDoor, code: Language) -> Places:
    """Returns what says where something is held."""
    return Places(dict(door.services.scenes), tongues()[code])
