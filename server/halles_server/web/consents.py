"""Who holds what about me: every card given, with its purpose and end; withdrawing, taking away, erasing."""

from collections.abc import Sequence
from typing import Final

import msgspec
from starlette.responses import Response

from halles.ids import BoothId, LiveSessionId
from halles_server.ports.cards import Held
from halles_server.web.asked import Asked, for_members

_FILE: Final = {"content-disposition": 'attachment; filename="halles-my-data.json"', "cache-control": "no-store"}


@for_members
async def show(asked: Asked) -> Response:
    """Shows who holds what; what was withdrawn is there to be given back for as long as that can be done."""
    held = await asked.services.cards.held(asked.actor)
    withdrawn = asked.request.query_params.get("withdrawn", "")
    in_force = [row for row in held if row.withdrawn is None]
    rows = _once_a_booth(held)
    values = {
        "rows": rows,
        "holders": len(in_force),
        "mail_holders": sum(bool(row.card.mail) for row in in_force),
        "gone": next((row for row in rows if row.withdrawn is not None and str(row.lead) == withdrawn), None),
        "meetings": await asked.services.meetings.asked_for(asked.actor),
        "attended": await asked.services.attendance.of_one(asked.actor),
        "recordings": await asked.services.host_replays.of_one(asked.actor),
        "named_in": await asked.services.recordings.mine(asked.actor),
        "recording_days": asked.door.config.recording_days,
        "unpublished_days": asked.door.config.unpublished_days,
        "erased": "erased" in asked.request.query_params,
    }
    return await asked.page("consents.html", values)


def _once_a_booth(held: Sequence[Held]) -> list[Held]:
    """Leaves out what was withdrawn before a booth got the card anew: that cannot be undone."""
    newest: dict[BoothId, Held] = {}
    for row in held:
        before = newest.get(row.booth)
        if before is None or (before.withdrawn is not None and row.withdrawn is None):
            newest[row.booth] = row
    return [row for row in held if newest[row.booth] is row]


@for_members
async def withdraw(asked: Asked) -> Response:
    """Takes a card back."""
    await asked.form()
    lead = asked.number("lead")
    await asked.services.cards.withdraw(asked.actor, lead)
    return asked.see(f"/me/consents?withdrawn={lead}")


@for_members
async def restore(asked: Asked) -> Response:
    """Undoes a withdrawal."""
    await asked.form()
    await asked.services.cards.restore(asked.actor, asked.number("lead"))
    return asked.see("/me/consents")


@for_members
async def leave_attendance(asked: Asked) -> Response:
    """Takes back that hosts may name the reader as present in a live session."""
    await asked.form()
    session = LiveSessionId(asked.request.path_params["session"])
    await asked.services.attendance.attend(asked.actor, session, consent=False)
    return asked.see("/me/consents")


@for_members
async def take_away(asked: Asked) -> Response:
    """Gives the reader all that is kept of it, as JSON."""
    kept = await asked.services.own_data.collect(asked.actor)
    data = msgspec.json.format(msgspec.json.encode(kept), indent=2)
    return Response(data, media_type="application/json", headers=_FILE)


@for_members
async def ask_to_erase(asked: Asked) -> Response:
    """Says what would go and what would stay."""
    return await asked.page("erase.html", {})


@for_members
async def erase(asked: Asked) -> Response:
    """Erases it."""
    await asked.form()
    await asked.services.own_data.erase(asked.actor)
    return asked.see("/me/consents?erased=1")
