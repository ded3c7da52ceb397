"""The studio's pages: whose booths, a form for each slot, the revisions, and the booth as it would be.

They work without a script. What a sent form does stands in ``studio_acts.py``.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId
from halles.world.booth import ACCENTS, BoothContent, media_kind, media_of
from halles.world.booth_difference import Difference, differences
from halles.world.roles import Right, StaffRole
from halles.world.text import LANGUAGES
from halles_server.ports.drafts import Draft, DraftRevision
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.media import BOOTH, weight_of
from halles_server.web.actors import actor_of
from halles_server.web.door import PageDoor, door_of
from halles_server.web.numerals import number_in
from halles_server.web.reader import Reader
from halles_server.web.reading import booth_values
from halles_server.web.studio_marks import Piece, marked
from halles_server.web.studio_slots import (
    NOTHING_SENT,
    POSTERS,
    SLOTS,
    Sent,
    free_poster,
    groups_of,
    poster_lines,
    slot_lines,
    slot_of,
)

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

_DIGITS: Final = 9

AROUND: Final = "around"
"""The parts of a slot's page that its script puts in place after saving behind somebody's back."""

WHOLE, PART = "base.html", "studio_part.html"
"""What a page stands in."""

PUBLISHED: Final = "published"
"""In the addresses of comparisons: what visitors see."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A booth's studio as one of its people opens it."""

    door: PageDoor
    reader: Reader
    actor: Actor
    draft: Draft

    @property
    def booth(self) -> BoothId:
        """Whose studio it is."""
        return self.draft.published.booth

    @property
    def account(self) -> AccountId:
        """Whose login it is."""
        assert self.actor.account is not None, "who opens a studio has logged in"
        return self.actor.account

    @property
    def may_check(self) -> bool:
        """Whether they may let a draft pass."""
        return policies.may(self.actor, Right.CHECK_BOOTH)


@dataclass(frozen=True, slots=True)
class Compared:
    """A field that differs between two revisions, with what differs marked."""

    difference: Difference
    slot: str
    pieces: tuple[Piece, ...]

    @property
    def medium(self) -> str | None:
        """What kind of medium it is about; None for words."""
        return media_kind(self.difference.after or self.difference.before)


def _asker(reader: Reader) -> Actor:
    """Returns who asks; ``Rejection`` FORBIDDEN without a login."""
    account = reader.account
    if account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "the studio needs a login")
    return actor_of(account)


async def opened(request: Request) -> Opened:
    """Opens the studio that an address names; ``Rejection`` FORBIDDEN, NOT_FOUND."""
    door = door_of(request)
    reader = await door.reader(request)
    actor = _asker(reader)
    booth = request.path_params["booth"]
    if not _SLUG.fullmatch(booth):
        raise HTTPException(404)
    return Opened(door, reader, actor, await door.services.studio.open(actor, BoothId(booth)))


async def mine(request: Request) -> Response:
    """Lists the booths on whose staff somebody is and, for organisers, those that wait for their check."""
    door = door_of(request)
    reader = await door.reader(request)
    actor = _asker(reader)
    studio = door.services.studio
    served = await door.services.staff.served(actor)
    shown = [record for hall in (await door.halls()).values() for record in hall.booths]
    values = {
        "mine": await studio.mine(actor),
        "served": served,
        "answers": [record for record in shown if served.get(record.booth) is StaffRole.STAFF],
        "unchecked": await studio.unchecked(actor),
        "house": policies.may(actor, Right.CHECK_BOOTH),
        "zone": ZoneInfo(door.config.time_zone),
    }
    return await door.page(request, reader, "studio.html", values)


async def slot(request: Request) -> Response:
    """Shows one slot's form; without a slot in the address the first."""
    studio = await opened(request)
    wanted = request.path_params.get("slot", SLOTS[0])
    if wanted not in {*SLOTS, *POSTERS}:
        raise HTTPException(404)
    layout = PART if request.query_params.get("part") == AROUND else WHOLE
    return await slot_page(request, studio, wanted, _brought(request, studio, wanted), layout=layout)


def _brought(request: Request, studio: Opened, wanted: str) -> Sent:
    """Returns what the page for files without a script has brought back: a medium for a field, not saved yet."""
    field, media = (request.query_params.get(name, "") for name in ("field", "media"))
    if not media_kind(media) or slot_of(field) != wanted:
        return NOTHING_SENT
    return Sent({field: media}, {}, studio.draft.revision)


