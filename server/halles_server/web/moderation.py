"""Sanctions as those who decide read them: in force and past, one with its history, and the appeals that wait."""

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.world.sanctions import REASON_CAP
from halles_server.services.moderating import Appealed
from halles_server.web.api import problem
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.scopes import Place, place_of

_BESIDE: Final = frozenset({RejectionCode.FORBIDDEN, RejectionCode.INVALID_TEXT, RejectionCode.NOT_FOUND})
"""Refusals that the page of one sanction says itself."""

_SHOWN: Final = 100
"""In force, and past, on one page."""


@for_members
async def listed(asked: Asked) -> Response:
    """Shows the sanctions that are somebody's to look at."""
    query, moderating = asked.request.query_params, asked.services.moderating
    before, past_before = (number_in(query.get(name, "") or "0", ID_DIGITS) or 0 for name in ("before", "past-before"))
    holding = await moderating.listed(asked.actor, before=before)
    past = await moderating.listed(asked.actor, past=True, before=past_before)
    values = {
        "holding": holding[:_SHOWN],
        "older": holding[_SHOWN - 1].number if len(holding) > _SHOWN else 0,
        "past": past[:_SHOWN],
        "past_older": past[_SHOWN - 1].number if len(past) > _SHOWN else 0,
        "paging": bool(before or past_before),
        "places": await _places(asked, {one.scope for one in (*holding[:_SHOWN], *past[:_SHOWN])}),
        "now": asked.door.now(),
    }
    return await asked.page("sanctions_given.html", values)


@for_members
async def appeals(asked: Asked) -> Response:
    """Shows the appeals that wait."""
    waiting = await asked.services.moderating.appeals(asked.actor)
    values = {"waiting": waiting, "places": await _places(asked, {one.record.scope for one in waiting})}
    return await asked.page("appeals.html", values)


@for_members
async def one(asked: Asked) -> Response:
    """Shows one, with what can be done with it."""
    return await _one(asked, await _read(asked))


@for_members
async def act(asked: Asked) -> Response:
    """Lifts it, or answers its appeal."""
    number, services = asked.number("sanction"), asked.services
    found = await _read(asked)
    form = await asked.form()
    try:
        if form.get("do") in {"answer-lift", "answer-uphold"}:
            lift, reply = form["do"] == "answer-lift", form.get("reply", "")
            await services.moderating.answer(asked.actor, request_of(form), number, lift=lift, reply=reply)
        elif form.get("do") == "lift":
            if not form.get("reason", "").strip():
                raise Rejection(RejectionCode.INVALID_TEXT, "it is lifted for a reason")
            await services.sanctions.lift(asked.actor, request_of(form), number, form.get("reason", ""))
        else:
            raise HTTPException(400)
    except Rejection as refusal:
        if refusal.code not in _BESIDE:
            raise
        return await _one(asked, found, refusal)
    return asked.see(f"/moderation/sanctions/{number}?done")


async def _read(asked: Asked) -> Appealed:
    return await asked.services.moderating.one(asked.actor, asked.number("sanction"))


async def _one(asked: Asked, found: Appealed, refusal: Rejection | None = None) -> Response:
    query, record = asked.request.query_params, found.record
    live = query.get("live", "")
    values: dict[str, Any] = {
        "one": record,
        "mine": found.mine,
        "oneself": record.account is not None and record.account == asked.actor.account,
        "place": await place_of(asked.services, record.scope, asked.reader.code),
        "now": asked.door.now(),
        "given": "given" in query,
        "done": "done" in query,
        "shared": number_in(query.get("shared", "") or "0", ID_DIGITS) or 0,
        "held": "shared" in query,
        "live_from": live if live.replace("-", "").isalnum() else "",
        "cap": REASON_CAP,
        "problem": refusal.code if refusal else "",
    }
    return await asked.page("one_sanction.html", values, problem.status_of(refusal) if refusal else 200)


async def _places(asked: Asked, keys: set[str]) -> dict[str, Place]:
    return {key: await place_of(asked.services, key, asked.reader.code) for key in sorted(keys)}
