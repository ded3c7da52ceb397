"""Media in the API: sending files for a booth, in one piece or several, and what is known of those that hang there."""

from typing import Annotated, Final

import msgspec

from halles.errors import RejectionCode
from halles.ids import MediaId
from halles.world.booth import MediaKind, media_kind, media_of
from halles_server.services.uploads import State, Upload
from halles_server.web.api.operation import Call, Operation

_BOOTH: Final = (RejectionCode.NOT_FOUND, RejectionCode.FORBIDDEN)


class StoredMedium(msgspec.Struct, frozen=True, array_like=True):
    """A medium that a draft refers to; it lies at ``/media/`` and its name. What a kind has not is 0."""

    media: MediaId
    kind: MediaKind
    size: int
    width: int
    height: int
    seconds: float
    pages: int
    triangles: int
    texels: int


class UploadAsked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A file of ``size`` bytes is to be sent for a booth."""

    kind: MediaKind
    size: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class UploadState(msgspec.Struct, frozen=True, array_like=True):
    """How far an upload is; ``media`` once it is ready, ``code`` and ``text`` once it is refused."""

    upload: str
    kind: MediaKind
    state: State
    received: int
    size: int
    media: MediaId
    code: str
    text: str


async def _listed(call: Call) -> tuple[StoredMedium, ...]:
    services = call.door.services
    draft = await services.studio.open(call.who, await call.booth())
    known = await services.media.facts(media_of(draft.content))
    return tuple(
        StoredMedium(
            media,
            kind,
            facts.size,
            facts.width,
            facts.height,
            facts.seconds,
            facts.pages,
            facts.triangles,
            facts.texels,
        )
        for media, facts in sorted(known.items())
        if (kind := media_kind(media)) is not None
    )


async def _begin(call: Call) -> UploadState:
    asked: UploadAsked = call.body
    uploads = call.door.services.uploads
    return _state(await uploads.begin(call.who, await call.booth(), asked.kind, asked.size))


async def _read(call: Call) -> UploadState:
    return _state(call.door.services.uploads.get(call.who, call.path["upload"]))


async def _append(call: Call) -> UploadState:
    return _state(await call.door.services.uploads.append(call.who, call.path["upload"], call.offset, call.pieces))


async def _stop(call: Call) -> UploadState:
    uploads = call.door.services.uploads
    state = _state(uploads.get(call.who, call.path["upload"]))
    await uploads.stop(call.who, call.path["upload"])
    return state


def _state(upload: Upload) -> UploadState:
    return UploadState(
        upload.id,
        upload.kind,
        upload.state,
        upload.received,
        upload.size,
        upload.media,
        upload.code,
        upload.text,
    )


MEDIA: Final = (
    Operation(
        "listMedia",
        "GET",
        "/booths/{booth}/media",
        "Lists the media that a booth's draft refers to, with what they weigh.",
        tuple[StoredMedium, ...],
        _listed,
        signed=True,
        refuses=_BOOTH,
    ),
    Operation(
        "beginUpload",
        "POST",
        "/booths/{booth}/uploads",
        "Begins an upload. An account has ten that are not done; for the next the oldest is given up.",
        UploadState,
        _begin,
        takes=UploadAsked,
        signed=True,
        refuses=(*_BOOTH, RejectionCode.TOO_LARGE, RejectionCode.OVER_BUDGET),
    ),
    Operation(
        "readUpload",
        "GET",
        "/uploads/{upload}",
        "Tells how far an upload of one's own is: where to go on after a broken line.",
        UploadState,
        _read,
        signed=True,
        refuses=(RejectionCode.NOT_FOUND,),
    ),
    Operation(
        "sendPiece",
        "PUT",
        "/uploads/{upload}",
        "Adds bytes to an upload, all of them or a piece. The last are answered when the file has been looked at: a"
        " file that is refused is a state, not a problem.",
        UploadState,
        _append,
        takes=bytes,
        signed=True,
        refuses=(RejectionCode.NOT_FOUND, RejectionCode.BAD_FIELD, RejectionCode.STORAGE_FULL),
    ),
    Operation(
        "stopUpload",
        "DELETE",
        "/uploads/{upload}",
        "Gives an upload up, and tells how far it was.",
        UploadState,
        _stop,
        signed=True,
        refuses=(RejectionCode.NOT_FOUND,),
    ),
)
"""In the order of the description."""
