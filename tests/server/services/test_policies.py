import itertools

import pytest

from halles.errors import Rejection
from halles.ids import AccountId
from halles.world.roles import Right, Role
from halles_server.services import policies
from halles_server.services.actor import Actor

EXPECTED: dict[Right, set[Role]] = {
    Right.ENTER: set(Role),
    Right.SPEAK: set(Role),
    Right.EDIT_BOOTH: {Role.ORGANISER, Role.OPERATOR},
    Right.GIVE_CARD: set(Role) - {Role.GUEST},
    Right.SEE_LEADS: set(),
    Right.ASK_MEETING: set(Role) - {Role.GUEST},
    Right.HOLD_MEETINGS: set(),
    Right.SEE_NUMBERS: {Role.ORGANISER, Role.OPERATOR},
}
_AT_A_BOOTH = (Right.EDIT_BOOTH, Right.SEE_LEADS, Right.HOLD_MEETINGS, Right.SEE_NUMBERS)
EXPECTED_ON_STAFF = {right: set(Role) - {Role.GUEST} for right in _AT_A_BOOTH}


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
