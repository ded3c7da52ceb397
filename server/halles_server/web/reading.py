"""Pages that are only read: welcome, directory, halls, booths, and what we say of ourselves."""

import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.ids import BoothId, HallId, MediaId
from halles.world.booth import BoothContent
from halles_server.ports.booths import BoothRecord
from halles_server.services.finding import fold
from halles_server.web.actors import actor_of, asker
from halles_server.web.asked import calendar_of
from halles_server.web.booth_view import languages_of, view_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.giving import giving_of
from halles_server.web.halls import KINDS, HallPage, counted
from halles_server.web.language import chosen
from halles_server.web.plan import aisle_of, metres_of, room_metres
from halles_server.web.presence import Presence
from halles_server.web.programme_reads import now_and_next, with_replays
from halles_server.web.reader import Reader
from halles_server.web.talk_view import TalkView, talk_view

QUERY_CAP: Final = 80
"""Characters of a search that count."""

FOUND_CAP: Final = 200

SHOWN: Final = "shown"
"""The part of a booth's page that a reader who stays is given anew when the booth has changed."""

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


async def root(request: Request) -> Response:
    """Leads to the reader's language."""
    code = chosen(request.headers.get("accept-language", ""))
    return RedirectResponse(f"/{code}/", 307, {"vary": "Accept-Language", "cache-control": "no-cache"})


async def welcome(request: Request) -> Response:
    """What this is, the three halls, and how to come in."""
    door = door_of(request)
    reader, halls = await door.reader(request), await door.halls()
    kinds = dict(counted(record for hall in halls.values() for record in hall.booths))
    values = {
        "halls": list(halls.values()),
        "kinds": kinds,
        "total": sum(kinds.values()),
        "world": world_address(request, door),
    }
    return await door.page(request, reader, "welcome.html", values)


async def directory(request: Request) -> Response:
    """All booths of all halls, by name; filtered by hall, kind, and what a search finds."""
    door = door_of(request)
    reader, halls = await door.reader(request), await door.halls()
    asked = request.query_params
    query = " ".join(asked.get("q", "").split())[:QUERY_CAP]
    hall = asked.get("hall", "") if asked.get("hall", "") in halls else ""
    kind = asked.get("kind", "") if asked.get("kind", "") in KINDS else ""
    named, mentioning = (
        [record for record in part if hall in ("", record.hall) and kind in ("", record.content.kind)]
        for part in await _found(door, query, halls)
    )
    found_halls = door.services.finding.halls(query) if query else ()
    values = {
        "halls": halls,
        "records": named,
        "mentioning": mentioning,
        "total": sum(len(row.booths) for row in halls.values()),
        "query": query,
        "hall": hall,
        "kind": kind,
        "kinds": KINDS,
        "found_sessions": await door.services.finding.sessions(query, await with_replays(door, reader))
        if query
        else (),
        "found_halls": [halls[scene.id] for scene in found_halls if scene.id in halls],
        "languages_of": languages_of,
    }
    return await door.page(request, reader, "directory.html", values)


async def hall(request: Request) -> Response:
    """One hall: its plan, and its booths by aisle."""
    door = door_of(request)
    reader = await door.reader(request)
    wanted = HallId(request.path_params["hall"])
    if wanted not in door.services.scenes:
        raise HTTPException(404)
    halls = await door.halls()
    if wanted not in halls:
        return RedirectResponse(reader.to("/"), 303)
    page = halls[wanted]
    aisles: dict[str, list[BoothRecord]] = {}
    for record in page.booths:
        aisles.setdefault(aisle_of(record.slot), []).append(record)
    values = {
        "hall": page,
        "halls": list(halls.values()),
        "aisles": aisles,
        "room": room_metres(page.scene),
        "present": Presence(wanted, voice=door.config.voice),
        "languages_of": languages_of,
        "hall_colour": wanted,
        "announced": [
            one
            for one in await door.services.announcing.recent_for(asker(reader), door.services.live)
            if one.scope.kind == "show" or (one.scope.kind != "booth" and one.scope.hall == wanted)
        ],
        **await now_and_next(door, reader, wanted),
    }
    return await door.page(request, reader, "hall.html", values)


async def booth(request: Request) -> Response:
    """One booth to read: who, where, its posters, its screen, its links; or only what changes with its revision."""
    door = door_of(request)
    reader = await door.reader(request)
    part = request.query_params.get("part") == SHOWN
    reader = replace(reader, query="")  # what is fetched in part is part of the page without a query
    record = await read_booth(door, request.path_params["booth"])
    values = await visitors_values(request, reader, record)
    if not values["serves"] and not part:
        door.reads.note(request, record.booth, reader.code, reader.account.account if reader.account else None)
    if not part:
        values["talk"] = await talk_view(door, reader, record)
    return await door.page(request, reader, "booth.html", values | ({"layout": "part.html"} if part else {}))


