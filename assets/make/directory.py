"""Makes ``assets/demo/placeholders.toml`` and ``placement.toml`` from the plans, by rule.

Real bodies stand on the large slots (L, then M), schools on what M is left, everybody else on S. The main aisle fills
first, so that what stays free lies in the outer rows. Studios are numbered along the rows. What a placeholder says is
dealt, not drawn: each genre, craft, theme and family of drawings comes up about equally often.

Run ``python -m assets.make.directory`` after a change of the plans, then ``python -m assets.make.posters``.
"""

import json
from collections.abc import Iterator
from itertools import cycle
from typing import Final, NamedTuple

from halles.resources import assets, scenes
from halles.world.scene import Scene, parse

SCHOOLS: Final = 12
LABORATORIES: Final = 6


class HallPlan(NamedTuple):
    """What a hall holds: its bodies by size of slot, numbers of placeholders, and what these are about."""

    large: tuple[str, ...]
    medium: tuple[str, ...]
    companies: int
    genres: tuple[str, ...]
    themes: tuple[str, ...]
    families: tuple[str, ...]


HALLS: Final[dict[str, HallPlan]] = {
    "lille": HallPlan(
        ("pole-images", "le-fresnoy"),
        ("wallimage", "crrav", "vaf"),
        41,
        ("local-documentary", "animated-series", "short-fiction", "web-documentary"),
        ("cinema", "new-writing", "audiovisual", "co-productions", "lower-costs", "new-formats"),
        ("waves", "film", "target", "storyboard", "rays", "bars", "fan", "sound", "contours", "arcs", "tiles"),
    ),
    "valenciennes": HallPlan(
        ("appel-a-projets", "cciv"),
        ("digiport",),
        30,
        ("casual-game", "serious-game", "animated-series"),
        ("video-games", "convergence", "new-formats", "lower-costs", "five-screens"),
        ("pixels", "target", "blocks", "tiles", "rays", "stairs", "dots", "waves", "arcs", "bars", "network"),
    ),
    "hainaut": HallPlan(
        ("nuit-des-5-ecrans", "debats"),
        ("twist",),
        27,
        ("serious-game", "web-documentary", "casual-game"),
        ("virtual-worlds", "research", "convergence", "five-screens", "new-writing"),
        ("horizon", "orbits", "blocks", "network", "contours", "screens", "dots", "fan", "waves", "target"),
    ),
}

NAMES: Final = {
    "company": ("studio-{:02}", "Studio {:02}"),
    "school": ("ecole-{:02}", "École {:02}"),
    "laboratory": ("laboratoire-{}", "Laboratoire {}"),
}
"""Id and name of a placeholder, by kind."""

POSTERS: Final = {"S": 2, "M": 4, "L": 6}
"""How many posters a booth of a size hangs."""

CRAFTS: Final[dict[str, str]] = {
    "storyboard": "storyboard",
    "editing": "film",
    "sound": "sound",
    "stop-motion": "waves",
    "models": "blocks",
    "motion": "fan",
    "prototype": "pixels",
    "writing": "network",
    "subtitles": "bars",
    "grading": "rays",
    "sets": "horizon",
    "mobile": "screens",
}
"""Each craft with the family of drawings that its screen shows."""

ONE_LANGUAGE: Final[dict[str, str]] = {
    "studio-07": "nl",
    "studio-23": "fr",
    "studio-48": "en",
    "studio-66": "nl",
    "ecole-05": "fr",
}
"""Pitches kept to one language on purpose: what reads them in another shows a marked fallback."""

ONE_PANEL: Final[dict[str, tuple[str, str]]] = {
    "studio-03": ("poster-2", "nl"),
    "studio-14": ("poster-2", "en"),
    "studio-31": ("poster-1", "fr"),
    "studio-52": ("poster-2", "nl"),
    "studio-77": ("poster-1", "en"),
    "laboratoire-4": ("poster-2", "fr"),
}
"""Panels kept to one language on purpose."""


class Dealer(NamedTuple):
    """Where the next of everything comes from, within one hall."""

    genres: Iterator[str]
    themes: Iterator[str]
    families: Iterator[str]


