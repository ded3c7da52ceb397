"""Media as everybody reads them, and how much of them a booth may hang up."""

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles.ids import MediaId
from halles_server.ports.media import FILED, Facts, FileStore, MediaStore, Medium, ending


@dataclass(frozen=True, slots=True)
class Weight:
    """What a booth's media take.

    Attributes:
        triangles: Of its models, each as drawn.
        texels: Points of its models' pictures.
        size: Bytes of all its media.
    """

    triangles: int = 0
    texels: int = 0
    size: int = 0


BOOTH: Final = Weight(80_000, 16 * 1024 * 1024, 300_000_000)
"""What one booth may have of each."""


def weight_of(media: Iterable[Facts]) -> Weight:
    """Returns what media weigh together; what hangs twice is there once."""
    once = {facts.media: facts for facts in media}.values()
    return Weight(
        sum(facts.triangles for facts in once), sum(facts.texels for facts in once), sum(facts.size for facts in once)
    )


def check_weight(weight: Weight) -> None:
    """Refuses what is more than one booth may hang up.

    Raises:
        Rejection: OVER_BUDGET with what was measured and the limit.
    """
    for what, measured, cap, measure in (
        ("triangles", weight.triangles, BOOTH.triangles, Measure.BOOTH_TRIANGLES),
        ("points of models' pictures", weight.texels, BOOTH.texels, Measure.BOOTH_TEXELS),
        ("bytes", weight.size, BOOTH.size, Measure.BOOTH_BYTES),
    ):
        if measured > cap:
            text = f"{measured} {what}, at most {cap} in a booth"
            raise Rejection(RejectionCode.OVER_BUDGET, text, excess=Excess(measure, (measured,), (cap,)))


class Media:
    """What is stored, wherever it lies."""

    def __init__(self, store: MediaStore, files: FileStore) -> None:
        self._store = store
        self._files = files

    async def read(self, media: MediaId) -> Medium | None:
        """Reads a small medium; None when there is none, or it is one to be streamed."""
        return await self._store.read(media) if ending(media) not in FILED else None

    async def facts(self, media: Collection[MediaId]) -> dict[MediaId, Facts]:
        """Reads what is known of those that are stored: what they weigh, and what was made of them."""
        return await self._store.facts(media)

    async def face(self, media: MediaId, kind: str) -> MediaId:
        """Returns a picture's smaller face, ``far`` or ``near``; the picture itself where none was made."""
        known = (await self._store.facts((media,))).get(media)
        parts = known.parts if known is not None else ()
        return next((part.media for part in parts if part.kind == kind), media)

    async def large(self, media: MediaId) -> Facts | None:
        """Reads what is known of a medium that is streamed; None when there is none."""
        return (await self._store.facts((media,))).get(media) if ending(media) in FILED else None

    def stream(self, media: MediaId, start: int, stop: int) -> AsyncIterator[bytes]:
        """Reads bytes ``start`` to before ``stop`` of a large medium; ``Unavailable`` when they cannot be had."""
        return self._files.stream(media, start, stop)

    async def forget(self) -> int:
        """Removes what nothing has referred to for seven days; returns how many.

        The database goes first: a file that is left without a row is found by the sweep of uploads.
        """
        gone = await self._store.forget_unused()
        for media in gone:
            if ending(media) in FILED:
                await self._files.remove(media)
        return len(gone)