async def slot_page(
    request: Request, studio: Opened, wanted: str, sent: Sent = NOTHING_SENT, status: int = 200, *, layout: str = WHOLE
) -> Response:
    """Answers with a slot's form: as stored, or as somebody has sent it and it was refused."""
    content = studio.draft.content
    values = {
        **await frame(request, studio, wanted),
        "groups": () if wanted == "posters" else groups_of(wanted, content, sent),
        "posters": poster_lines(content) if wanted == "posters" else (),
        "free_poster": free_poster(content),
        "problems": sent.problems,
        "brought": bool(sent.typed) and not sent.problems,
        "seen": sent.revision if sent.typed else studio.draft.revision,
        "accents": ACCENTS,
        "layout": layout,
    }
    return await studio.door.page(request, studio.reader, "studio_slot.html", values, status)


async def revisions(request: Request) -> Response:
    """Lists a draft's revisions and shows what two of them differ in."""
    studio = await opened(request)
    asked = request.query_params
    before, after = asked.get("from", PUBLISHED), asked.get("to", str(studio.draft.revision))
    old, new = [await _content(studio, which) for which in (before, after)]
    values = {
        **await frame(request, studio, "revisions"),
        "before": before,
        "after": after,
        "published_word": PUBLISHED,
        "compared": compared(differences(old, new)),
    }
    return await studio.door.page(request, studio.reader, "studio_revisions.html", values)


async def preview(request: Request) -> Response:
    """Shows the booth's page as it would be with the draft."""
    studio = await opened(request)
    record = replace(studio.draft.published, content=studio.draft.content)
    values = await booth_values(studio.door, studio.reader, record, preview=True)
    return await studio.door.page(request, studio.reader, "booth.html", values)


async def frame(request: Request, studio: Opened, place: str) -> dict[str, Any]:
    """Returns what every page of a booth's studio shows around its form."""
    draft, door = studio.draft, studio.door
    history = await door.services.studio.history(studio.actor, studio.booth)
    lines = slot_lines(draft.content)
    done = request.query_params.get("done", "") if request.method == "GET" else ""
    return {
        "layout": WHOLE,
        "record": draft.published,
        "draft": draft,
        "place": place,
        "slots": lines,
        "filled": sum(line.meter.filled for line in lines),
        "cells": sum(line.meter.cells for line in lines),
        "codes": LANGUAGES,
        "history": history,
        "named": fields_by_slot(history),
        "together": together(history, studio.actor, datetime.now(UTC)),
        "changes": len(differences(draft.published.content, draft.content)),
        "check": door.services.studio.check and not studio.may_check,
        "may_check": studio.may_check,
        "zone": ZoneInfo(door.config.time_zone),
        "weight": weight_of((await door.services.media.facts(media_of(draft.content))).values()),
        "most": BOOTH,
        "once": secrets.token_urlsafe(12),
        "done": done,
        "moved": moved(history, done),
        "hall_colour": draft.published.hall,
        "picture": door.services.previews.state_of(draft),
    }


def compared(found: Sequence[Difference]) -> list[Compared]:
    """Marks what differs in each field."""
    return [Compared(one, slot_of(one.field), marked(one.before, one.after)) for one in found]


def fields_by_slot(history: Sequence[DraftRevision]) -> dict[int, list[str]]:
    """Returns for each revision the slots that it changed, each once; a poster counts as the posters."""
    named = {}
    for line in history:
        slots = [slot_of(field) for field in line.fields]
        named[line.revision] = list(dict.fromkeys("posters" if slot in POSTERS else slot for slot in slots))
    return named


def moved(history: Sequence[DraftRevision], done: str) -> DraftRevision | None:
    """Returns the change that was undone or redone last; None where the last was something else."""
    if len(history) < 2 or done not in {"undo", "redo"} or history[0].step != done:
        return None
    state = (history[1] if done == "undo" else history[0]).state
    return next((line for line in history if line.revision == state), None)


TOGETHER_S: Final = 600
"""Somebody who changed the draft so many seconds ago counts as still at work."""


def together(history: Sequence[DraftRevision], actor: Actor, now: datetime) -> list[str]:
    """Returns the names of the others who have changed the draft just now."""
    recent = (line.author for line in history if (now - line.at).total_seconds() < TOGETHER_S)
    return [name for name in dict.fromkeys(recent) if name and name != actor.name]


def number(text: str) -> int:
    """Reads a revision's number from an address or a form; 404 for what is none."""
    found = number_in(text, _DIGITS)
    if found is None:
        raise HTTPException(404)
    return found


async def _content(studio: Opened, which: str) -> BoothContent:
    """Returns what visitors see, the draft, or what it was at a revision."""
    if which == PUBLISHED:
        return studio.draft.published.content
    if number(which) == studio.draft.revision:
        return studio.draft.content
    return await studio.door.services.studio.content_at(studio.actor, studio.booth, number(which))
