"""Writing the programme: new entries, changes and cancelling, as forms that work without script.

What is refused is said by the field that it is about, with everything that was typed still there.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import HallId, LiveSessionId, MediaId
from halles.world.text import LANGUAGES, Text
from halles_server.ports.programme import ACCESSES, MODES, PLANNED_CAP, Clash, Clashes, Entry, Material, Speaker
from halles_server.services.programme import (
    CAPACITY_CAP,
    MINUTES,
    SPEAKERS_CAP,
    SUMMARY_CAP,
    TITLE_CAP,
    NoSuchPeople,
    Wanted,
)
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.programme import read_entry
from halles_server.web.programme_reads import named, places_of

_GOES_ON: Final = "GOES_ON"
"""The problem of who would cancel what has opened its doors."""

_PAST: Final = "PAST"
"""Of a new entry that would begin before now: asked back once, since it may be meant, but mostly is not."""

_STATUS: Final[dict[str, int]] = {
    _GOES_ON: 409,
    RejectionCode.INVALID_TEXT: 422,
    RejectionCode.BAD_FIELD: 422,
    RejectionCode.NOT_FOUND: 422,
    RejectionCode.OVER_BUDGET: 422,
    RejectionCode.TIME_TAKEN: 409,
    RejectionCode.STALE_REVISION: 409,
    RejectionCode.NOT_NOW: 409,
    _PAST: 409,
}
"""What is said on the form itself, and how it is answered."""

_BLANK_START: Final = time(14)
"""When an empty form begins, today or tomorrow."""

_BLANK_ROWS: Final = 2
"""Rows for one more speaker and material, beyond those that are there."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form was refused.

    Attributes:
        clash: What is in the way, for TIME_TAKEN.
        logins: Whom nobody knows, for NOT_FOUND.
        most: How many characters a text may have that was too long.
    """

    code: str
    clash: Clash | None = None
    logins: tuple[str, ...] = ()
    most: int = 0


@for_members
async def new(asked: Asked) -> Response:
    """Shows an empty form to who plans."""
    _require_planner(asked)
    return await _form(asked, _blank(asked))


@for_members
async def write(asked: Asked) -> Response:
    """Writes a new entry."""
    _require_planner(asked)
    form = await asked.form()
    try:
        wanted = _wanted(form)
        if form.get("past") != "yes" and asked.services.programme.is_past(wanted):
            return await _form(asked, dict(form), problem=Problem(_PAST))
        written = await asked.services.programme.write(asked.actor, request_of(form), wanted)
    except Rejection as refusal:
        return await _form(asked, dict(form), problem=_problem(refusal))
    return asked.see(f"/programme/{written.session}/edit?{'meeting' if written.meeting else 'written'}=1")


@for_members
async def edit(asked: Asked) -> Response:
    """Shows an entry's form to who may change it."""
    entry = await _described(asked)
    return await _form(asked, _typed(asked, entry), entry)


@for_members
async def change(asked: Asked) -> Response:
    """Changes an entry."""
    entry = await _described(asked)
    form = await asked.form()
    try:
        revision = number_in(form.get("revision", ""), ID_DIGITS) or 0
        # A lead's form leaves out what only an organiser plans: that stays as it is.
        whole = form if asked.services.programme.may_plan(asked.actor) else {**_typed(asked, entry), **form}
        wanted, programme = _wanted(whole), asked.services.programme
        written = await programme.change(asked.actor, request_of(form), entry.session, revision, wanted)
    except Rejection as refusal:
        return await _form(asked, {**_typed(asked, entry), **form}, entry, _problem(refusal))
    return asked.see(f"/programme/{entry.session}/edit?{'meeting' if written.meeting else 'written'}=1")


@for_members
async def cancel(asked: Asked) -> Response:
    """Cancels an entry."""
    form, session = await asked.form(), LiveSessionId(named(asked.request, "session"))
    revision = number_in(form.get("revision", ""), ID_DIGITS) or 0
    try:
        await asked.services.programme.cancel(asked.actor, request_of(form), session, revision)
    except Rejection as refusal:
        if refusal.code not in (RejectionCode.STALE_REVISION, RejectionCode.NOT_NOW):
            raise
        entry = await _described(asked)
        problem = Problem(_GOES_ON) if refusal.code == RejectionCode.NOT_NOW else _problem(refusal)
        return await _form(asked, _typed(asked, entry), entry, problem)
    return asked.see(f"/programme/{session}")


async def _form(asked: Asked, typed: Mapping[str, str], entry: Entry | None = None, problem: Any = None) -> Response:
    stages = [
        (f"{hall}/{stage.id}", scene.name.text(), stage.name.text())
        for hall, scene in asked.services.scenes.items()
        for stage in scene.stages
    ]
    values = {
        "typed": defaultdict(str, typed),
        "entry": entry,
        "problem": problem,
        "stages": stages,
        "groups": await asked.services.groups.all(),
        "accesses": ACCESSES,
        "modes": MODES,
        "places": places_of(asked.door, asked.reader.code),
        "plans": asked.services.programme.may_plan(asked.actor),
        "speaker_rows": _rows(typed, "speaker", SPEAKERS_CAP),
        "material_rows": _rows(typed, "material", PLANNED_CAP),
        "caps": {"title": TITLE_CAP, "summary": SUMMARY_CAP, "capacity": CAPACITY_CAP, "minutes": MINUTES},
        "zone": asked.door.config.time_zone,
        "done": next((name for name in ("written", "meeting") if name in asked.request.query_params), ""),
        "hall_colour": entry.hall if entry else "",
    }
    return await asked.page("entry_edit.html", values, _STATUS[problem.code] if problem else 200)


