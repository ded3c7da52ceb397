import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, HallId, LiveSessionId
from halles.world.roles import Right, Role, StaffRole
from halles_server.ports.standing import SHOW, Grant, Scope, Standing, hall_scope, live_scope
from halles_server.services import policies
from halles_server.services.actor import Actor

EXPECTED: dict[Right, set[Role]] = {
    Right.ENTER: set(Role),
    Right.SPEAK: set(Role),
    Right.EDIT_BOOTH: {Role.ORGANISER, Role.OPERATOR},
    Right.CHECK_BOOTH: {Role.ORGANISER, Role.OPERATOR},
    Right.INVITE: {Role.ORGANISER, Role.OPERATOR},
    Right.MANAGE_STAFF: {Role.ORGANISER, Role.OPERATOR},
    Right.RING_BELL: set(Role),
    Right.ANSWER_BELL: {Role.ORGANISER, Role.OPERATOR},
    Right.GIVE_CARD: set(Role) - {Role.GUEST},
    Right.SEE_LEADS: set(),
    Right.ASK_MEETING: set(Role) - {Role.GUEST},
    Right.HOLD_MEETINGS: set(),
    Right.SEE_NUMBERS: {Role.ORGANISER, Role.OPERATOR},
    Right.RECORD_HOST: set(),
    Right.REMOVE_HOST: {Role.ORGANISER, Role.OPERATOR},
    Right.PLAN: {Role.ORGANISER, Role.OPERATOR},
    Right.HOST_LIVE: {Role.MODERATOR, Role.ORGANISER, Role.OPERATOR},
    Right.REPORT: set(Role),
    Right.SEE_REPORTS: {Role.MODERATOR, Role.ORGANISER, Role.OPERATOR},
    Right.TAKE_DOWN: {Role.MODERATOR, Role.ORGANISER, Role.OPERATOR},
}
EXPECTED_ON_STAFF = {Right.EDIT_BOOTH: set(Role) - {Role.GUEST}}


NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LIVE = live_scope(HallId("lille"), LiveSessionId("co-productions"))


def actor(role: Role) -> Actor:
    return Actor(None if role is Role.GUEST else AccountId("a"), None, "Zoë", role, "fr")


@pytest.mark.parametrize(("role", "right", "on_staff"), list(itertools.product(Role, Right, (False, True))))
def test_the_whole_matrix_of_role_right_and_scope(role: Role, right: Right, on_staff: bool) -> None:
    allowed = role in EXPECTED[right] or (on_staff and role in EXPECTED_ON_STAFF.get(right, set()))
    assert policies.may(actor(role), right, on_staff=on_staff) is allowed
    if allowed:
        policies.require(actor(role), right, on_staff=on_staff)
    else:
        with pytest.raises(Rejection) as refusal:
            policies.require(actor(role), right, on_staff=on_staff)
        assert refusal.value.code == "FORBIDDEN"


@pytest.mark.parametrize(
    ("granted", "until", "asked", "allowed"),
    [
        ("live:co-productions", None, LIVE, True),
        ("live:co-productions", None, live_scope(HallId("lille"), LiveSessionId("other")), False),
        ("hall:lille", None, LIVE, True),
        ("hall:hainaut", None, LIVE, False),
        ("show", None, LIVE, True),
        ("live:co-productions", None, hall_scope(HallId("lille")), False),
        ("live:co-productions", None, SHOW, False),
        ("live:co-productions", timedelta(seconds=1), LIVE, True),
        ("live:co-productions", timedelta(0), LIVE, False),
    ],
)
def test_a_granted_role_holds_in_its_scope_and_below_until_it_ends(
    granted: str, until: timedelta | None, asked: Scope, allowed: bool
) -> None:
    grant = Grant(Role.MODERATOR, granted, NOW + until if until is not None else None)
    visitor = replace(actor(Role.VISITOR), standing=Standing((grant,)))
    assert policies.may(visitor, Right.HOST_LIVE, policies.Where(asked, NOW)) is allowed
    assert not policies.may(visitor, Right.HOST_LIVE)
    assert not policies.may(visitor, Right.PLAN, policies.Where(asked, NOW))


BY_STAFF_ROLE = {
    Right.EDIT_BOOTH: {StaffRole.LEAD, StaffRole.EDITOR},
    Right.INVITE: {StaffRole.LEAD},
    Right.MANAGE_STAFF: {StaffRole.LEAD},
    Right.ANSWER_BELL: set(StaffRole),
    Right.SEE_LEADS: set(StaffRole),
    Right.HOLD_MEETINGS: set(StaffRole),
    Right.SEE_NUMBERS: set(StaffRole),
    Right.RECORD_HOST: set(StaffRole),
    Right.REMOVE_HOST: {StaffRole.LEAD, StaffRole.EDITOR},
}


@pytest.mark.parametrize(("role", "right", "staff_role"), list(itertools.product(Role, Right, (None, *StaffRole))))
def test_the_whole_matrix_of_role_right_and_role_on_the_staff(
    role: Role, right: Right, staff_role: StaffRole | None
) -> None:
    by_staff = role is not Role.GUEST and staff_role in BY_STAFF_ROLE.get(right, set())
    assert policies.may(actor(role), right, staff_role=staff_role) is (role in EXPECTED[right] or by_staff)


@pytest.mark.parametrize(("role", "invited"), list(itertools.product((None, *StaffRole), StaffRole)))
def test_only_the_house_invites_leads(role: StaffRole | None, invited: StaffRole) -> None:
    allowed = role is StaffRole.LEAD and invited is not StaffRole.LEAD
    assert policies.may_invite_as(actor(Role.EXHIBITOR), invited, role) is allowed
    assert policies.may_invite_as(actor(Role.ORGANISER), invited, role)
