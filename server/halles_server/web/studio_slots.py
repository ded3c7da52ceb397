"""The slots of a booth as forms: which fields each has, what stands in them, and what a sent form changes. Pure.

A field's name in a form is the field of the edit, with a language after a dot where it is a text: ``pitch.fr``,
``link:0:url``. A form says what somebody saw by the draft's revision: only what differs from that is a change.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from halles.errors import Excess, Rejection, RejectionCode
from halles.world.booth import (
    ACCENTS,
    NAME_CAP,
    PANEL_SLOTS,
    URL_CAP,
    BoothContent,
    Change,
    MediaKind,
    Panel,
    texts_of,
    values_of,
)
from halles.world.booth_edit import LONG, MOVES, ROWS, text_cap
from halles.world.link_address import is_link
from halles.world.text import LANGUAGES, Language, Text
from halles_server.services.completeness import Meter, meter_of
from halles_server.web.language import Said

SLOTS: Final = ("header", "pitch", "opening", "screen", "posters", "plinth", "documents", "team", "links")
"""As the list beside the form has them."""

POSTERS: Final = tuple(slot for slot in PANEL_SLOTS if slot != "screen")
"""Each poster has a form of its own."""

_ROWS_OF: Final = {"documents": "document", "team": "team", "links": "link"}
_KINDS: Final[dict[str, MediaKind]] = {"picture": "picture", "media": "document", "film": "film", "model": "model"}
"""What sort of medium a field takes, by the last part of its name."""

_CAPS: Final = {"name": NAME_CAP, "url": URL_CAP}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a field was refused: ``long`` (by ``over`` characters), ``letters``, ``name``, ``address``, ``network`` (one
    that only it can reach) or ``wrong``; of a form as a whole also ``budget`` (of ``excess``) or ``often``.
    """

    kind: str
    over: int = 0
    excess: Excess | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in one language, as its field shows it.

    Attributes:
        instead: What visitors read while this is empty.
        used: How many characters it has.
    """

    language: Language
    name: str
    value: str
    instead: Said
    used: int
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class TextField:
    """A text in all languages, side by side."""

    field: str
    what: str
    cap: int
    long: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class LineField:
    """A value that is the same in every language."""

    field: str
    what: str
    value: str
    cap: int
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class MediumField:
    """A place for a medium, and the one that is there."""

    field: str
    kind: MediaKind
    current: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: a slot's own, or one row of it.

    Attributes:
        key: How an edit names it, as in ``link:0``; "" for fields that cannot be moved or removed together.
        number: Of a row, counting from 1; 0 for what is no row.
        new: Whether it is the empty row that may be added.
        begun: Whether the draft has it: what nobody has begun lacks nothing.
        moves: Whether it may go up or down.
    """

    key: str
    number: int
    new: bool
    begun: bool
    moves: tuple[str, ...]
    lines: tuple[LineField, ...]
    texts: tuple[TextField, ...]
    media: tuple[MediumField, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was not accepted: what was typed, and what is wrong with it; empty before anything is sent.

    Attributes:
        revision: The draft's that its sender saw: what others have written since must still be noticed.
    """

    typed: Mapping[str, str]
    problems: Mapping[str, Problem]
    revision: int = 0


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot in the list beside the form."""

    slot: str
    meter: Meter
    rows: int

    @property
    def empty(self) -> bool:
        """Whether nobody has begun it; the header always has the booth's name."""
        return not (self.meter.cells or self.rows or self.slot == "header")


@dataclass(frozen=True, slots=True)
class PosterLine:
    """A poster in the list of posters."""

    slot: str
    panel: Panel
    moves: tuple[str, ...]


NOTHING_SENT: Final = Sent({}, {})


def slot_of(field: str) -> str:
    """Returns the slot to which a field belongs; each poster is one of its own."""
    head, _, rest = field.partition(":")
    if head == "panel":
        return rest.partition(":")[0]
    rows = {row: slot for slot, row in _ROWS_OF.items()}
    simple = {"name": "header", "accent": "header", "film": "screen", "model": "plinth", "model_title": "plinth"}
    return rows.get(head) or simple.get(head, head)


def slot_lines(content: BoothContent) -> tuple[SlotLine, ...]:
    """Returns all slots with how much of each is written."""
    sorted_texts: dict[str, dict[str, Text]] = {slot: {} for slot in SLOTS}
    for field, text in texts_of(content).items():
        slot = slot_of(field)
        sorted_texts["posters" if slot in POSTERS else slot][field] = text
    rows = {slot: len(getattr(content, ROWS[row].rows)) for slot, row in _ROWS_OF.items()}
    rows["posters"] = sum(panel.slot in POSTERS for panel in content.panels)
    return tuple(SlotLine(slot, meter_of(sorted_texts[slot]), rows.get(slot, 0)) for slot in SLOTS)


def poster_lines(content: BoothContent) -> tuple[PosterLine, ...]:
    """Returns the posters as they hang."""
    posters = [panel for panel in content.panels if panel.slot in POSTERS]
    return tuple(PosterLine(panel.slot, panel, _moves(n, len(posters))) for n, panel in enumerate(posters))


def free_poster(content: BoothContent) -> str:
    """Returns the first slot where no poster hangs, "" when all are taken."""
    return next((slot for slot in POSTERS if content.panel(slot) is None), "")


def groups_of(slot: str, content: BoothContent, sent: Sent = NOTHING_SENT) -> tuple[Group, ...]:
    """Returns the fields of a slot's form, with what is stored or, in a refused form, what was typed."""
    texts, values = texts_of(content), values_of(content)

    def made(key: str, names: tuple[str, ...], *, number: int = 0, moves: tuple[str, ...] = ()) -> Group:
        fields = [f"{key}:{name}" if key else name for name in names]
        begun = any(field in texts or field in values for field in fields)
        return Group(
            key=key,
            number=number,
            new=bool(number) and not begun,
            begun=begun,
            moves=moves,
            lines=tuple(_line(field, values, sent) for field in fields if _what(field) in {"name", "url", "accent"}),
            texts=tuple(
                _text(field, texts.get(field, Text()), sent)
                for field in fields
                if _what(field) not in {*_KINDS, "name", "url", "accent"}
            ),
            media=tuple(
                MediumField(field, _KINDS[_what(field)], sent.typed.get(field, values.get(field, "")))
                for field in fields
                if _what(field) in _KINDS
            ),
        )

    if slot in _ROWS_OF:
        row = ROWS[_ROWS_OF[slot]]
        there = len(getattr(content, row.rows))
        return tuple(
            made(f"{_ROWS_OF[slot]}:{n}", (*row.parts, row.text), number=n + 1, moves=_moves(n, there))
            for n in range(min(there + 1, row.cap))
        )
    if slot in PANEL_SLOTS:
        panel = made(f"panel:{slot}", ("title", "text", "alt", "picture"))
        return (panel, made("", ("film",))) if slot == "screen" else (panel,)
    own = {"header": ("name", "accent"), "plinth": ("model_title", "model")}
    return (made("", own.get(slot, (slot,))),)


def changes_of(form: Mapping[str, str], base: BoothContent, slot: str) -> tuple[Change, ...]:
    """Returns what a form changes of the content that its sender saw; rows are moved and removed last of all."""
    changes = []
    for name, change, stood in _fields(slot, base):
        if name in form:
            value = _typed(form[name])
            if value != stood:
                changes.append(Change(change.field, value, change.language))
    cleared = form.get("clear", "")
    if slot_of(cleared) == slot and _what(cleared) in _KINDS:
        changes = [change for change in changes if change.field != cleared]
        changes.append(Change(cleared, ""))
    act = form.get("act", "")
    if _what(act) in {"remove", *MOVES} and slot_of(act) in {slot, *(POSTERS if slot == "posters" else ())}:
        changes.append(Change(act, ""))
    return tuple(changes)


def problem_of(field: str, value: str, refusal: Rejection) -> Problem:
    """Says in a word why a value was refused."""
    what = _what(field)
    cap = _CAPS.get(what, text_cap(field))
    if refusal.code == RejectionCode.INVALID_TEXT:
        if len(value) > cap:
            return Problem("long", len(value) - cap)
        return Problem("name" if what == "name" and not value.strip() else "letters")
    if what == "url":
        return Problem("network" if is_link(value) else "address")
    return Problem("wrong")


def name_of(field: str, language: str) -> str:
    """Returns the name in a form of a field in a language."""
    return f"{field}.{language}" if language else field


def _fields(slot: str, base: BoothContent) -> Iterator[tuple[str, Change, str]]:
    """Returns every field that a slot's form may send: its name, a change of it, and what stood there."""
    texts, values = texts_of(base), values_of(base)
    for group in groups_of(slot, base) if slot != "posters" else ():
        for field in (*(line.field for line in group.lines), *(medium.field for medium in group.media)):
            yield field, Change(field, ""), values.get(field, "")
        for text in group.texts:
            for code in LANGUAGES:
                stood = texts.get(text.field, Text()).within(code)
                yield name_of(text.field, code), Change(text.field, "", code), stood


def _line(field: str, values: Mapping[str, str], sent: Sent) -> LineField:
    value = sent.typed.get(field, values.get(field, ""))
    return LineField(field, _what(field), value, _CAPS.get(_what(field), len(ACCENTS)), sent.problems.get(field))


def _text(field: str, text: Text, sent: Sent) -> TextField:
    cells = []
    for code in LANGUAGES:
        name = name_of(field, code)
        value = sent.typed.get(name, text.within(code))
        words, language = text.having(code, "").read(code)
        instead = Said(words, language, bool(words))
        cells.append(Cell(code, name, value, instead, len(value), sent.problems.get(name)))
    return TextField(field, _what(field), text_cap(field), _what(field) in LONG, tuple(cells))


def _moves(at: int, count: int) -> tuple[str, ...]:
    if at >= count:
        return ()
    return tuple(move for move, may in (("up", at > 0), ("down", at < count - 1)) if may)


def _typed(value: str) -> str:
    """Returns what was typed as it is stored: browsers send line breaks as two characters."""
    return re.sub(r"\r\n?", "\n", value).strip()


def _what(field: str) -> str:
    return field.rpartition(":")[2]
