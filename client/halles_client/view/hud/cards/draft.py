"""The line at the right that says that one booth is seen as its draft has it, and how to leave that."""

from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.booth_state import Draft
from halles_client.view.hud.cards import top
from halles_client.view.hud.cards.frame import View, aside_rect, line_rect
from halles_client.view.hud.pen import Pen, Rect

KEY: Final = "P"
_WORDS_FROM: Final = 360
"""Pixels of the look: in a narrower card the key stands without words, so that it still says whose draft it is."""


_LINES: Final = 2
"""Of whose draft it is, at most."""


def draft(pen: Pen, view: View) -> None:
    """Draws the card, above the bell's."""
    shown = _shown(view)
    if shown is None:
        return
    _, pad = view.tongue, pen.u(12)
    rect = _rect(pen, view, shown)
    pen.card(rect, alpha=0.96)
    pen.shape(Rect(rect.x, rect.y, pen.u(6), rect.h), tokens.AMBER, pen.u(3))
    _leave(pen, view, rect)
    left, room = rect.x + pad + pen.u(12), _room(pen, view, rect)
    y = pen.paragraph(left, rect.y + pad, room, _head(view, shown), 15, "semibold", tokens.AMBER, _LINES)
    pen.text(left, y, _("Only you see it here."), 13, fill=tokens.MUTED, most=room)


def height(pen: Pen, view: View) -> int:
    """Returns how much the card takes under the go-to field, the gap after it included; 0 where there is none."""
    shown = _shown(view)
    if shown is None:
        return 0
    rect = _rect(pen, view, shown)
    return rect.y + rect.h + pen.u(8) - line_rect(pen, view, 0, 0).y


def _shown(view: View) -> Draft | None:
    if not view.inside or view.reading or view.state.connection.state != "open" or view.ui.typing == "search":
        return None
    return view.state.draft


def _head(view: View, shown: Draft) -> str:
    _ = view.tongue
    return _("Draft of {booth}, revision {n}", booth=shown.booth, n=shown.revision)


def _rect(pen: Pen, view: View, shown: Draft) -> Rect:
    """Returns where the card lies: below a notice, as high as its words need."""
    rect, notice = aside_rect(pen, view, 0, 0), top.notice_rect(pen, view)
    lines = min(_LINES, len(pen.wrap(_head(view, shown), 15, "semibold", _room(pen, view, rect))))
    y = rect.y
    if notice is not None and notice.x < rect.x + rect.w:
        y = max(y, notice.y + notice.h + pen.u(8))
    return Rect(rect.x, y, rect.w, lines * pen.line(15) + pen.line(13) + 2 * pen.u(12))


def _words(pen: Pen, view: View, rect: Rect) -> tuple[str, int, int]:
    """Returns what stands beside the key, how wide that is, and the key."""
    _ = view.tongue
    label = _("Published") if rect.w >= pen.u(_WORDS_FROM) else ""
    cap = max(pen.u(24), pen.width(KEY, 13, "semibold") + 2 * pen.u(8))
    return label, pen.width(label, 15, "semibold"), cap


def _room(pen: Pen, view: View, rect: Rect) -> int:
    """Returns how wide the words before the key may be."""
    _, wide, cap = _words(pen, view, rect)
    return rect.w - pen.u(12 + 12 + 12 + 16 + 8) - wide - cap


def _leave(pen: Pen, view: View, rect: Rect) -> None:
    """Draws the key that leaves the draft, with words."""
    label, wide, cap = _words(pen, view, rect)
    at = rect.x + rect.w - pen.u(16) - wide - cap - pen.u(8)
    pen.key(at, rect.y + (rect.h - pen.u(24)) // 2, KEY)
    pen.text(at + cap + pen.u(8), rect.y + (rect.h - pen.line(15)) // 2, label, 15, "semibold")
    pen.target(Rect(at - pen.u(5), rect.y + pen.u(6), wide + cap + pen.u(18), rect.h - pen.u(12)), acts.LeaveDraft())
