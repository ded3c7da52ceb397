"""The page of a booth's staff: who is on it, what they may, and codes for more."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles.world.roles import Right, StaffRole
from halles_server.ports.staff import InvitationId
from halles_server.services import policies
from halles_server.web.staff_only import Asked, asked, refuse

_STATUS: Final = {"GONE": 409}
"""Of a page that says that something was not done; 403 for the rest."""


async def read(request: Request) -> Response:
    """Shows the staff."""
    found = await asked(request)
    return await _page(found) if isinstance(found, Asked) else found


async def change(request: Request) -> Response:
    """Carries out one of the page's forms: another role, somebody removed, an invitation made or withdrawn."""
    found = await asked(request)
    if not isinstance(found, Asked):
        return found
    form = await found.door.form(request)
    services, booth = found.door.services, found.record.booth
    account = AccountId(form.get("account", ""))
    try:
        match form.get("act", ""):
            case "role":
                await services.staff.set_role(found.actor, booth, account, _role(form.get("role", "")))
            case "remove":
                await services.staff.remove(found.actor, booth, account)
            case "invite":
                code = await services.invitations.invite(found.actor, booth, _role(form.get("role", "")))
                return await _page(found, code=code)
            case "withdraw":
                return await _withdraw(found, InvitationId(form.get("invitation", "")))
            case _:
                raise Rejection(RejectionCode.BAD_FIELD, "no such act")
    except Rejection as refusal:
        if refusal.code not in (RejectionCode.FORBIDDEN, RejectionCode.NOT_FOUND):
            raise
        return await _page(found, problem=refusal.code)
    return found.to("/staff")


async def _withdraw(found: Asked, invitation: InvitationId) -> Response:
    """Takes a code back; where somebody was quicker with it, the page says so."""
    try:
        await found.door.services.invitations.withdraw(found.actor, invitation)
    except Rejection as refusal:
        if refusal.code != RejectionCode.NOT_FOUND:
            raise
        return await _page(found, problem="GONE")
    return found.to("/staff")


def _role(text: str) -> StaffRole:
    try:
        return StaffRole(text)
    except ValueError:
        raise Rejection(RejectionCode.BAD_FIELD, "no such role") from None


async def _page(found: Asked, *, code: str = "", problem: str = "") -> Response:
    services, booth, actor = found.door.services, found.record.booth, found.actor
    if not policies.may(actor, Right.ANSWER_BELL, staff_role=found.role):
        return await refuse(found.request, found.door, found.reader)
    leads = policies.may(actor, Right.MANAGE_STAFF, staff_role=found.role)
    members = await services.staff.of_booth(actor, booth)
    values = {
        "record": found.record,
        "members": members,
        "leads": leads,
        "last_lead": sum(member.role is StaffRole.LEAD for member in members) == 1,
        "roles": tuple(StaffRole),
        "invites": tuple(role for role in StaffRole if policies.may_invite_as(actor, role, found.role)),
        "made": await services.invitations.made(actor, booth) if leads else (),
        "staffed": await services.staffing.of_booth(booth),
        "code": code,
        "days": round(found.door.config.invitation_days),
        "now": found.door.now(),
        "problem": problem,
        "hall_colour": found.record.hall,
        "form": True,
    }
    return await found.door.page(
        found.request, found.reader, "staff.html", values, _STATUS.get(problem, 403) if problem else 200
    )
