"""Saying something at a booth by a form, for who is logged in and has no script."""

from typing import Final

from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.protocol.messages import Say
from halles_server.web.api import problem
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.reading import read_booth, visitors_values
from halles_server.web.talk_view import TalkView

_BESIDE: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.RATE_LIMITED, RejectionCode.STORAGE_FULL})
"""Refusals that are said beside the field, with what was typed still in it."""


@for_members
async def say(asked: Asked) -> Response:
    """Says a line: whoever has the booth's page open is at the booth."""
    record = await read_booth(asked.door, asked.request.path_params["booth"])
    form = await asked.form()
    account, typed = asked.reader.account, form.get("line", "")
    coat = account.look.coat if account is not None else 0
    said = Say(request_of(form), "booth", typed, record.booth)
    try:
        asked.door.talk.check(asked.actor.account or "")
        await asked.services.chat.say_at_booth(asked.actor, said, record.hall, coat, here=True)
    except Rejection as refusal:
        if refusal.code not in _BESIDE:
            raise
        lines = await asked.services.chat.history_at(record.booth)
        view = TalkView(lines, typed, refusal.code, -(-refusal.retry_after_ms // 1000))
        values = await visitors_values(asked.request, asked.reader, record) | {"talk": view}
        return await asked.page("booth.html", values, problem.status_of(refusal))
    from_bell = form.get("from") == "bell" and await asked.services.staff.serves(asked.actor, record.booth)
    return asked.see(f"/studio/{record.booth}/bell#talk" if from_bell else f"/booths/{record.booth}#talk")
