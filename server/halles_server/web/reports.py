"""Reporting on pages, and the moderators' queue with the evidence; what a report is, services say."""

from collections.abc import Mapping
from typing import Any, Final, cast, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, SlotId, VisitId
from halles.world.reports import REPORT_CAP, REPORTS, ReportAbout, ReportDecision, ReportReason
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles.world.text import Text
from halles_server.hall.recent import Evidence
from halles_server.ports.reports import StoredReport, Wish
from halles_server.ports.sanctions import Known, Whom
from halles_server.ports.take_down import REASON_CAP
from halles_server.services.actor import Actor
from halles_server.services.admission import digest
from halles_server.services.reports import LISTED, PAGES_CAP
from halles_server.web.actors import actor_of
from halles_server.web.api import problem
from halles_server.web.asked import REQUEST_FIELD, Asked, calendar_of, for_members, new_request, request_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.entering import DEVICE_COOKIE
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.rate import address_of
from halles_server.web.reader import Reader
from halles_server.web.reading import read_booth
from halles_server.web.report_plan import drawn
from halles_server.web.sanctioning import close_report
from halles_server.web.take_down import kind_of, parts_of

_SUBJECT_CAP: Final = 64
_BESIDE: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.RATE_LIMITED, RejectionCode.STORAGE_FULL})
"""Refusals that are said beside the field, with what was typed still in it."""


async def ask(request: Request) -> Response:
    """Asks what is wrong, and says what became of what this reader reported before."""
    door = door_of(request)
    reader = await door.reader(request)
    return await _form(request, reader, _about(request.query_params.get("about", "")), {})


async def give(request: Request) -> Response:
    """Takes a report."""
    door = door_of(request)
    reader = await door.reader(request)
    form = await door.form(request)
    wish = _about(form.get("about", ""))
    if form.get("reason", "") not in get_args(ReportReason):
        raise HTTPException(400)
    reason = cast("ReportReason", form["reason"])
    made = Wish(wish.about, wish.subject, reason, form.get("text", ""), wish.line_ms)
    actor = actor_of(reader.account) if reader.account else Actor(None, None, "", Role.GUEST, reader.code)
    try:
        door.services.reports.check_address(actor, address_of(request))
        seen = await _seen(door, _known(request, actor), made)
        key = _key(door, request, reader)
        number = await door.services.reports.make(actor, request_of(form), made, seen, browser=key)
    except Rejection as refusal:
        if refusal.code not in _BESIDE:
            raise
        return await _form(request, reader, made, form, refusal)
    return _see(reader, f"/report?sent={number}")


