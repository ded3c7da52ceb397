"""Working groups: what they are for, who leads them and takes part, and their live sessions."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.world.text import LANGUAGES, Text
from halles_server.ports.programme import WorkingGroup
from halles_server.services.groups import NAME_CAP, PURPOSE_CAP
from halles_server.web.actors import actor_of
from halles_server.web.asked import REQUEST_FIELD, Asked, for_members, new_request, request_of
from halles_server.web.door import door_of
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.programme_reads import named, programme_values, with_replays

_SAID: Final[dict[str, int]] = {
    RejectionCode.INVALID_TEXT: 422,
    RejectionCode.NOT_FOUND: 422,
    RejectionCode.OVER_BUDGET: 422,
    RejectionCode.STALE_REVISION: 409,
}
"""What the page itself says, and how it is answered."""


async def listed(request: Request) -> Response:
    """Shows all working groups, and to who plans a form for a new one."""
    return await _list(request)


async def one(request: Request) -> Response:
    """Shows one working group."""
    return await _one(request)


@for_members
async def make(asked: Asked) -> Response:
    """Makes a group."""
    form = await asked.form()
    try:
        group = await asked.services.groups.make(
            asked.actor, request_of(form), _text(form, "name"), _text(form, "purpose"), form.get("lead", "").strip()
        )
    except Rejection as refusal:
        if refusal.code not in _SAID:
            raise
        return await _list(asked.request, dict(form), refusal.code)
    return asked.see(f"/groups/{group}")


@for_members
async def act(asked: Asked) -> Response:
    """Joins, leaves, or changes a group."""
    form, group, groups = await asked.form(), named(asked.request, "group"), asked.services.groups
    key = request_of(form)
    try:
        match form.get("act"):
            case "join":
                await groups.join(asked.actor, key, group)
            case "leave":
                await groups.leave(asked.actor, key, group)
            case _:
                revision = number_in(form.get("revision", ""), ID_DIGITS) or 0
                wanted = WorkingGroup(group, _text(form, "name"), _text(form, "purpose"), revision=revision)
                await groups.change(asked.actor, key, wanted, form.get("lead", "").strip())
    except Rejection as refusal:
        if refusal.code not in _SAID:
            raise
        return await _one(asked.request, dict(form), refusal.code)
    return asked.see(f"/groups/{group}")


async def _list(request: Request, typed: dict[str, str] | None = None, problem: str = "") -> Response:
    door = door_of(request)
    reader = await door.reader(request)
    values = {
        "groups": await door.services.groups.all(),
        "plans": reader.account is not None and door.services.programme.may_plan(actor_of(reader.account)),
        **_form_values(typed or {}, problem),
    }
    return await door.page(request, reader, "groups.html", values, _SAID[problem] if problem else 200)


async def _one(request: Request, typed: dict[str, str] | None = None, problem: str = "") -> Response:
    door = door_of(request)
    reader = await door.reader(request)
    group = await door.services.groups.read(named(request, "group"))
    entries = await with_replays(door, reader)
    account = reader.account
    written = {f"name-{code}": group.name.within(code) for code in LANGUAGES}
    written |= {f"purpose-{code}": group.purpose.within(code) for code in LANGUAGES}
    written |= {"lead": group.lead.login if group.lead else "", "revision": str(group.revision)}
    values = {
        **programme_values(door, reader, [entry for entry in entries if entry.working_group == group.group]),
        "group": group,
        "groups": {},
        "name": reader.tongue.say(group.name),
        "purpose": reader.tongue.say(group.purpose),
        "member": account is not None and any(one.account == account.account for one in group.members),
        "may_join": account is not None and door.services.groups.may_join(actor_of(account)),
        "plans": account is not None and door.services.programme.may_plan(actor_of(account)),
        **_form_values(typed if typed and "lead" in typed else written, problem),
    }
    if problem == RejectionCode.STALE_REVISION and typed:
        # Both texts stand side by side, and whoever sends theirs again has seen the other's.
        values["theirs"] = [
            (name, text) for name, text in written.items() if name != "revision" and _differs(text, typed.get(name, ""))
        ]
        values["typed"] = defaultdict(str, {**typed, "revision": str(group.revision)})
    return await door.page(request, reader, "group.html", values, _SAID[problem] if problem else 200)


def _form_values(typed: dict[str, str], problem: str) -> dict[str, object]:
    caps = {"name": NAME_CAP, "purpose": PURPOSE_CAP}
    return {
        "typed": defaultdict(str, typed),
        "problem": problem,
        "caps": caps,
        "request_field": REQUEST_FIELD,
        "new_request": new_request,
    }


def _differs(stored: str, typed: str) -> bool:
    return stored != typed.replace("\r\n", "\n").strip()


def _text(form: Mapping[str, str], name: str) -> Text:
    return Text(*(form.get(f"{name}-{code}", "") for code in LANGUAGES))
