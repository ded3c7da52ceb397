"""The files that pages need: stylesheets, scripts, one font, one icon, each named after its bytes.

Scripts are modules that import each other by the names under which they are served. That of all pages begins with
the tokens that the contract owns (booth accents, coats, hall colours), so that no colour is typed twice; the file in
``static/`` follows.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from halles.ids import HallId
from halles.world.booth import ACCENTS
from halles.world.colour import channels, contrast
from halles.world.look import COATS
from halles.world.scene import Scene

STATIC: Final = Path(__file__).parent / "static"

_MIMES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
}

SCRIPTS: Final = (
    "pages.js",
    "wire.js",
    "poses.js",
    "words.js",
    "link.js",
    "roster.js",
    "people.js",
    "plan.js",
    "chat.js",
    "booths.js",
    "bell.js",
    "decision.js",
    "announced.js",
    "draw.js",
    "acts.js",
    "screen.js",
    "judging.js",
    "console.js",
    "backstage.js",
    "point.js",
    "public.js",
    "stage.js",
    "live.js",
    "presence.js",
    "studio.js",
    "preview.js",
    "upload.js",
    "satchel.js",
    "replay.js",
)
"""Each after those that it imports, since their names are part of its bytes."""

_IMPORTED: Final = re.compile(rb'"\./([a-z]+\.js)"')

_READABLE: Final = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""

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
        for name in (
            "inter.woff2",
            "icon.svg",
            "studio.css",
            "own.css",
            "replay.css",
            "programme.css",
            "live.css",
            "moderation.css",
        ):
            self._put(name, (STATIC / name).read_bytes())
        for name in SCRIPTS:
            self._put(name, _IMPORTED.sub(self._served, (STATIC / name).read_bytes()))
        style = (STATIC / "pages.css").read_text(encoding="utf-8").replace("inter.woff2", self._named["inter.woff2"])
        self._put("pages.css", (tokens(scenes) + style).encode())

    def address(self, name: str) -> str:
        """Returns the path under which a file is served."""
        return f"/static/{self._named[name]}"

    def take(self, served: str) -> Item | None:
        """Returns the file of a served name."""
        return self._items.get(served)

    def _served(self, imported: re.Match[bytes]) -> bytes:
        return f'"./{self._named[imported[1].decode()]}"'.encode()

    def _put(self, name: str, data: bytes) -> None:
        stem, _, kind = name.partition(".")
        served = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{kind}"
        self._named[name] = served
        self._items[served] = Item(served, _MIMES[kind], data)


def tokens(scenes: Mapping[HallId, Scene]) -> str:
    """Returns CSS rules for the colours of booths, coats and halls: ``.a0`` …, ``.c0`` … and ``[data-hall=…]``."""
    accents = "".join(f".a{i}{{--accent:#{colour}}}" for i, colour in enumerate(ACCENTS))
    worn = enumerate(map(lettered, COATS))
    coats = "".join(f".c{i}{{--coat:#{colour};--on-coat:#{readable_on(colour)}}}" for i, colour in worn)
    halls = "".join(
        f'[data-hall="{hall}"]{{--hall:#{scene.colour};--on-hall:#{readable_on(scene.colour)}}}'
        for hall, scene in scenes.items()
    )
    return accents + coats + halls + "\n"


def readable_on(colour: str) -> str:
    """Returns paper or ink, whichever stands out more on a colour (sRGB hex)."""
    return max((PAPER, INK), key=lambda text: contrast(channels(text), channels(colour)))


def lettered(colour: str) -> str:
    """Returns a colour on which a letter can be read: itself or, where neither paper nor ink can, a darker one."""
    while contrast(channels(readable_on(colour)), channels(colour)) < _READABLE:
        colour = "".join(f"{round(channel * 255 * 0.95):02x}" for channel in channels(colour))
    return colour
