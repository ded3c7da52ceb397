"""Roles on a page: who is moderator or organiser, where and until when; given, changed and taken by organisers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId, RequestId
from halles.world.roles import Right, Role
from halles_server.ports.grants import GrantRecord
from halles_server.ports.moderating import Named
from halles_server.ports.sanctions import Whom
from halles_server.ports.standing import SHOW, Scope
from halles_server.services import policies
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.scopes import Place, place_of, places_of
from halles_server.web.wall_time import wall_moment

ENDS: Final = {"day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=30)}
"""Until when, as the form offers it beside the end of a live session, a typed one, and none."""

_COMING_MOST: Final = 60
"""Live sessions that are offered as a place for a role."""

_STATUS: Final[dict[str, int]] = {"LAST": 403, RejectionCode.FORBIDDEN: 403, RejectionCode.STALE_REVISION: 409}
"""Of what the page itself says; 422 for the rest."""

_SAID: Final = frozenset(
    {RejectionCode.FORBIDDEN, RejectionCode.NOT_FOUND, RejectionCode.BAD_FIELD, RejectionCode.STALE_REVISION}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form was refused.

    Attributes:
        several: Those whom a name fits, where it fits more than one.
        held: What somebody is already to whom a role adds nothing.
    """

    code: str
    several: tuple[Named, ...] = ()
    held: Role = Role.GUEST


@dataclass(frozen=True, slots=True)
class Done:
    """What was just given, taken or changed, as it is stored now.

    Attributes:
        act: As the form said it.
        place: Where; None for what somebody is in the whole exhibition.
        until: When it ends; None for never.
    """

    act: str
    name: str
    role: Role
    place: Place | None
    until: datetime | None


@for_members
async def show(asked: Asked) -> Response:
    """Shows who has which role."""
    return await _page(asked, {})


@for_members
async def act(asked: Asked) -> Response:
    """Gives, takes or changes a role."""
    await _places(asked)  # refuses who gives no roles, whatever they post
    form, grants = await asked.form(), asked.services.grants
    key = request_of(form)
    try:
        match form.get("do", ""):
            case "give":
                account = await _called(asked, form)
                scope = await _scope(asked, form.get("where", ""))
                grant = (_role(form), scope, await _end(asked, form, scope))
                held = (await asked.services.sanctions.target(Whom(account=account))).role
                if policies.adds_nothing(grant[0], held, scope):
                    return await _page(asked, form, Problem("USELESS", held=held))
                await grants.give(asked.actor, key, account, grant, form.get("until") or form.get("end", ""))
            case "take":
                scope = await _scope(asked, form.get("where", ""))
                account = AccountId(form.get("account", ""))
                await grants.take(asked.actor, key, account, (_role(form), scope))
            case "role":
                account = AccountId(form["account"]) if form.get("account") else await _called(asked, form)
                await _set_role(asked, key, account, _role(form))
            case _:
                raise HTTPException(400)
    except _Several as several:
        return await _page(asked, form, Problem("SEVERAL", several.found))
    except Rejection as refusal:
        if refusal.code not in _SAID:
            raise
        code = "LAST" if isinstance(refusal, _Last) else "NO_END" if isinstance(refusal, _NoEnd) else refusal.code
        return await _page(asked, form, Problem(code))
    told = {"done": form["do"], "who": account, "role": form.get("role", ""), "where": form.get("where", "")}
    return asked.see(f"/moderation/roles?{urlencode(told)}")


class _Several(Exception):
    """A name that several people have."""

    def __init__(self, found: tuple[Named, ...]) -> None:
        super().__init__(len(found))
        self.found = found


class _NoEnd(Rejection):
    """Nothing was chosen as an end: a role without one is given only on purpose."""


class _Last(Rejection):
    """The last organiser would be one no more."""


