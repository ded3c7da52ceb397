"""Drafts in Postgres: editing, going back and forth, and the transactions in which one becomes what visitors see."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Literal

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId
from halles.world.booth import BoothContent, BoothEdit
from halles.world.booth_difference import rebased
from halles.world.booth_edit import apply_edit
from halles_server.ports.drafts import Draft, DraftListed, DraftRequest, DraftRevision, Published
from halles_server.storage import audit, booth_json, draft_reads, requests
from halles_server.storage.booths import Revision, keep_revision
from halles_server.storage.draft_rows import Locked, Next, advance, content_at, fields_between, locked
from halles_server.storage.pool import Connection, Database

_DUE_AT_ONCE: Final = 50
"""Booths that one look publishes at most; the next look goes on."""

_DUE: Final = "pending IS NOT NULL AND checked AND due <= now()"
_DUE_NOW: Final = f"SELECT booth FROM booth_drafts WHERE {_DUE} ORDER BY due LIMIT {_DUE_AT_ONCE}"

Effect = Callable[[Connection, Locked], Awaitable[int]]


class Drafts:
    """The port ``DraftStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, booth: BoothId) -> Draft:
        """Reads a booth with its draft; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(draft_reads.READ, booth)
        if row is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}")
        return draft_reads.draft(row)

    async def revisions(self, booth: BoothId) -> tuple[int, int]:
        """Reads the revisions of a booth's draft, 0 for none, and of the booth; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(draft_reads.REVISIONS, booth)
        if row is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}")
        return row["draft"], row["revision"]

    async def of_account(self, account: AccountId) -> tuple[DraftListed, ...]:
        """Reads the booths on whose staff an account is as lead or editor, by name."""
        async with self._database.connection() as connection:
            return tuple(draft_reads.listed(row) for row in await connection.fetch(draft_reads.OF_ACCOUNT, account))

    async def unchecked(self) -> tuple[DraftListed, ...]:
        """Reads the booths whose draft waits for a check, by name."""
        async with self._database.connection() as connection:
            return tuple(draft_reads.listed(row) for row in await connection.fetch(draft_reads.UNCHECKED))

    async def history(self, booth: BoothId, limit: int) -> tuple[DraftRevision, ...]:
        """Reads a draft's newest revisions, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(draft_reads.HISTORY, booth, limit)
        return tuple(draft_reads.revision(row) for row in rows)

    async def content_at(self, booth: BoothId, revision: int) -> BoothContent:
        """Reads a draft as it was; 0 is what visitors see where there is no draft; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            content = await content_at(connection, booth, revision)
            if content is None and revision == 0:
                row = await connection.fetchrow(
                    "SELECT format, content FROM booths WHERE id = $1"
                    " AND NOT EXISTS (SELECT FROM booth_drafts WHERE booth = $1)",
                    booth,
                )
                content = booth_json.read(row["format"], row["content"]) if row else None
        return _kept(content, revision)

    async def edit(self, asked: DraftRequest, edit: BoothEdit) -> int:
        """Applies an edit, carried over where others have changed other fields; returns the revision with it.

        Raises:
            Rejection: STALE_REVISION where somebody else changed the same, or what ``apply_edit`` refuses with.
            Unavailable: Not known whether it was committed; repeat it with the same request.
        """

        async def effect(connection: Connection, draft: Locked) -> int:
            wanted = await _carried_over(connection, draft, asked.revision, edit)
            content = apply_edit(draft.content, wanted)
            if content == draft.content:
                return draft.revision
            return await _advanced(connection, draft, Next("edit", asked.account, content))

        return await self._once(asked, ("draft.edit", edit), effect)

    async def move(self, asked: DraftRequest, step: Literal["undo", "redo"]) -> int:
        """Goes one state back or forth; ``Rejection`` STALE_REVISION, or NOT_FOUND where there is none."""

        async def effect(connection: Connection, draft: Locked) -> int:
            _at(draft, asked.revision)
            state = draft.parent if step == "undo" else await _child(connection, draft)
            content = await content_at(connection, draft.booth, state) if state is not None else None
            if content is None:
                raise Rejection(RejectionCode.NOT_FOUND, f"nothing to {step}")
            return await _advanced(connection, draft, Next(step, asked.account, content, state))

        return await self._once(asked, ("draft.move", step), effect)

    async def restore(self, asked: DraftRequest, revision: int) -> int:
        """Makes the draft what it was at a revision; ``Rejection`` STALE_REVISION, NOT_FOUND."""

        async def effect(connection: Connection, draft: Locked) -> int:
            _at(draft, asked.revision)
            content = _kept(await content_at(connection, draft.booth, revision), revision)
            if content == draft.content:
                return draft.revision
            return await _advanced(connection, draft, Next("restore", asked.account, content))

        return await self._once(asked, ("draft.restore", revision), effect)

    async def publish(self, asked: DraftRequest) -> int:
        """Shows the draft to visitors; ``Rejection`` STALE_REVISION, or BAD_FIELD where there is nothing new."""

        async def effect(connection: Connection, draft: Locked) -> int:
            _at(draft, asked.revision)
            return (await _published(connection, draft, draft.revision, asked.account)).revision

        return await self._once(asked, ("draft.publish",), effect)

    async def submit(self, asked: DraftRequest, due: datetime | None, *, checked: bool) -> int:
        """Lets the draft as it is wait for a check, its hour, or both; ``Rejection`` as for ``publish``.

        Also BAD_FIELD for an hour that has passed. It is looked at after the key: a repeat comes later than its hour.
        """

        async def effect(connection: Connection, draft: Locked) -> int:
            _at(draft, asked.revision)
            if due is not None and await connection.fetchval("SELECT $1 <= now()", due):
                raise Rejection(RejectionCode.BAD_FIELD, "due has passed")
            await _changes(connection, draft, draft.content)
            await connection.execute(
                "UPDATE booth_drafts SET pending = $2, pending_by = $3, checked = $4, due = $5, word = '',"
                " word_by = NULL WHERE booth = $1",
                draft.booth,
                draft.revision,
                asked.account,
                checked,
                due,
            )
            await _note(connection, asked, "booth.submit", due=due.isoformat() if due else "")
            return draft.revision

        return await self._once(asked, ("draft.submit", due, checked), effect)

    async def withdraw(self, asked: DraftRequest) -> int:
        """Takes back what waits; ``Rejection`` STALE_REVISION where it is another revision, or none."""

        async def effect(connection: Connection, draft: Locked) -> int:
            _waiting(draft, asked.revision)
            await connection.execute(
                "UPDATE booth_drafts SET pending = NULL, checked = false, due = NULL WHERE booth = $1", draft.booth
            )
            await _note(connection, asked, "booth.withdraw")
            return draft.revision

        return await self._once(asked, ("draft.withdraw",), effect)

    async def approve(self, asked: DraftRequest) -> int:
        """Lets what waits pass the check; returns the booth's new revision, or 0 where its hour is still to come."""

        async def effect(connection: Connection, draft: Locked) -> int:
            _waiting(draft, asked.revision)
            await _note(connection, asked, "booth.approve")
            later = draft.due is not None and await connection.fetchval("SELECT $1 > now()", draft.due)
            if later:
                await connection.execute("UPDATE booth_drafts SET checked = true WHERE booth = $1", draft.booth)
                return 0
            return (await _published(connection, draft, asked.revision, draft.pending_by or asked.account)).revision

        return await self._once(asked, ("draft.approve",), effect)

    async def send_back(self, asked: DraftRequest, word: str) -> int:
        """Lets what waits not pass, and says why."""

        async def effect(connection: Connection, draft: Locked) -> int:
            _waiting(draft, asked.revision)
            await connection.execute(
                "UPDATE booth_drafts SET pending = NULL, checked = false, due = NULL, word = $2, word_by = $3"
                " WHERE booth = $1",
                draft.booth,
                word,
                asked.account,
            )
            await _note(connection, asked, "booth.send-back")
            return draft.revision

        return await self._once(asked, ("draft.send-back", word), effect)

    async def publish_due(self) -> tuple[Published, ...]:
        """Publishes what was to be published by now; where several nodes ask, each booth is one node's."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_DUE_NOW)
        shown = [await self._publish_due(BoothId(row["booth"])) for row in rows]
        return tuple(one for one in shown if one is not None)

    async def _publish_due(self, booth: BoothId) -> Published | None:
        async with self._database.transaction() as connection:
            # Asked again under the lock: another node may have been quicker, or somebody has withdrawn it.
            if not await connection.fetchval(
                f"SELECT true FROM booth_drafts WHERE booth = $1 AND {_DUE} FOR UPDATE SKIP LOCKED", booth
            ):
                return None
            draft = await locked(connection, booth)
            try:
                return await _published(connection, draft, draft.pending or 0, draft.pending_by)
            except Rejection:  # nothing new any more
                await _nothing_pending(connection, booth)
                return None

    async def _once(self, asked: DraftRequest, what: tuple[object, ...], effect: Effect) -> int:
        async def locking(connection: Connection) -> int:
            return await effect(connection, await locked(connection, asked.booth))

        key = (asked.booth, asked.revision, *what)
        number, _ = await requests.once(self._database, asked.account, asked.request, key, locking)
        return number


def _kept(content: BoothContent | None, revision: int) -> BoothContent:
    if content is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no revision {revision} of this draft is kept")
    return content


def _at(draft: Locked, revision: int) -> None:
    """Refuses who has not seen what the draft is now."""
    if draft.revision != revision:
        raise Rejection(RejectionCode.STALE_REVISION, f"the draft is at revision {draft.revision}")


def _waiting(draft: Locked, revision: int) -> None:
    """Refuses who means another revision than the one that waits."""
    if draft.pending != revision:
        raise Rejection(RejectionCode.STALE_REVISION, f"revision {revision} does not wait")


async def _carried_over(connection: Connection, draft: Locked, revision: int, edit: BoothEdit) -> BoothEdit:
    if draft.revision == revision:
        return edit
    base = await content_at(connection, draft.booth, revision)
    found = rebased(edit, base, draft.content) if base is not None else None
    if found is None or found.conflicts:
        raise Rejection(RejectionCode.STALE_REVISION, f"the draft is at revision {draft.revision}")
    return found.edit


async def _child(connection: Connection, draft: Locked) -> int | None:
    """Returns the newest state that was made from the draft's own."""
    found = await connection.fetchval(
        "SELECT max(revision) FROM draft_revisions WHERE booth = $1 AND parent = $2", draft.booth, draft.state
    )
    return int(found) if found is not None else None


