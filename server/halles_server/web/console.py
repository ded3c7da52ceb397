"""The console: the page from which a live session's hosts conduct it.

Each act is a form that works by a reload; for who is present ``static/console.js`` keeps the page up to date. What is
shown is always what is stored, so that two hosts see each other's acts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from halles.errors import Rejection
from halles.world import floor_time
from halles.world.live import people_in
from halles.world.live_rules import STEPS
from halles.world.polls import OPTIONS_CAP, POLL_TITLE_CAP
from halles_server.ports.live import LiveRecord
from halles_server.web.api import problem
from halles_server.web.asked import Asked, for_members
from halles_server.web.live_doing import do
from halles_server.web.live_pages import TOLD, live_values, read_live
from halles_server.web.live_view import MODES


@for_members
async def read(asked: Asked) -> Response:
    """Shows the console to hosts."""
    record = await read_live(asked.door, asked.request.path_params["session"])
    if not asked.services.live.is_host(asked.actor, record.entry):
        return await asked.page("live_closed.html", {"title": record.entry.title, "hosts": True}, 403)
    return await asked.page("console.html", await _values(asked, record))


@for_members
async def act(asked: Asked) -> Response:
    """Does what one of its forms asks for."""
    record = await read_live(asked.door, asked.request.path_params["session"])
    asked.services.live.require_host(asked.actor, record.entry)
    form = await asked.form()
    try:
        await do(asked, record, form)
    except Rejection as refusal:
        if refusal.code not in TOLD:
            raise
        record = await read_live(asked.door, record.entry.session)
        values = await _values(asked, record, refusal.code, form)
        return await asked.page("console.html", values, problem.status_of(refusal))
    return asked.see(f"/console/{record.entry.session}")


async def _values(
    asked: Asked, record: LiveRecord, refused: str = "", typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    values = await live_values(asked.door, asked.reader, asked.actor, record, refused)
    reports = asked.services.reports
    seen = await reports.listed(asked.actor) if reports.may_see(asked.actor, record.entry.hall) else ()
    return values | {
        "reports": [one for one in seen if one.hall == record.entry.hall and one.state != "closed"],
        "present": replace(values["present"], begins=True),
        "hosting": True,
        "modes": MODES,
        "steps": {step: sources for step, (sources, _) in STEPS.items()},
        "people": sorted(people_in(record.state).values(), key=lambda person: person.name),
        "typed": typed or {},
        "ready": await asked.services.backstage.ready(asked.actor, record),
        "halls": await asked.door.halls(),
        "voice": asked.door.config.voice,
        "talked": floor_time.by_speaker(record.state, values["live"].now_ms),
        "talked_in": floor_time.by_language(record.state, values["live"].now_ms),
        "ends_ms": int(record.entry.during.end.timestamp() * 1000),
        "options_cap": OPTIONS_CAP,
        "poll_title_cap": POLL_TITLE_CAP,
    }
