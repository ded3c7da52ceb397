"""Finding: one field for halls, live sessions, booths and people, tolerant of accents and typing errors.

Halls and people are few and live in memory; booths are searched in Postgres, whose trigram index is the one place
that knows their names.
"""

import asyncio
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from halles.ids import BoothId, HallId, VisitId
from halles.protocol.messages import REPLAY, FoundItem
from halles.world.roles import Role
from halles.world.scene import Scene
from halles.world.text import LANGUAGES, Text
from halles_server.ports.booths import BoothFound, BoothRecord
from halles_server.ports.programme import Entry
from halles_server.services.booths import Booths

PER_KIND: Final = 8
"""Results of each kind."""

_GOOD_ENOUGH: Final = 0.55

_AT_ONCE: Final = 200
"""People compared before the halls have their turn, about 2 ms: anybody may ask ten times a second."""

_SESSIONS_AT_ONCE: Final = _AT_ONCE // 5
"""Each has some titles and speakers."""

_LIKENESS_WEIGHT: Final = 0.75
_ALIKE: Final = _GOOD_ENOUGH / _LIKENESS_WEIGHT
"""The least likeness that is ever shown."""


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

    async def find(
        self,
        query: str,
        people: Sequence[PersonHere],
        staffed: Collection[BoothId] = (),
        sessions: Sequence[Entry] = (),
    ) -> tuple[FoundItem, ...]:
        """Returns what fits: each kind together and best first, the kind with the best of all before the others.

        Booths fit by their name or slot; where none does, by the words of their texts. Of equals, halls come before
        live sessions, those before booths and booths before people, and staffed booths before the others. An
        empty query lists the halls.

        Raises:
            Rejection: INVALID_TEXT.
            Unavailable: The booths cannot be searched now.
        """
        wanted = fold(query)
        halls = [(score, _hall(scene)) for score, scene in self._scored_halls(wanted)]
        if not wanted:
            return tuple(item for _, item in halls)
        booths = [(found.score, _booth(found.record)) for found in await self._found_booths(query, staffed)]
        live = [(score, _live(entry)) for score, entry in await _scored_sessions(wanted, sessions)]
        kinds = [kind for kind in (halls, live, booths, await self._people(wanted, people)) if kind]
        kinds.sort(key=lambda kind: -kind[0][0])
        return tuple(item for kind in kinds for _, item in kind)

    def halls(self, query: str) -> tuple[Scene, ...]:
        """Returns the halls whose name fits, best first; all of them for an empty query."""
        return tuple(scene for _, scene in self._scored_halls(fold(query)))

    async def sessions(self, query: str, sessions: Sequence[Entry]) -> tuple[Entry, ...]:
        """Returns the live sessions of these that fit, best first; none for an empty query."""
        return tuple(entry for _, entry in await _scored_sessions(fold(query), sessions))

    async def _found_booths(self, query: str, staffed: Collection[BoothId]) -> Sequence[BoothFound]:
        """Never mixes the two, since what is found says nothing of why."""
        found = await self._booths.find(query, PER_KIND, staffed)
        return [booth for booth in found if booth.by_name] or found

    def _scored_halls(self, wanted: str) -> list[tuple[float, Scene]]:
        scored = [
            (max(fitness(wanted, fold(scene.name.text().within(language))) for language in LANGUAGES), scene)
            for scene in self._scenes.values()
        ]
        kept = [(score, scene) for score, scene in scored if score >= _GOOD_ENOUGH or not wanted]
        return sorted(kept, key=lambda pair: -pair[0])

    async def _people(self, wanted: str, people: Sequence[PersonHere]) -> list[tuple[float, FoundItem]]:
        scored: list[tuple[float, PersonHere]] = []
        for start in range(0, len(people), _AT_ONCE):
            some = ((fitness(wanted, fold(person.name)), person) for person in people[start : start + _AT_ONCE])
            scored += [pair for pair in some if pair[0] >= _GOOD_ENOUGH]
            await asyncio.sleep(0)
        scored.sort(key=lambda pair: -pair[0])
        return [(score, _person(person)) for score, person in scored[:PER_KIND]]


@lru_cache(maxsize=8192)
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
    return _LIKENESS_WEIGHT * max(_likeness(wanted, part) for part in (name, *name.split()))


def _likeness(wanted: str, part: str) -> float:
    """Returns how alike two texts are, 0 … 1; 0 where less than ``_ALIKE``.

    Matching is dear (60 µs), so upper bounds come first: by length, then by the letters that both have.
    """
    if 2 * min(len(wanted), len(part)) < _ALIKE * (len(wanted) + len(part)):
        return 0.0
    if 2 * sum(min(wanted.count(char), part.count(char)) for char in set(part)) < _ALIKE * (len(wanted) + len(part)):
        return 0.0
    return SequenceMatcher(None, wanted, part).ratio()


async def _scored_sessions(wanted: str, sessions: Sequence[Entry]) -> list[tuple[float, Entry]]:
    """Returns the live sessions whose title in some language, or speaker, fits; of equals the next one first."""
    scored = []
    for turn, entry in enumerate(sessions, 1):
        if turn % _SESSIONS_AT_ONCE == 0:
            await asyncio.sleep(0)
        names = [*(entry.title.within(code) for code in LANGUAGES), *(speaker.name for speaker in entry.speakers)]
        score = max(fitness(wanted, fold(name)) for name in names if name)
        if score >= _GOOD_ENOUGH:
            scored.append((score, entry))
    scored.sort(key=lambda pair: -pair[0])
    return scored[:PER_KIND]


def _live(entry: Entry) -> FoundItem:
    """Leads before the stage, or to the replay of what was published."""
    place = f"{REPLAY}{entry.session}" if entry.phase == "published" else f"stage:{entry.stage}"
    return FoundItem("live", entry.title, entry.hall, place, entry.session)


def _hall(scene: Scene) -> FoundItem:
    return FoundItem("hall", scene.name.text(), scene.id, "", "")


def _booth(record: BoothRecord) -> FoundItem:
    return FoundItem("booth", _same(record.content.name), record.hall, f"booth:{record.booth}", record.slot)


def _person(person: PersonHere) -> FoundItem:
    return FoundItem("person", _same(person.name), person.hall, f"visit:{person.visit}", person.role.value)


def _same(name: str) -> Text:
    return Text(name, name, name)
