"""Makes ``assets/fonts``: three cuts of Inter, cut to Latin and turned into TrueType, with their licence.

Needs the Debian package fonts-inter and fontTools. Run ``python -m assets.make.fonts``.
"""

import re
from pathlib import Path
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

SOURCE = Path("/usr/share/fonts/opentype/inter")
LICENCE = Path("/usr/share/doc/fonts-inter/copyright")
TARGET = Path(__file__).resolve().parents[1] / "fonts"

CUTS = ("Inter-Medium", "Inter-SemiBold", "InterDisplay-SemiBold")

LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x218, 0x21C),
    *range(0x2010, 0x2028),
    *(0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2116, 0x2122, 0x2212, 0x2260, 0x2713),
    *range(0x2190, 0x2194),
]
"""Everything that French, Dutch, English and their neighbours write, with arrows and a tick for keys and states."""

ERROR_UNITS = 1.0
"""How far a quadratic outline may leave the cubic one, in font units (1/2816 em)."""


def make() -> None:
    """Writes the three fonts and the licence."""
    TARGET.mkdir(exist_ok=True)
    for cut in CUTS:
        font = TTFont(SOURCE / f"{cut}.otf")
        _cut_to_latin(font)
        _to_truetype(font)
        font.save(TARGET / f"{cut}.ttf")
    (TARGET / "OFL.txt").write_text(_licence(LICENCE.read_text()))


def _cut_to_latin(font: Any) -> None:
    options = Options()
    options.layout_features = ["kern", "mark", "ccmp", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.hinting = False
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LATIN)
    subsetter.subset(font)


def _to_truetype(font: Any) -> None:
    """Replaces cubic (CFF) outlines by quadratic ones (glyf)."""
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    glyf, loca = newTable("glyf"), newTable("loca")
    glyf.glyphOrder, glyf.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, ERROR_UNITS, reverse_direction=True))
        glyf.glyphs[name] = pen.glyph()
    font["glyf"], font["loca"] = glyf, loca
    del font["CFF "]
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for limit in ("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements"):
        setattr(maxp, limit, 0)
    maxp.maxZones, maxp.maxSizeOfInstructions, maxp.maxComponentElements = 1, 0, 0
    post = font["post"]
    post.formatType, post.extraNames, post.mapping = 3.0, [], {}
    font.sfntVersion = "\x00\x01\x00\x00"


def _licence(debian: str) -> str:
    """Takes the Open Font License's text out of Debian's copyright file."""
    owner = re.search(r"^Copyright: (.+)$", debian, re.M)
    body = re.search(r"^License: OFL-1\.1\n((?: .*\n)+)", debian, re.M)
    if not owner or not body:
        raise ValueError(f"{LICENCE} no longer holds the licence where it did")
    lines = [line[1:].rstrip() for line in body.group(1).splitlines()]
    text = "\n".join("" if line == "." else line for line in lines)
    title = "SIL OPEN FONT LICENSE Version 1.1 - 26 February 2007"
    parts = [f"Copyright {owner.group(1)}", "This Font Software is licensed under the following licence.", title, text]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    make()