async def visitors_values(request: Request, reader: Reader, record: BoothRecord) -> dict[str, Any]:
    """Returns what the page of a booth is made of for visitors, with what they may give and take there."""
    door = door_of(request)
    values = await booth_values(door, reader, record) | {"giving": await giving_of(door, reader, record.booth)}
    values |= await host_values(door, reader, record.booth)
    owner = door.satchel_of(request, reader)
    return values | {
        "serves": reader.account is not None
        and await door.services.staff.serves(actor_of(reader.account), record.booth),
        "given": "given" in request.query_params,
        "inline": True,
        "back": f"{request.url.path}",
        "in_satchel": await door.services.satchels.of_booth(owner, record.booth) if owner else frozenset(),
    }


async def booth_values(door: PageDoor, reader: Reader, record: BoothRecord, *, preview: bool = False) -> dict[str, Any]:
    """Returns what the page of a booth is made of; 404 where its hall is not shown.

    Args:
        door: The page door.
        reader: Who reads it.
        record: The booth, as published or, for a preview, with the content of its draft.
        preview: Whether it is what visitors do not see yet.
    """
    halls = await door.halls()
    if record.hall not in halls:
        raise HTTPException(404)
    page = halls[record.hall]
    return {
        "record": record,
        "layout": "base.html",
        "present": Presence(record.hall, record, voice=door.config.voice),
        "view": view_of(record.content, reader.tongue),
        "facts": await door.services.media.facts(_weighed(record.content)),
        "hall": page,
        "size": metres_of(page.scene, record.slot),
        "staffed": await door.services.staffing.of_booth(record.booth),
        "rate": await door.services.doorbell.answered_of(record.booth),
        "talk": TalkView(),
        "aisle": [other for other in page.booths if aisle_of(other.slot) == aisle_of(record.slot)],
        "preview": preview,
        "serves": False,
        "host": None,
        "hall_colour": record.hall,
    }


async def host_values(door: PageDoor, reader: Reader, booth: BoothId) -> dict[str, Any]:
    """Returns what a page says of a booth's recorded host."""
    record = await door.services.host_replays.read(booth)
    may_remove = (
        record is not None
        and reader.account is not None
        and await door.services.host_replays.may_remove(actor_of(reader.account), record)
    )
    return {"host": record, "may_remove_host": may_remove, "calendar": calendar_of(door, reader)}


async def panel(request: Request) -> Response:
    """One picture of a booth, as large as the window lets it be, with what stands beside it."""
    door = door_of(request)
    reader = await door.reader(request)
    record = await read_booth(door, request.path_params["booth"])
    if record.hall not in door.services.scenes:
        raise HTTPException(404)
    shown = view_of(record.content, reader.tongue).pictured(request.path_params["panel"])
    if shown is None:
        raise HTTPException(404)
    values = {"record": record, "panel": shown, "hall_colour": record.hall}
    return await door.page(request, reader, "panel.html", values)


def statement(template: str) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Returns a route for a page of our own words."""

    async def read(request: Request) -> Response:
        door = door_of(request)
        return await door.page(request, await door.reader(request), template, {})

    return read


async def read_booth(door: PageDoor, booth: str) -> BoothRecord:
    """Reads a booth by its name in an address; ``Rejection`` NOT_FOUND, 404 for what cannot be one."""
    if not _SLUG.fullmatch(booth):
        raise HTTPException(404)
    return await door.services.booths.read(BoothId(booth))


def world_address(request: Request, door: PageDoor) -> str:
    """Returns what the client is told to join: the public address, else the one that was asked (checked before)."""
    if door.config.public_url:
        return door.config.url
    return f"{request.url.scheme}://{request.headers['host']}"


def _weighed(content: BoothContent) -> list[MediaId]:
    """Returns the media of which a page says more than they show: film, documents, model."""
    return [media for media in (content.film, content.model, *(one.media for one in content.documents)) if media]


async def _found(
    door: PageDoor, query: str, halls: dict[HallId, HallPage]
) -> tuple[Sequence[BoothRecord], Sequence[BoothRecord]]:
    """Returns all booths by name, or what a search finds, best first: by name, and only in texts.

    Of those that fit equally, staffed booths come first.
    """
    if query:
        staffed = await door.services.staffing.staffed()
        here = [booth for booth, (_, how) in staffed.items() if how.state == "here"]
        found = await door.services.booths.find(query, FOUND_CAP, here)
        return [one.record for one in found if one.by_name], [one.record for one in found if not one.by_name]
    records = [record for hall in halls.values() for record in hall.booths]
    return sorted(records, key=lambda record: _reading_order(record.content.name)), ()


@lru_cache(maxsize=1024)  # for every directory the same names, which take longer to fold than to sort
def _reading_order(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Sorts "Studio 2" before "Studio 10", and letters without regard to case or accent."""
    parts = re.split(r"(\d+)", fold(name))
    return tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts if part)
