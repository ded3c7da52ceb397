"""A booth's pages for its staff: which of them somebody may open, and on which they begin."""

from typing import Final

from halles.ids import BoothId
from halles.world.roles import Right, StaffRole
from halles_server.services import policies
from halles_server.services.actor import Actor

STUDIO: Final = ""
BELL: Final = "/bell"

_WAYS: Final[dict[str, frozenset[Right]]] = {
    STUDIO: frozenset({Right.EDIT_BOOTH}),
    "/staff": frozenset({Right.ANSWER_BELL}),
    BELL: frozenset({Right.ANSWER_BELL}),
    "/host": frozenset({Right.ANSWER_BELL, Right.REMOVE_HOST}),
    "/leads": frozenset({Right.SEE_LEADS}),
    "/meetings": frozenset({Right.HOLD_MEETINGS}),
    "/numbers": frozenset({Right.SEE_NUMBERS}),
    "/file": frozenset({Right.EDIT_BOOTH}),
    "/taken-down": frozenset({Right.ANSWER_BELL, Right.TAKE_DOWN}),
}
"""The pages, by the end of their address, with the rights of which one opens them."""


def ways_of(actor: Actor, role: StaffRole | None) -> tuple[str, ...]:
    """Returns the ends of the addresses that do not refuse somebody who is ``role`` on a booth's staff."""
    return tuple(
        way for way, rights in _WAYS.items() if any(policies.may(actor, right, staff_role=role) for right in rights)
    )


def first_way(actor: Actor, booth: BoothId, role: StaffRole | None) -> str:
    """Returns the page on which somebody of a booth's staff begins: its studio, else its doorbell."""
    return f"/studio/{booth}" + (STUDIO if STUDIO in ways_of(actor, role) else BELL)
