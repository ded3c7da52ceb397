"""The card under where I am: what a moderator has decided about me, why, until when, and how to appeal."""

from typing import Final

from halles.world.sanctions import SanctionKind
from halles_client.language import Tongue
from halles_client.view.hud import tokens
from halles_client.view.hud.cards import bell
from halles_client.view.hud.cards.frame import BESIDE, View, line_rect, place_rect, sheet_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import Decision

_WIDE: Final = 360
"""Pixels of the look."""

_LINES: Final = 4
"""Of the reason, at most."""


def decision(pen: Pen, view: View) -> None:
    """Draws the card."""
    shown, _ = view.state.decision, view.tongue
    if shown is None or not view.inside or view.quiet or view.ui.typing == "search":
        return
    at, pad = place_rect(pen, view), pen.u(16)
    free = (sheet_rect(pen, view).x if _beside(view) else view.size[0]) - 2 * at.x
    wide = min(pen.u(_WIDE), free)
    room = wide - 2 * pad - pen.u(8)
    reason, onward = shown.reason, _onward(_, shown)
    lines = min(_LINES, len(pen.wrap(reason, 15, "medium", room))), len(pen.wrap(onward, 13, "medium", room))
    high = pen.line(15) * (1 + lines[0]) + pen.line(13) * (1 + lines[1]) + 2 * pen.u(12) + pen.u(4)
    rect = Rect(at.x, _top(pen, view, at.x + wide), wide, high)
    pen.card(rect, alpha=0.96)
    pen.shape(Rect(rect.x, rect.y, pen.u(6), rect.h), tokens.WARNING, pen.u(3))
    left, y = rect.x + pad + pen.u(8), rect.y + pen.u(12)
    pen.text(left, y, what(_, shown.kind), 15, "semibold", tokens.AMBER, most=room)
    y += pen.line(15)
    pen.text(left, y, _until(_, shown), 13, fill=tokens.MUTED, most=room)
    y = pen.paragraph(left, y + pen.line(13), room, reason, 15, lines=_LINES)
    pen.paragraph(left, y + pen.u(4), room, onward, 13, fill=tokens.MUTED)


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
    if shown.appealed:
        return _("You have appealed. A moderator answers.")
    return _("To appeal, write /appeal and your reason in the chat.")
