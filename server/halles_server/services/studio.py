"""The studio: drafts of booths, who may work on them, and how one becomes what visitors see.

An exhibitor changes a draft; what visitors see changes when it is published: at once, at its hour, or, in a show that
asks for it, once an organiser has checked it. See ``docs/adr/0014-drafts.md``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, MediaId, RequestId
from halles.world.booth import BoothContent, BoothEdit, clean_text, media_kind, media_of
from halles.world.booth_edit import apply_edit
from halles.world.roles import Right
from halles_server.announcements import BoothChanged
from halles_server.ports.booths import BoothStore
from halles_server.ports.drafts import WORD_CAP, Draft, DraftListed, DraftRequest, DraftRevision, DraftStore
from halles_server.ports.media import MediaStore
from halles_server.ports.nodes import Bus
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.media import check_weight, weight_of

HISTORY: Final = 50
"""Revisions in the list."""


@dataclass(frozen=True, slots=True)
class StudioStores:
    """Where drafts are, who is on whose staff, and what is known of media."""

    drafts: DraftStore
    booths: BoothStore
    media: MediaStore


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done once, to which booth's draft, which they saw at which revision."""

    request: RequestId
    booth: BoothId
    revision: int


class Studio:
    """What exhibitors and organisers do with drafts."""

    def __init__(self, stores: StudioStores, bus: Bus, *, check: bool) -> None:
        """Takes also whether an organiser checks each draft before it is published."""
        self._drafts = stores.drafts
        self._booths = stores.booths
        self._media = stores.media
        self._bus = bus
        self.check: Final = check

    async def mine(self, actor: Actor) -> tuple[DraftListed, ...]:
        """Returns the booths that somebody may work on as staff; ``Rejection`` FORBIDDEN for guests."""
        return await self._drafts.of_account(_account(actor))

    async def unchecked(self, actor: Actor) -> tuple[DraftListed, ...]:
        """Returns the booths that wait for a check by this organiser; none for others."""
        if not policies.may(actor, Right.CHECK_BOOTH):
            return ()
        return await self._drafts.unchecked()

    async def open(self, actor: Actor, booth: BoothId) -> Draft:
        """Returns a booth with its draft; ``Rejection`` FORBIDDEN, NOT_FOUND."""
        await self._admit(actor, booth)
        return await self._drafts.read(booth)

    async def open_as_operator(self, booth: BoothId) -> Draft:
        """Returns a booth with its draft for who runs the server, on the command line; ``Rejection`` NOT_FOUND."""
        return await self._drafts.read(booth)

    async def newer(self, actor: Actor, booth: BoothId, seen: tuple[int, int]) -> Draft | None:
        """Returns a booth with its draft if either has another revision than was seen; ``Rejection`` as for ``open``.

        Args:
            actor: Who sees it.
            booth: Whose draft.
            seen: The draft's revision and the booth's.
        """
        await self._admit(actor, booth)
        if await self._drafts.revisions(booth) == seen:
            return None
        return await self._drafts.read(booth)

    async def history(self, actor: Actor, booth: BoothId) -> tuple[DraftRevision, ...]:
        """Returns a draft's newest revisions, newest first; ``Rejection`` FORBIDDEN."""
        await self._admit(actor, booth)
        return await self._drafts.history(booth, HISTORY)

    async def content_at(self, actor: Actor, booth: BoothId, revision: int) -> BoothContent:
        """Returns a draft as it was; ``Rejection`` FORBIDDEN, NOT_FOUND."""
        await self._admit(actor, booth)
        return await self._drafts.content_at(booth, revision)

    async def edit(self, actor: Actor, wish: Wish, edit: BoothEdit) -> int:
        """Edits a draft; returns its revision with the edit. What others changed beside it meanwhile stays.

        Raises:
            Rejection: FORBIDDEN, NOT_FOUND for a booth or medium, what ``apply_edit`` refuses with, OVER_BUDGET for
                media that weigh too much, or STALE_REVISION where somebody else has changed the same field: nothing
                was done then.
            Unavailable: Nothing is known of the effect; the same wish may be repeated.
        """
        asked = await self._asked(actor, wish)
        await self._check_media(wish.booth, edit)
        return await self._drafts.edit(asked, edit)

    async def move(self, actor: Actor, wish: Wish, step: Literal["undo", "redo"]) -> int:
        """Undoes or redoes; ``Rejection`` FORBIDDEN, STALE_REVISION, NOT_FOUND where there is nothing to."""
        return await self._drafts.move(await self._asked(actor, wish), step)

    async def restore(self, actor: Actor, wish: Wish, revision: int) -> int:
        """Makes the draft what it was; ``Rejection`` FORBIDDEN, STALE_REVISION, NOT_FOUND."""
        return await self._drafts.restore(await self._asked(actor, wish), revision)

    async def publish(self, actor: Actor, wish: Wish, due: datetime | None = None) -> int:
        """Publishes the draft that somebody has seen, or lets it wait for its hour and, where needed, for the check.

        Returns:
            The booth's new revision; 0 while the draft waits.

        Raises:
            Rejection: FORBIDDEN, STALE_REVISION, or BAD_FIELD where visitors see the same already or the hour has
                passed.
        """
        asked = await self._asked(actor, wish)
        checked = not self.check or policies.may(actor, Right.CHECK_BOOTH)
        if due is not None or not checked:
            await self._drafts.submit(asked, due, checked=checked)
            return 0
        return await self._announced(wish.booth, await self._drafts.publish(asked))

    async def withdraw(self, actor: Actor, wish: Wish) -> None:
        """Takes back what waits at the wish's revision; ``Rejection`` FORBIDDEN, STALE_REVISION."""
        await self._drafts.withdraw(await self._asked(actor, wish))

    async def approve(self, actor: Actor, wish: Wish) -> int:
        """Lets what waits at the wish's revision pass; returns as ``publish``.

        Raises:
            Rejection: FORBIDDEN, STALE_REVISION.
        """
        policies.require(actor, Right.CHECK_BOOTH)
        asked = DraftRequest(_account(actor), wish.request, wish.booth, wish.revision)
        return await self._announced(wish.booth, await self._drafts.approve(asked))

    async def send_back(self, actor: Actor, wish: Wish, word: str) -> None:
        """Sends what waits at the wish's revision back with a word.

        Raises:
            Rejection: FORBIDDEN, STALE_REVISION, or INVALID_TEXT for a word that is empty or too long.
        """
        policies.require(actor, Right.CHECK_BOOTH)
        said = clean_text(word, WORD_CAP, lines=True)
        if not said:
            raise Rejection(RejectionCode.INVALID_TEXT, "say why")
        asked = DraftRequest(_account(actor), wish.request, wish.booth, wish.revision)
        await self._drafts.send_back(asked, said)

    async def publish_due(self) -> int:
        """Publishes what was to be published by now; returns how many booths.

        Cancellation after a commit leaves that booth published and unannounced: the sweep of revisions finds it.
        """
        shown = await self._drafts.publish_due()
        for one in shown:
            self._bus.announce(BoothChanged(one.hall, one.booth, one.revision))
        return len(shown)

    async def _check_media(self, booth: BoothId, edit: BoothEdit) -> None:
        """Refuses an edit that hangs up what is not here, or more than a booth may weigh."""
        hung = {MediaId(change.value) for change in edit.changes if not change.language and media_kind(change.value)}
        if not hung:
            return
        before = (await self._drafts.read(booth)).content
        whole = media_of(apply_edit(before, edit)) | hung
        known = await self._media.facts(whole)
        if missing := hung - known.keys():
            raise Rejection(RejectionCode.NOT_FOUND, f"no medium {min(missing)} is stored")
        check_weight(weight_of(known.values()))

    async def _announced(self, booth: BoothId, revision: int) -> int:
        if revision:
            hall = (await self._booths.read(booth)).hall
            self._bus.announce(BoothChanged(hall, booth, revision))
        return revision

    async def _asked(self, actor: Actor, wish: Wish) -> DraftRequest:
        await self._admit(actor, wish.booth)
        return DraftRequest(_account(actor), wish.request, wish.booth, wish.revision)

    async def _admit(self, actor: Actor, booth: BoothId) -> None:
        on_staff = await self._booths.may_edit(_account(actor), booth)
        policies.require(actor, Right.EDIT_BOOTH, on_staff=on_staff)


def _account(actor: Actor) -> AccountId:
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests have no studio")
    return actor.account
