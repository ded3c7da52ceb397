"""The line under the go-to field that says that one booth is seen as its draft has it, and how to leave that."""

from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.booth_state import Draft
from halles_client.view.hud.cards.frame import View, line_rect
from halles_client.view.hud.pen import Pen, Rect

KEY: Final = "P"
_WORDS_FROM: Final = 360
"""Pixels of the look: in a narrower card the key stands without words, so that it still says whose draft it is."""


def draft(pen: Pen, view: View) -> None:
    """Draws the card, above the bell's."""
    shown = _shown(view)
    if shown is None:
        return
    _, pad = view.tongue, pen.u(12)
    rect = line_rect(pen, view, 0, _high(pen))
    pen.card(rect, alpha=0.96)
    pen.shape(Rect(rect.x, rect.y, pen.u(6), rect.h), tokens.AMBER, pen.u(3))
    right = _leave(pen, view, rect)
    left = rect.x + pad + pen.u(12)
    head = _("Draft of {booth}, revision {n}", booth=shown.booth, n=shown.revision)
    pen.text(left, rect.y + pad, head, 15, "semibold", tokens.AMBER, most=right - left)
    below = _("Only you see it here.")
    pen.text(left, rect.y + pad + pen.line(15), below, 13, fill=tokens.MUTED, most=right - left)


def height(pen: Pen, view: View) -> int:
    """Returns how much the card takes under the go-to field, the gap after it included; 0 where there is none."""
    return _high(pen) + pen.u(8) if _shown(view) is not None else 0


def _shown(view: View) -> Draft | None:
    if not view.inside or view.reading or view.state.connection.state != "open" or view.ui.typing == "search":
        return None
    return view.state.draft


def _high(pen: Pen) -> int:
    return pen.line(15) + pen.line(13) + 2 * pen.u(12)


def _leave(pen: Pen, view: View, rect: Rect) -> int:
    """Draws the key that leaves the draft, with words; returns where the room before it ends."""
    _ = view.tongue
    label = _("Published") if rect.w >= pen.u(_WORDS_FROM) else ""
    wide, cap = pen.width(label, 15, "semibold"), max(pen.u(24), pen.width(KEY, 13, "semibold") + 2 * pen.u(8))
    at = rect.x + rect.w - pen.u(16) - wide - cap - pen.u(8)
    pen.key(at, rect.y + (rect.h - pen.u(24)) // 2, KEY)
    pen.text(at + cap + pen.u(8), rect.y + (rect.h - pen.line(15)) // 2, label, 15, "semibold")
    pen.target(Rect(at - pen.u(5), rect.y + pen.u(6), wide + cap + pen.u(18), rect.h - pen.u(12)), acts.LeaveDraft())
    return at - pen.u(12)