async def _advanced(connection: Connection, draft: Locked, made: Next) -> int:
    revision = await advance(connection, draft, made)
    await audit.note(
        connection,
        made.author,
        f"draft.{made.step}",
        f"booth:{draft.booth}",
        revision=revision,
        fields=fields_between(draft.content, made.content),
    )
    return revision


async def _changes(connection: Connection, draft: Locked, content: BoothContent) -> list[str]:
    """Returns what would be new to visitors; ``Rejection`` BAD_FIELD where nothing would."""
    row = await connection.fetchrow("SELECT format, content FROM booths WHERE id = $1", draft.booth)
    fields = list(fields_between(booth_json.read(row["format"], row["content"]), content))
    if not fields:
        raise Rejection(RejectionCode.BAD_FIELD, "visitors see this already")
    return fields


async def _published(connection: Connection, draft: Locked, revision: int, author: AccountId | None) -> Published:
    content = draft.content
    if revision != draft.revision:
        content = _kept(await content_at(connection, draft.booth, revision), revision)
    fields, written = await _changes(connection, draft, content), booth_json.write(content)
    row = await connection.fetchrow(
        "UPDATE booths SET revision = revision + 1, format = $2, content = $3, changed = now() WHERE id = $1"
        " RETURNING revision, hall",
        draft.booth,
        booth_json.FORMAT,
        written,
    )
    made = Revision(draft.booth, row["revision"], written, author=author, draft=revision)
    await keep_revision(connection, made)
    await _nothing_pending(connection, draft.booth)
    await audit.note(
        connection,
        author or "schedule",
        "booth.publish",
        f"booth:{draft.booth}",
        revision=made.number,
        draft=revision,
        fields=fields,
    )
    return Published(draft.booth, HallId(row["hall"]), made.number)


async def _nothing_pending(connection: Connection, booth: BoothId) -> None:
    await connection.execute(
        "UPDATE booth_drafts SET pending = NULL, checked = false, due = NULL, word = '', word_by = NULL"
        " WHERE booth = $1",
        booth,
    )


async def _note(connection: Connection, asked: DraftRequest, act: str, **detail: object) -> None:
    await audit.note(connection, asked.account, act, f"booth:{asked.booth}", draft=asked.revision, **detail)
