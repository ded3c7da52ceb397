"""The first pictures of the big screens: what stands on them until a live session shows something else.

Only themes that the launch named. The languages of a title take turns from hall to hall; the lines below say it in all.
"""

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from assets.make.pictures.canvas import Canvas, mix, wrapped
from assets.make.pictures.layouts import FAMILIES
from assets.make.pictures.palettes import AMBER, INK, MUTED_DARK, PAPER, on_ink
from halles.resources import scenes
from halles.world.scene import Screen, parse

WIDTH: Final = 1280
"""Pixels across a main screen; boards get 560. Heights follow the plan's metres."""


class Slide(NamedTuple):
    """What a big screen says, and what is drawn beside it."""

    eyebrow: str
    title: str
    lines: tuple[str, ...]
    family: str
    accent: int


MAIN: Final[dict[str, Slide]] = {
    "crossroads": Slide(
        "Bienvenue · Welkom · Welcome",
        "Pôle Images",
        ("Trois halles, cinq écrans", "Drie hallen, vijf schermen", "Three halls, five screens"),
        "arcs",
        0,
    ),
    "lille": Slide(
        "Débat · Debat · Debate",
        "Coproductions franco-belges",
        ("Frans-Belgische coproducties", "Franco-Belgian co-productions"),
        "waves",
        4,
    ),
    "valenciennes": Slide(
        "Débat · Debat · Debate",
        "Webdocumentaires",
        ("Web documentaries",),
        "target",
        3,
    ),
    "hainaut": Slide(
        "Événement · Evenement · Event",
        "Nuit des 5 écrans",
        ("Vijf schermen, één nacht", "Five screens, one night"),
        "screens",
        6,
    ),
}

THEMES: Final = [
    ("Coproductions franco-belges", "Frans-Belgische coproducties\nFranco-Belgian co-productions\nLille Métropole"),
    ("Webdocumentaires", "Web documentaries\nValenciennes Métropole"),
    ("Nuit des 5 écrans", "Porte du Hainaut"),
    ("Appel à projets", "Projectoproep · Call for projects\n1\u00a0850\u00a0000 EUR"),
]

QUESTIONS: Final = [
    ("Posez votre question", "Écrivez-la dans le chat de la halle."),
    ("Stel uw vraag", "Schrijf ze in de chat van de hal."),
    ("Ask your question", "Write it in the hall’s chat."),
]


def slides() -> Iterator[tuple[str, Canvas]]:
    """Yields file name and picture of the welcome and of every screen of every plan."""
    yield "crossroads-welcome.webp", slide((WIDTH, 716), MAIN["crossroads"], "crossroads:welcome")
    for hall in MAIN:
        scene = parse((scenes() / f"{hall}.toml").read_text("utf-8"), f"{hall}.toml")
        for shown in scene.screens:
            yield f"{hall}-{shown.id}.webp", _picture(hall, shown)


def _picture(hall: str, shown: Screen) -> Canvas:
    if shown.id in {"programme", "questions"}:
        size = (560, round(560 * shown.height / shown.width))
        if shown.id == "programme":
            return board(size, "Programme · Programma", THEMES)
        return board(size, "Questions · Vragen", QUESTIONS)
    said = MAIN[hall]
    size = (WIDTH, round(WIDTH * shown.height / shown.width))
    return slide(size, said, f"{hall}:{shown.id}")


def slide(size: tuple[int, int], said: Slide, seed: str) -> Canvas:
    """A slide for a big screen: eyebrow in amber, title, lines, and art on the right."""
    rng = Random(seed)
    palette = on_ink(said.accent, rng)
    width, height = size
    sheet = Canvas(width, height, mix(INK, palette.ground, 0.55))
    side = round(width * 0.36)
    art = Canvas(side, height, INK)
    FAMILIES[said.family](art, palette, rng)
    sheet.paste(art, width - side, 0)
    left, room = width * 0.052, width - side - width * 0.104
    sheet.rectangle(left, height * 0.14, 52, 8, AMBER)
    sheet.fitted(left, height * 0.225, said.eyebrow, 34, "Medium", AMBER, room)
    y = height * 0.225 + 92
    for line in wrapped(said.title, 76, "DisplaySemiBold", room):
        sheet.fitted(left, y, line, 76, "DisplaySemiBold", PAPER, room)
        y += 84
    for line in said.lines:
        sheet.fitted(left, y + 4, line, 32, "Medium", mix(PAPER, palette.ground, 0.25), room)
        y += 44
    return sheet


def board(size: tuple[int, int], title: str, rows: list[tuple[str, str]]) -> Canvas:
    """A portrait board: a title, then pairs of a line and what it says."""
    width, height = size
    sheet = Canvas(width, height, mix(INK, (58, 64, 71), 0.35))
    left, room = width * 0.09, width * 0.82
    sheet.rectangle(left, height * 0.055, 44, 8, AMBER)
    y = height * 0.055 + 66
    for line in title.split(" · "):
        sheet.fitted(left, y, line, 62, "DisplaySemiBold", PAPER, room)
        y += 70
    y += 12
    for head, said in rows:
        sheet.rectangle(left, y - 22, room, 2, (86, 92, 99))
        y += 26
        for line in wrapped(head, 33, "SemiBold", room):
            sheet.text(left, y, line, 33, "SemiBold", PAPER)
            y += 40
        for line in said.split("\n"):
            sheet.fitted(left, y, line, 26, "Medium", MUTED_DARK, room)
            y += 35
        y += 26
    return sheet
