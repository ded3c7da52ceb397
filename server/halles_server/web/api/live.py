"""Live sessions for programs: how one stands, and captions from whoever writes or recognises speech elsewhere."""

from typing import Annotated, Final
from uuid import UUID

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId, RequestId
from halles.protocol.live_messages import CAPTION_CAP
from halles.world.live import Mode, Phase
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.services.actor import Actor
from halles_server.web.api.operation import Call, Operation


class LiveStanding(msgspec.Struct, frozen=True, array_like=True):
    """How a live session stands: its phase and mode, who has the floor by name, how many hands are up."""

    session: LiveSessionId
    phase: Phase
    mode: Mode
    floor: tuple[str, ...]
    hands: int
    recorded: bool


class CaptionAsked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A caption: what is spoken, or what it means in another language."""

    request_id: UUID
    language: Language
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=CAPTION_CAP)]


class CaptionSaid(msgspec.Struct, frozen=True, array_like=True):
    """The caption's number: they grow."""

    number: int


async def _live(call: Call) -> LiveStanding:
    reader = call.actor or Actor(None, None, "", Role.GUEST, "en")
    services, session = call.door.services, LiveSessionId(call.path["session"])
    record = await services.live.read(session)
    if not services.live.may_attend(reader, record.entry):
        raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}")
    state = record.state
    floor = tuple(one.person.name for one in state.floor)
    return LiveStanding(session, state.phase, state.mode, floor, len(state.hands), state.recorded)


async def _caption(call: Call) -> CaptionSaid:
    asked, session = call.body, LiveSessionId(call.path["session"])
    said = call.door.services.live.say_caption
    return CaptionSaid(await said(call.who, RequestId(asked.request_id.bytes), session, asked.language, asked.text))


LIVE: Final = (
    Operation(
        "readLiveSession",
        "GET",
        "/live/{session}",
        "Tells how a live session stands; with a token also one for members or invited people.",
        LiveStanding,
        _live,
        refuses=(RejectionCode.NOT_FOUND,),
    ),
    Operation(
        "sayCaption",
        "POST",
        "/live/{session}/captions",
        "Says in writing, in one language, what is spoken. Needs a token of one of its hosts or of its presenter.",
        CaptionSaid,
        _caption,
        takes=CaptionAsked,
        signed=True,
        refuses=(
            RejectionCode.NOT_FOUND,
            RejectionCode.FORBIDDEN,
            RejectionCode.NOT_NOW,
            RejectionCode.INVALID_TEXT,
            RejectionCode.BAD_FIELD,
            RejectionCode.STORAGE_FULL,
        ),
    ),
)
