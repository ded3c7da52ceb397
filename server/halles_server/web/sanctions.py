"""The page of one's own sanctions: what, why and until when, and the form by which one appeals."""

from dataclasses import dataclass

from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId
from halles.world.sanctions import APPEAL_CAP
from halles_server.ports.sanctions import Known
from halles_server.ports.standing import InForce
from halles_server.web.api import problem
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.numerals import ID_DIGITS, number_in


@dataclass(frozen=True, slots=True)
class _Typed:
    """An appeal as it was typed, and what is wrong with it."""

    number: int
    text: str
    problem: str


_NOTHING: _Typed = _Typed(0, "", "")


@for_members
async def show(asked: Asked) -> Response:
    """Shows what somebody is under now."""
    return await _page(asked)


@for_members
async def appeal(asked: Asked) -> Response:
    """Takes an appeal; one that cannot be taken is shown again with what was typed."""
    form = await asked.form()
    number, text = number_in(form.get("sanction", ""), ID_DIGITS) or 0, form.get("text", "")
    try:
        await asked.services.sanctions.appeal(Known(asked.actor.account), request_of(form), number, text)
    except Rejection as refusal:
        if refusal.code not in {RejectionCode.INVALID_TEXT, RejectionCode.NOT_FOUND}:
            raise
        return await _page(asked, _Typed(number, text, refusal.code), problem.status_of(refusal))
    return asked.see("/sanctions")


async def _page(asked: Asked, typed: _Typed = _NOTHING, status: int = 200) -> Response:
    sanctions = asked.actor.standing.sanctions
    values = {
        "sanctions": [(one, await _place(asked, one)) for one in sanctions],
        "typed": typed,
        "text_cap": APPEAL_CAP,
        "form": True,
    }
    return await asked.page("sanctions.html", values, status)


async def _place(asked: Asked, sanction: InForce) -> str:
    """Returns what the place of a sanction is called, "" for the whole show."""
    kind, _, place = sanction.scope.partition(":")
    if kind == "hall":
        scene = asked.services.scenes.get(HallId(place))
        return scene.name.text().read(asked.reader.code)[0] if scene is not None else place
    if kind == "booth":
        try:
            return (await asked.services.booths.read(BoothId(place))).content.name
        except Rejection:
            return place
    return place
