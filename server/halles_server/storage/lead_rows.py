"""Rows of leads as values: what the person's side (``cards``) and the booth's side (``leads``) read alike."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from halles_server.ports.cards import Card, Note

IN_FORCE: Final = "withdrawn IS NULL AND until > now()"
"""SQL: a booth holds this lead now."""

NOTES: Final = (
    "SELECT n.lead, n.at, n.text, coalesce(a.name, '') AS author FROM lead_notes n"
    " LEFT JOIN accounts a ON a.id = n.author WHERE n.lead = ANY($1::bigint[]) ORDER BY n.id"
)
"""SQL: the notes on leads $1, oldest first."""

_V = TypeVar("_V")


def card_in(row: Any) -> Card:
    """Returns the card in a row."""
    return Card(row["name"], row["organisation"], row["mail"])


def note_in(row: Any) -> Note:
    """Returns the note in a row of ``NOTES``."""
    return Note(row["author"], row["at"], row["text"])


def by_lead(rows: Iterable[Any], value: Callable[[Any], _V]) -> defaultdict[int, tuple[_V, ...]]:
    """Returns the values of rows that name their lead, in the rows' order."""
    found: defaultdict[int, tuple[_V, ...]] = defaultdict(tuple)
    for row in rows:
        found[row["lead"]] += (value(row),)
    return found
