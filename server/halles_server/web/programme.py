"""The programme to read: by day, one entry, as a calendar file and as a feed; and saying that one will come."""

import hashlib
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from halles.ids import LiveSessionId
from halles.world.text import LANGUAGES, Language
from halles_server.ports.programme import Entry
from halles_server.services.programme import LISTED
from halles_server.web.actors import actor_of
from halles_server.web.agenda_file import agenda_file
from halles_server.web.asked import REQUEST_FIELD, Asked, for_members, new_request, request_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.language import chosen, tongues
from halles_server.web.programme_reads import asker, named, places_of, programme_values, with_replays
from halles_server.web.programme_view import Feed, atom, row
from halles_server.web.reader import Reader
from halles_server.web.reading import world_address

_ICS: Final = "text/calendar; charset=utf-8"
_ATOM: Final = "application/atom+xml; charset=utf-8"


async def show(request: Request) -> Response:
    """Shows what is on, what is next, all days and what is over; filtered by hall, language and working group."""
    door = door_of(request)
    reader = await door.reader(request)
    asked, groups = request.query_params, await door.services.groups.all()
    chosen_ones = {
        "hall": asked.get("hall", "") if asked.get("hall", "") in door.services.scenes else "",
        "language": asked.get("language", "") if asked.get("language", "") in LANGUAGES else "",
        "group": asked.get("group", "") if any(one.group == asked.get("group") for one in groups) else "",
    }
    listed = await with_replays(door, reader)
    entries, planned = [one for one in listed if _fits(one, chosen_ones)], {entry.hall for entry in listed}
    values = {
        **programme_values(door, reader, entries),
        **chosen_ones,
        "halls": await door.halls(),
        "planned": planned,
        "groups": {one.group: one for one in groups},
        "filtered": any(chosen_ones.values()),
        "cut": LISTED if await door.services.programme.is_cut() else 0,
        "plans": reader.account is not None and door.services.programme.may_plan(actor_of(reader.account)),
    }
    return await door.page(request, reader, "programme.html", values)


async def one(request: Request) -> Response:
    """Shows one entry, to those whom it is for."""
    door = door_of(request)
    reader = await door.reader(request)
    entry = await read_entry(request, door, reader)
    return await door.page(request, reader, "entry.html", await entry_values(door, reader, entry))


async def entry_values(door: PageDoor, reader: Reader, entry: Entry) -> dict[str, Any]:
    """Returns what an entry's page is made of."""
    programme, groups = door.services.programme, {one.group: one for one in await door.services.groups.all()}
    actor = actor_of(reader.account) if reader.account is not None else None
    marked = await programme.marked([reader.account.account]) if reader.account is not None else {}
    return {
        **programme_values(door, reader, [entry]),
        "stands": entry.stands(door.services.clock.wall()),
        "entry": entry,
        "title": reader.tongue.say(entry.title),
        "summary": reader.tongue.say(entry.summary),
        "group": groups.get(entry.working_group),
        "plans": actor is not None and programme.may_plan(actor),
        "describes": actor is not None and await programme.may_describe(actor, entry),
        "conclusion": reader.tongue.say((await door.services.conclusions.read(entry)).words),
        "concludes": actor is not None and await door.services.conclusions.may_write(actor, entry),
        "coming": any(entry.session in sessions for sessions in marked.values()),
        "request_field": REQUEST_FIELD,
        "new_request": new_request,
        "hall_colour": entry.hall,
    }


@for_members
async def mark(asked: Asked) -> Response:
    """Keeps whether the reader will come."""
    form, session = await asked.form(), LiveSessionId(named(asked.request, "session"))
    await asked.services.programme.mark(asked.actor, request_of(form), session, coming=form.get("coming") == "1")
    return asked.see(f"/programme/{session}")


async def one_file(request: Request) -> Response:
    """Gives one entry as a file for calendars."""
    door = door_of(request)
    reader = await door.reader(request)
    entry = await read_entry(request, door, reader)
    rows = [row(entry, places_of(door, reader.code), world_address(request, door))]
    name = f'attachment; filename="{entry.session}.ics"'
    headers = {"content-disposition": name, "cache-control": "no-store"}
    return Response(agenda_file((), reader.tongue.say(entry.title).text, rows), headers=headers, media_type=_ICS)


async def calendar(request: Request) -> Response:
    """Gives the public programme as a calendar, in the language of ``?lang=`` or the program's own."""
    door, code = door_of(request), _language(request)
    entries, places = await door.services.programme.public(), places_of(door, code)
    rows = [row(entry, places, world_address(request, door)) for entry in entries]
    return _kept(request, agenda_file((), tongues()[code].catalogue.gettext("Halles, programme"), rows), _ICS)


async def feed(request: Request) -> Response:
    """Gives the public programme as an Atom feed, newest change first."""
    door, code = door_of(request), _language(request)
    entries, places, root = await door.services.programme.public(), places_of(door, code), world_address(request, door)
    say = tongues()[code].catalogue.gettext
    about = Feed(
        say("Halles, programme"), f"{root}/programme.atom?lang={code}", f"{root}/{code}/programme", say("Cancelled:")
    )
    return _kept(request, atom(about, entries, [row(entry, places, root) for entry in entries], code), _ATOM)


async def read_entry(request: Request, door: PageDoor, reader: Reader) -> Entry:
    """Reads the entry of an address; ``Rejection`` NOT_FOUND also to whom it is not for."""
    account, role = asker(reader)
    return await door.services.programme.read(account, role, LiveSessionId(named(request, "session")))


def _fits(entry: Entry, wanted: dict[str, str]) -> bool:
    return (
        wanted["hall"] in ("", entry.hall)
        and wanted["language"] in ("", entry.language)
        and wanted["group"] in ("", entry.working_group)
    )


def _language(request: Request) -> Language:
    asked = request.query_params.get("lang", "")
    return next((code for code in LANGUAGES if code == asked), chosen(request.headers.get("accept-language", "")))


def _kept(request: Request, data: bytes, kind: str) -> Response:
    """Answers with what programs ask for again and again: they are told when it is the same."""
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "public, max-age=60", "vary": "Accept-Language"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=kind)


def _(text: str) -> str:
    """Marks a text for the catalogues."""
    return text


_SAID: Final = (_("Halles, programme"), _("Cancelled:"))
