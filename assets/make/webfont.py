"""Makes the pages' one font file: Inter with weight and optical size, cut to what the pages write, and its licence.

Takes ``inter-latin-opsz-normal.woff2`` out of the npm package ``@fontsource-variable/inter``. Run
``npm pack @fontsource-variable/inter@5.3.0``, then ``python -m assets.make.webfont <the file that it wrote>``.
"""

import io
import sys
import tarfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

TARGET = Path(__file__).resolve().parents[2] / "server" / "halles_server" / "web" / "static"

FONT = "package/files/inter-latin-opsz-normal.woff2"
LICENCE = "package/LICENSE"

WEIGHTS = (400, 640)
"""The lightest and the boldest that the stylesheet asks for."""

LETTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x152, 0x153, 0x178),
    *(0x2009, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x202F, 0x2032, 0x2033),
    *(0x2039, 0x203A, 0x20AC, 0x2191, 0x2193, 0x2212),
]
"""What French, Dutch and English write, with their spaces and quotes."""

STAND_INS = {0x202F: "uni2009", 0x2011: "hyphen"}
"""Inter draws no narrow no-break space and no no-break hyphen: their breaking twins' glyphs serve."""

FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "calt", "case"]
"""Tabular figures for lists; ``case`` lifts the dashes between capitals."""


def make(package: Path) -> None:
    """Writes ``inter.woff2`` and ``inter-OFL.txt`` from the npm package's file."""
    with tarfile.open(package) as members:
        font = TTFont(io.BytesIO(_member(members, FONT)))
        licence = _member(members, LICENCE)
    for table in font["cmap"].tables:
        table.cmap.update(STAND_INS)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.flavor = "woff2"
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    font.flavor = "woff2"
    font.save(TARGET / "inter.woff2")
    (TARGET / "inter-OFL.txt").write_bytes(licence)


def _member(members: tarfile.TarFile, name: str) -> bytes:
    member = members.extractfile(name)
    if member is None:
        raise ValueError(f"the package no longer holds {name}")
    return member.read()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
