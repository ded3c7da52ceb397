import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, BoothId, HallId, LiveSessionId
from halles.world.roles import Right, Role, StaffRole
from halles.world.sanctions import SanctionKind
from halles_server.ports.standing import (
    SHOW,
    Grant,
    InForce,
    Scope,
    Standing,
    booth_scope,
    hall_scope,
    live_scope,
)
from halles_server.services import policies
from halles_server.services.actor import Actor

EXPECTED: dict[Right, set[Role]] = {
    Right.ENTER: set(Role),
    Right.SPEAK: set(Role),
    Right.EDIT_BOOTH: {Role.ORGANISER, Role.OPERATOR},
    Right.JOIN_GROUP: set(Role) - {Role.GUEST, Role.VISITOR},
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
    Right.MOVE: set(Role),
    Right.SANCTION: {Role.MODERATOR, Role.ORGANISER, Role.OPERATOR},
    Right.GRANT: {Role.ORGANISER, Role.OPERATOR},
    Right.REPORT: set(Role),
    Right.SEE_REPORTS: {Role.MODERATOR, Role.ORGANISER, Role.OPERATOR},
    Right.TAKE_DOWN: {Role.MODERATOR, Role.ORGANISER, Role.OPERATOR},
    Right.ANNOUNCE: {Role.MODERATOR, Role.ORGANISER, Role.OPERATOR},
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
    Right.ANNOUNCE: {StaffRole.LEAD, StaffRole.EDITOR},
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


HALL = hall_scope(HallId("lille"))
BOOTH = booth_scope(HallId("lille"), BoothId("studio-07"))
ELSEWHERE = hall_scope(HallId("hainaut"))
TAKEN = {
    SanctionKind.WARN: set(),
    SanctionKind.SILENCE: {Right.SPEAK, Right.RING_BELL, Right.ANNOUNCE},
    SanctionKind.HOLD: {Right.MOVE},
    SanctionKind.REMOVE: set(),
    SanctionKind.BAN: set(Right),
}
RANK = {Role.MODERATOR: 1, Role.ORGANISER: 2, Role.OPERATOR: 3}


def under(kind: SanctionKind, scope: str = "show", seconds: float = 60.0) -> Standing:
    return Standing(sanctions=(InForce(1, kind, scope, NOW + timedelta(seconds=seconds)),))


@pytest.mark.parametrize(("role", "right", "kind"), list(itertools.product(Role, Right, SanctionKind)))
def test_the_whole_matrix_of_role_right_and_sanction(role: Role, right: Right, kind: SanctionKind) -> None:
    sanctioned = replace(actor(role), standing=under(kind))
    for where in (None, policies.Where(SHOW, NOW), policies.Where(BOOTH, NOW)):
        assert policies.may(sanctioned, right, where) is (role in EXPECTED[right] and right not in TAKEN[kind])
    after = policies.Where(SHOW, NOW + timedelta(seconds=60))
    assert policies.may(sanctioned, right, after) is (role in EXPECTED[right]), "it has ended"


@pytest.mark.parametrize(
    ("scope", "asked", "taken"),
    [
        ("show", LIVE, True),
        ("hall:lille", HALL, True),
        ("hall:lille", BOOTH, True),
        ("hall:lille", LIVE, True),
        ("hall:lille", ELSEWHERE, False),
        ("hall:lille", SHOW, False),
        ("booth:studio-07", BOOTH, True),
        ("booth:studio-07", HALL, False),
        ("live:co-productions", LIVE, True),
        ("live:co-productions", BOOTH, False),
    ],
)
def test_a_sanction_takes_away_in_its_scope_and_below_only(scope: str, asked: Scope, taken: bool) -> None:
    silenced = replace(actor(Role.VISITOR), standing=under(SanctionKind.SILENCE, scope))
    assert policies.may(silenced, Right.SPEAK, policies.Where(asked, NOW)) is not taken
    assert policies.may(silenced, Right.SPEAK) is (scope != "show")


def test_what_binds_in_a_live_session_binds_where_it_is_open_and_a_grant_in_it_gives_nothing_there() -> None:
    open_here = policies.Where(HALL, NOW, frozenset({LIVE.key}))
    silenced = replace(actor(Role.VISITOR), standing=under(SanctionKind.SILENCE, LIVE.key))
    assert not policies.may(silenced, Right.SPEAK, open_here)
    assert policies.may(silenced, Right.SPEAK, policies.Where(HALL, NOW))
    host = replace(actor(Role.VISITOR), standing=Standing((Grant(Role.MODERATOR, LIVE.key),)))
    assert not policies.may(host, Right.SANCTION, open_here)


def test_a_sanction_takes_away_what_a_grant_or_the_staff_gives() -> None:
    standing = Standing((Grant(Role.ORGANISER, "show"),), under(SanctionKind.BAN).sanctions)
    banned = replace(actor(Role.EXHIBITOR), standing=standing)
    assert not policies.may(banned, Right.PLAN, policies.Where(SHOW, NOW))
    assert not policies.may(banned, Right.EDIT_BOOTH, on_staff=True, staff_role=StaffRole.LEAD)


@pytest.mark.parametrize(
    ("scope", "allowed"), [("show", False), ("hall:lille", False), (LIVE.key, False), ("hall:hainaut", True)]
)
def test_a_working_groups_lead_who_is_banned_from_its_live_session_writes_nothing_of_it(
    scope: str, allowed: bool
) -> None:
    where, lead = policies.Where(LIVE, NOW), actor(Role.MEMBER)
    banned = replace(lead, standing=under(SanctionKind.BAN, scope))
    assert policies.may_describe(lead, where, AccountId("a"))
    assert policies.may_describe(banned, where, AccountId("a")) is allowed
    after = policies.Where(LIVE, NOW + timedelta(seconds=60))
    assert policies.may_describe(banned, after, AccountId("a")), "it has ended"
    for other in (AccountId("b"), None):
        assert not policies.may_describe(lead, where, other)


@pytest.mark.parametrize(("mine", "theirs"), list(itertools.product(Role, Role)))
def test_nobody_sanctions_somebody_of_their_own_rank_or_above(mine: Role, theirs: Role) -> None:
    allowed = RANK.get(mine, 0) > RANK.get(theirs, 0)
    assert policies.may_sanction(actor(mine), theirs, policies.Where(SHOW, NOW)) is allowed
    may_lift = mine in RANK and RANK[mine] >= RANK.get(theirs, 0)
    assert policies.may_lift(actor(mine), theirs, policies.Where(SHOW, NOW)) is may_lift


@pytest.mark.parametrize(("asked", "allowed"), [(HALL, True), (BOOTH, True), (ELSEWHERE, False), (SHOW, False)])
def test_a_moderator_by_grant_sanctions_only_within_its_scope(asked: Scope, allowed: bool) -> None:
    granted = replace(actor(Role.VISITOR), standing=Standing((Grant(Role.MODERATOR, "hall:lille"),)))
    where = policies.Where(asked, NOW)
    assert policies.may_sanction(granted, Role.EXHIBITOR, where) is allowed
    assert not policies.may_sanction(granted, policies.role_at(Role.GUEST, granted.standing, where), where)


@pytest.mark.parametrize(("mine", "before", "after"), list(itertools.product(Role, Role, Role)))
def test_roles_are_changed_by_organisers_up_to_their_own_rank(mine: Role, before: Role, after: Role) -> None:
    allowed = mine in EXPECTED[Right.GRANT] and max(RANK.get(before, 0), RANK.get(after, 0)) <= RANK[mine]
    assert policies.may_make(actor(mine), before, after) is allowed
