"""Pictures of drafts as the halls would show them: who waits for one, and which are kept.

A picture depends on what is seen of a booth from the aisle and on nothing else, not even a language: what is kept is
kept by that, so that undoing, and a second reader of the same draft, cost nothing. Whether somebody may see a draft is
for ``studio``: a ``Draft`` in hand is the right to its picture.
"""

import asyncio
import hashlib
from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from halles.errors import Rejection, RejectionCode, Unavailable
from halles.ids import AccountId, HallId, MediaId
from halles.protocol.messages import BoothCard
from halles.protocol.preview_job import PreviewJob, written
from halles_server.ports.clock import Clock
from halles_server.ports.drafts import Draft
from halles_server.ports.media import Facts, PartKind
from halles_server.ports.preview import Painter
from halles_server.services.booths import card_of
from halles_server.services.media import Media

KEPT: Final = 64
"""Pictures that are kept, at most half a megabyte each; and as many failures."""

WAITING: Final = 6
"""Who may wait for a picture at once."""

WAITING_OF_ONE: Final = 2
"""Of those, pictures for one account: whoever opens all of a show's studios leaves others their turn."""

AGAIN_S: Final = 60.0
"""Seconds for which a draft that could not be drawn is not tried again."""

_TURN_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a picture shows, and its name."""

    hall: HallId
    card: BoothCard
    state: str


class Previews:
    """Draws drafts, one at a time."""

    def __init__(self, media: Media, painter: Painter | None, clock: Clock) -> None:
        """Takes who draws; None where nobody does."""
        self._media, self._painter, self._clock = media, painter, clock
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._turn = asyncio.Lock()
        self._waiting: Counter[AccountId] = Counter()

    def state_of(self, draft: Draft) -> str:
        """Returns the name of a draft's picture: drafts that look the same have the same; "" where nobody draws."""
        return _seen(draft).state if self._painter is not None else ""

    async def picture(self, draft: Draft, account: AccountId) -> bytes:
        """Returns a draft's picture, a WebP, for somebody.

        Raises:
            Rejection: NOT_FOUND where nobody draws; TRY_LATER when too many wait, or they themselves for too many.
            Unavailable: It could not be drawn; nor will it be within ``AGAIN_S``.
        """
        if self._painter is None:
            raise Rejection(RejectionCode.NOT_FOUND, "booths are not drawn on this server")
        seen = _seen(draft)
        if (kept := self._known(seen.state)) is not None:
            return kept
        if self._waiting.total() >= WAITING:
            raise Rejection(RejectionCode.TRY_LATER, f"{WAITING} wait for a picture", _TURN_MS)
        if self._waiting[account] >= WAITING_OF_ONE:
            raise Rejection(RejectionCode.TRY_LATER, f"you wait for {WAITING_OF_ONE} pictures already", _TURN_MS)
        self._waiting[account] += 1
        try:
            async with self._turn:
                return self._known(seen.state) or await self._drawn(self._painter, seen)
        finally:
            self._waiting[account] -= 1
            if not self._waiting[account]:
                del self._waiting[account]

    def _known(self, state: str) -> bytes | None:
        """Returns a picture that is kept; ``Unavailable`` for what was tried in vain just now."""
        if self._clock.monotonic() - self._failed.get(state, float("-inf")) < AGAIN_S:
            raise Unavailable("the booth could not be drawn")
        if state in self._kept:
            self._kept.move_to_end(state)
        return self._kept.get(state)

    async def _drawn(self, painter: Painter, seen: _Seen) -> bytes:
        job = await self._job(seen)
        try:
            picture = await painter.paint(await asyncio.to_thread(_written, job))
        except Unavailable:
            self._failed[seen.state] = self._clock.monotonic()
            _bound(self._failed)
            raise
        self._kept[seen.state] = picture
        _bound(self._kept)
        return picture

    async def _job(self, seen: _Seen) -> PreviewJob:
        """Gathers what hangs: pictures as somebody near sees them, and of a film the picture that stands for it.

        A database that does not answer is no failure of the draft: it is asked again at once.
        """
        card = seen.card
        hung = dict(card.pictures)
        facts = await self._media.facts({MediaId(name) for name in (*hung.values(), card.film) if name})
        hung = {panel: _part(facts, MediaId(media), "near") for panel, media in hung.items()}
        if card.film:
            hung["screen"] = _part(facts, card.film, "poster") if card.film in facts else hung.get("screen", "")
        pictures = tuple((panel, media) for panel, media in hung.items() if media and media != card.film)
        found = [await self._media.read(MediaId(name)) for name in {*dict(pictures).values(), card.model} if name]
        shown = msgspec.structs.replace(card, pictures=pictures, film=MediaId(""))
        media = {medium.media: medium.data for medium in found if medium is not None}
        return PreviewJob(seen.hall, shown, media)


def _written(job: PreviewJob) -> bytes:
    """Writes a job; ``Unavailable`` for one that is too large, today and in a minute."""
    try:
        return written(job)
    except ValueError as error:
        raise Unavailable(str(error)) from None


def _seen(draft: Draft) -> _Seen:
    record = replace(draft.published, content=draft.content, revision=0)
    card = card_of(record)
    told = msgspec.json.encode((record.hall, card))
    return _Seen(record.hall, card, hashlib.sha256(told).hexdigest()[:32])


def _part(facts: dict[MediaId, Facts], media: MediaId, kind: PartKind) -> str:
    """Returns what was made of a medium for this purpose, or itself."""
    parts = facts[media].parts if media in facts else ()
    return next((part.media for part in parts if part.kind == kind), media)


def _bound(kept: OrderedDict[str, bytes] | OrderedDict[str, float]) -> None:
    if len(kept) > KEPT:
        kept.popitem(last=False)
