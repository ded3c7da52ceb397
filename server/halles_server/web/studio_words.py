"""The words of somebody who may not write in a studio any more: nothing of them is saved, and none is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection
from halles.world.text import LANGUAGES
from halles_server.web.door import door_of
from halles_server.web.studio_slots import slot_of

_LINES: Final = frozenset({"name", "url"})
"""What people type that is the same in every language, by the last part of a field's name."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a field; ``language`` is "" where it is the same in all."""

    field: str
    language: str
    words: str


async def words_back(request: Request, slot: str, refusal: Rejection) -> Response:
    """Shows what a refused form holds, to be copied; raises the refusal where nobody is logged in or nothing is."""
    door = door_of(request)
    reader = await door.reader(request)
    if reader.account is None:
        raise refusal
    typed = typed_in(await door.form(request), slot)
    if not typed:
        raise refusal
    return await door.page(request, reader, "studio_words.html", {"typed": typed, "place": slot}, 403)


def typed_in(form: Mapping[str, str], slot: str) -> tuple[Typed, ...]:
    """Returns the texts and lines of a slot's form that hold anything."""
    found = []
    for name, words in form.items():
        field, _, language = name.rpartition(".")
        if language not in LANGUAGES:
            field, language = name, ""
        if words.strip() and slot_of(field) == slot and (language or field.rpartition(":")[2] in _LINES):
            found.append(Typed(field, language, words))
    return tuple(found)
