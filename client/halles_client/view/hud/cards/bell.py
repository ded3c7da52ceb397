"""The line of the doorbell under the go-to field: who rings at one's own booth, or what became of one's own ring."""

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.booth_state import Caller, OwnRing
from halles_client.view.hud.cards import draft
from halles_client.view.hud.cards.frame import View, line_rect
from halles_client.view.hud.pen import Pen, Rect


def bell(pen: Pen, view: View) -> None:
    """Draws the card; whoever waits at one's own bell comes before one's own ring."""
    if not view.inside or view.reading or view.state.connection.state != "open" or view.ui.typing == "search":
        return
    caller, own = view.state.caller, view.state.own_ring
    if caller is not None:
        _caller(pen, view, caller)
    elif view.ui.typing == "back" and view.state.talk is not None:
        _back(pen, view, view.state.talk.name)
    elif own is not None and own.state != "cancelled":
        _own(pen, view, own)


def below(pen: Pen, view: View) -> int:
    """Returns where the next card under the go-to field begins, pixels from the top."""
    top, pad = line_rect(pen, view, draft.height(pen, view), 0).y, pen.u(16)
    own = view.state.own_ring
    if view.state.caller is None and view.ui.typing == "back":
        return top + pen.line(15) + pen.u(8 + 36) + 2 * pad + pen.u(8)
    if view.state.caller is not None or (own is not None and own.state == "waiting"):
        return top + pen.line(15) + pen.line(13) + 2 * pad + pen.u(8)
    if own is not None and own.state == "answered":
        return top + pen.line(15) + 2 * pad + pen.u(8)
    if own is not None and own.state == "missed":
        return top + pen.line(15) + pen.u(8 + 36) + 2 * pad + pen.u(8)
    return top


def _caller(pen: Pen, view: View, caller: Caller) -> None:
    _ = view.tongue
    counted = [_.many("{count} waits", "{count} wait", caller.waiting)]
    if caller.missed:
        counted.append(_.many("{count} missed", "{count} missed", caller.missed))
    head = _("{name} rings at {booth}", name=caller.name, booth=caller.booth)
    _line(pen, view, head, " · ".join(counted), _("Go there"))


def _own(pen: Pen, view: View, own: OwnRing) -> None:
    _ = view.tongue
    if own.state == "answered":
        _line(pen, view, _("{name} is coming to {booth}", name=own.by, booth=own.booth), "", "")
    elif own.state == "missed":
        _missed(pen, view, own)
    else:
        _line(pen, view, _("You rang at {booth}", booth=own.booth), _("The staff have been told."), _("Take it back"))


def _line(pen: Pen, view: View, head: str, below: str, act: str) -> Rect:
    """Draws a card of two lines with the bell's key and what it does."""
    pad = pen.u(16)
    rect = _card(pen, view, pen.line(15) + (pen.line(13) if below else 0) + 2 * pad)
    right = rect.x + rect.w - pad
    if act:
        wide = pen.width(act, 15, "semibold")
        cap = max(pen.u(24), pen.width("B", 13, "semibold") + 2 * pen.u(8))
        right -= wide + cap + pen.u(8)
        pen.key(right, rect.y + (rect.h - pen.u(24)) // 2, "B", primary=True)
        pen.text(right + cap + pen.u(8), rect.y + (rect.h - pen.line(15)) // 2, act, 15, "semibold")
        area = Rect(right - pen.u(5), rect.y + pen.u(6), wide + cap + pen.u(18), rect.h - pen.u(12))
        pen.target(area, acts.Ring())
        right -= pen.u(12)
    left = rect.x + pad + pen.u(8)
    pen.text(left, rect.y + pad, head, 15, "semibold", most=right - left)
    if below:
        pen.text(left, rect.y + pad + pen.line(15), below, 13, fill=tokens.MUTED, most=right - left)
    return rect


def _missed(pen: Pen, view: View, own: OwnRing) -> None:
    """Draws the field for the words that are left."""
    _ = view.tongue
    head = _("Nobody could come to {booth}. Leave a message:", booth=own.booth)
    _asking(pen, view, head, "words", _("B, then your words, then Enter"))


def _back(pen: Pen, view: View, booth: str) -> None:
    """Draws the field for when one is back at one's own booth."""
    _ = view.tongue
    _asking(pen, view, _("When are you back at {booth}?", booth=booth), "back", _("15:00, or minutes; nothing: unsaid"))


def _asking(pen: Pen, view: View, head: str, which: acts.Field, hint: str) -> None:
    """Draws a question with its field."""
    pad = pen.u(16)
    rect = _card(pen, view, pen.line(15) + pen.u(8) + pen.u(36) + 2 * pad)
    left = rect.x + pad + pen.u(8)
    room = rect.x + rect.w - pad - left
    pen.text(left, rect.y + pad, head, 15, "semibold", most=room)
    field = Rect(left, rect.y + pad + pen.line(15) + pen.u(8), room, pen.u(36))
    pen.field(field, view.ui.line(which), hint, acts.Type(which), active=view.ui.typing == which)


def _card(pen: Pen, view: View, high: int) -> Rect:
    rect = line_rect(pen, view, draft.height(pen, view), high)
    pen.card(rect, alpha=0.96)
    pen.shape(Rect(rect.x, rect.y, pen.u(6), rect.h), tokens.AMBER, pen.u(3))
    return rect
