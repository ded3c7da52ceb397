"""What a debate came to: a form for those who led it, in three languages, once it is over."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.world.text import LANGUAGES, Text
from halles_server.ports.programme import Entry
from halles_server.services.conclusions import WORDS_CAP
from halles_server.web.asked import Asked, for_members, request_of
from halles_server.web.numerals import ID_DIGITS, number_in
from halles_server.web.programme import read_entry

_STATUS: Final[dict[str, int]] = {RejectionCode.INVALID_TEXT: 422, RejectionCode.STALE_REVISION: 409}
"""What is said on the form itself, and how it is answered."""


@for_members
async def ask(asked: Asked) -> Response:
    """Shows the form with what is written so far."""
    entry = await read_entry(asked.request, asked.door, asked.reader)
    await asked.services.conclusions.require(asked.actor, entry)
    return await _form(asked, entry)


@for_members
async def write(asked: Asked) -> Response:
    """Writes it; who comes too late sees both texts and stores again."""
    form, entry = await asked.form(), await read_entry(asked.request, asked.door, asked.reader)
    words = Text(*(form.get(f"words-{code}", "") for code in LANGUAGES))
    revision = number_in(form.get("revision", ""), ID_DIGITS) or 0
    try:
        await asked.services.conclusions.write(asked.actor, request_of(form), entry, revision, words)
    except Rejection as refusal:
        if refusal.code not in _STATUS:
            raise
        return await _form(asked, entry, form, refusal.code)
    return asked.see(f"/programme/{entry.session}#conclusion")


async def _form(asked: Asked, entry: Entry, typed: Mapping[str, str] | None = None, problem: str = "") -> Response:
    stored = await asked.services.conclusions.read(entry)
    written = {code: stored.words.within(code) for code in LANGUAGES}
    values = {
        "entry": entry,
        "title": asked.reader.tongue.say(entry.title),
        "typed": {code: typed.get(f"words-{code}", "") for code in LANGUAGES} if typed is not None else written,
        "stored": stored,
        "problem": problem,
        "cap": WORDS_CAP,
        "hall_colour": entry.hall,
    }
    return await asked.page("conclusion_edit.html", values, _STATUS.get(problem, 200))
