"""What two contents of one booth differ in, and what becomes of an edit that was made to an older one: pure.

Nobody's word is lost: an edit is carried over to a newer content only where nobody else changed what it changes. A row
(link, document, member of the team) has no name of its own: it is followed to where an equal one is now, and where it
cannot be told which it is, it counts as changed.
"""

from typing import Any, Final, Literal, NamedTuple

import msgspec

from halles.world.booth import BoothContent, BoothEdit, Change, Panel, texts_of, values_of
from halles.world.booth_edit import MOVES, ROWS
from halles.world.text import LANGUAGES, Text

_ORDER: Final = (
    "name",
    "accent",
    "pitch",
    "opening",
    "film",
    "panel",
    "model",
    "model_title",
    "document",
    "team",
    "link",
)
"""The parts of a booth in the order in which people read of them."""

_RESTRUCTURING: Final = frozenset({"remove", *MOVES})

_KEYS: Final = {"link": "url", "team": "name", "document": "media"}
"""By what a row is most likely known again."""


class Difference(NamedTuple):
    """One field that differs; ``language`` is "" where it is the same in all."""

    field: str
    language: Literal["", "fr", "nl", "en"]
    before: str
    after: str


class Rebased(NamedTuple):
    """An edit as it is for a newer content, and those of its changes that contradict somebody else's."""

    edit: BoothEdit
    conflicts: tuple[Change, ...]


def differences(before: BoothContent, after: BoothContent) -> tuple[Difference, ...]:
    """Returns what differs between two contents, in reading order; a row that is not there counts as empty."""
    found: list[Difference] = []
    old, new = values_of(before), values_of(after)
    for field in dict.fromkeys((*old, *new)):
        if old.get(field, "") != new.get(field, ""):
            found.append(Difference(field, "", old.get(field, ""), new.get(field, "")))
    said, says = texts_of(before), texts_of(after)
    for field in dict.fromkeys((*said, *says)):
        for language in LANGUAGES:
            one, other = (texts.get(field, Text()).within(language) for texts in (said, says))
            if one != other:
                found.append(Difference(field, language, one, other))
    return tuple(sorted(found, key=lambda difference: _ORDER.index(difference.field.partition(":")[0])))


def value_at(content: BoothContent, field: str, language: str) -> str:
    """Returns what stands in a field, "" where there is none."""
    text = texts_of(content).get(field)
    if text is not None:
        return str(getattr(text, language)) if language in LANGUAGES else ""
    return values_of(content).get(field, "")


def rebased(edit: BoothEdit, base: BoothContent, current: BoothContent) -> Rebased:
    """Carries an edit of ``base`` over to ``current``, which others have made of it since."""
    restructured = {_head(change) for change in edit.changes if _what(change) in _RESTRUCTURING}
    changes: list[Change] = []
    conflicts: list[Change] = []
    for change in edit.changes:
        head = _head(change)
        moved = _renumbered(change, base, current) if head in ROWS and head not in restructured else change
        changes.append(moved)
        if _contradicts(change, base, current, restructured) and moved is change:
            conflicts.append(change)
    return Rebased(BoothEdit(tuple(changes)), tuple(conflicts))


def _contradicts(change: Change, base: BoothContent, current: BoothContent, restructured: set[str]) -> bool:
    """Tells whether somebody else changed what this change is about."""
    head, what = _head(change), _what(change)
    if head in ROWS:
        old, new = (getattr(content, ROWS[head].rows) for content in (base, current))
        if head in restructured:
            return bool(old != new)
        if not _same_row(old, new, _number(change), _KEYS[head]):
            return True
    if head == "panel":
        slot = change.field.split(":")[1]
        if what in MOVES:
            return bool(base.panels != current.panels)
        if what == "remove":
            return base.panel(slot) != current.panel(slot)
        if not _same_panel(base, current, slot):
            return True
    before, now = (value_at(content, change.field, change.language) for content in (base, current))
    return now not in {before, change.value}


def _renumbered(change: Change, base: BoothContent, current: BoothContent) -> Change:
    """Follows a row to where it is now, and puts an added one behind those that others have added."""
    head, number = _head(change), _number(change)
    old, new = (getattr(content, ROWS[head].rows) for content in (base, current))
    target = number
    if number >= len(old):
        target = len(new) + number - len(old)
    elif number >= len(new) or old[number] != new[number]:
        found = [n for n, row in enumerate(new) if row == old[number]]
        target = found[0] if len(found) == 1 else number
    if target == number:
        return change
    return msgspec.structs.replace(change, field=f"{head}:{target}:{_what(change)}")


def _same_row(old: tuple[Any, ...], new: tuple[Any, ...], number: int, key: str) -> bool:
    """Tells whether a number means the same row in both, as far as can be told."""
    if number >= len(old):
        return len(old) == len(new)
    if number >= len(new):
        return False
    if old[number] == new[number]:
        return True
    if new[number] in old:
        return False
    return len(old) == len(new) or bool(getattr(old[number], key) == getattr(new[number], key))


def _same_panel(base: BoothContent, current: BoothContent, slot: str) -> bool:
    """Tells whether a slot still holds the same panel, or none both times."""
    old, new = base.panel(slot), current.panel(slot)
    if old is None or new is None:
        return old is new
    return old == new or _unplaced(new) not in {_unplaced(panel) for panel in base.panels if panel.slot != slot}


def _unplaced(panel: Panel) -> tuple[Text, Text, str, Text]:
    return panel.title, panel.text, panel.picture, panel.alt


def _head(change: Change) -> str:
    return change.field.partition(":")[0]


def _what(change: Change) -> str:
    return change.field.rpartition(":")[2]


def _number(change: Change) -> int:
    parts = change.field.split(":")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else 0
