"""A recorded live session on pages: plan, slides and transcript, its minutes as a draft, and leaving it.

What happened comes from ``services.recordings``. Without its script the page still has chapters and transcript.
"""

import asyncio
import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.world import live_motion
from halles.world.live import LiveState, speakers
from halles.world.live_motion import MotionChunk
from halles.world.live_replay import PART_MS, SPEEDS, Moment, ReplayPart
from halles_server.ports.programme import Entry
from halles_server.ports.take_back import REASON_CAP
from halles_server.services.recordings import Minute, Recording, TakenBackReplay
from halles_server.web.actors import asker
from halles_server.web.api import problem
from halles_server.web.asked import REQUEST_FIELD, Asked, for_members, new_request, request_of
from halles_server.web.dates import Calendar
from halles_server.web.door import PageDoor, door_of
from halles_server.web.files import VOICE, in_part
from halles_server.web.language import tongues
from halles_server.web.minutes import called, minutes_of
from halles_server.web.numerals import number_in
from halles_server.web.reader import Reader
from halles_server.web.voice_file import voice_file

LINES_A_PAGE: Final = 200
_DIGITS: Final = 5
_BESIDE: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.NOT_FOUND, RejectionCode.NOT_NOW})


async def show(request: Request) -> Response:
    """Shows what there is to watch, with one page of the transcript, or says that it was taken back."""
    return await _show(request)


@for_members
async def act(asked: Asked) -> Response:
    """Takes what was published back, or brings it back."""
    form, service = await asked.form(), asked.services.take_back
    session, key = LiveSessionId(asked.request.path_params["session"]), request_of(form)
    try:
        if form.get("act") == "take":
            await service.take(asked.actor, key, session, form.get("reason", ""))
        elif form.get("act") == "restore":
            await service.restore(asked.actor, key, session)
        else:
            raise HTTPException(400)
    except Rejection as refusal:
        if refusal.code not in _BESIDE:
            raise
        return await _show(asked.request, refusal)
    return asked.see(f"/live/{session}/replay")