@for_members
async def queue(asked: Asked) -> Response:
    """Shows the moderators what waits and what was decided."""
    number = min(number_in(asked.request.query_params.get("page", ""), ID_DIGITS) or 1, PAGES_CAP)
    found = await asked.services.reports.queue(asked.actor, number)
    pages = max(1, -(-found.count // LISTED))
    if number > pages:  # what was there is closed meanwhile
        return asked.see(f"/reports?page={pages}")
    values = {
        "queue": found,
        "number": number,
        "pages": pages,
        "down": await asked.services.take_down.everywhere(asked.actor),
        "kind_of": kind_of,
    }
    return await asked.page("reports.html", values)


@for_members
async def one(asked: Asked) -> Response:
    """Shows a report with its evidence."""
    return await _one(asked)


@for_members
async def act(asked: Asked) -> Response:
    """Takes a report, closes it with a reason, or takes something of the booth down and closes it by that."""
    number, reports = asked.number("report"), asked.services.reports
    await reports.read(asked.actor, number)  # refuses whose it is not, whatever they post
    form = await asked.form()
    key = request_of(form)
    try:
        if form.get("act") == "take":
            await reports.take(asked.actor, key, number)
        elif form.get("act") == "close":
            decision, note = form.get("decision", ""), form.get("note", "")
            if not note.strip():
                raise Rejection(RejectionCode.INVALID_TEXT, "a report is closed for a reason")
            await reports.close(asked.actor, key, number, decision, note)
        elif form.get("act") == "take-down":
            report = await reports.read(asked.actor, number)
            item, reason = form.get("item", ""), form.get("reason", "")
            await asked.services.take_down.take(asked.actor, key, report.booth or BoothId(""), item, reason)
            await close_report(asked, form, number, reason.strip())
        else:
            raise HTTPException(400)
    except Rejection as refusal:
        if refusal.code not in {RejectionCode.INVALID_TEXT, RejectionCode.NOT_FOUND}:
            raise
        return await _one(asked, refusal)
    return asked.see(f"/reports/{number}")


async def _one(asked: Asked, refusal: Rejection | None = None) -> Response:
    report = await asked.services.reports.read(asked.actor, asked.number("report"))
    record = await read_booth(asked.door, report.booth) if report.booth and report.state != "closed" else None
    hall = (await asked.door.halls()).get(report.hall)
    may = record is not None and asked.services.take_down.may(asked.actor, record)
    values = {
        "parts_shown": parts_of(record.content, asked.reader) if record is not None and may else (),
        "about_whom": _about_whom(report),
        "kinds": (SanctionKind.WARN, SanctionKind.SILENCE, SanctionKind.REMOVE, SanctionKind.BAN),
        "kind_of": kind_of,
        "reason_cap": REASON_CAP,
        "report": report,
        "drawing": drawn(report, hall.plan if hall is not None else None),
        "hall_name": hall.scene.name.text() if hall is not None else Text(),
        "decisions": get_args(ReportDecision),
        "cap": REPORT_CAP,
        "problem": refusal.code if refusal else "",
        "hall_colour": report.hall if report.hall in asked.services.scenes else "",
    }
    return await asked.page("one_report.html", values, problem.status_of(refusal) if refusal else 200)


async def _form(
    request: Request, reader: Reader, wish: Wish, typed: Mapping[str, str], refusal: Rejection | None = None
) -> Response:
    door = door_of(request)
    booth = await read_booth(door, wish.subject) if wish.about in {"booth", "host"} else None
    key, sent = _key(door, request, reader), number_in(request.query_params.get("sent", ""), ID_DIGITS)
    values: dict[str, Any] = {
        "about": _said(wish),
        "wish": wish,
        "booth": booth,
        "whom": await _whom(door, wish),
        "reasons": get_args(ReportReason),
        "typed": typed.get("text", ""),
        "problem": refusal.code if refusal else "",
        "minutes": -(-refusal.retry_after_ms // 60_000) if refusal else 0,
        "most": REPORTS,
        "cap": REPORT_CAP,
        "own": await door.services.reports.own(key) if key else (),
        "sent": sent,
        "calendar": calendar_of(door, reader),
        "request_field": REQUEST_FIELD,
        "new_request": new_request,
        "hall_colour": booth.hall if booth else "",
        "form": True,
    }
    return await door.page(request, reader, "report.html", values, problem.status_of(refusal) if refusal else 200)


async def _whom(door: PageDoor, wish: Wish) -> str:
    """Returns the name of whoever is reported, as others read it; "" where it is nobody, or nobody any more."""
    if wish.about not in {"person", "line"}:
        return ""
    try:
        return (await door.services.sanctions.target(Whom(visit=VisitId(wish.subject)))).name
    except Rejection:
        return ""


def _about_whom(report: StoredReport) -> str:
    """Returns how the form of a sanction names who is reported; "" where that is nobody."""
    if report.account is not None:
        return f"account={report.account}"
    return f"visit={report.wish.subject}" if report.wish.about in {"person", "line"} else ""


def _about(said: str) -> Wish:
    """Reads ``booth:studio-07``, ``person:<visit>``, ``line:<visit>:<time_ms>``; 404 for what is none of these."""
    if not said:
        return Wish("other", "", "other")
    kind, _, rest = said.partition(":")
    subject, _, moment = rest.partition(":")
    line_ms = number_in(moment, ID_DIGITS) if kind == "line" else 0
    known = kind in get_args(ReportAbout) and kind != "other"
    if not known or not 0 < len(subject) <= _SUBJECT_CAP or line_ms is None:
        raise HTTPException(404)
    return Wish(cast("ReportAbout", kind), subject, "other", "", line_ms)


def _said(wish: Wish) -> str:
    if wish.about == "other":
        return ""
    return f"{wish.about}:{wish.subject}" + (f":{wish.line_ms}" if wish.about == "line" else "")


def _key(door: PageDoor, request: Request, reader: Reader) -> str:
    """Returns under which key a reader's reports are known: the account, else this browser with its cookie."""
    if reader.account is not None:
        return reader.account.account
    owner = door.satchel_of(request, reader)
    return owner.key if owner is not None else ""


def _see(reader: Reader, path: str) -> Response:
    return RedirectResponse(reader.to(path), 303, {"cache-control": "no-store"})


def _known(request: Request, actor: Actor) -> Known:
    """Returns by what somebody's visit is known, if they are present in a hall from this browser."""
    device = request.cookies.get(DEVICE_COOKIE, "")
    return Known(actor.account, devices=(digest(device),) if device else ())


async def _seen(door: PageDoor, known: Known, wish: Wish) -> tuple[HallId, Evidence] | None:
    """Returns what goes with a report: of the hall that it is about, or of what the reader's avatar heard and saw."""

    def spot(hall: HallId, slot: SlotId) -> tuple[float, float] | None:
        scene = door.services.scenes.get(hall)
        place = scene.slot(slot) if scene is not None else None
        return (place.x, place.y) if place is not None else None

    if door.witness is None:
        return None
    return await door.services.reports.seen_from_page(door.witness, known, wish, spot)
