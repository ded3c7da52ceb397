"""The form by which somebody is sanctioned: what, where, until when and why, and the words that the person will read.

It works by reloading; ``static/judging.js`` opens it in a dialog on the console. From a report it closes the report.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import RequestId
from halles.world.roles import Role
from halles.world.sanctions import MINUTES_MOST, REASONS, SENTENCE_CAP, SanctionKind, reason_of
from halles.world.text import Language
from halles_server.ports.sanctions import Order
from halles_server.ports.standing import SHOW, Scope, ScopeKind
from halles_server.services.moderating import Meant, Subject
from halles_server.web.api import problem
from halles_server.web.asked import REQUEST_FIELD, Asked, for_members, request_of
from halles_server.web.dates import Calendar
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.scopes import place_of, places_of
from halles_server.web.wall_time import wall_moment

MINUTES: Final = (10, 30, 60, 240, 24 * 60, 7 * 24 * 60, 30 * 24 * 60)
"""For how long, as the form offers it; any other end is typed."""

OWN: Final = "own"
"""None of the reasons: the moderator's sentence alone is the reason."""

_NAME_CAP: Final = 64
_NARROWEST: Final[tuple[ScopeKind, ...]] = ("live", "booth", "hall", "show")

_BESIDE: Final = frozenset(
    {
        RejectionCode.FORBIDDEN,
        RejectionCode.INVALID_TEXT,
        RejectionCode.BAD_FIELD,
        RejectionCode.NOT_FOUND,
        RejectionCode.NOT_NOW,
        RejectionCode.STORAGE_FULL,
        RejectionCode.OVER_BUDGET,
    }
)
"""Refusals that the form itself says, with what was typed still in it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was filled in.

    Attributes:
        scope: One of those that are offered, the first where the form names none of them.
        until: An end as a field for day and hour has it, "" for ``minutes``.
    """

    kind: SanctionKind
    scope: str
    minutes: int
    until: str
    reason: str
    words: str
    address: bool


@for_members
async def ask(asked: Asked) -> Response:
    """Shows the form about somebody."""
    query = asked.request.query_params
    subject = await asked.services.moderating.subject(asked.actor, _meant(query))
    return await _form(asked, subject, query)


@for_members
async def give(asked: Asked) -> Response:
    """Gives what was typed, or with ``do=look`` shows what the person would read."""
    await asked.services.moderating.require_some(asked.actor)
    form = await asked.form()
    subject = await asked.services.moderating.subject(asked.actor, _meant(form))
    key = request_of(form)
    if form.get("do") != "give":
        return await _form(asked, subject, form, await _lost(asked, subject, form), form[REQUEST_FIELD])
    try:
        report = number_in(form.get("report", "") or "0", ID_DIGITS)
        if report:
            await asked.services.reports.read(asked.actor, report)
        order = _order(asked, subject, _typed(subject, form), await _chosen(asked, subject, form.get("scope", "")))
        given = await asked.services.sanctions.give(asked.actor, key, subject.whom, order)
    except Rejection as refusal:
        if refusal.code not in _BESIDE:
            raise
        return await _form(asked, subject, form, refusal)
    if report:
        await close_report(asked, form, report, f"{order.kind} {given.number}")
        return asked.see(f"/reports/{report}")
    shared = f"&shared={given.others}" if order.address else ""
    return asked.see(f"/moderation/sanctions/{given.number}?given{shared}{_from(form)}")


async def close_report(asked: Asked, form: Mapping[str, str], report: int, note: str) -> None:
    """Closes a report because of something that was just done; what somebody else has closed meanwhile stays so."""
    key = RequestId(uuid.uuid5(uuid.UUID(bytes=bytes(request_of(form))), "closes the report").bytes)
    try:
        await asked.services.reports.close(asked.actor, key, report, "acted", note)
    except Rejection as refusal:
        if refusal.code != RejectionCode.NOT_FOUND:
            raise


async def _form(
    asked: Asked, subject: Subject, said: Mapping[str, str], refusal: Rejection | None = None, key: str = ""
) -> Response:
    """Shows the form, with a fresh key unless it is only looked at: one form is one sanction."""
    typed, services, code = _typed(subject, said), asked.services, asked.reader.code
    language = subject.where.language
    until = _until(asked, typed)
    values: dict[str, Any] = {
        "subject": subject,
        "meant": _meant(said),
        "typed": typed,
        "report": said.get("report", ""),
        "kinds": tuple(SanctionKind),
        "places": await places_of(services, subject.scopes, code),
        "choices": MINUTES,
        "reasons": REASONS,
        "own_reason": OWN,
        "sentence_cap": SENTENCE_CAP,
        "zone": asked.door.config.time_zone,
        "refused": _why_refused(asked, subject, refusal),
        "will_read": await _will_read(asked, typed, until, language),
        "read_in": language,
        "before": [(one, await place_of(services, one.scope, code)) for one in subject.before[:5]],
        "may_hold_address": subject.target.known.account is None and subject.where.here,
        "form": True,
        "key": key,
    }
    return await asked.page("sanction_form.html", values, _status(refusal))


def _status(refusal: Rejection | None) -> int:
    if refusal is None:
        return 200
    return 422 if refusal.code == RejectionCode.BAD_FIELD else problem.status_of(refusal)


