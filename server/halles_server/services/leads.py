"""Leads: what a booth's staff does with the cards that were given to it.

Only the booth's own staff, whatever else somebody is in the show: consent was given to the booth and to nobody else.
"""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, RequestId
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles_server.ports.leads import Lead, LeadFilter, LeadPage, LeadStore
from halles_server.services.actor import Actor
from halles_server.services.booth_staff import BoothStaff

NOTE_CAP: Final = 2000
TAG_CAP: Final = 24
PAGE: Final = 50
"""Leads on one page."""


class Leads:
    """What staff do with leads."""

    def __init__(self, store: LeadStore, staff: BoothStaff) -> None:
        self._store = store
        self._staff = staff

    async def page(self, actor: Actor, booth: BoothId, wanted: LeadFilter, number: int) -> LeadPage:
        """Returns a page of a booth's leads, numbered from 1; ``Rejection`` FORBIDDEN."""
        await self._staff.require(actor, Right.SEE_LEADS, booth)
        return await self._store.page(booth, wanted, PAGE, (number - 1) * PAGE)

    async def read(self, actor: Actor, booth: BoothId, lead: int) -> Lead:
        """Returns a lead with its notes; ``Rejection`` FORBIDDEN or NOT_FOUND."""
        await self._staff.require(actor, Right.SEE_LEADS, booth)
        return await self._store.read(booth, lead)

    async def note(self, actor: Actor, request_id: RequestId, booth: BoothId, lead: int, text: str) -> None:
        """Adds a note to a lead: notes are added, never overwritten, so that two colleagues lose no word.

        Raises:
            Rejection: FORBIDDEN, NOT_FOUND, INVALID_TEXT, OVER_BUDGET.
        """
        author = await self._staff.require(actor, Right.SEE_LEADS, booth)
        cleaned = _said(text.replace("\r\n", "\n"), NOTE_CAP, lines=True)
        await self._store.note(author, request_id, booth, lead, cleaned)

    async def tag(self, actor: Actor, booth: BoothId, lead: int, tag: str) -> None:
        """Puts a tag on a lead; ``Rejection`` FORBIDDEN, NOT_FOUND, INVALID_TEXT, OVER_BUDGET."""
        await self._staff.require(actor, Right.SEE_LEADS, booth)
        await self._store.tag(booth, lead, _said(" ".join(tag.split()), TAG_CAP, lines=False))

    async def untag(self, actor: Actor, booth: BoothId, lead: int, tag: str) -> None:
        """Takes a tag off a lead; ``Rejection`` FORBIDDEN or NOT_FOUND."""
        await self._staff.require(actor, Right.SEE_LEADS, booth)
        await self._store.untag(booth, lead, clean_text(tag, TAG_CAP, lines=False))

    async def export_all(self, actor: Actor, booth: BoothId) -> tuple[Lead, ...]:
        """Returns all leads of a booth for a file, having noted that they left; ``Rejection`` FORBIDDEN."""
        author = await self._staff.require(actor, Right.SEE_LEADS, booth)
        return await self._store.export_all(author, booth)

    async def export_one(self, actor: Actor, booth: BoothId, lead: int) -> Lead:
        """Returns a lead for a file, having noted that it left; ``Rejection`` FORBIDDEN or NOT_FOUND."""
        author = await self._staff.require(actor, Right.SEE_LEADS, booth)
        return await self._store.export_one(author, booth, lead)


def _said(text: str, cap: int, *, lines: bool) -> str:
    """Returns a text of staff's that says something; ``Rejection`` INVALID_TEXT."""
    cleaned = clean_text(text, cap, lines=lines)
    if not cleaned:
        raise Rejection(RejectionCode.INVALID_TEXT, "nothing was written")
    return cleaned