def main() -> None:
    """Writes both files."""
    target = assets() / "demo"
    numbers = {"company": 0, "school": 0, "laboratory": 0}
    crafts, accents = cycle(CRAFTS), cycle((4, 0, 6, 2, 5, 7, 3, 1, 8, 9))
    booths, placement = [], []
    for hall, plan in HALLS.items():
        scene = parse((scenes() / f"{hall}.toml").read_text("utf-8"), f"{hall}.toml")
        dealer = Dealer(cycle(plan.genres), cycle(plan.themes), cycle(plan.families))
        placement.append(f"\n[{hall}]")
        for slot, who in assign(scene, plan):
            if who in numbers:
                numbers[who] += 1
                posters = next(POSTERS[row.size] for row in scene.slots if row.id == slot)
                booths.append(placeholder(who, numbers[who], next(crafts), next(accents), posters, dealer))
                who = NAMES[who][0].format(numbers[who])
            placement.append(f'{slot} = "{who}"')
    made = "# Made by assets/make/directory.py; the texts are in texts.toml.\n\n"
    (target / "placeholders.toml").write_text(made + "\n".join(booths), "utf-8")
    made = "# Made by assets/make/directory.py: which booth stands on which slot.\n"
    (target / "placement.toml").write_text(made + "\n".join(placement) + "\n", "utf-8")


def assign(scene: Scene, plan: HallPlan) -> list[tuple[str, str]]:
    """Returns ``(slot, body id or kind)`` along the rows; free slots are left out."""
    free = sorted(scene.slots, key=lambda slot: (round(abs(slot.x) / 3), slot.y, slot.x))
    taken: dict[str, str] = {}
    for size, bodies in (("L", plan.large), ("M", plan.medium)):
        slots = [slot for slot in free if slot.size == size]
        taken |= {slot.id: body for slot, body in zip(slots, bodies, strict=False)}
    others = ["school"] * (SCHOOLS // 3) + ["laboratory"] * (LABORATORIES // 3)
    rest = [slot for slot in free if slot.id not in taken]
    medium = [slot for slot in rest if slot.size == "M"]
    taken |= {slot.id: "school" for slot in medium[: SCHOOLS // 3]}
    others = others[min(len(medium), SCHOOLS // 3) :]
    small = [slot for slot in rest if slot.id not in taken][: plan.companies + len(others)]
    apart = len(small) // (len(others) + 1)
    for i, slot in enumerate(small):
        turn, within = divmod(i, apart)
        taken[slot.id] = others[turn] if within == apart - 1 and turn < len(others) else "company"
    return sorted(taken.items(), key=lambda item: _by_row(item[0]))


def _by_row(slot: str) -> tuple[str, int]:
    return slot[0], int(slot[1:])


def placeholder(kind: str, number: int, craft: str, accent: int, posters: int, dealer: Dealer) -> str:
    """Returns one entry of ``placeholders.toml``."""
    booth, name = NAMES[kind][0].format(number), NAMES[kind][1].format(number)
    example, themes = _about(kind, number, dealer)
    screen = CRAFTS[craft]
    families = [family for family, _ in zip(dealer.families, range(posters + 1), strict=False) if family != screen]
    hung = [[family, themes[i % len(themes)]] for i, family in enumerate(families[:posters])]
    lines = [
        "[[booth]]",
        f'id = "{booth}"',
        f'name = "{name}"',
        f'kind = "{kind}"',
        f"accent = {accent}",
        f"pitch = {json.dumps([kind, example, f'craft-{craft}'])}",
        f"screen = {json.dumps([screen, themes[-1]])}",
        f"posters = {json.dumps(hung)}",
    ]
    if booth in ONE_LANGUAGE:
        lines.append(f'languages = ["{ONE_LANGUAGE[booth]}"]')
    if booth in ONE_PANEL:
        slot, language = ONE_PANEL[booth]
        lines.append(f'partial = {{ {slot} = ["{language}"] }}')
    return "\n".join(lines) + "\n"


def _about(kind: str, number: int, dealer: Dealer) -> tuple[str, list[str]]:
    """Returns the example sentence and the themes of a placeholder; the last one is for its screen."""
    turn = number % 3
    if kind == "school":
        example = ("school-courses", "school-works", "school-placements")[turn]
        return example, ["training", "student-works", next(dealer.themes), "new-formats", next(dealer.themes)]
    if kind == "laboratory":
        return ("laboratory-image", "laboratory-method", "laboratory-partners")[turn], ["research", next(dealer.themes)]
    genre = next(dealer.genres)
    return genre, [genre, next(dealer.themes), next(dealer.themes)]


if __name__ == "__main__":
    main()
