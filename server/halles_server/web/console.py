"""The console: the page from which a live session's hosts conduct it.

Each act is a form that works by a reload; for who is present ``static/console.js`` keeps the page up to date. What is
shown is always what is stored, so that two hosts see each other's acts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from starlette.responses import Response

from halles.errors import Rejection
from halles.ids import HallId
from halles.world import floor_time
from halles.world.live import LivePerson, Mode, Phase, Talked, people_in
from halles.world.live_acts import StepName
from halles.world.live_rules import STEPS
from halles.world.polls import OPTIONS_CAP, POLL_TITLE_CAP
from halles.world.text import Language
from halles_server.ports.live import LiveRecord
from halles_server.ports.reports import StoredReport
from halles_server.services.backstage import Ready
from halles_server.web.api import problem
from halles_server.web.asked import Asked, for_members
from halles_server.web.halls import HallPage
from halles_server.web.live_doing import do
from halles_server.web.live_pages import TOLD, live_page, read_live, why
from halles_server.web.live_view import MODES


@for_members
async def read(asked: Asked) -> Response:
    """Shows the console to hosts."""
    record = await read_live(asked.door, asked.request.path_params["session"])
    if not asked.services.live.is_host(asked.actor, record.entry):
        return await _not_theirs(asked, record)
    return await asked.page("console.html", await _page(asked, record))


@for_members
async def act(asked: Asked) -> Response:
    """Does what one of its forms asks for."""
    record = await read_live(asked.door, asked.request.path_params["session"])
    try:
        await asked.services.live.require_host(asked.actor, record.entry)
    except Rejection:  # whatever was posted: why is the same as for who opens the page
        return await _not_theirs(asked, record)
    form = await asked.form()
    try:
        await do(asked, record, form)
    except Rejection as refusal:
        if refusal.code not in TOLD:
            raise
        record = await read_live(asked.door, record.entry.session)
        values = await _page(asked, record, why(asked, record, refusal), form) | {"most": refusal.most_characters}
        return await asked.page("console.html", values, problem.status_of(refusal))
    return asked.see(f"/console/{record.entry.session}")


async def _not_theirs(asked: Asked, record: LiveRecord) -> Response:
    return await asked.page("live_closed.html", {"title": record.entry.title, "hosts": True}, 403)


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """What the console has beside the live session's page.

    Attributes:
        reports: Those of this hall that wait; None for who does not look at these.
        steps: Each step, with the phases from which it leads on.
        people: Everybody who waits, sits or speaks.
        typed: What the form that was refused held.
        ready: What is ready for it.
        talked: For how long each has had the floor by now.
        talked_in: For how long it was had in each language, ms.
    """

    reports: tuple[StoredReport, ...] | None
    steps: Mapping[StepName, frozenset[Phase]]
    people: tuple[LivePerson, ...]
    typed: Mapping[str, str]
    ready: Ready
    halls: Mapping[HallId, HallPage]
    voice: bool
    talked: tuple[Talked, ...]
    talked_in: Mapping[Language, int]
    ends_ms: int
    modes: tuple[Mode, ...] = MODES
    options_cap: int = OPTIONS_CAP
    poll_title_cap: int = POLL_TITLE_CAP

    def values(self) -> dict[str, Any]:
        """Returns them for the template."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


async def _page(
    asked: Asked, record: LiveRecord, refused: str = "", typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    page = await live_page(asked.door, asked.reader, asked.actor, record, refused)
    entry, state = record.entry, record.state
    now_ms = page.live.now_ms
    reports = asked.services.reports
    sees = reports.may_see(asked.actor, entry.hall)
    more = ConsolePage(
        reports=await reports.waiting_in(asked.actor, entry.hall) if sees else None,
        steps={step: sources for step, (sources, _) in STEPS.items()},
        people=tuple(sorted(people_in(state).values(), key=lambda person: person.name)),
        typed=typed or {},
        ready=await asked.services.backstage.ready(asked.actor, record),
        halls=await asked.door.halls(),
        voice=asked.door.config.voice,
        talked=floor_time.by_speaker(state, now_ms),
        talked_in=floor_time.by_language(state, now_ms),
        ends_ms=int(entry.during.end.timestamp() * 1000),
    )
    here = replace(page, hosting=True, present=replace(page.present, begins=True))
    return here.values() | more.values()
