"""The first pictures of the big screens: what stands on them until a live session shows something else.

Only themes that the launch named. The languages of a title take turns from hall to hall; the lines below say it in all.
"""

from collections.abc import Iterator
from typing import Final

from assets.make.pictures.canvas import Canvas
from assets.make.pictures.facts import Slide, board, slide
from halles.resources import scenes
from halles.world.scene import Screen, parse

WIDTH: Final = 1280
"""Pixels across a main screen; boards get 560. Heights follow the plan's metres."""


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
