"""Idle cards: what a hall's screens show while nothing is on them, in one picture per hall.

Where each card lies on the picture is ``fittings.SCREEN_UV``.
"""

from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from assets.make.floors import FONT
from halles.world.scene import Scene

SIZE = 1024
WELCOME = FONT.parents[1] / "demo" / "screens" / "crossroads-welcome.webp"
FINE = 2
"""Drawn this much larger, then reduced."""

INK, RAISED, PAPER, MUTED, AMBER = "#20252c", "#2b323b", "#f5f1e8", "#b6b4ad", "#f0b45a"
MAIN = (0, 0, 1024, 576)
PORTRAITS = {"questions": (0, 576, 266, 1024), "programme": (276, 576, 542, 1024)}
TITLES = {
    "questions": ("Questions\nVragen\nQuestions", "Levez la main\nSteek uw hand op\nRaise your hand"),
    "programme": ("Programme\nProgramma\nProgramme", "Sur les pages\nOp de pagina’s\nOn the pages"),
}


def screens_picture(scene: Scene) -> Image.Image:
    """Draws the cards of a hall; at the crossroads, the welcome board."""
    if any(screen.id == "welcome" for screen in scene.screens):
        with Image.open(WELCOME) as welcome:
            return welcome.convert("RGB").resize((SIZE, round(SIZE * welcome.height / welcome.width)))
    picture = Image.new("RGB", (SIZE * FINE, SIZE * FINE), INK)
    draw = ImageDraw.Draw(picture)
    colour = "#" + scene.colour
    _box(draw, (0, 0, 1024, 576), INK)
    _MOTIFS[scene.style](draw, colour)
    _box(draw, (64, 92, 112, 100), AMBER)
    _text(draw, 64, 124, scene.region.fr, 24, AMBER)
    name = scene.name.fr.split(" ") if len(scene.name.fr) > 15 else [scene.name.fr]
    lines = [name[0], " ".join(name[1:])] if len(name) > 1 else name
    for i, line in enumerate(lines):
        _text(draw, 64, 168 + 78 * i, line, 72, PAPER)
    subjects = dict.fromkeys((scene.subject.fr, scene.subject.nl, scene.subject.en))
    for i, subject in enumerate(subjects):
        _text(draw, 64, 200 + 78 * len(lines) + 42 * i, subject, 30, MUTED)
    for name_, (left, top, right, bottom) in PORTRAITS.items():
        _box(draw, (left, top, right, bottom), RAISED)
        title, hint = TITLES[name_]
        _box(draw, (left + 24, top + 34, left + 60, top + 39), colour)
        for i, line in enumerate(dict.fromkeys(title.split("\n"))):
            _text(draw, left + 24, top + 56 + 36 * i, line, 29, PAPER)
        for i, line in enumerate(hint.split("\n")):
            _text(draw, left + 24, top + 200 + 29 * i, line, 21, MUTED)
    return picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _text(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: float, colour: str) -> None:
    draw.text((x * FINE, y * FINE), text, colour, ImageFont.truetype(FONT, round(size * FINE)))


def _box(draw: ImageDraw.ImageDraw, at: tuple[float, float, float, float], colour: str) -> None:
    draw.rectangle([v * FINE for v in at], colour)


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    draw.ellipse([v * FINE for v in (x - radius, y - radius, x + radius, y + radius)], colour)


def _teeth(draw: ImageDraw.ImageDraw, colour: str) -> None:
    """Lille: its roof against a low disc."""
    _box(draw, (704, 0, 1024, 576), colour)
    _disc(draw, 900, 150, 62, PAPER)
    for i in range(4):
        x, tone = 704 + 80 * i, ("#7d2f21", "#94392a")[i % 2]
        draw.polygon([v * FINE for v in (x, 300, x + 80, 420, x + 80, 576, x, 576)], tone)
    _box(draw, (704, 470, 1024, 576), "#5c2218")


def _arches(draw: ImageDraw.ImageDraw, colour: str) -> None:
    """Valenciennes: its vault as rings."""
    _box(draw, (704, 0, 1024, 576), colour)
    for i, tone in enumerate(("#3d8f7d", "#59a592", "#86c2b1", "#cfe6dd", colour)):
        _disc(draw, 864, 576, 300 - 58 * i, tone)


def _crane(draw: ImageDraw.ImageDraw, colour: str) -> None:
    """Hainaut: gable, lantern and a hook."""
    _box(draw, (704, 0, 1024, 576), colour)
    draw.polygon([v * FINE for v in (704, 330, 864, 170, 1024, 330, 1024, 576, 704, 576)], "#8a571a")
    _box(draw, (846, 330, 882, 576), "#f3d9a6")
    _box(draw, (704, 400, 1024, 424), "#5e3a10")
    _disc(draw, 940, 90, 44, PAPER)


def _lines(draw: ImageDraw.ImageDraw, colour: str) -> None:
    """The crossroads: the three lines."""
    for i, tone in enumerate(("#b4452f", "#2f7a6b", "#c8842a")):
        _box(draw, (760 + 80 * i, 0, 800 + 80 * i, 576), tone)


_MOTIFS: dict[str, Callable[[ImageDraw.ImageDraw, str], None]] = {
    "sawtooth": _teeth,
    "vault": _arches,
    "crane": _crane,
    "rotunda": _lines,
}
