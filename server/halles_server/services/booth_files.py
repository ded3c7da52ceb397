"""Taking one's booth along: out of a show as one file, into a draft of another.

What comes in is checked like uploads and like edits: each medium goes through the intake and gets the name that its
bytes have here, each field through the rule for edits. Visitors see nothing of it before it is published.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, MediaId
from halles.world.booth import BoothContent, BoothEdit, MediaKind, media_kind, media_of
from halles.world.booth_edit import apply_edit
from halles_server.ports.media import Facts, Intake, check_size
from halles_server.services import booth_file
from halles_server.services.actor import Actor
from halles_server.services.booth_file import Foreign, MediumNote, Writer
from halles_server.services.media import Media, check_weight, weight_of
from halles_server.services.studio import Studio, Wish

_END: Final = b""

_Ending = Callable[[str, MediaKind], Awaitable[Facts]]
"""What becomes of a medium that has arrived: it is kept, or only looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds, once all of it has passed.

    Attributes:
        fields: How many that are not empty.
        media: As they would be, or are, here.
        edit: What makes a booth what the file says.
    """

    fields: int
    media: tuple[Facts, ...]
    edit: BoothEdit


class BoothFiles:
    """Booths as files."""

    def __init__(self, studio: Studio, media: Media, intake: Intake, new_id: Callable[[], str]) -> None:
        """Takes drafts, media, where media come in, and what names an upload."""
        self._studio = studio
        self._media = media
        self._intake = intake
        self._new_id = new_id

    async def export(self, actor: Actor, booth: BoothId, out: BinaryIO) -> None:
        """Writes a booth's draft with all its media.

        Raises:
            Rejection: FORBIDDEN, NOT_FOUND.
            Unavailable: A medium cannot be had just now; what was written is no file.
        """
        await self._write(booth, (await self._studio.open(actor, booth)).content, out)

    async def export_as_operator(self, booth: BoothId, out: BinaryIO) -> None:
        """Writes a booth's draft for who runs the server; raises as ``export`` does."""
        await self._write(booth, (await self._studio.open_as_operator(booth)).content, out)

    async def _write(self, booth: BoothId, content: BoothContent, out: BinaryIO) -> None:
        writer = await asyncio.to_thread(Writer, out, booth, content)
        known = await self._media.facts(media_of(content))
        for facts in sorted(known.values(), key=lambda facts: facts.media):
            with writer.medium(facts.media, facts.size) as sink:
                async for piece in self._bytes_of(facts):
                    await asyncio.to_thread(sink.write, piece)
        await asyncio.to_thread(writer.close)

    async def bring(self, actor: Actor, wish: Wish, file: BinaryIO) -> int:
        """Makes a draft what a file says; returns the draft's revision.

        Media that have come in by then stay when a later one is refused; unused, they go after seven days.

        Raises:
            Rejection: FORBIDDEN, STALE_REVISION, UNREADABLE for a file that is none, and whatever uploads and edits
                are refused with.
            Unavailable: Nothing is known of the effect.
        """
        draft = await self._studio.open(actor, wish.booth)
        found = await self._looked_through(draft.content, file, self._intake.finish)
        return await self._studio.edit(actor, wish, found.edit)

    async def examine(self, actor: Actor, booth: BoothId, file: BinaryIO) -> Found:
        """Checks a file as ``bring`` does, to the last medium, and stores nothing; ``Rejection`` as there."""
        draft = await self._studio.open(actor, booth)
        found = await self._looked_through(draft.content, file, self._intake.examine)
        apply_edit(draft.content, found.edit)
        return found

    async def _looked_through(self, before: BoothContent, file: BinaryIO, ending: _Ending) -> Found:
        foreign = await asyncio.to_thread(booth_file.read, file)
        for note in foreign.manifest.media:
            check_size(note.bytes, _kind(note))
        here = {MediaId(note.id): await self._take(foreign, note, ending) for note in foreign.manifest.media}
        check_weight(weight_of(here.values()))
        edit = foreign.edit(before, lambda media: here[media].media if media in here else MediaId(""))
        return Found(len(foreign.manifest.fields), tuple(here.values()), edit)

    async def _take(self, foreign: Foreign, note: MediumNote, ending: _Ending) -> Facts:
        """Brings one medium to its end; what has arrived of it goes again when it is refused."""
        upload, kind, at = self._new_id(), _kind(note), 0
        pieces = foreign.pieces(note)
        try:
            while piece := await asyncio.to_thread(next, pieces, _END):
                await self._intake.append(upload, at, piece, kind)
                at += len(piece)
            return await ending(upload, kind)
        except BaseException:
            await asyncio.shield(self._intake.drop(upload))
            raise

    async def _bytes_of(self, facts: Facts) -> AsyncIterator[bytes]:
        small = await self._media.read(facts.media)
        if small is not None:
            yield small.data
            return
        async for piece in self._media.stream(facts.media, 0, facts.size):
            yield piece


def _kind(note: MediumNote) -> MediaKind:
    kind = media_kind(note.id)
    if kind is None:
        raise Rejection(RejectionCode.UNREADABLE, f"{note.id} is no medium")
    return kind
