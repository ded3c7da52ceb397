"""The live session: a card top right with the one amber button, two sheets (taking part, conducting), and captions."""

from functools import partial
from typing import Final

from halles_client.live_words import mode_name, phase_name
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.acts import Field, Sheet
from halles_client.view.hud.cards import sheet, voice
from halles_client.view.hud.cards.bar import room
from halles_client.view.hud.cards.buttons import Button, keyed, keyed_width
from halles_client.view.hud.cards.frame import View, live_rect
from halles_client.view.hud.cards.options import listed
from halles_client.view.hud.lists import live_fields
from halles_client.view.hud.live_choices import choices, clapped
from halles_client.view.hud.live_state import LiveShown
from halles_client.view.hud.pen import Pen, Rect

_FIELD: Final = 36
_BETWEEN: Final = 10
_SAID: Final = 22
"""Height of the line above the field for backstage."""
_CAPTIONS: Final = 620
"""Pixels of the look that captions take at most."""


def on_card(live: LiveShown) -> tuple[object, ...]:
    """Returns what of it the card shows."""
    return live.title, live.phase, live.mode, live.clock, live.speaking, live.rank, len(live.hands)


def card(pen: Pen, view: View) -> None:
    """Draws what is on, who speaks, and the button to take part."""
    live, rect = view.state.live, live_rect(pen, view)
    if live is None or rect is None or view.reading or (view.quiet and view.folded):
        return
    _, pad = view.tongue, pen.u(14)
    pen.card(rect)
    left, middle = rect.x + pad, rect.y + pen.u(10)
    dot = tokens.WARNING if live.phase == "live" else tokens.AMBER
    pen.disc(left + pen.u(5), middle + pen.line(13) // 2, pen.u(9), dot)
    start = left + pen.u(18)
    start += pen.text(start, middle, phase_name(_, live.phase), 13, "semibold", tokens.AMBER) + pen.u(8)
    rest = " · ".join(part for part in (live.clock, mode_name(_, live.mode)) if part)
    pen.text(start, middle, rest, 13, fill=tokens.MUTED, most=rect.x + rect.w - pad - start)
    y = middle + pen.line(13) + pen.u(2)
    pen.text(left, y, live.title, 15, "semibold", most=rect.w - 2 * pad)
    foot = Rect(left, rect.y + rect.h - pen.u(42), rect.w - 2 * pad, pen.u(32))
    # While the connection is lost nothing can be done, and what is kept is said in full.
    taken = 0
    if view.state.connection.state == "open":
        button = Button(_("Take part"), acts.Open("live"), "I", primary=True)
        taken = keyed_width(pen, button) + pen.u(10)
        keyed(pen, foot.x + foot.w - taken + pen.u(10), foot.y, button)
    beside = foot.y + (foot.h - pen.line(13)) // 2
    pen.text(left, beside, _below(view, live), 13, fill=tokens.MUTED, most=foot.w - taken)


def _below(view: View, live: LiveShown) -> str:
    """Says one thing: one's own rank, else who speaks, else how many wait."""
    _ = view.tongue
    if live.rank:
        text = _("Your hand is up: number {rank}", rank=live.rank)
        return text if view.state.connection.state == "open" else _("{hand}, your rank is kept", hand=text)
    heard = " · ".join(f"{row.name} {row.left}".strip() for row in live.speaking)
    if heard:
        return _("Speaking: {names}", names=heard)
    return _.many("{count} hand is up", "{count} hands are up", len(live.hands)) if live.hands else ""


def taking_part(pen: Pen, view: View) -> None:
    """Draws the sheet of what everybody can do, with the fields for a question and for backstage at its foot."""
    _sheet(pen, view, "live", view.tongue("Live session"))


def conducting(pen: Pen, view: View) -> None:
    """Draws the sheet of what its hosts do, with the field for backstage at its foot."""
    _sheet(pen, view, "conduct", view.tongue("Conduct"))


def _sheet(pen: Pen, view: View, name: Sheet, title: str) -> None:
    live = view.state.live
    if live is None or not sheet.is_open(view, name):
        return
    fields = live_fields(live, name)
    high = {field: _FIELD + _BETWEEN + (_SAID if field == "backstage" else 0) for field in fields}
    foot = sum(high.values()) + _BETWEEN if fields else 0
    content = partial(_content, view, live)
    area = sheet.draw(pen, view, sheet.Sheet(name, title, content, 16, foot, _other(view, live))).inset(pen.u(16))
    y = area.y + area.h
    for field in reversed(fields):
        if field == "backstage":
            _last_said(pen, view, live, Rect(area.x, y - pen.u(_FIELD + _SAID), area.w, pen.u(_SAID)))
        below = Rect(area.x, y - pen.u(_FIELD), area.w, pen.u(_FIELD))
        _field(pen, view, below, field, first=field == fields[0])
        y -= pen.u(high[field])


def _last_said(pen: Pen, view: View, live: LiveShown, rect: Rect) -> None:
    """Writes above the field for backstage that it is that, and the last line said there."""
    wide = pen.text(rect.x, rect.y, view.tongue("Backstage"), 13, "semibold", tokens.AMBER)
    if live.backstage:
        name, text = live.backstage[-1]
        left = rect.x + wide + pen.u(8)
        pen.text(left, rect.y, f"{name}: {text}", 13, fill=tokens.MUTED, most=rect.x + rect.w - left)


def _other(view: View, live: LiveShown) -> Button | None:
    """Returns the way to the other of the two sheets, for hosts."""
    _ = view.tongue
    if not live.host:
        return None
    if view.ui.sheet == "conduct":
        return Button(_("Take part"), acts.Open("live"), "I")
    return Button(_("Conduct"), acts.Open("conduct"), "I")


def captions(pen: Pen, view: View) -> None:
    """Draws what is being said over the bar, for who is far from the screen or sees it from the side."""
    said = captions_of(view)
    if not said or not view.inside or view.quiet or view.ui.sheet == "gestures":
        return
    left, right = room(pen, view)
    most = min(pen.u(_CAPTIONS), right - left)
    pad = pen.u(14)
    rows = [row for line in said for row in pen.wrap(line, 18, "medium", most - 2 * pad)][-2:]
    wide = max(pen.width(row, 18) for row in rows) + 2 * pad
    high = len(rows) * pen.line(18) + pen.u(12)
    heard = voice.sign_height(pen, view)
    above = pen.u(tokens.MARGIN + 48 + 8 + 40 + 8) + (heard + pen.u(8) if heard else 0)  # bar, booth to visit, voices
    rect = Rect((left + right - wide) // 2, view.size[1] - above - high, wide, high)
    pen.card(rect)
    for place, row in enumerate(rows):
        x = rect.x + (rect.w - pen.width(row, 18)) // 2
        pen.text(x, rect.y + pen.u(6) + place * pen.line(18), row, 18)


def captions_of(view: View) -> tuple[str, ...]:
    """Returns what is being said, or was in what is watched again."""
    shown = view.state.live or view.state.replay
    return shown.captions if shown is not None else ()


def _field(pen: Pen, view: View, rect: Rect, field: Field, *, first: bool) -> None:
    """Draws a field; the first one of a sheet is the one that Enter opens."""
    _, active = view.tongue, view.ui.typing == field
    if field == "question":
        hint = _("Your question, then Enter") if active else _("Enter: ask a question")
    elif active:
        hint = _("To hosts and speakers only, then Enter")
    else:
        beside = _("Tab: say backstage") if view.ui.typing == "question" else _("Say backstage")
        hint = _("Enter: say backstage") if first else beside
    pen.field(rect, view.ui.line(field), hint, acts.Type(field), active=active)


def _content(view: View, live: LiveShown, pen: Pen, area: Rect, y: int) -> int:
    y = _told(pen, view, live, area, y)
    return listed(pen, area, y, choices(view.tongue, live, view.ui.sheet))


def _told(pen: Pen, view: View, live: LiveShown, area: Rect, y: int) -> int:
    """Writes how it stands."""
    _ = view.tongue
    stands = f"{phase_name(_, live.phase)} · {mode_name(_, live.mode)}"
    marks = [_("chat frozen")] if live.frozen else []
    marks += [_("door locked")] if live.locked else []
    if live.host and live.waiting:
        marks.append(_.many("{count} question to check", "{count} questions to check", live.waiting))
    y = pen.paragraph(area.x, y, area.w, " · ".join((stands, *marks)), 13, fill=tokens.MUTED, lines=2)
    heard = " · ".join(f"{row.name} {row.left}".strip() for row in live.speaking)
    if heard:
        y = pen.paragraph(area.x, y, area.w, _("Speaking: {names}", names=heard), 13, lines=2)
    if said := clapped(_, live.reactions):
        y = pen.paragraph(area.x, y, area.w, said, 13, "semibold", tokens.AMBER, 2)
    return y + pen.u(10)
