"""Finding: one field for halls, booths and people, tolerant of accents and typing errors.

Halls and people are few and live in memory; booths are searched in Postgres, whose trigram index is the one place
that knows their names.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from halles.ids import HallId, VisitId
from halles.protocol.messages import FoundItem
from halles.world.roles import Role
from halles.world.scene import Scene
from halles.world.text import LANGUAGES, Text
from halles_server.services.booths import Booths

PER_KIND: Final = 8
"""Results of each kind."""

_GOOD_ENOUGH: Final = 0.55


@dataclass(frozen=True, slots=True)
class PersonHere:
    """Somebody who can be found."""

    visit: VisitId
    name: str
    role: Role
    hall: HallId


class Finding:
    """The search over the show."""

    def __init__(self, scenes: Mapping[HallId, Scene], booths: Booths) -> None:
        self._scenes = scenes
        self._booths = booths

    async def find(self, query: str, people: Iterable[PersonHere]) -> tuple[FoundItem, ...]:
        """Returns what fits, best first within each kind: halls, booths, people. An empty query lists the halls.

        Raises:
            Unavailable: The booths cannot be searched now.
        """
        wanted = fold(query)
        halls = [self._hall(scene, score) for scene, score in self._ranked_halls(wanted)]
        if not wanted:
            return tuple(halls)
        booths = [
            FoundItem(
                "booth",
                _same(found.record.content.name),
                found.record.hall,
                f"booth:{found.record.booth}",
                found.record.slot,
            )
            for found in await self._booths.find(query, PER_KIND)
        ]
        ranked = sorted(((fitness(wanted, fold(person.name)), person) for person in people), key=lambda pair: -pair[0])
        persons = [
            FoundItem("person", _same(person.name), person.hall, f"visit:{person.visit}", person.role.value)
            for score, person in ranked[:PER_KIND]
            if score >= _GOOD_ENOUGH
        ]
        return (*halls, *booths, *persons)

    def _ranked_halls(self, wanted: str) -> list[tuple[Scene, float]]:
        scored = [
            (scene, max(fitness(wanted, fold(scene.name.text().within(language))) for language in LANGUAGES))
            for scene in self._scenes.values()
        ]
        kept = [(scene, score) for scene, score in scored if score >= _GOOD_ENOUGH or not wanted]
        return sorted(kept, key=lambda pair: -pair[1])

    def _hall(self, scene: Scene, score: float) -> FoundItem:
        return FoundItem("hall", scene.name.text(), scene.id, "", "")


def fold(text: str) -> str:
    """Folds case and accents away, so that "ecole" finds "École"."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def fitness(wanted: str, name: str) -> float:
    """Scores how well folded ``name`` answers folded ``wanted``, 0 … 1: beginnings first, then words, then likeness."""
    if not wanted:
        return 0.0
    if name == wanted:
        return 1.0
    if name.startswith(wanted):
        return 0.95
    if any(word.startswith(wanted) for word in name.split()):
        return 0.9
    if wanted in name:
        return 0.8
    if len(wanted) < 3:
        return 0.0
    return 0.75 * max(SequenceMatcher(None, wanted, part).ratio() for part in (name, *name.split()))


def _same(name: str) -> Text:
    return Text(name, name, name)
