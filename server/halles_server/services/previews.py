"""Pictures of drafts as the halls would show them: who waits for one, and which are kept.

A picture depends on what is seen of a booth from the aisle and on nothing else, not even a language: what is kept is
kept by that, so that undoing, and a second reader of the same draft, cost nothing. Whoever asks for what is being drawn
already shares it: going quickly from page to page of one studio asks for the same picture each time. Whether somebody
may see a draft is for ``studio``: a ``Draft`` in hand is the right to its picture.
"""

import asyncio
import hashlib
from collections import Counter, OrderedDict
from dataclasses import dataclass, field, replace
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
"""Pictures that may be waited for at once."""

WAITING_OF_ONE: Final = 2
"""Of those, pictures for one account: whoever opens all of a show's studios leaves others their turn."""

SHARING: Final = 32
"""Requests that may wait for one picture."""

SHARING_OF_ONE: Final = 8
"""Of those, requests of one account: whoever opens a studio in many windows leaves its other editors theirs."""

AGAIN_S: Final = 60.0
"""Seconds for which a draft that could not be drawn is not tried again."""

_TURN_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a picture shows, and its name."""

    hall: HallId
    card: BoothCard
    state: str


@dataclass(slots=True, eq=False)
class _Drawing:
    """A picture that is waited for.

    Attributes:
        sharing: How many requests of each account wait for it.
        begun: Whether it is being drawn: it is then drawn to its end, even if nobody waits for it any more, since
            whoever has left a page for the next one is about to ask for it again.
    """

    task: "asyncio.Task[bytes]"
    sharing: Counter[AccountId] = field(default_factory=Counter)
    begun: bool = False


class Previews:
    """Draws drafts, one at a time."""

    def __init__(self, media: Media, painter: Painter | None, clock: Clock) -> None:
        """Takes who draws; None where nobody does."""
        self._media, self._painter, self._clock = media, painter, clock
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._turn = asyncio.Lock()
        self._drawings: dict[str, _Drawing] = {}

    def state_of(self, draft: Draft) -> str:
        """Returns the name of a draft's picture: drafts that look the same have the same; "" where nobody draws."""
        return _seen(draft).state if self._painter is not None else ""

    async def picture(self, draft: Draft, account: AccountId) -> bytes:
        """Returns a draft's picture, a WebP, for somebody; cancel it when they are gone.

        Raises:
            Rejection: NOT_FOUND where nobody draws; TRY_LATER when too many wait, or they themselves for too much.
            Unavailable: It could not be drawn; nor will it be within ``AGAIN_S``.
        """
        if self._painter is None:
            raise Rejection(RejectionCode.NOT_FOUND, "booths are not drawn on this server")
        seen = _seen(draft)
        if (kept := self._known(seen.state)) is not None:
            return kept
        drawing = self._drawings.get(seen.state) or self._begun(self._painter, seen, account)
        if drawing.sharing.total() >= SHARING or drawing.sharing[account] >= SHARING_OF_ONE:
            raise Rejection(RejectionCode.TRY_LATER, f"{SHARING_OF_ONE} requests wait for this picture", _TURN_MS)
        drawing.sharing[account] += 1
        try:
            return await asyncio.shield(drawing.task)
        finally:
            self._leave(seen.state, drawing, account)

    def _begun(self, painter: Painter, seen: _Seen, account: AccountId) -> _Drawing:
        """Puts a picture into the line, if there is room."""
        if len(self._drawings) >= WAITING:
            raise Rejection(RejectionCode.TRY_LATER, f"{WAITING} pictures are waited for", _TURN_MS)
        if sum(account in drawing.sharing for drawing in self._drawings.values()) >= WAITING_OF_ONE:
            raise Rejection(RejectionCode.TRY_LATER, f"you wait for {WAITING_OF_ONE} pictures already", _TURN_MS)
        drawing = _Drawing(asyncio.create_task(self._in_turn(painter, seen)))
        self._drawings[seen.state] = drawing
        drawing.task.add_done_callback(lambda task: self._ended(seen.state, drawing))
        return drawing

    async def _in_turn(self, painter: Painter, seen: _Seen) -> bytes:
        async with self._turn:
            self._drawings[seen.state].begun = True
            return await self._drawn(painter, seen)

    def _leave(self, state: str, drawing: _Drawing, account: AccountId) -> None:
        """Takes one request from those that wait; what nobody waits for leaves the line."""
        drawing.sharing[account] -= 1
        if not drawing.sharing[account]:
            del drawing.sharing[account]
        if not drawing.sharing and not drawing.begun:
            drawing.task.cancel()
            self._ended(state, drawing)  # at once: who asks for it now begins anew

    def _ended(self, state: str, drawing: _Drawing) -> None:
        if self._drawings.get(state) is drawing:
            del self._drawings[state]
        if drawing.task.done() and not drawing.task.cancelled():
            drawing.task.exception()  # heard, also where nobody waited for it any more

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
