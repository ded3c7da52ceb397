"""Every operation of the API, in one table: what it takes, what it gives, and what does it."""

from typing import Annotated, Final
from uuid import UUID

import msgspec

from halles.errors import RejectionCode
from halles.ids import BoothId, HallId, SlotId
from halles.world.booth import EDIT_CAP, BoothContent, BoothEdit, Change, OrganisationKind
from halles.world.roles import Role
from halles.world.text import Language, Text
from halles_server.ports.booths import BoothRecord
from halles_server.web.api.drafts import DRAFTS
from halles_server.web.api.live import LIVE
from halles_server.web.api.media import MEDIA
from halles_server.web.api.operation import Call, Operation, Revised
from halles_server.web.api.programme import PROGRAMME
from halles_server.web.reading import FOUND_CAP, QUERY_CAP, read_booth


class Hall(msgspec.Struct, frozen=True, array_like=True):
    """A hall and how many booths stand in it."""

    hall: HallId
    name: Text
    booths: int


class BoothEntry(msgspec.Struct, frozen=True, array_like=True):
    """A booth as a list has it."""

    booth: BoothId
    hall: HallId
    slot: SlotId
    revision: int
    name: str
    kind: OrganisationKind


class Booth(msgspec.Struct, frozen=True, array_like=True):
    """A booth in its newest revision."""

    booth: BoothId
    hall: HallId
    slot: SlotId
    revision: int
    content: BoothContent


class EditAsked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An edit of the booth that still is at ``revision``; the same ``request_id`` again has no second effect."""

    request_id: UUID
    revision: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    changes: Annotated[tuple[Change, ...], msgspec.Meta(min_length=1, max_length=EDIT_CAP)]


class Me(msgspec.Struct, frozen=True, array_like=True):
    """Whose token this is."""

    name: str
    role: Role
    language: Language


async def _halls(call: Call) -> tuple[Hall, ...]:
    halls = await call.door.halls()
    return tuple(Hall(hall, page.scene.name.text(), len(page.booths)) for hall, page in halls.items())


async def _booths(call: Call) -> tuple[BoothEntry, ...]:
    wanted, query = call.query.get("hall", ""), " ".join(call.query.get("q", "").split())[:QUERY_CAP]
    if query:
        found = [one.record for one in await call.door.services.booths.find(query, FOUND_CAP)]
    else:
        found = [record for page in (await call.door.halls()).values() for record in page.booths]
    return tuple(_entry(record) for record in found if wanted in ("", record.hall))


async def _booth(call: Call) -> Booth:
    record = await read_booth(call.door, call.path["booth"])
    return Booth(record.booth, record.hall, record.slot, record.revision, record.content)


async def _edit(call: Call) -> Revised:
    asked: EditAsked = call.body
    wish = await call.wish(asked.request_id, asked.revision)
    edit, booths = BoothEdit(asked.changes), call.door.services.booths
    return Revised(await booths.edit(call.who, wish.request, wish.booth, wish.revision, edit))


async def _me(call: Call) -> Me:
    return Me(call.who.name, call.who.role, call.who.language)


def _entry(record: BoothRecord) -> BoothEntry:
    content = record.content
    return BoothEntry(record.booth, record.hall, record.slot, record.revision, content.name, content.kind)


OPERATIONS: Final = (
    Operation("listHalls", "GET", "/halls", "Lists the halls in the order of their doors.", tuple[Hall, ...], _halls),
    Operation(
        "listBooths",
        "GET",
        "/booths",
        f"Lists all booths; with q those that a search finds, best first, at most {FOUND_CAP}.",
        tuple[BoothEntry, ...],
        _booths,
        asks={"hall": "Only booths of this hall.", "q": "Words to look for, in any of the three languages."},
        refuses=(RejectionCode.INVALID_TEXT,),
    ),
    Operation(
        "readBooth",
        "GET",
        "/booths/{booth}",
        "Reads a booth's newest published revision.",
        Booth,
        _booth,
        refuses=(RejectionCode.NOT_FOUND,),
    ),
    Operation(
        "editBooth",
        "POST",
        "/booths/{booth}/edits",
        "Changes a booth: all changes or none. Needs a token of its staff or of the house.",
        Revised,
        _edit,
        takes=EditAsked,
        signed=True,
        refuses=(
            RejectionCode.NOT_FOUND,
            RejectionCode.FORBIDDEN,
            RejectionCode.STALE_REVISION,
            RejectionCode.INVALID_TEXT,
            RejectionCode.BAD_FIELD,
            RejectionCode.OVER_BUDGET,
            RejectionCode.STORAGE_FULL,
        ),
    ),
    *DRAFTS,
    *MEDIA,
    *PROGRAMME,
    *LIVE,
    Operation("readMe", "GET", "/me", "Tells whose token this is.", Me, _me, signed=True),
)
"""In the order of the description."""
