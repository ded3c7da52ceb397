"""The pictures of all booths of a hall: fetched, put together and given to the driver as ``picture_plan`` says.

Nearest first, a few under way at once, a few bytes to the driver each frame; all that hang and all that are on their
way together never take more than the preset allows. Until a newer one is ready the old one stays.
"""

import math
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from halles.errors import HallesError
from halles.ids import BoothId, MediaId
from halles.protocol.messages import BoothCard
from halles.world.booth import accent_of
from halles.world.scene import Slot, SlotSize
from halles_client.net.media import Face
from halles_client.view import booth_pictures, textures
from halles_client.view.picture_plan import LEVELS, NONE, Seen, plan, texture_bytes
from halles_client.view.presets import Preset
from halles_client.view.textures import Packed, packed
from halles_client.view.window import Window

Fetch = Callable[[MediaId, Face], "Future[bytes]"]

LOADING: Final = 4
"""Booths whose pictures are under way at once."""

AGAIN_S: Final = 15.0
"""Seconds after which a picture that did not come is asked for again."""

MOVED_M: Final = 0.75
"""So far one walks before it is planned anew how finely pictures hang."""

SENT: Final = 3_000_000
"""Bytes that go to the driver in one frame, or one booth's pictures: a frame of 60 a second has room for them."""

_NOWHERE: Final = (math.inf, math.inf)


@dataclass(slots=True)
class _Load:
    """A booth's pictures on their way: of which card (a draft's revision may be a lower one), and for which level."""

    card: BoothCard
    level: int
    fetching: "dict[str, Future[bytes]]"
    composed: "Future[Packed] | None" = None


