"""Taking a booth's content down on a page, and bringing it back; its staff read why there, and answer."""

from dataclasses import dataclass
from typing import Final, Literal

from starlette.exceptions import HTTPException
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId
from halles.world.booth import BoothContent, media_kind
from halles.world.text import Text
from halles_server.ports.take_down import REASON_CAP, WHOLE, items_of
from halles_server.web.api import problem
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.reader import Reader
from halles_server.web.reading import read_booth

_BESIDE: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.NOT_FOUND})

Kind = Literal["whole", "pitch", "opening", "panel", "picture", "document", "film", "model", "sound"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part as a form names it: what it is, and a few of its words."""

    item: str
    kind: Kind
    words: str


@for_members
async def read(asked: Asked) -> Response:
    """Shows what is down, and to moderators and organisers what could be."""
    return await _page(asked)


@for_members
async def act(asked: Asked) -> Response:
    """Takes something down, restores it, or answers."""
    form, service = await asked.form(), asked.services.take_down
    booth, key = BoothId(asked.request.path_params["booth"]), request_of(form)
    number = number_in(form.get("number", "0"), ID_DIGITS) or 0
    try:
        if form.get("act") == "take":
            await service.take(asked.actor, key, booth, form.get("item", ""), form.get("reason", ""))
        elif form.get("act") == "restore":
            await service.restore(asked.actor, key, number)
        elif form.get("act") == "answer":
            await service.answer(asked.actor, key, number, form.get("answer", ""))
        else:
            raise HTTPException(400)
    except Rejection as refusal:
        if refusal.code not in _BESIDE:
            raise
        return await _page(asked, refusal)
    return asked.see(f"/studio/{booth}/taken-down")


async def _page(asked: Asked, refusal: Rejection | None = None) -> Response:
    record = await read_booth(asked.door, asked.request.path_params["booth"])
    service, actor = asked.services.take_down, asked.actor
    values = {
        "record": record,
        "down": await service.at_booth(actor, record.booth),
        "parts_shown": parts_of(record.content, asked.reader) if service.may(actor, record) else (),
        "may": service.may(actor, record),
        "serves": await asked.services.staff.role_of(actor, record.booth) is not None,
        "kind_of": kind_of,
        "cap": REASON_CAP,
        "problem": refusal.code if refusal else "",
        "hall_colour": record.hall,
    }
    return await asked.page("taken_down.html", values, problem.status_of(refusal) if refusal else 200)


def parts_of(content: BoothContent, reader: Reader) -> tuple[Part, ...]:
    """Returns what is shown of a booth and can be taken down, the whole first."""
    return tuple(
        Part(item, kind_of(item), reader.tongue.say(_words(content, item)).text[:60]) for item in items_of(content)
    )


def kind_of(item: str) -> Kind:
    """Returns what a part is."""
    if item == WHOLE:
        return "whole"
    if item.startswith("panel:"):
        return "panel"
    return media_kind(item) or ("pitch" if item == "pitch" else "opening")


def _words(content: BoothContent, item: str) -> Text:
    if item in {"pitch", "opening"}:
        found: Text = getattr(content, item)
        return found
    for panel in content.panels:
        if item == f"panel:{panel.slot}":
            return panel.title if panel.title != Text() else panel.text
        if item == panel.picture:
            return panel.alt if panel.alt != Text() else panel.title
    document = content.document(item)
    if document is not None:
        return document.title
    return content.model_title if item == content.model else Text()