async def _will_read(asked: Asked, typed: Typed, until: datetime, code: Language) -> object:
    """Writes what the person will read, by the words of their own page in their language."""
    door, calendar = asked.door, Calendar(code, asked.door.config.zone)
    words: Any = door.templates[code].get_template("sanction_words.html").module
    place, reason = await place_of(asked.services, typed.scope, code), reason_of(typed.reason, typed.words, code)
    return words.decision(typed.kind, place, reason, calendar.moment(until), calendar.moment(door.now()))


def _why_refused(asked: Asked, subject: Subject, refusal: Rejection | None) -> str:
    """Returns which words say why nothing can be, or was, given; "" when nothing stands in the way."""
    if subject.target.known.account is not None and subject.target.known.account == asked.actor.account:
        return "oneself"
    if not subject.scopes:
        return "above"
    if refusal is None:
        return ""
    if refusal.code == RejectionCode.FORBIDDEN:
        return "last" if subject.target.role is Role.ORGANISER else "elsewhere"
    if refusal.code == RejectionCode.NOT_FOUND and not subject.where.here:
        return "gone"
    return refusal.code


def _meant(said: Mapping[str, str]) -> Meant:
    """Reads whom a page means; 404 for what names nobody."""
    question = number_in(said.get("question", "") or "0", ID_DIGITS)
    visit, account, session, key = (said.get(name, "") for name in ("visit", "account", "live", "key"))
    named = question is not None and any((visit, account, key, question))
    if question is None or not named or any(len(one) > _NAME_CAP for one in (visit, account, session, key)):
        raise HTTPException(404)
    return Meant(visit, account, session, key, question)


def _typed(subject: Subject, said: Mapping[str, str]) -> Typed:
    scopes = [scope.key for scope in subject.scopes]
    # Where it was asked for, else the narrowest place where they are: what binds elsewhere too is a choice.
    around = [scope for scope in subject.scopes if scope.hall == subject.where.hall] or subject.scopes[:1] or [SHOW]
    narrow = min(around, key=lambda scope: _NARROWEST.index(scope.kind)).key
    first = next((key for key in scopes if key == f"live:{said.get('live', '')}"), narrow)
    kind = said.get("kind", "")
    return Typed(
        kind=SanctionKind(kind) if kind in tuple(SanctionKind) else SanctionKind.WARN,
        scope=said.get("scope", "") if said.get("scope", "") in scopes else first,
        minutes=number_in(said.get("minutes", "") or "10", ID_DIGITS) or 0,
        until=said.get("until", ""),
        reason=said.get("reason", "") if said.get("reason", "") in {*REASONS, OWN} else next(iter(REASONS)),
        words=said.get("words", ""),
        address=said.get("address", "") == "yes",
    )


async def _chosen(asked: Asked, subject: Subject, key: str) -> Scope:
    """Returns the scope that a form names, and never another in its place; ``Rejection`` FORBIDDEN, NOT_FOUND.

    A live session may have ended since the form was shown: whether a decision in it was made before that, as a repeat's
    was, the store knows.
    """
    for scope in subject.scopes:
        if scope.key == key:
            return scope
    kind, _, place = key.partition(":")
    if kind != "live" or not subject.scopes:
        raise Rejection(RejectionCode.FORBIDDEN, "this is not, or no more, a place to decide in")
    return await asked.services.sanctions.scope("live", place)


async def _lost(asked: Asked, subject: Subject, form: Mapping[str, str]) -> Rejection | None:
    """Returns why the place that a form names is offered no more; None while it is, or where none was named."""
    key = form.get("scope", "")
    if not key or key in {scope.key for scope in subject.scopes}:
        return None
    try:
        await _chosen(asked, subject, key)
    except Rejection as refusal:
        return refusal
    return Rejection(RejectionCode.NOT_NOW, "this live session is over")


def _order(asked: Asked, subject: Subject, typed: Typed, scope: Scope) -> Order:
    """Returns what is ordered; ``Rejection`` INVALID_TEXT, BAD_FIELD."""
    if len(typed.words.strip()) > SENTENCE_CAP:
        raise Rejection(RejectionCode.INVALID_TEXT, "the sentence is too long")
    minutes = ceil((_until(asked, typed, strict=True) - asked.door.now()) / timedelta(minutes=1))
    reason = reason_of(typed.reason, typed.words, subject.where.language)
    address = typed.address and typed.kind is SanctionKind.BAN
    return Order(typed.kind, scope, minutes, reason, address, _said(typed))


def _said(typed: Typed) -> tuple[str, ...]:
    """Returns what a repeat of the form says as well: a typed end is nearer then, and the language may differ."""
    words = " ".join(typed.words.split())  # a browser ends lines otherwise when no script sends them
    return (typed.until or str(typed.minutes), typed.reason, words, "address" if typed.address else "")


def _until(asked: Asked, typed: Typed, *, strict: bool = False) -> datetime:
    """Returns when it ends; ``Rejection`` BAD_FIELD where that is asked for strictly and was not typed so."""
    now = asked.door.now()
    try:
        if typed.until:
            return wall_moment(typed.until, asked.door.config.zone)
        if not 1 <= typed.minutes <= MINUTES_MOST:
            raise Rejection(RejectionCode.BAD_FIELD, "no such time")
    except Rejection:
        if strict:
            raise
        return now + timedelta(minutes=MINUTES[0])
    return now + timedelta(minutes=typed.minutes)


def _from(form: Mapping[str, str]) -> str:
    """Returns what the next page needs to lead back to the console."""
    session = form.get("live", "")
    return f"&live={session}" if session and session.replace("-", "").isalnum() else ""