class Hung:
    """One booth's pictures."""

    def __init__(self, card: BoothCard, slot: Slot, node: Any) -> None:
        """Takes the node that shows them, plain so far."""
        self.card, self.slot, self.node = card, slot, node
        self.node.set_texture(_plain(accent_of(card.accent)))
        self.loaded: BoothCard | None = None
        """Whose pictures hang."""

        self.level = self.planned = NONE
        """At which level they hang, and should."""

        self.again_at = math.inf
        """When pictures that did not come are asked for again."""

        self.load: _Load | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing newer or at another level is to hang."""
        return self.level == self.planned and (self.planned == NONE or self.loaded == self.card)

    def unhang(self) -> None:
        """Shows the accent alone."""
        self.node.set_texture(_plain(accent_of(self.card.accent)), 1)
        self.loaded, self.level, self.again_at, self.load = None, NONE, math.inf, None

    def held(self) -> int:
        """Returns the bytes that its pictures take."""
        return texture_bytes(self.slot.size, self.level)

    def more(self, level: int) -> int:
        """Returns how many bytes more they would take at another level."""
        return texture_bytes(self.slot.size, level) - self.held()


class HungPictures:
    """The pictures of the booths that are there."""

    def __init__(self, window: Window, preset: Preset, fetch: Fetch) -> None:
        self._window = window
        self._anisotropy, self._budget = preset.anisotropy, preset.picture_bytes
        self._fetch = fetch
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="halles booths")
        self._booths: dict[BoothId, Hung] = {}
        self._near: list[Hung] = []
        self._planned_at = _NOWHERE
        self.settled = True
        """Whether all hang as planned."""

    @property
    def size(self) -> int:
        """What all that hang take, bytes."""
        return sum(booth.held() for booth in self._booths.values())

    def show(self, booths: Mapping[BoothId, Hung]) -> None:
        """Takes these booths; those that are known already go on as they are."""
        self._booths = dict(booths)
        self._near, self._planned_at = [], _NOWHERE
        self.settled = not booths

    def step(self, x: float, y: float, now: float) -> None:
        """Hangs what has come and asks for what is next, seen from a place; call once a frame with any clock's time."""
        if math.dist(self._planned_at, (x, y)) > MOVED_M:
            self._plan(x, y)
        self._hang_composed(now)
        self._begin(now)
        self.settled = all(booth.settled for booth in self._near)

    def close(self) -> None:
        """Ends the thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _plan(self, x: float, y: float) -> None:
        """Decides how finely each booth's pictures are to hang."""
        off = {booth.card.booth: math.dist((booth.slot.x, booth.slot.y), (x, y)) for booth in self._booths.values()}
        self._near = sorted(self._booths.values(), key=lambda booth: off[booth.card.booth])
        seen = [Seen(booth.card.booth, off[booth.card.booth], booth.slot.size, booth.level) for booth in self._near]
        levels = plan(seen, self._budget)
        for booth in self._near:
            booth.planned = levels[booth.card.booth]
            if booth.planned == NONE:
                booth.unhang()
        self._planned_at = (x, y)

    def _begin(self, now: float) -> None:
        """Asks for what is next, nearest first; what is finer waits until there are bytes for it."""
        under_way = [booth for booth in self._near if booth.load is not None]
        room = self._budget - self.size
        room -= sum(max(0, booth.more(booth.load.level)) for booth in under_way if booth.load is not None)
        for booth in self._near:
            if len(under_way) >= LOADING:
                return
            more = booth.more(booth.planned)
            if booth.load is None and more <= room and (not booth.settled or booth.again_at <= now):
                room -= max(0, more)
                face = LEVELS[booth.planned].face
                fetching = {slot: self._fetch(media, face) for slot, media in _pictures(booth)}
                booth.load, booth.again_at = _Load(booth.card, booth.planned, fetching), math.inf
                under_way.append(booth)

    def _hang_composed(self, now: float) -> None:
        """Goes on with what has come, and gives the driver what is ready, as much as one frame has room for."""
        sent = 0
        for booth in self._near:
            load = booth.load
            if load is None:
                continue
            if load.composed is None:
                self._compose(booth, load, now)
            elif load.composed.done() and (not sent or sent + texture_bytes(booth.slot.size, load.level) <= SENT):
                sent += texture_bytes(booth.slot.size, load.level)
                self._hang_pictures(booth, load, load.composed.result())

    def _compose(self, booth: Hung, load: _Load, now: float) -> None:
        if all(future.done() for future in load.fetching.values()):
            had = {slot: future.result() for slot, future in load.fetching.items() if _came(future)}
            if len(had) < len(load.fetching):
                booth.again_at = now + AGAIN_S
            load.fetching = {}
            load.composed = self._threads.submit(_composed, booth.slot.size, load.card, had, load.level)

    def _hang_pictures(self, booth: Hung, load: _Load, picture: Packed) -> None:
        texture = textures.from_packed(picture, str(booth.card.booth), anisotropy=max(2, self._anisotropy))
        textures.send(texture, self._window)
        booth.node.set_texture(texture, 1)
        booth.loaded, booth.level, booth.load = load.card, load.level, None


def _composed(size: SlotSize, card: BoothCard, had: Mapping[str, bytes], level: int) -> Packed:
    """Puts a booth's pictures together, in a thread."""
    return packed(booth_pictures.compose(size, card.name, card.accent, had, LEVELS[level].scale))


def _pictures(booth: Hung) -> list[tuple[str, MediaId]]:
    wanted = booth_pictures.LAYOUTS[booth.slot.size].areas
    return [(slot, MediaId(media)) for slot, media in booth.card.pictures if slot in wanted and media]


def _came(future: "Future[bytes]") -> bool:
    """Tells whether a picture came; one that did not is shown as missing."""
    return not future.cancelled() and not isinstance(future.exception(), HallesError)


@cache
def _plain(colour: str) -> Any:
    """A texture of one colour: what hangs before pictures have come."""
    rgb = [int(colour[i : i + 2], 16) * 7 // 8 for i in (0, 2, 4)]
    return textures.from_pixels(np.full((4, 4, 3), rgb, dtype=np.uint8), f"plain {colour}")
