"""The page by which the house, moderators and booths' staff announce something, and reads what is news."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.protocol.announcement_messages import ANNOUNCEMENT_CAP
from halles.world.text import LANGUAGES, Text
from halles_server.ports.standing import ScopeKind
from halles_server.web.api import problem
from halles_server.web.asked import Asked, for_staff, request_of
from halles_server.web.scopes import place_of

_SAID: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.RATE_LIMITED, RejectionCode.NOT_FOUND})
"""What the page itself says."""

_KINDS: Final[dict[str, ScopeKind]] = {"show": "show", "hall": "hall", "booth": "booth", "live": "live"}


@for_staff
async def show(asked: Asked) -> Response:
    """Shows the form, and what was announced in the last ten minutes."""
    return await _page(asked, {})


@for_staff
async def announce(asked: Asked) -> Response:
    """Announces what was typed; what cannot be announced is shown again."""
    form = await asked.form()
    kind, _, place = form.get("where", "").partition(":")
    text = Text(*(form.get(f"text-{code}", "") for code in LANGUAGES))
    try:
        if kind not in _KINDS:
            raise Rejection(RejectionCode.NOT_FOUND, "no such place")
        await asked.services.announcing.announce(asked.actor, request_of(form), _KINDS[kind], place, text)
    except Rejection as refusal:
        if refusal.code not in _SAID:
            raise
        return await _page(asked, form, refusal)
    return asked.see("/announcements?made")


async def _page(asked: Asked, typed: Mapping[str, str], refusal: Rejection | None = None) -> Response:
    places = await asked.services.announcing.places(asked.actor)
    if not places:
        raise Rejection(RejectionCode.FORBIDDEN, "nothing to announce to")
    code = asked.reader.code
    made = await asked.services.announcing.recent_for(asked.actor, asked.services.live)
    recent = tuple(reversed(made))
    values = {
        "places": [(scope.key, scope.kind, (await place_of(asked.services, scope.key, code)).name) for scope in places],
        "named": {one.number: (await place_of(asked.services, one.scope.key, code)).name for one in recent},
        "recent": recent,
        "typed": defaultdict(str, typed),
        "problem": refusal.code if refusal else "",
        "wait_min": -(-refusal.retry_after_ms // 60_000) if refusal else 0,
        "made": "made" in asked.request.query_params,
        "text_cap": ANNOUNCEMENT_CAP,
        "form": True,
    }
    return await asked.page("announcements.html", values, problem.status_of(refusal) if refusal else 200)
