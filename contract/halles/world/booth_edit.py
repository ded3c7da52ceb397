"""The one way in which a booth's content changes: pure.

``apply_edit`` takes a content and an edit and returns the next content, or refuses. Texts are addressed by language,
rows (links, team, documents) by their number, panels by the slot where they hang.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import MediaId
from halles.world.booth import (
    ACCENTS,
    DOCUMENTS_CAP,
    LINKS_CAP,
    PANEL_CAP,
    PANEL_SLOTS,
    SLOT_PATTERN,
    TEAM_CAP,
    TITLE_CAP,
    URL_CAP,
    BoothContent,
    BoothEdit,
    Change,
    Document,
    Link,
    MediaKind,
    Panel,
    TeamMember,
    check_budget,
    clean_name,
    clean_text,
    media_kind,
)
from halles.world.link_address import check_link
from halles.world.text import LANGUAGES, Language, Text

MOVES: Final = ("up", "down")
"""What changes a panel's or row's place with its neighbour's."""

TEXT_CAPS: Final = {"title": TITLE_CAP, "label": TITLE_CAP, "line": TITLE_CAP, "alt": URL_CAP, "model_title": TITLE_CAP}
"""Characters of each sort of text, by the last part of its field; those that are not here take ``PANEL_CAP``."""

LONG: Final = frozenset({"pitch", "opening", "text"})
"""Texts in which lines may break."""


def text_cap(field: str) -> int:
    """Returns how many characters the text of a field may have in one language."""
    return TEXT_CAPS.get(field.rpartition(":")[2], PANEL_CAP)


def apply_edit(content: BoothContent, edit: BoothEdit) -> BoothContent:
    """Returns the content after an edit.

    Raises:
        Rejection: INVALID_TEXT for a text that may not stand there, BAD_FIELD for a field that does not exist or a
            medium of the wrong kind, OVER_BUDGET for too many rows or, in all, too much text.
    """
    for change in edit.changes:
        content = _apply(content, change)
    for refusal in _lacking(content).values():
        raise refusal
    check_budget(content)
    return content


def faults(content: BoothContent, edit: BoothEdit) -> dict[tuple[str, str], Rejection]:
    """Returns every reason for which ``apply_edit`` would refuse, by field and language; ("", "") for the whole."""
    found: dict[tuple[str, str], Rejection] = {}
    for change in edit.changes:
        try:
            content = _apply(content, change)
        except Rejection as refusal:
            found[change.field, change.language] = refusal
    for field, lack in _lacking(content).items():
        found.setdefault((field, ""), lack)
    try:
        check_budget(content)
    except Rejection as refusal:
        found["", ""] = refusal
    return found


def _lacking(content: BoothContent) -> dict[str, Rejection]:
    """Returns what each row lacks without which it says nothing."""
    lacking = {
        f"link:{n}:url": Rejection(RejectionCode.BAD_FIELD, "a link needs an address")
        for n, link in enumerate(content.links)
        if not link.url
    }
    return lacking | {
        f"team:{n}:name": Rejection(RejectionCode.INVALID_TEXT, "somebody of the team needs a name")
        for n, member in enumerate(content.team)
        if not member.name
    }


def _apply(content: BoothContent, change: Change) -> BoothContent:
    if simple := _SIMPLE.get(change.field):
        return msgspec.structs.replace(content, **{change.field: simple(content, change)})
    if match := _PANEL_FIELD.fullmatch(change.field):
        return _apply_to_panel(content, match["slot"], match["what"], change)
    if match := _ROW_FIELD.fullmatch(change.field):
        return _apply_to_row(content, match["row"], int(match["n"]), change)
    raise _no_field(change)


def _apply_to_panel(content: BoothContent, slot: str, what: str, change: Change) -> BoothContent:
    others = tuple(panel for panel in content.panels if panel.slot != slot)
    if what == "remove":
        return msgspec.structs.replace(content, panels=others)
    if what in MOVES:
        return msgspec.structs.replace(content, panels=_moved_panels(content, slot, what))
    panel = content.panel(slot) or Panel(slot)
    new = _medium(change, "picture") if what == "picture" else _text(getattr(panel, what), change)
    return msgspec.structs.replace(content, panels=_hung(*others, msgspec.structs.replace(panel, **{what: new})))


def _hung(*panels: Panel) -> tuple[Panel, ...]:
    return tuple(sorted(panels, key=lambda panel: PANEL_SLOTS.index(panel.slot)))


