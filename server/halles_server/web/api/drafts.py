"""Drafts in the API: what a studio's pages do with them, for programs of those who may open that studio."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId
from halles.world.booth import EDIT_CAP, BoothContent, BoothEdit, Change
from halles.world.booth_difference import differences, rebased, value_at
from halles_server.ports.drafts import Step
from halles_server.services.studio import Wish
from halles_server.web.api.operation import Call, Number, Operation, Revised
from halles_server.web.api.problem import Clash, StaleDraft
from halles_server.web.studio import PUBLISHED, number

_BOOTH: Final = (RejectionCode.NOT_FOUND, RejectionCode.FORBIDDEN)
_CHANGING: Final = (*_BOOTH, RejectionCode.STALE_REVISION, RejectionCode.BAD_FIELD, RejectionCode.STORAGE_FULL)


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """A revision of a draft that waits to be published: for a check, for its hour, or for both."""

    revision: int
    by: str
    checked: bool
    due: datetime | None


class BoothDraft(msgspec.Struct, frozen=True, array_like=True):
    """A booth as it is being prepared; ``revision`` 0 where nobody has begun a draft."""

    booth: BoothId
    published_revision: int
    revision: int
    content: BoothContent
    unpublished: bool
    changed: datetime | None
    changed_by: str
    may_undo: bool
    may_redo: bool
    waiting: Waiting | None
    word: str
    word_by: str


class DraftRevised(msgspec.Struct, frozen=True, array_like=True):
    """A line of a draft's history; ``published`` is the booth's revision that it became, if it did."""

    revision: int
    step: Step
    fields: tuple[str, ...]
    author: str
    at: datetime
    published: int | None


class DraftContent(msgspec.Struct, frozen=True, array_like=True):
    """A draft as it was at a revision."""

    revision: int
    content: BoothContent


class FieldDifference(msgspec.Struct, frozen=True, array_like=True):
    """A field in which two revisions differ; ``language`` is "" where it is the same in all."""

    field: str
    language: Literal["", "fr", "nl", "en"]
    before: str
    after: str


class DraftEditAsked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An edit of the draft as it was at ``revision``; the same ``request_id`` again has no second effect."""

    request_id: UUID
    revision: Number
    changes: Annotated[tuple[Change, ...], msgspec.Meta(min_length=1, max_length=EDIT_CAP)]


class StepAsked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One step back or forth from ``revision``."""

    request_id: UUID
    revision: Number
    step: Literal["undo", "redo"]


class RestoreAsked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The draft at ``revision`` is to be again what it was at ``restored``."""

    request_id: UUID
    revision: Number
    restored: Number


class PublishAsked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The draft at ``revision`` is to be published, now or at an hour with its zone."""

    request_id: UUID
    revision: Number
    due: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class WithdrawAsked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What waits at ``revision`` is to wait no more."""

    request_id: UUID
    revision: Number


async def _read(call: Call) -> BoothDraft:
    draft = await call.door.services.studio.open(call.who, await call.booth())
    pending = draft.pending
    return BoothDraft(
        booth=draft.published.booth,
        published_revision=draft.published.revision,
        revision=draft.revision,
        content=draft.content,
        unpublished=draft.unpublished,
        changed=draft.changed,
        changed_by=draft.changed_by,
        may_undo=draft.undo is not None,
        may_redo=draft.redo is not None,
        waiting=Waiting(pending.revision, pending.by, pending.checked, pending.due) if pending else None,
        word=draft.word,
        word_by=draft.word_by,
    )


async def _edit(call: Call) -> Revised:
    asked: DraftEditAsked = call.body
    wish, edit = await call.wish(asked.request_id, asked.revision), BoothEdit(asked.changes)
    try:
        return Revised(await call.door.services.studio.edit(call.who, wish, edit))
    except Rejection as refusal:
        if refusal.code != RejectionCode.STALE_REVISION:
            raise
        raise await _stale(call, wish, edit, refusal) from None


async def _stale(call: Call, wish: Wish, edit: BoothEdit, refusal: Rejection) -> StaleDraft:
    """Returns the refusal with both texts of each field that somebody else was quicker with."""
    studio = call.door.services.studio
    current = await studio.open(call.who, wish.booth)
    try:
        base = await studio.content_at(call.who, wish.booth, wish.revision)
        changes = rebased(edit, base, current.content).conflicts
    except Rejection:  # that revision is not kept any more: nobody can tell what was there
        base, changes = None, edit.changes
    clashes = tuple(
        Clash(
            change.field,
            change.language,
            value_at(base, change.field, change.language) if base else "",
            change.value,
            value_at(current.content, change.field, change.language),
        )
        for change in changes
    )
    return StaleDraft(refusal.text, current.revision, clashes)


