"""The files that every page needs: one stylesheet, one script, one font, one icon, each named after its bytes.

The stylesheet begins with the tokens that the contract owns (booth accents, hall colours), so that no colour is typed
twice; the file in ``static/`` follows.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from halles.ids import HallId
from halles.world.booth import ACCENTS
from halles.world.colour import channels, contrast
from halles.world.scene import Scene

STATIC: Final = Path(__file__).parent / "static"

_MIMES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
}

PAPER: Final = "f5f1e8"
INK: Final = "15181c"


@dataclass(frozen=True, slots=True)
class Item:
    """One file as it is served, for ever under this name."""

    name: str
    mime: str
    data: bytes


class Shelf:
    """The files of one running server."""

    def __init__(self, scenes: Mapping[HallId, Scene]) -> None:
        """Reads and names them."""
        self._items: dict[str, Item] = {}
        self._named: dict[str, str] = {}
        for name in ("inter.woff2", "icon.svg", "pages.js", "upload.js"):
            self._put(name, (STATIC / name).read_bytes())
        style = (STATIC / "pages.css").read_text(encoding="utf-8").replace("inter.woff2", self._named["inter.woff2"])
        self._put("pages.css", (tokens(scenes) + style).encode())

    def address(self, name: str) -> str:
        """Returns the path under which a file is served."""
        return f"/static/{self._named[name]}"

    def take(self, served: str) -> Item | None:
        """Returns the file of a served name."""
        return self._items.get(served)

    def _put(self, name: str, data: bytes) -> None:
        stem, _, kind = name.partition(".")
        served = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{kind}"
        self._named[name] = served
        self._items[served] = Item(served, _MIMES[kind], data)


def tokens(scenes: Mapping[HallId, Scene]) -> str:
    """Returns CSS rules for the colours of booths and halls: ``.a0`` … and ``[data-hall=…]``."""
    accents = "".join(f".a{i}{{--accent:#{colour}}}" for i, colour in enumerate(ACCENTS))
    halls = "".join(
        f'[data-hall="{hall}"]{{--hall:#{scene.colour};--on-hall:#{readable_on(scene.colour)}}}'
        for hall, scene in scenes.items()
    )
    return accents + halls + "\n"


def readable_on(colour: str) -> str:
    """Returns paper or ink, whichever stands out more on a colour (sRGB hex)."""
    return max((PAPER, INK), key=lambda text: contrast(channels(text), channels(colour)))