def _moved_panels(content: BoothContent, slot: str, what: str) -> tuple[Panel, ...]:
    """Lets a poster and the poster next to it change slots; the screen is where it is."""
    posters = [panel for panel in content.panels if panel.slot != "screen"]
    at = next((n for n, panel in enumerate(posters) if panel.slot == slot), None)
    if at is None:
        raise Rejection(RejectionCode.BAD_FIELD, f"no poster in {slot}")
    first, second = _neighbours(at, what, len(posters))
    one, other = posters[first], posters[second]
    posters[first] = msgspec.structs.replace(other, slot=one.slot)
    posters[second] = msgspec.structs.replace(one, slot=other.slot)
    return _hung(*(panel for panel in content.panels if panel.slot == "screen"), *posters)


def _neighbours(at: int, what: str, count: int) -> tuple[int, int]:
    """Returns the two places that are changed; ``Rejection`` BAD_FIELD at the end of the row."""
    first = at - 1 if what == "up" else at
    if not 0 <= first < count - 1:
        raise Rejection(RejectionCode.BAD_FIELD, f"nothing further {what}")
    return first, first + 1


class _Row(NamedTuple):
    """A sort of row: where it stands in a content, how many there may be, a new one, and what of it is no text."""

    rows: str
    cap: int
    new: Any
    parts: dict[str, Callable[[Change], str]]
    text: str


def _apply_to_row(content: BoothContent, name: str, index: int, change: Change) -> BoothContent:
    row, what = ROWS[name], change.field.rpartition(":")[2]
    rows = list(getattr(content, row.rows))
    if what not in {*row.parts, row.text, "remove", *MOVES}:
        raise _no_field(change)
    if index >= row.cap:
        raise Rejection(RejectionCode.OVER_BUDGET, f"at most {row.cap} {row.rows}")
    if index > len(rows) or (what in {"remove", *MOVES} and index == len(rows)):
        raise Rejection(RejectionCode.BAD_FIELD, f"no {name} {index}")
    if what == "remove":
        del rows[index]
    elif what in MOVES:
        first, second = _neighbours(index, what, len(rows))
        rows[first], rows[second] = rows[second], rows[first]
    else:
        if index == len(rows):
            rows.append(row.new)
        part = row.parts.get(what)
        new = part(change) if part else _text(getattr(rows[index], what), change)
        rows[index] = msgspec.structs.replace(rows[index], **{what: new})
    return msgspec.structs.replace(content, **{row.rows: tuple(rows)})


def _name(change: Change) -> str:
    name = clean_name(change.value)
    if not name:
        raise Rejection(RejectionCode.INVALID_TEXT, "a name is needed")
    return name


def _accent(change: Change) -> int:
    if change.value not in {str(i) for i in range(len(ACCENTS))}:
        raise Rejection(RejectionCode.BAD_FIELD, f"accent is 0 to {len(ACCENTS) - 1}")
    return int(change.value)


def _url(change: Change) -> str:
    url = clean_text(change.value, URL_CAP, lines=False)
    check_link(url)
    return url


def _medium(change: Change, kind: MediaKind) -> MediaId:
    if change.value and media_kind(change.value) != kind:
        raise Rejection(RejectionCode.BAD_FIELD, f"not the id of a {kind}")
    return MediaId(change.value)


def _text(text: Text, change: Change) -> Text:
    language: Language | None = next((known for known in LANGUAGES if known == change.language), None)
    if language is None:
        raise Rejection(RejectionCode.BAD_FIELD, f"{change.field} needs a language")
    lines = change.field.rpartition(":")[2] in LONG
    return text.having(language, clean_text(change.value, text_cap(change.field), lines=lines))


def _no_field(change: Change) -> Rejection:
    return Rejection(RejectionCode.BAD_FIELD, f"no field {change.field!r}")


_SIMPLE: Final[dict[str, Callable[[BoothContent, Change], Any]]] = {
    "name": lambda content, change: _name(change),
    "accent": lambda content, change: _accent(change),
    "pitch": lambda content, change: _text(content.pitch, change),
    "opening": lambda content, change: _text(content.opening, change),
    "film": lambda content, change: _medium(change, "film"),
    "model": lambda content, change: _medium(change, "model"),
    "model_title": lambda content, change: _text(content.model_title, change),
}

ROWS: Final[dict[str, _Row]] = {
    "link": _Row("links", LINKS_CAP, Link(Text(), ""), {"url": _url}, "label"),
    "team": _Row("team", TEAM_CAP, TeamMember(""), {"name": _name}, "line"),
    "document": _Row(
        "documents", DOCUMENTS_CAP, Document(), {"media": lambda change: _medium(change, "document")}, "title"
    ),
}
"""The sorts of rows, by the first part of their fields."""

_PANEL_FIELD: Final = re.compile(rf"panel:(?P<slot>{SLOT_PATTERN}):(?P<what>title|text|alt|picture|remove|up|down)")
_ROW_FIELD: Final = re.compile(rf"(?P<row>{'|'.join(ROWS)}):(?P<n>[0-9]{{1,2}}):[a-z]+")