async def _show(request: Request, refusal: Rejection | None = None) -> Response:
    try:
        door, reader, recording = await _asked(request)
    except TakenBackReplay as taken:
        return await _taken_back(request, taken.entry)
    entry, outline = recording.record.entry, recording.outline
    lines = recording.told(reader.code)
    actor, service = asker(reader), door.services.take_back
    why = await service.why(entry.session) if service.may(actor, entry, above=False) else None
    pages = max(1, -(-len(lines) // LINES_A_PAGE))
    page = min(max(number_in(request.query_params.get("page", "1"), _DIGITS) or 1, 1), pages)
    first = (page - 1) * LINES_A_PAGE
    conclusions = door.services.conclusions
    values = {
        "entry": entry,
        "conclusion": reader.tongue.say((await conclusions.read(entry)).words),
        "concludes": await conclusions.may_write(asker(reader), entry),
        "hall": (await door.halls())[entry.hall],
        "recording": recording,
        "outline": outline,
        "lines": lines[first : first + LINES_A_PAGE],
        "pages": pages,
        "page_number": page,
        "begun": datetime.fromtimestamp(outline.begun_ms / 1000, UTC),
        "length_s": (outline.ended_ms - outline.begun_ms) // 1000,
        "speeds": SPEEDS,
        "part_ms": PART_MS,
        "into": lambda at_ms: clock(at_ms - outline.begun_ms),
        "called": lambda guest: called(guest, reader.tongue),
        "seconds": lambda at_ms: max(0, at_ms - outline.begun_ms) // 1000,
        "hosts": door.services.live.is_host(actor, entry),
        "taken_back": why,
        "may_take": recording.record.state.phase == "published" and service.may(actor, entry, above=False),
        "may_restore": why is not None and service.may(actor, entry, above=why.above),
        "cap": REASON_CAP,
        "problem": refusal.code if refusal else "",
        "request_field": REQUEST_FIELD,
        "new_request": new_request,
        "hall_colour": entry.hall,
    }
    return await door.page(request, reader, "replay.html", values, problem.status_of(refusal) if refusal else 200)


async def _taken_back(request: Request, entry: Entry) -> Response:
    door = door_of(request)
    reader = await door.reader(request)
    values = {"title": reader.tongue.say(entry.title), "hall_colour": entry.hall}
    return await door.page(request, reader, "replay_back.html", values, 410)


async def minute(request: Request) -> Response:
    """Serves one minute as the page's script plays it; the same in every language."""
    number = number_in(request.path_params["minute"], _DIGITS)
    if number is None:
        raise HTTPException(404)
    door, reader, recording = await _asked(request)
    session = recording.record.entry.session
    found = await door.services.recordings.minute(asker(reader), session, number)
    return JSONResponse(_told(found, recording), headers={"cache-control": "private, no-cache"})


async def voice(request: Request) -> Response:
    """Serves what somebody said from the stage in one minute, whom ``minute`` names as heard in it."""
    number, key = number_in(request.path_params["minute"], _DIGITS), request.path_params["key"]
    if number is None:
        raise HTTPException(404)
    door = door_of(request)
    actor, session = asker(await door.reader(request)), LiveSessionId(request.path_params["session"])
    said = await door.services.recordings.voice_of(actor, session, number, key)
    if not said.voice:
        raise HTTPException(404)
    written = await asyncio.to_thread(voice_file, said.voice, said.begun_ms)
    return in_part(request, written, "audio/webm", {"cache-control": VOICE})


async def minutes(request: Request) -> Response:
    """Gives the draft of the minutes, in Markdown, to the hosts."""
    door, reader, recording = await _asked(request)
    entry = recording.record.entry
    if not door.services.live.is_host(asker(reader), entry):
        raise HTTPException(403)
    tongue = tongues().get(request.path_params["code"])
    if tongue is None:
        raise HTTPException(404)
    concluded = (await door.services.conclusions.read(entry)).words
    written = minutes_of(recording, concluded, tongue, Calendar(tongue.code, door.config.zone))
    name = f'attachment; filename="{entry.session}.{tongue.code}.md"'
    headers = {"content-disposition": name, "cache-control": "no-store"}
    return Response(written, media_type="text/markdown; charset=utf-8", headers=headers)


@for_members
async def withdraw(asked: Asked) -> Response:
    """Makes the reader a shape without a name in a recording."""
    await asked.form()
    await asked.services.recordings.withdraw(asked.actor, LiveSessionId(asked.request.path_params["session"]))
    return asked.see("/me/consents#recorded")


def clock(milliseconds: int) -> str:
    """Writes how far something is into a recording, as 1:02:03 or 2:03."""
    seconds = max(0, milliseconds) // 1000
    hours, rest = divmod(seconds, 3600)
    if hours:
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return f"{rest // 60}:{rest % 60:02}"


async def _asked(request: Request) -> tuple[PageDoor, Reader, Recording]:
    door = door_of(request)
    reader = await door.reader(request)
    session = LiveSessionId(request.path_params["session"])
    return door, reader, await door.services.recordings.watch(asker(reader), session)


def _told(found: Minute, recording: Recording) -> Mapping[str, Any]:
    part = found.part
    return {
        "begun": part.begun_ms,
        "voices": sorted({portion.key for portion in found.voice}),
        "moments": [
            {"at": moment.at_ms, **_shown(moment.state, recording), "question": _asked_then(part, moment)}
            for moment in part.moments
        ],
        "motion": [_moved(chunk) for chunk in found.motion],
    }


def _shown(state: LiveState, recording: Recording) -> Mapping[str, Any]:
    """Returns of a state what the page shows; on the floor guests by their numbers, 0 for nobody any more."""
    slide, film, materials = state.slide, state.film, recording.materials
    page = film_media = ""
    if state.screen == "slides" and slide is not None and slide.material < len(materials):
        pages = materials[slide.material].pages
        page = pages[slide.page - 1] if slide.page <= len(pages) else ""
    if state.screen == "film" and film is not None and film.material < len(materials):
        film_media = materials[film.material].media
    return {
        "phase": state.phase,
        "page": page,
        "film": [film_media, film.playing, film.position_ms, film.at_ms] if film_media and film is not None else None,
        "floor": [floor.person.name or recording.guests.get(floor.person.key, 0) for floor in state.floor],
        "speaking": list(speakers(state)),
        "hands": len(state.hands),
    }


def _asked_then(part: ReplayPart, moment: Moment) -> str:
    """Returns the words of the question that the screen showed, "" for none."""
    if moment.state.screen != "question":
        return ""
    rows = (one.row for one in reversed(part.public.questions) if one.at_ms <= moment.at_ms)
    return next((row.text for row in rows if row.number == moment.state.on_screen), "")


def _moved(chunk: MotionChunk) -> Mapping[str, Any]:
    """Returns where people were as the page draws it: decimetres, each sample all of x and then all of y."""
    motion = live_motion.unpack(chunk.data, chunk.samples)
    away = motion.x == live_motion.AWAY
    x = np.where(away, live_motion.AWAY, np.round(motion.x / 10)).astype("<i2")
    places = np.stack([x, np.round(motion.y / 10).astype("<i2")], axis=1)
    return {
        "begun": chunk.begun_ms,
        "step": live_motion.STEP_MS,
        "people": int(motion.numbers.size),
        "keys": {one.number: one.key for one in chunk.people},
        "numbers": motion.numbers.tolist(),
        "places": base64.b64encode(places.tobytes()).decode(),
    }
