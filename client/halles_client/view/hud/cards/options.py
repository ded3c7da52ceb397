"""What a sheet offers to choose from: one below the other, or side by side; the first nine have a digit."""

from collections.abc import Sequence
from typing import Final

from halles_client.view.hud import tokens
from halles_client.view.hud.keys import DIGITS
from halles_client.view.hud.live_choices import Choice
from halles_client.view.hud.pen import Pen, Rect

_ROW: Final = 40
_CHIP: Final = 34
_LINES: Final = 3
"""Of a choice's words, as a question's, at most."""


def listed(pen: Pen, area: Rect, y: int, offered: Sequence[Choice]) -> int:
    """Draws choices from a y on; returns the y below them."""
    row, place = Rect(area.x, y, 0, 0), 0  # where the last chip ended
    for choice in offered:
        if choice.head:
            y = (row.y + row.h if row.w else y) + pen.u(8)
            y = pen.paragraph(area.x, y, area.w, choice.head, 13, "semibold", tokens.MUTED, _LINES) + pen.u(4)
            row = Rect(area.x, y, 0, 0)
        digit = DIGITS[place] if place < len(DIGITS) and choice.act is not None and not choice.quiet else ""
        place += not choice.quiet
        if choice.chip:
            row = _chip(pen, area, row, choice, digit)
            y = row.y + row.h + pen.u(6)
        else:
            y = _line(pen, area, y, choice, digit) + pen.u(6)
    return y


def _line(pen: Pen, area: Rect, y: int, choice: Choice, digit: str) -> int:
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
