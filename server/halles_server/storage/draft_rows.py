"""The rows of drafts, within somebody's transaction: locking one, taking it to its next revision, forgetting old ones.

Every writer of a booth's content locks the draft first and the booth after it, so that none waits for another in a
circle, and a draft that nobody has changed always equals what visitors see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId
from halles.world.booth import BoothContent
from halles.world.booth_difference import differences
from halles_server.ports.drafts import KEPT, Step
from halles_server.storage import booth_json
from halles_server.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class Locked:
    """A draft that nobody else changes until this transaction ends."""

    booth: BoothId
    revision: int
    state: int
    parent: int | None
    content: BoothContent
    pending: int | None
    pending_by: AccountId | None
    checked: bool
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Next:
    """The next revision of a draft: a content of its own, or the ``state`` that it goes to."""

    step: Step
    author: AccountId
    content: BoothContent
    state: int | None = None


async def locked(connection: Connection, booth: BoothId) -> Locked:
    """Locks a booth's draft, and begins one with what visitors see where there is none; ``Rejection`` NOT_FOUND."""
    await connection.execute(
        "INSERT INTO booth_drafts (booth) SELECT id FROM booths WHERE id = $1 ON CONFLICT DO NOTHING", booth
    )
    # On its own: joined with its content, a row that was waited for would come with the content from before.
    row = await connection.fetchrow("SELECT * FROM booth_drafts WHERE booth = $1 FOR UPDATE", booth)
    if row is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}")
    state = await _state(connection, booth, row["state"])
    if state is None:
        await connection.execute(
            "INSERT INTO draft_revisions (booth, revision, act, state, format, content)"
            " SELECT id, 0, 'begin', 0, format, content FROM booths WHERE id = $1",
            booth,
        )
        state = await _state(connection, booth, 0)
    return Locked(
        booth=booth,
        revision=row["revision"],
        state=row["state"],
        parent=state["parent"],
        content=booth_json.read(state["format"], state["content"]),
        pending=row["pending"],
        pending_by=AccountId(str(row["pending_by"])) if row["pending_by"] else None,
        checked=row["checked"],
        due=row["due"],
    )


async def content_at(connection: Connection, booth: BoothId, revision: int) -> BoothContent | None:
    """Reads a draft as it was at a revision; None when that is not kept."""
    row = await connection.fetchrow(
        "SELECT s.format, s.content FROM draft_revisions r"
        " JOIN draft_revisions s ON s.booth = r.booth AND s.revision = r.state WHERE r.booth = $1 AND r.revision = $2",
        booth,
        revision,
    )
    return booth_json.read(row["format"], row["content"]) if row else None


async def advance(connection: Connection, draft: Locked, made: Next) -> int:
    """Takes a draft to its next revision, which is returned.

    Raises:
        Rejection: STALE_REVISION when it is not at the revision that was locked.
    """
    revision = draft.revision + 1
    state = revision if made.state is None else made.state
    moved = await connection.fetchval(
        "UPDATE booth_drafts SET revision = $3, state = $4 WHERE booth = $1 AND revision = $2 RETURNING true",
        draft.booth,
        draft.revision,
        revision,
        state,
    )
    if not moved:
        raise Rejection(RejectionCode.STALE_REVISION, "somebody else changed the draft just now")
    own = made.state is None
    await connection.execute(
        "INSERT INTO draft_revisions (booth, revision, act, state, parent, fields, format, content, author)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        draft.booth,
        revision,
        made.step,
        state,
        draft.state if own else None,
        fields_between(draft.content, made.content),
        booth_json.FORMAT if own else None,
        booth_json.write(made.content) if own else None,
        made.author,
    )
    await _forget(connection, draft, revision, state)
    return revision


def fields_between(before: BoothContent, after: BoothContent) -> Sequence[str]:
    """Returns the fields in which two contents differ, each once."""
    return list(dict.fromkeys(difference.field for difference in differences(before, after)))


async def _state(connection: Connection, booth: BoothId, revision: int) -> Any:
    return await connection.fetchrow(
        "SELECT parent, format, content FROM draft_revisions WHERE booth = $1 AND revision = $2", booth, revision
    )


async def _forget(connection: Connection, draft: Locked, revision: int, state: int) -> None:
    """Removes what is older than the last ``KEPT`` revisions, but what they and what waits point to."""
    oldest = revision - KEPT
    if oldest < 0:
        return
    await connection.execute(
        "DELETE FROM draft_revisions r WHERE r.booth = $1 AND r.revision <= $2 AND r.revision <> $3"
        " AND r.revision IS DISTINCT FROM $4 AND NOT EXISTS (SELECT FROM draft_revisions k"
        " WHERE k.booth = r.booth AND k.revision > $2 AND k.state = r.revision)"
        " AND NOT EXISTS (SELECT FROM draft_revisions p"
        " WHERE p.booth = r.booth AND p.revision = $4 AND p.state = r.revision)",
        draft.booth,
        oldest,
        state,
        draft.pending,
    )
