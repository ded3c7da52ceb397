"""The live session: a card top right with the one amber button, two sheets (taking part, conducting), and captions."""

from typing import Final

from halles_client.live_words import mode_name, phase_name
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards import voice
from halles_client.view.hud.cards.bar import room
from halles_client.view.hud.cards.frame import View, live_rect, scroll_mark, sheet_rect
from halles_client.view.hud.keys import DIGITS
from halles_client.view.hud.live_choices import Choice, choices, clapped
from halles_client.view.hud.live_state import LiveShown
from halles_client.view.hud.pen import Pen, Rect

_HEAD: Final = 54
_ROW: Final = 40
_CHIP: Final = 34
_FIELD: Final = 36
_LINES: Final = 3
"""Of a choice's words, as a question's, at most."""

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
    taken = _button(pen, view, foot) if view.state.connection.state == "open" else 0
    beside = foot.y + (foot.h - pen.line(13)) // 2
    pen.text(left, beside, _below(view, live), 13, fill=tokens.MUTED, most=foot.w - taken)


def _button(pen: Pen, view: View, foot: Rect) -> int:
    """Draws the one amber button at the right; returns the width that it takes."""
    _ = view.tongue
    label, pad = _("Take part"), pen.u(10)
    cap = max(pen.u(24), pen.width("I", 13, "semibold") + pen.u(16))
    wide = pen.width(label, 15, "semibold") + cap + pen.u(24)
    button = Rect(foot.x + foot.w - wide, foot.y, wide, foot.h)
    pen.box(button, tokens.AMBER)
    pen.text(button.x + pad, button.y + (button.h - pen.line(15)) // 2, label, 15, "semibold", tokens.INK)
    key = Rect(button.x + button.w - cap - pen.u(5), button.y + pen.u(5), cap, button.h - pen.u(10))
    pen.shape(key, tokens.INK.at(0.16), pen.u(tokens.RADIUS_KEY))
    letter = key.x + (cap - pen.width("I", 13, "semibold")) // 2
    pen.text(letter, button.y + (button.h - pen.line(13)) // 2, "I", 13, "semibold", tokens.INK)
    pen.target(button, acts.Open("live"))
    return wide + pad


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
    """Draws the sheet of what everybody can do."""
    if view.ui.sheet == "live":
        _sheet(pen, view)


def conducting(pen: Pen, view: View) -> None:
    """Draws the sheet of what its hosts do."""
    if view.ui.sheet == "conduct":
        _sheet(pen, view)


def _sheet(pen: Pen, view: View) -> None:
    """Draws a sheet's rows, scrolled where they are more than the window has, and the field at its foot."""
    live = view.state.live
    if live is None or not view.inside or view.reading:
        return
    most, pad = sheet_rect(pen, view), pen.u(16)
    foot = pen.u(_FIELD + 20) if view.ui.sheet == "live" and live.asking != "closed" else 0
    inner = Rect(most.x + pad, most.y + pen.u(_HEAD), most.w - 2 * pad, most.h - pen.u(_HEAD + 12) - foot)
    measure = Pen(pen.glyphs, pen.size, view.ui.scale)
    whole = _content(measure, view, live, inner, inner.y) - inner.y
    window = min(whole, inner.h)
    rect = Rect(most.x, most.y, most.w, window + pen.u(_HEAD + 12) + foot)
    pen.card(rect, alpha=0.94)
    _head(pen, view, live, rect)
    step = pen.line(15)
    pen.drawing.overflow = -(-max(0, whole - window) // step)
    offset = min(view.ui.scrolled(view.ui.sheet) * step, max(0, whole - window))
    area = Rect(rect.x, inner.y, rect.w, window)
    pen.clip(area)
    _content(pen, view, live, inner, inner.y - offset)
    pen.clip(None)
    scroll_mark(pen, area.inset(pen.u(2)), window, whole, offset)
    if foot:
        _field(pen, view, Rect(inner.x, rect.y + rect.h - foot + pen.u(4), inner.w, pen.u(_FIELD)))


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


def _head(pen: Pen, view: View, live: LiveShown, rect: Rect) -> None:
    _, conducts = view.tongue, view.ui.sheet == "conduct"
    cap = pen.width(_("Esc"), 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - pen.u(14), rect.y + pen.u(14), cap, pen.u(24))
    edge = close.x
    if live.host:  # the other of the two sheets
        other = _("Take part") if conducts else _("Conduct")
        wide = pen.width(other, 13, "semibold") + pen.u(46)
        there = Rect(close.x - wide - pen.u(6), close.y, wide, close.h)
        pen.key(there.x + pen.u(4), there.y, "I")
        pen.text(there.x + pen.u(36), there.y + (there.h - pen.line(13)) // 2, other, 13, "semibold")
        pen.target(there, acts.Open("live" if conducts else "conduct"))
        edge = there.x
    title = _("Conduct") if conducts else _("Live session")
    pen.text(rect.x + pen.u(16), rect.y + pen.u(14), title, 18, "semibold", most=edge - rect.x - pen.u(24))
    pen.key(close.x, close.y, _("Esc"))
    pen.target(close, acts.Close())


def _field(pen: Pen, view: View, rect: Rect) -> None:
    _, active = view.tongue, view.ui.typing == "question"
    hint = _("Your question, then Enter") if active else _("Enter: ask a question")
    pen.field(rect, view.ui.question, hint, acts.Type("question"), active=active)


def _content(pen: Pen, view: View, live: LiveShown, area: Rect, y: int) -> int:
    """Draws all that scrolls; returns the y below it."""
    y = _told(pen, view, live, area, y)
    row = Rect(area.x, y, 0, 0)  # where the last chip ended
    for place, choice in enumerate(choices(view.tongue, live, view.ui.sheet)):
        if choice.head:
            y = (row.y + row.h if row.w else y) + pen.u(8)
            y = pen.paragraph(area.x, y, area.w, choice.head, 13, "semibold", tokens.MUTED, _LINES) + pen.u(4)
            row = Rect(area.x, y, 0, 0)
        digit = DIGITS[place] if place < len(DIGITS) and choice.act is not None else ""
        if choice.chip:
            row = _chip(pen, area, row, choice, digit)
            y = row.y + row.h + pen.u(6)
        else:
            y = _choice(pen, area, y, choice, digit) + pen.u(6)
    return y


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


def _choice(pen: Pen, area: Rect, y: int, choice: Choice, digit: str) -> int:
    """Draws a choice on a line of its own; returns the y below it."""
    detail = pen.shorten(choice.detail, 13, "medium", area.w * 2 // 5) if choice.detail else ""
    ends = pen.width(detail, 13) + pen.u(10) if detail else 0
    left = area.x + pen.u(44)
    words = area.x + area.w - left - ends - pen.u(10)
    lines = min(_LINES, len(pen.wrap(choice.label, 15, "semibold", words)))
    rect = Rect(area.x, y, area.w, max(pen.u(_ROW), lines * pen.line(15) + pen.u(16)))
    ink = tokens.INK if choice.primary else tokens.PAPER
    if choice.act is not None:
        pen.box(rect, tokens.AMBER if choice.primary else tokens.KEY if choice.on else tokens.RAISED)
    if digit:
        pen.key(rect.x + pen.u(8), rect.y + (rect.h - pen.u(24)) // 2, digit)
    top = rect.y + (rect.h - lines * pen.line(15)) // 2
    pen.paragraph(left, top, words, choice.label, 15, "semibold", ink, _LINES)
    if choice.on:
        pen.shape(Rect(rect.x, rect.y, pen.u(4), rect.h), tokens.AMBER, pen.u(2))
    if detail:
        tint = tokens.INK if choice.primary else tokens.MUTED
        pen.text(rect.x + rect.w - ends, rect.y + (rect.h - pen.line(13)) // 2, detail, 13, fill=tint)
    if choice.act is not None:
        pen.target(rect, choice.act)
    return rect.y + rect.h


def _chip(pen: Pen, area: Rect, before: Rect, choice: Choice, digit: str) -> Rect:
    """Draws a choice beside the one before it, or on the next line where there is no room."""
    high, pad = pen.u(_CHIP), pen.u(8)
    cap = pen.u(24) + pen.u(6) if digit else 0
    wide = min(area.w, cap + pen.width(choice.label, 15, "semibold") + 2 * pad)
    x, y = (before.x + before.w + pen.u(6), before.y) if before.w else (area.x, before.y)
    if x + wide > area.x + area.w and before.w:
        x, y = area.x, before.y + before.h + pen.u(6)
    rect = Rect(x, y, wide, high)
    pen.box(rect, tokens.KEY if choice.on else tokens.RAISED)
    if choice.on:
        pen.shape(rect, tokens.AMBER, pen.u(tokens.RADIUS_BUTTON), stroke=max(1, pen.u(1.5)))
    if digit:
        pen.key(rect.x + pen.u(4), rect.y + (high - pen.u(24)) // 2, digit)
    left = rect.x + pad + cap - (pen.u(4) if digit else 0)
    pen.text(
        left, rect.y + (high - pen.line(15)) // 2, choice.label, 15, "semibold", most=rect.x + wide - left - pad // 2
    )
    pen.target(rect, choice.act)
    return rect