async def _page(asked: Asked, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    services, actor, code = asked.services, asked.actor, asked.reader.code
    places = await _places(asked)
    wide = policies.may(actor, Right.GRANT)
    house = await services.moderating.house(actor) if wide else ()
    granted = await _granted(asked, places)
    values: dict[str, Any] = {
        "places": await places_of(services, places, code),
        "house": [(one, _offered(asked, one.role)) for one in house],
        "last": [one.account for one in house if one.role is Role.ORGANISER][:2],
        "granted": [(one, await place_of(services, one.grant.scope, code)) for one in granted],
        "grantable": policies.by_rank(policies.GRANTED),
        "roles": _offered(asked, Role.VISITOR) if wide else (),
        "ends": tuple(ENDS),
        "typed": typed,
        "problem": problem,
        "acted": "done" in asked.request.query_params,
        "done": await _done(asked) if "done" in asked.request.query_params else None,
        "zone": asked.door.config.time_zone,
    }
    return await asked.page("roles.html", values, _STATUS.get(problem.code, 422) if problem else 200)


async def _done(asked: Asked) -> Done | None:
    """Reads what came of the form before, as it is stored now; None where that is no more so."""
    said = asked.request.query_params
    try:
        target = await asked.services.sanctions.target(Whom(account=AccountId(said.get("who", ""))))
        role = Role(said.get("role", ""))
    except (Rejection, ValueError):
        return None
    if said["done"] == "role":
        return Done("role", target.name, target.role, None, None)
    place = await place_of(asked.services, said.get("where", ""), asked.reader.code)
    held = [one for one in target.standing.grants if (one.role, one.scope) == (role, said.get("where", ""))]
    if bool(held) != (said["done"] == "give"):  # somebody else was here meanwhile
        return None
    return Done(said["done"], target.name, role, place, held[0].until if held else None)


async def _places(asked: Asked) -> tuple[Scope, ...]:
    """Returns where roles are this reader's to give; ``Rejection`` FORBIDDEN to whom none is."""
    now = asked.door.now()
    coming = [one for one in await asked.services.programme.all() if one.during.end > now and not one.cancelled]
    coming.sort(key=lambda one: one.during.start)
    sessions = [one.session for one in coming[:_COMING_MOST]]
    places = await asked.services.moderating.places(asked.actor, Right.GRANT, sessions)
    if not places:
        raise Rejection(RejectionCode.FORBIDDEN, "organisers give roles")
    return places


async def _granted(asked: Asked, places: tuple[Scope, ...]) -> tuple[GrantRecord, ...]:
    """Reads what is granted in the widest of the places, and below."""
    keys = {scope.key for scope in places}
    widest = [scope for scope in places if not (scope.keys - {scope.key}) & keys]
    found = [one for scope in widest for one in await asked.services.grants.listed(asked.actor, scope)]
    return tuple(dict.fromkeys(found))


async def _scope(asked: Asked, key: str) -> Scope:
    """Returns the scope of a form; whether it is this reader's the service decides."""
    if key == SHOW.key:
        return SHOW
    kind, _, place = key.partition(":")
    if kind not in {"hall", "booth", "live"}:
        raise Rejection(RejectionCode.BAD_FIELD, "no such place")
    return await asked.services.sanctions.scope(kind, place)  # type: ignore[arg-type]


async def _called(asked: Asked, form: Mapping[str, str]) -> AccountId:
    found = await asked.services.moderating.called(asked.actor, form.get("who", ""))
    if not found:
        raise Rejection(RejectionCode.NOT_FOUND, "nobody of that name")
    if len(found) > 1:
        raise _Several(found)
    return found[0].account


async def _end(asked: Asked, form: Mapping[str, str], scope: Scope) -> datetime | None:
    """Reads until when a role is given; ``Rejection`` BAD_FIELD."""
    chosen = form.get("end", "")
    if form.get("until"):
        return wall_moment(form["until"], asked.door.config.zone)
    if chosen == "none":
        return None
    if chosen in ENDS:
        return asked.door.now() + ENDS[chosen]
    if chosen == "session":
        if scope.kind != "live":
            raise Rejection(RejectionCode.BAD_FIELD, "only a live session has an announced end")
        return (await asked.services.live.read(LiveSessionId(scope.id))).entry.during.end
    raise _NoEnd(RejectionCode.BAD_FIELD, "an end, or explicitly none, has to be chosen")


async def _set_role(asked: Asked, key: RequestId, account: AccountId, role: Role) -> None:
    """Changes a role, and where that is refused says clearly whether it is since the show keeps an organiser."""
    try:
        await asked.services.grants.set_role(asked.actor, key, account, role)
    except Rejection as refusal:
        house = await asked.services.moderating.house(asked.actor)
        organisers = [one.account for one in house if one.role is Role.ORGANISER]
        if refusal.code == RejectionCode.FORBIDDEN and organisers == [account] and role is not Role.ORGANISER:
            raise _Last(refusal.code, refusal.text) from None
        raise


def _offered(asked: Asked, before: Role) -> tuple[Role, ...]:
    """Returns what somebody may be made by this reader."""
    return tuple(role for role in Role if role is not Role.GUEST and policies.may_make(asked.actor, before, role))


def _role(form: Mapping[str, str]) -> Role:
    try:
        return Role(form.get("role", ""))
    except ValueError:
        raise Rejection(RejectionCode.BAD_FIELD, "no such role") from None
