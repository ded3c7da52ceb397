"""The page of a live session for whoever takes part: to follow it, and by forms to raise a hand or sit down.

It reads as of now; for who is present ``static/stage.js`` keeps it up to date.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId, VisitId
from halles.protocol.backstage_messages import BackstageLine
from halles.protocol.live_messages import CAPTION_CAP
from halles.protocol.messages import CHAT_CAP
from halles.world.live import LiveState
from halles.world.questions import QUESTION_CAP, Asking, Question
from halles.world.reactions import REACTIONS
from halles.world.roles import Role
from halles.world.scene import Stage
from halles_server.ports.live import Caption, LiveRecord, key_of
from halles_server.ports.programme import Entry
from halles_server.ports.public import OwnVotes, PollTally
from halles_server.services.actor import Actor
from halles_server.services.attendance import KEPT_DAYS
from halles_server.web.actors import actor_of
from halles_server.web.api import problem
from halles_server.web.asked import REQUEST_FIELD, Asked, for_members, new_request
from halles_server.web.door import PageDoor, door_of
from halles_server.web.halls import HallPage
from halles_server.web.language import Said
from halles_server.web.live_doing import do
from halles_server.web.live_view import LiveView
from halles_server.web.presence import Presence
from halles_server.web.reader import Reader

TOLD: Final = frozenset(
    {
        RejectionCode.FORBIDDEN,
        RejectionCode.NOT_NOW,
        RejectionCode.HALL_FULL,
        RejectionCode.SEAT_TAKEN,
        RejectionCode.NOT_FOUND,
        RejectionCode.OVER_BUDGET,
        RejectionCode.INVALID_TEXT,
        RejectionCode.DUPLICATE,
        RejectionCode.RATE_LIMITED,
        RejectionCode.STORAGE_FULL,
    }
)
"""Refusals that are said on the page itself, as it is now."""

NOTHING: Final = OwnVotes((), (), attends=False)

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


async def read(request: Request) -> Response:
    """Shows a live session as it is now to whom it is for."""
    door = door_of(request)
    reader = await door.reader(request)
    record = await read_live(door, request.path_params["session"])
    actor = actor_of(reader.account) if reader.account else _nobody(reader)
    return await _show(Asked(request, door, reader, actor), record)


@for_members
async def act(asked: Asked) -> Response:
    """Does what a form of the page asks for."""
    record = await read_live(asked.door, asked.request.path_params["session"])
    session, form = record.entry.session, await asked.form()
    try:
        await do(asked, record, form)
    except Rejection as refusal:
        if refusal.code not in TOLD:
            raise
        return await _show(asked, await read_live(asked.door, session), refusal)
    return asked.see(f"/live/{session}")


async def _show(asked: Asked, record: LiveRecord, refusal: Rejection | None = None) -> Response:
    """Shows a live session to whom it is for, after a refused form as well; to others that it is closed."""
    if not asked.services.live.may_attend(asked.actor, record.entry):
        return await asked.page("live_closed.html", {"title": record.entry.title, "hosts": False}, 403)
    said = why(asked, record, refusal) if refusal else ""
    page = await live_page(asked.door, asked.reader, asked.actor, record, said)
    page = replace(page, most=refusal.most_characters if refusal else 0)
    return await asked.page("live.html", page.values(), problem.status_of(refusal) if refusal else 200)


def why(asked: Asked, record: LiveRecord, refusal: Rejection) -> str:
    """Returns which words of the page say why something was refused."""
    if refusal.most_characters:
        return "TOO_LONG"
    silenced = refusal.code == RejectionCode.FORBIDDEN and not asked.services.live.may_speak(asked.actor, record.entry)
    return "SILENCED" if silenced else refusal.code


async def read_live(door: PageDoor, session: str) -> LiveRecord:
    """Reads a live session by its name in an address; ``Rejection`` NOT_FOUND, 404 for what cannot be one."""
    if not _SLUG.fullmatch(session):
        raise HTTPException(404)
    return await door.services.live.read(LiveSessionId(session))


@dataclass(frozen=True, slots=True)
class LivePage:
    """What both pages of a live session are made of, by the names under which their templates have it.

    Attributes:
        live: The live session as it is now, for this reader.
        present: Where who is present from the page stands.
        hosting: Whether the page is its hosts' console.
        backstage: What is said there; None to who does not belong there.
        own: What the reader voted for and agreed to.
        refused: Why the last form was refused; "" where it was not.
        most: How many characters a text may have that was too long.
        new_request: Makes a form's idempotency key.
        form: Whether the reader may post forms.
    """

    entry: Entry
    live: LiveView
    state: LiveState
    title: Said
    summary: Said
    captions: tuple[Caption, ...]
    backstage: tuple[BackstageLine, ...] | None
    hall: HallPage | None
    stage: Stage | None
    present: Presence
    asking: Asking
    questions: tuple[Question, ...]
    own: OwnVotes
    polls: tuple[PollTally, ...]
    question_text: str
    refused: str
    hall_colour: str
    zone: ZoneInfo
    form: bool
    hosting: bool = False
    most: int = 0
    reactions: tuple[str, ...] = REACTIONS
    attendance_days: int = KEPT_DAYS
    caption_cap: int = CAPTION_CAP
    chat_cap: int = CHAT_CAP
    question_cap: int = QUESTION_CAP
    request_field: str = REQUEST_FIELD
    new_request: Callable[[], str] = new_request

    def values(self) -> dict[str, Any]:
        """Returns them for the template."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


async def live_page(door: PageDoor, reader: Reader, actor: Actor, record: LiveRecord, refused: str = "") -> LivePage:
    """Returns what both pages of a live session are made of."""
    entry, live = record.entry, door.services.live
    halls = await door.halls()
    scene = door.services.scenes.get(entry.hall)
    asked = await door.services.questions.read(actor, entry.session)
    key = key_of(entry.session, actor.account, VisitId("")) if actor.account is not None else ""
    view = LiveView(
        entry=entry,
        state=record.state,
        materials=await live.materials(entry),
        facts=await door.services.media.facts({one.media for one in entry.materials}),
        now_ms=_now_ms(door),
        key=key,
        host=live.is_host(actor, entry),
        silent=not live.may_speak(actor, entry),
    )
    polls = await door.services.polls.seen(entry.session)
    return LivePage(
        entry=entry,
        live=view,
        state=record.state,
        title=reader.tongue.say(entry.title),
        summary=reader.tongue.say(entry.summary),
        captions=await live.captions(entry.session),
        backstage=await door.services.backstage.seen(actor, record),
        hall=halls.get(entry.hall),
        stage=next((row for row in scene.stages if row.id == entry.stage), None) if scene else None,
        present=Presence(entry.hall, voice=door.config.voice, stage=entry.stage),
        asking=asked.asking,
        questions=asked.questions,
        own=await door.services.attendance.own(actor, entry.session) if actor.account else NOTHING,
        polls=tuple(row for row in polls if row.card.state != "withdrawn"),
        question_text=next((row.text for row in asked.questions if row.number == record.state.on_screen), ""),
        refused=refused,
        hall_colour=entry.hall,
        zone=door.config.zone,
        form=reader.account is not None,
    )


def _now_ms(door: PageDoor) -> int:
    return int(door.services.clock.wall().timestamp() * 1000)


def _nobody(reader: Reader) -> Actor:
    """Returns whoever reads without an account: a guest in no visit."""
    return Actor(None, None, "", Role.GUEST, reader.code)
