"""The reader's agenda: what is asked for and agreed, as a page, as files, and at a secret address for calendars."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.world.text import Language
from halles_server.ports.meetings import Meeting
from halles_server.ports.programme import Entry as LiveSession
from halles_server.services.meetings import WORD_CAP
from halles_server.web.agenda_file import Entry, agenda_file
from halles_server.web.asked import Asked, for_members
from halles_server.web.door import PageDoor, door_of
from halles_server.web.language import tongues
from halles_server.web.programme_reads import places_of, programme_values
from halles_server.web.programme_view import row
from halles_server.web.reading import world_address

_KIND: Final = "text/calendar; charset=utf-8"

_IN_FEED: Final = frozenset({"asked", "confirmed"})


@for_members
async def show(asked: Asked) -> Response:
    """Shows the agenda."""
    return await _show(asked, "")


@for_members
async def cancel(asked: Asked) -> Response:
    """Cancels a meeting that the reader asked for."""
    form, meeting = await asked.form(), asked.number("meeting")
    try:
        await asked.services.meetings.cancel_own(asked.actor, meeting, form.get("word", ""))
    except Rejection as refusal:
        if refusal.code != RejectionCode.INVALID_TEXT:
            raise
        return await _show(asked, "", problem=True)
    return asked.see(f"/me/agenda?cancelled={meeting}")


@for_members
async def one(asked: Asked) -> Response:
    """Gives one meeting as a file for calendars."""
    meeting = await asked.services.meetings.read(asked.actor, asked.number("meeting"))
    data = _file(asked.request, asked.door, asked.reader.code, (meeting,))
    disposition = f'attachment; filename="meeting-{meeting.meeting}.ics"'
    return Response(data, headers={"content-disposition": disposition, "cache-control": "no-store"}, media_type=_KIND)


@for_members
async def renew_feed(asked: Asked) -> Response:
    """Makes a secret address, shown on this answer and never again; an older one opens nothing from now on."""
    await asked.form()
    secret = await asked.services.meetings.new_feed(asked.actor)
    return await _show(asked, f"{world_address(asked.request, asked.door)}/agenda/{secret}.ics")


@for_members
async def stop_feed(asked: Asked) -> Response:
    """Takes the secret address away."""
    await asked.form()
    await asked.services.meetings.stop_feed(asked.actor)
    return asked.see("/me/agenda")


async def feed(request: Request) -> Response:
    """Gives the agenda that a secret address opens to whoever has it: a calendar program has no cookie."""
    door = door_of(request)
    code, meetings = await door.services.meetings.fed(request.path_params["secret"])
    held = tuple(meeting for meeting in meetings if meeting.state in _IN_FEED)
    entries = await door.services.programme.of(await door.services.meetings.whose(request.path_params["secret"]))
    data = _file(request, door, code, held, entries)
    return Response(data, headers={"cache-control": "no-store"}, media_type=_KIND)


async def _show(asked: Asked, address: str, *, problem: bool = False) -> Response:
    meetings = await asked.services.meetings.agenda(asked.actor)
    now = asked.services.clock.wall()
    cancelled = asked.request.query_params.get("cancelled", "")
    sessions = await asked.services.programme.of(asked.actor.account) if asked.actor.account else ()
    values = {
        **programme_values(asked.door, asked.reader, sessions),
        "groups": {},
        "coming": [one for one in meetings if one.during.end > now and one.state in _IN_FEED],
        "past": [one for one in meetings if one.during.end <= now or one.state not in _IN_FEED],
        "now": now,
        "asked_now": "asked" in asked.request.query_params,
        "cancelled": any(str(one.meeting) == cancelled and one.state == "cancelled" for one in meetings),
        "has_feed": await asked.services.meetings.has_feed(asked.actor),
        "feed": address,
        "problem": problem,
        "word_cap": WORD_CAP,
        "zone": asked.door.config.time_zone,
    }
    return await asked.page("agenda.html", values, 422 if problem else 200)


def _file(
    request: Request,
    door: PageDoor,
    code: Language,
    meetings: tuple[Meeting, ...],
    sessions: tuple[LiveSession, ...] = (),
) -> bytes:
    say, root = tongues()[code].catalogue.gettext, world_address(request, door)
    entries = [
        Entry(
            meeting,
            say("Meeting: %(who)s") % {"who": meeting.visitor_name if meeting.hosting else meeting.booth_name},
            say("Halles, booth %(booth)s, with %(host)s") % {"booth": meeting.booth_name, "host": meeting.host_name},
            f"{root}/{code}/booths/{meeting.booth}",
        )
        for meeting in meetings
    ]
    places = places_of(door, code)
    rows = [row(session, places, root) for session in sessions if session.hall in places.scenes]
    return agenda_file(entries, say("Halles, my agenda"), rows)


def _(text: str) -> str:
    """Marks a text for the catalogues, which ``_file`` says."""
    return text


_SAID: Final = (_("Meeting: %(who)s"), _("Halles, booth %(booth)s, with %(host)s"), _("Halles, my agenda"))
