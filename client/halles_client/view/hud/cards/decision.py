"""The card under where I am: what a moderator has decided about me, why, until when, and how to appeal."""

from typing import Final

from halles.world.sanctions import SanctionKind
from halles_client.language import Tongue
from halles_client.view.hud import acts, texts, tokens
from halles_client.view.hud.cards import bell
from halles_client.view.hud.cards.frame import BESIDE, View, line_rect, place_rect, sheet_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.safety_state import Decision

_WIDE: Final = 360
"""Pixels of the look."""

_LINES: Final = 4
"""Of the reason, at most."""


def decision(pen: Pen, view: View) -> None:
    """Draws the card: all of it until it was read, then what it keeps one from and until when."""
    shown, _ = view.state.decision, view.tongue
    if shown is None or not view.inside or view.quiet or view.ui.typing == "search":
        return
    at, pad = place_rect(pen, view), pen.u(16)
    free = (sheet_rect(pen, view).x if _beside(view) else view.size[0]) - 2 * at.x
    wide = min(pen.u(_WIDE), free)
    room = wide - 2 * pad - pen.u(8)
    measure = Pen(pen.glyphs, pen.size, view.ui.scale)
    high = _content(measure, view, Rect(0, 0, room, 0), shown)
    rect = Rect(at.x, _top(pen, view, at.x + wide), wide, high + 2 * pen.u(12))
    pen.card(rect, alpha=0.96)
    pen.shape(Rect(rect.x, rect.y, pen.u(6), rect.h), tokens.WARNING, pen.u(3))
    _content(pen, view, Rect(rect.x + pad + pen.u(8), rect.y + pen.u(12), room, 0), shown)


def _content(pen: Pen, view: View, area: Rect, shown: Decision) -> int:
    """Draws what is decided; returns how high it is."""
    _, y = view.tongue, area.y
    pen.text(area.x, y, what(_, shown.kind), 15, "semibold", tokens.AMBER, most=area.w)
    y += pen.line(15)
    holds = " · ".join(part for part in (shown.where, _until(_, shown)) if part)
    y = pen.paragraph(area.x, y, area.w, holds, 13, fill=tokens.MUTED, lines=2)
    if shown.read:
        return y - area.y
    y = pen.paragraph(area.x, y + pen.u(4), area.w, shown.reason, 15, lines=_LINES)
    by = _("Given by: {role}.", role=texts.role(_, shown.by))
    y = pen.paragraph(area.x, y + pen.u(4), area.w, f"{by} {_onward(_, shown)}", 13, fill=tokens.MUTED) + pen.u(8)
    label = _("I have read it")
    cap = pen.key(area.x, y, "Y", primary=True)
    label_x = area.x + cap + pen.u(8)
    end = label_x + pen.text(label_x, y + (pen.u(24) - pen.line(15)) // 2, label, 15, "semibold")
    pen.target(Rect(area.x - pen.u(5), y - pen.u(5), end - area.x + pen.u(10), pen.u(34)), acts.ReadDecision())
    return y + pen.u(24) - area.y


def _top(pen: Pen, view: View, right: int) -> int:
    """Returns where the card begins: under where I am, and under the lines of news where these reach over it."""
    at = place_rect(pen, view)
    under = line_rect(pen, view, 0, 0)
    return bell.below(pen, view) if under.x < right else at.y + at.h + pen.u(8)


def _beside(view: View) -> bool:
    return view.state.sheet is not None or view.ui.sheet in BESIDE


def what(_: Tongue, kind: SanctionKind) -> str:
    """Says what a sanction keeps somebody from."""
    return {
        SanctionKind.WARN: _("You have been warned"),
        SanctionKind.SILENCE: _("You may not speak"),
        SanctionKind.HOLD: _("You may not move"),
        SanctionKind.REMOVE: _("Your visit was ended"),
        SanctionKind.BAN: _("You may not come in"),
    }[kind]


def _until(_: Tongue, shown: Decision) -> str:
    day, month, hour, minute = shown.until
    return _("Until {day}, {time}", day=f"{day}/{month}", time=_.time(hour, minute))


def _onward(_: Tongue, shown: Decision) -> str:
    if shown.upheld:
        said = _("Your appeal was answered: it stays.")
        return f"{said} {_('“{words}”', words=shown.answer)}" if shown.answer else said
    if shown.appealed:
        return _("You have appealed. A moderator answers.")
    return _("To appeal, write /appeal and your reason in the chat.")