def _problem(refusal: Rejection) -> Problem:
    """Returns what a form says of a refusal; raises again what it does not."""
    if refusal.code not in _STATUS:
        raise refusal
    clash = refusal.clash if isinstance(refusal, Clashes) else None
    logins = refusal.logins if isinstance(refusal, NoSuchPeople) else ()
    return Problem(refusal.code, clash, logins, refusal.most_characters)


def _require_planner(asked: Asked) -> None:
    if not asked.services.programme.may_plan(asked.actor):
        raise Rejection(RejectionCode.FORBIDDEN, "this is for who plans")


async def _described(asked: Asked) -> Entry:
    entry = await read_entry(asked.request, asked.door, asked.reader)
    if not await asked.services.programme.may_describe(asked.actor, entry):
        raise Rejection(RejectionCode.FORBIDDEN, "this is for who plans, or leads its working group")
    return entry


def _wanted(form: Mapping[str, str]) -> Wanted:
    """Reads a form; ``Rejection`` BAD_FIELD for what our own form would not send, or no day and hour."""
    hall, _, stage = form.get("place", "").partition("/")
    try:
        day, start = date.fromisoformat(form.get("day", "")), time.fromisoformat(form.get("start", ""))
    except ValueError:
        raise Rejection(RejectionCode.BAD_FIELD, "no day or no hour") from None
    minutes, capacity = (number_in(form.get(name, ""), ID_DIGITS) for name in ("minutes", "capacity"))
    language, access, mode = (
        next((one for one in known if one == form.get(name)), None)
        for name, known in (("language", LANGUAGES), ("access", ACCESSES), ("mode", MODES))
    )
    if minutes is None or capacity is None or not (language and access and mode) or start.tzinfo is not None:
        raise Rejection(RejectionCode.BAD_FIELD, "a number or a choice that cannot be")
    return Wanted(
        title=_text(form, "title"),
        summary=_text(form, "summary"),
        hall=HallId(hall),
        stage=stage,
        day=day,
        start=start,
        minutes=minutes,
        language=language,  # type: ignore[arg-type]
        capacity=capacity,
        access=access,  # type: ignore[arg-type]
        mode=mode,  # type: ignore[arg-type]
        working_group=form.get("group", ""),
        speakers=_speakers(form),
        materials=_materials(form),
        hosts=_logins(form.get("hosts", "")),
        invited=_logins(form.get("invited", "")),
        hosts_read=_logins(form["hosts-read"]) if "hosts-read" in form else None,
    )


def _text(form: Mapping[str, str], name: str) -> Text:
    return Text(*(form.get(f"{name}-{code}", "") for code in LANGUAGES))


def _speakers(form: Mapping[str, str]) -> tuple[Speaker, ...]:
    rows = (
        [form.get(f"speaker-{number}-{part}", "").strip() for part in ("name", "organisation", "login")]
        for number in range(SPEAKERS_CAP)
    )
    return tuple(Speaker(name, organisation, None, login) for name, organisation, login in rows if name or login)


def _materials(form: Mapping[str, str]) -> tuple[Material, ...]:
    rows = (
        [form.get(f"material-{number}-{part}", "").strip() for part in ("media", "title", "out")]
        for number in range(PLANNED_CAP)
    )
    return tuple(Material(MediaId(media), title) for media, title, out in rows if media and not out)


def _logins(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def _rows(typed: Mapping[str, str], name: str, cap: int) -> range:
    filled = [number for number in range(cap) if any(typed.get(f"{name}-{number}-{part}") for part in _PARTS)]
    return range(min(cap, (filled[-1] + 1 if filled else 0) + _BLANK_ROWS))


_PARTS: Final = ("name", "organisation", "login", "media", "title")


def _blank(asked: Asked) -> dict[str, str]:
    now = asked.services.clock.wall().astimezone(asked.door.config.zone)
    day = now if now.time() < _BLANK_START else now + timedelta(days=1)
    return {
        "day": f"{day:%Y-%m-%d}",
        "start": f"{_BLANK_START:%H:%M}",
        "minutes": "60",
        "language": asked.reader.code,
        "capacity": str(CAPACITY_CAP),
        "access": "public",
        "mode": "hands",
        "group": asked.request.query_params.get("group", ""),
    }


def _typed(asked: Asked, entry: Entry) -> dict[str, str]:
    """Returns an entry as its form would have been filled in."""
    start = entry.during.start.astimezone(asked.door.config.zone)
    found = {
        "revision": str(entry.revision),
        "place": f"{entry.hall}/{entry.stage}",
        "day": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}",
        "minutes": str(int((entry.during.end - entry.during.start).total_seconds() // 60)),
        "language": entry.language,
        "capacity": str(entry.capacity),
        "access": entry.access,
        "mode": entry.mode,
        "group": entry.working_group,
        "hosts": " ".join(host.login for host in entry.hosts),
        "hosts-read": " ".join(host.login for host in entry.hosts),
        "invited": " ".join(person.login for person in entry.guests),
    }
    for code in LANGUAGES:
        found |= {f"title-{code}": entry.title.within(code), f"summary-{code}": entry.summary.within(code)}
    for number, one in enumerate(entry.speakers):
        parts = {"name": one.name, "organisation": one.organisation, "login": one.login}
        found |= {f"speaker-{number}-{part}": text for part, text in parts.items()}
    for number, material in enumerate(entry.materials):
        found |= {f"material-{number}-media": material.media, f"material-{number}-title": material.title}
    return found
