import itertools

import pytest

from halles.errors import Rejection
from halles.ids import AccountId
from halles.world.roles import Right, Role
from halles_server.services import policies
from halles_server.services.actor import Actor

EXPECTED = {
    Right.ENTER: set(Role),
    Right.SPEAK: set(Role),
    Right.EDIT_BOOTH: {Role.ORGANISER, Role.OPERATOR},
    Right.CHECK_BOOTH: {Role.ORGANISER, Role.OPERATOR},
}
EXPECTED_ON_STAFF = {Right.EDIT_BOOTH: set(Role) - {Role.GUEST}}


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
