"""Who is who in a recording: by name where it may tell that, else nobody, though always the same one; pure.

Keys follow from accounts and are told of those who are announced, so that nothing of a key is in what stands for it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from halles.ids import VisitId
from halles.world.live import LivePerson
from halles.world.live_acts import RaiseHand, TakeChair, TakeFloor, name_of
from halles_server.ports.recordings import WORDS, LiveEvent, RecordedPerson

_NOBODY: Final = "x"
_SEEN: Final = frozenset({*WORDS, *(name_of(act) for act in (RaiseHand(), TakeChair(0), TakeFloor()))})
"""Kinds of events that show who did them."""


class Cast:
    """Everybody in one recording."""

    def __init__(self, events: Sequence[LiveEvent], people: Mapping[str, RecordedPerson]) -> None:
        self._people = people
        # In the order in which they are seen: were hosts counted as soon as they conduct, that would tell who they are.
        seen = [event.about or (event.by if event.kind in _SEEN else "") for event in events]
        keys = dict.fromkeys((*seen, *(event.by for event in events)))
        nobodies = (key for key in keys if key and not self._named(key))
        self._nobodies = {key: f"{_NOBODY}{number}" for number, key in enumerate(nobodies, 1)}

    def person(self, key: str) -> LivePerson:
        """Returns somebody as the recording has them: without a visit; guests and who has withdrawn without a name."""
        if not self._named(key):
            return LivePerson(key and self._nobodies.get(key, _NOBODY), VisitId(""), "", "fr")
        known = self._people[key]
        return LivePerson(key, VisitId(""), known.name, known.language)

    def withdrew(self, key: str) -> bool:
        """Tells whether what somebody wrote is told no more, also what they wrote after they had withdrawn."""
        return key in self._people and self._people[key].withdrawn

    def _named(self, key: str) -> bool:
        return key in self._people and self._people[key].named