async def _step(call: Call) -> Revised:
    asked: StepAsked = call.body
    wish = await call.wish(asked.request_id, asked.revision)
    return Revised(await call.door.services.studio.move(call.who, wish, asked.step))


async def _history(call: Call) -> tuple[DraftRevised, ...]:
    lines = await call.door.services.studio.history(call.who, await call.booth())
    return tuple(
        DraftRevised(line.revision, line.step, line.fields, line.author, line.at, line.published) for line in lines
    )


async def _at(call: Call) -> DraftContent:
    revision = number(call.path["revision"])
    content = await call.door.services.studio.content_at(call.who, await call.booth(), revision)
    return DraftContent(revision, content)


async def _compare(call: Call) -> tuple[FieldDifference, ...]:
    studio = call.door.services.studio
    draft = await studio.open(call.who, await call.booth())

    async def content(which: str) -> BoothContent:
        if which == PUBLISHED:
            return draft.published.content
        if not which or number(which) == draft.revision:
            return draft.content
        return await studio.content_at(call.who, draft.published.booth, number(which))

    before, after = [await content(call.query.get(name, usual)) for name, usual in (("from", PUBLISHED), ("to", ""))]
    return tuple(FieldDifference(*one) for one in differences(before, after))


async def _restore(call: Call) -> Revised:
    asked: RestoreAsked = call.body
    wish = await call.wish(asked.request_id, asked.revision)
    return Revised(await call.door.services.studio.restore(call.who, wish, asked.restored))


async def _publish(call: Call) -> Revised:
    asked: PublishAsked = call.body
    wish = await call.wish(asked.request_id, asked.revision)
    return Revised(await call.door.services.studio.publish(call.who, wish, asked.due))


async def _withdraw(call: Call) -> Revised:
    asked: WithdrawAsked = call.body
    wish = await call.wish(asked.request_id, asked.revision)
    await call.door.services.studio.withdraw(call.who, wish)
    return Revised(wish.revision)


_DRAFT: Final = "/booths/{booth}/draft"

DRAFTS: Final = (
    Operation(
        "readDraft",
        "GET",
        _DRAFT,
        "Reads a booth's draft, and what waits to be published.",
        BoothDraft,
        _read,
        signed=True,
        refuses=_BOOTH,
    ),
    Operation(
        "editDraft",
        "POST",
        f"{_DRAFT}/edits",
        "Changes a draft: all changes or none. What others changed beside it meanwhile stays; where somebody was"
        " quicker with the same field nothing is done, and the answer 409 holds both texts.",
        Revised,
        _edit,
        takes=DraftEditAsked,
        signed=True,
        refuses=(*_CHANGING, RejectionCode.INVALID_TEXT, RejectionCode.OVER_BUDGET),
    ),
    Operation(
        "stepDraft",
        "POST",
        f"{_DRAFT}/steps",
        "Undoes or redoes; NOT_FOUND where there is nothing further.",
        Revised,
        _step,
        takes=StepAsked,
        signed=True,
        refuses=_CHANGING,
    ),
    Operation(
        "listRevisions",
        "GET",
        f"{_DRAFT}/revisions",
        "Lists a draft's newest revisions, newest first.",
        tuple[DraftRevised, ...],
        _history,
        signed=True,
        refuses=_BOOTH,
    ),
    Operation(
        "readRevision",
        "GET",
        f"{_DRAFT}/revisions/{{revision}}",
        "Reads a draft as it was.",
        DraftContent,
        _at,
        signed=True,
        refuses=_BOOTH,
    ),
    Operation(
        "compareRevisions",
        "GET",
        f"{_DRAFT}/differences",
        "Tells in which fields two revisions differ.",
        tuple[FieldDifference, ...],
        _compare,
        asks={
            "from": f"A revision's number, or {PUBLISHED} for what visitors see, which is usual.",
            "to": "The same; usually the draft as it is.",
        },
        signed=True,
        refuses=_BOOTH,
    ),
    Operation(
        "restoreRevision",
        "POST",
        f"{_DRAFT}/restorations",
        "Makes a draft what it was at a revision; what it is now stays among the revisions.",
        Revised,
        _restore,
        takes=RestoreAsked,
        signed=True,
        refuses=_CHANGING,
    ),
    Operation(
        "publishDraft",
        "POST",
        f"{_DRAFT}/publications",
        "Publishes a draft, now or at its hour; gives the booth's revision, or 0 while it waits for its hour or a"
        " check.",
        Revised,
        _publish,
        takes=PublishAsked,
        signed=True,
        refuses=_CHANGING,
    ),
    Operation(
        "withdrawDraft",
        "POST",
        f"{_DRAFT}/withdrawals",
        "Takes back what waits to be published; gives the revision that waited.",
        Revised,
        _withdraw,
        takes=WithdrawAsked,
        signed=True,
        refuses=_CHANGING,
    ),
)
"""In the order of the description."""
