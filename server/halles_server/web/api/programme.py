"""The programme for programs: what the caller may know of, by time."""

from datetime import datetime
from typing import Final

import msgspec

from halles.ids import HallId, LiveSessionId
from halles.world.roles import Role
from halles.world.text import Language, Text
from halles_server.ports.programme import Access, Mode
from halles_server.services.programme import LISTED
from halles_server.web.api.operation import Call, Operation


class ProgrammeSpeaker(msgspec.Struct, frozen=True, array_like=True):
    """Somebody who speaks."""

    name: str
    organisation: str


class ProgrammeItem(msgspec.Struct, frozen=True, array_like=True):
    """A live session as it is announced."""

    session: LiveSessionId
    title: Text
    summary: Text
    hall: HallId
    stage: str
    start: datetime
    end: datetime
    language: Language
    capacity: int
    access: Access
    mode: Mode
    working_group: str
    speakers: tuple[ProgrammeSpeaker, ...]
    cancelled: bool
    revision: int


async def _programme(call: Call) -> tuple[ProgrammeItem, ...]:
    account, role = (call.actor.account, call.actor.role) if call.actor is not None else (None, Role.GUEST)
    hall = call.query.get("hall", "")
    entries = await call.door.services.programme.listed(account, role)
    return tuple(
        ProgrammeItem(
            session=entry.session,
            title=entry.title,
            summary=entry.summary,
            hall=entry.hall,
            stage=entry.stage,
            start=entry.during.start,
            end=entry.during.end,
            language=entry.language,
            capacity=entry.capacity,
            access=entry.access,
            mode=entry.mode,
            working_group=entry.working_group,
            speakers=tuple(ProgrammeSpeaker(one.name, one.organisation) for one in entry.speakers),
            cancelled=entry.cancelled,
            revision=entry.revision,
        )
        for entry in entries
        if hall in ("", entry.hall)
    )


PROGRAMME: Final = (
    Operation(
        "listProgramme",
        "GET",
        "/programme",
        f"Lists live sessions by time, the next {LISTED}; with a token those for members and invited people, too.",
        tuple[ProgrammeItem, ...],
        _programme,
        asks={"hall": "Only live sessions in this hall."},
    ),
)
