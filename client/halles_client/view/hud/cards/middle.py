"""Cards in the middle: loading, and a lost or closed show."""

from halles_client.view.hud import acts, texts, tokens
from halles_client.view.hud.cards.frame import View, middle_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import Progress


def progress(pen: Pen, view: View) -> None:
    """Draws what is being waited for, with a bar when its length is known."""
    link = view.state.connection
    shown = view.state.progress
    if shown is None and link.state == "connecting" and view.state.door is None:
        shown = Progress("connecting", link.address)
    if shown is None or link.state == "closed":
        return
    text = _doing(view, shown)
    pad, most = pen.u(20), middle_rect(pen, view, 420, 90).w
    lines = min(4, len(pen.wrap(text, 15, "medium", most - 2 * pad)))
    high = lines * pen.line(15) + pen.u(32) + (pen.u(18) if shown.done is not None else 0)
    top = view.size[1] - pen.u(tokens.MARGIN + 64) - high if view.inside else (view.size[1] - high) // 2
    rect = Rect((view.size[0] - most) // 2, top, most, high)
    pen.card(rect, alpha=0.96)
    pen.paragraph(rect.x + pad, rect.y + pen.u(16), most - 2 * pad, text, lines=4)
    if shown.done is not None:
        track = Rect(rect.x + pad, rect.y + rect.h - pen.u(22), most - 2 * pad, pen.u(6))
        pen.shape(track, tokens.KEY, track.h)
        done = max(track.h, round(track.w * min(1.0, max(0.0, shown.done))))
        pen.shape(Rect(track.x, track.y, done, track.h), tokens.AMBER, track.h)


def _doing(view: View, shown: Progress) -> str:
    _, name, link = view.tongue, shown.name, view.state.connection
    if shown.what == "hall":
        return _("Opening the hall {name}…", name=name) if name else _("Opening the hall…")
    if link.close_code:
        return texts.waiting(_, link.close_code, link.retry_in_s, link.failure)
    return _("Connecting to {name}…", name=name) if name else _("Connecting…")


def closed(pen: Pen, view: View) -> None:
    """Draws why the show is gone and what one can do."""
    link, _ = view.state.connection, view.tongue
    if link.state != "closed":
        return
    why, what = texts.removed(_, link.said, link.until) if link.said else texts.closed(_, link.close_code)
    pad = pen.u(28)
    most = middle_rect(pen, view, 480, 100).w
    room = most - 2 * pad
    lines = len(pen.wrap(why, 24, "display", room)), len(pen.wrap(what, 15, "medium", room))
    high = lines[0] * pen.line(24) + lines[1] * pen.line(15) + pen.u(28 + 8 + 24 + 44 + 28)
    if link.address:
        high += pen.line(13) + pen.u(4)
    rect = Rect((view.size[0] - most) // 2, (view.size[1] - high) // 2, most, high)
    pen.card(rect, alpha=0.96)
    pen.shape(Rect(rect.x, rect.y + pen.u(20), pen.u(5), rect.h - pen.u(40)), tokens.WARNING, pen.u(2))
    y = pen.paragraph(rect.x + pad, rect.y + pen.u(28), room, why, 24, "display") + pen.u(8)
    y = pen.paragraph(rect.x + pad, y, room, what)
    if link.address:
        pen.text(rect.x + pad, y + pen.u(4), link.address, 13, fill=tokens.MUTED, most=room)
        y += pen.line(13) + pen.u(4)
    y += pen.u(24)
    half = (room - pen.u(12)) // 2
    onward = texts.onward(_, link.close_code)
    pen.button(Rect(rect.x + pad, y, half, pen.u(44)), onward, acts.TryAgain(), primary=True)
    pen.button(Rect(rect.x + pad + half + pen.u(12), y, half, pen.u(44)), _("Leave"), acts.Leave())
