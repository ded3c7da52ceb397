"""A booth's leads for its staff: the list, one lead, notes and tags, and files to take away."""

from typing import Any, Final

from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId
from halles_server.ports.leads import Lead, LeadFilter
from halles_server.services.leads import NOTE_CAP, PAGE, TAG_CAP
from halles_server.web.asked import Asked, for_staff, request_of
from halles_server.web.numerals import number_in
from halles_server.web.reading import QUERY_CAP, read_booth
from halles_server.web.spreadsheet import Cell, sheet
from halles_server.web.vcard import vcard

_FIELD_REFUSALS: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.OVER_BUDGET})

PAGES_CAP: Final = 10_000
_PAGE_DIGITS: Final = 5


@for_staff
async def listed(asked: Asked) -> Response:
    """Lists a booth's leads, filtered by a text and a tag."""
    record = await _booth(asked)
    query = asked.request.query_params
    wanted = LeadFilter(" ".join(query.get("q", "").split())[:QUERY_CAP], query.get("tag", "")[:TAG_CAP])
    number = _page_number(query.get("page", ""))
    page = await asked.services.leads.page(asked.actor, record.booth, wanted, number)
    values = {
        **_of_booth(record),
        "page": page,
        "wanted": wanted,
        "number": number,
        "pages": max(1, -(-page.found // PAGE)),
    }
    return await asked.page("leads.html", values)


@for_staff
async def one(asked: Asked) -> Response:
    """Shows one lead with its notes."""
    return await _one(asked)


@for_staff
async def note(asked: Asked) -> Response:
    """Adds a note to a lead."""
    form, booth, lead = await asked.form(), _booth_id(asked), asked.number("lead")
    text = form.get("text", "")
    try:
        await asked.services.leads.note(asked.actor, request_of(form), booth, lead, text)
    except Rejection as refusal:
        if refusal.code not in _FIELD_REFUSALS:
            raise
        return await _one(asked, text=text, note_problem=refusal.code)
    return _back(asked)


@for_staff
async def tag(asked: Asked) -> Response:
    """Puts a tag on a lead."""
    form, booth, lead = await asked.form(), _booth_id(asked), asked.number("lead")
    try:
        await asked.services.leads.tag(asked.actor, booth, lead, form.get("tag", ""))
    except Rejection as refusal:
        if refusal.code not in _FIELD_REFUSALS:
            raise
        return await _one(asked, typed_tag=form.get("tag", ""), tag_problem=refusal.code)
    return _back(asked)


@for_staff
async def untag(asked: Asked) -> Response:
    """Takes a tag off a lead."""
    form = await asked.form()
    await asked.services.leads.untag(asked.actor, _booth_id(asked), asked.number("lead"), form.get("tag", ""))
    return _back(asked)


@for_staff
async def export(asked: Asked) -> Response:
    """Gives all leads as a table for spreadsheets; a POST, since it leaves a trace that visitors read."""
    await asked.form()
    record = await _booth(asked)
    leads = await asked.services.leads.export_all(asked.actor, record.booth)
    headings = [_word(asked, heading) for heading in HEADINGS]
    data = sheet(headings, [_row(asked, lead) for lead in leads], asked.reader.code)
    return _file(data, "text/csv; charset=utf-8", f"leads-{record.booth}.csv")


@for_staff
async def card(asked: Asked) -> Response:
    """Gives one lead as a vCard."""
    await asked.form()
    lead = await asked.services.leads.export_one(asked.actor, _booth_id(asked), asked.number("lead"))
    note = f"{_purpose(asked, lead)} – {lead.until:%Y-%m-%d}"
    return _file(vcard(lead, note), "text/vcard; charset=utf-8", f"lead-{lead.lead}.vcf")


def _(text: str) -> str:
    """Marks a text for the catalogues, which say it later."""
    return text


HEADINGS: Final = (
    _("Name"),
    _("Organisation"),
    _("Mail address"),
    _("Language"),
    _("Purpose"),
    _("Given"),
    _("Until"),
    _("Tags"),
    _("Notes"),
)

_PURPOSES: Final = {"answer": _("to answer about this visit"), "contact": _("to stay in touch")}


def _word(asked: Asked, text: str) -> str:
    return asked.reader.tongue.catalogue.gettext(text)


def _purpose(asked: Asked, lead: Lead) -> str:
    return _word(asked, _PURPOSES[lead.purpose])


def _row(asked: Asked, lead: Lead) -> list[Cell]:
    card, notes = lead.card, "\n".join(f"{note.author}: {note.text}" for note in lead.notes)
    days = [f"{moment:%Y-%m-%d}" for moment in (lead.given, lead.until)]
    tags = ", ".join(lead.tags)
    return [card.name, card.organisation, card.mail, lead.language, _purpose(asked, lead), *days, tags, notes]


async def _one(asked: Asked, **typed: str) -> Response:
    """Shows one lead, with what was typed and refused."""
    record = await _booth(asked)
    lead = await asked.services.leads.read(asked.actor, record.booth, asked.number("lead"))
    said = {"text": "", "note_problem": "", "typed_tag": "", "tag_problem": "", **typed}
    values = {**_of_booth(record), "lead": lead, "note_cap": NOTE_CAP, "tag_cap": TAG_CAP, **said}
    return await asked.page("lead.html", values, 422 if typed else 200)


async def _booth(asked: Asked) -> Any:
    return await read_booth(asked.door, asked.request.path_params["booth"])


def _booth_id(asked: Asked) -> BoothId:
    return BoothId(asked.request.path_params["booth"])


def _of_booth(record: Any) -> dict[str, Any]:
    return {"record": record, "hall_colour": record.hall}


def _back(asked: Asked) -> Response:
    return asked.see(f"/studio/{_booth_id(asked)}/leads/{asked.number('lead')}")


def _page_number(text: str) -> int:
    return min(number_in(text, _PAGE_DIGITS) or 1, PAGES_CAP)


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(data, headers=headers, media_type=kind)
