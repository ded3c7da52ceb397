"""The chat, bottom left: two channels, what was said, a field, and why a line was refused."""

from halles.protocol.messages import Channel
from halles_client.view.fonts import Weight
from halles_client.view.hud import acts, texts, tokens
from halles_client.view.hud.cards.frame import View, chat_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import ChatLine

_READ = 200
_AGAIN_PX = 24
_TAB_LEAST = 40
"""Of the width that a channel's name keeps beside longer ones."""


def open_now(view: View) -> bool:
    """Tells whether the chat is drawn: folded, only while somebody types in it."""
    return view.inside and not view.quiet and (not view.folded or view.ui.typing == "chat")


def chat(pen: Pen, view: View) -> None:
    """Draws the card."""
    if not open_now(view):
        return
    rect, _ = chat_rect(pen, view), view.tongue
    pen.card(rect, alpha=0.96 if view.ui.typing == "chat" else tokens.PANEL_ALPHA)
    tabs, x, right = pen.u(38), rect.x + pen.u(15), _way(pen, view, rect)
    channels: list[tuple[Channel, str]] = [("nearby", _("Nearby")), ("hall", _("Whole hall"))]
    if view.state.talk is not None:
        channels.append(("booth", _("Booth")))
    pen.shape(Rect(rect.x, rect.y + tabs, rect.w, 1), tokens.KEY)
    _tabs(pen, view, Rect(x, rect.y, right - x, tabs), channels)
    bottom = _refusal(pen, view, _field(pen, rect))
    _lines(pen, view, Rect(rect.x, rect.y + tabs + 1, rect.w, bottom - rect.y - tabs - pen.u(8)))


def _way(pen: Pen, view: View, rect: Rect) -> int:
    """Draws the key into the field or, as the keyboard stays there after a line, out of it; returns the x before it."""
    inside = view.ui.typing == "chat"
    label = view.tongue("Esc") if inside else "T"
    wide = max(pen.u(24), pen.width(label, 13, "semibold") + pen.u(16))
    cap = Rect(rect.x + rect.w - pen.u(12) - wide, rect.y + pen.u(7), wide, pen.u(24))
    pen.key(cap.x, cap.y, label)
    pen.target(cap, acts.Close() if inside else acts.Type("chat"))
    return cap.x - pen.u(8)


def say(pen: Pen, view: View) -> None:
    """Draws the field: a card of its own, so that a typed letter does not draw the lines anew."""
    if not open_now(view):
        return
    _, field = view.tongue, _field(pen, chat_rect(pen, view))
    hint = _("Write to those around you…") if view.ui.channel == "nearby" else _("Write to the whole hall…")
    if view.ui.channel == "booth" and view.state.talk is not None:
        hint = _("Write at {booth}…", booth=view.state.talk.name)
    pen.field(field, view.ui.chat, hint, acts.Type("chat"), active=view.ui.typing == "chat")


def _field(pen: Pen, rect: Rect) -> Rect:
    return Rect(rect.x + pen.u(10), rect.y + rect.h - pen.u(42), rect.w - pen.u(20), pen.u(32))


def _tabs(pen: Pen, view: View, area: Rect, channels: list[tuple[Channel, str]]) -> None:
    """Draws the channels side by side: smaller where they are too wide, and cut where that is not enough."""
    whole = sum(pen.width(label, 15, "semibold") for _, label in channels) + pen.u(20) * (len(channels) - 1)
    size: tokens.TextSize = 15 if whole <= area.w else 13
    gap = pen.u(20 if size == 15 else 12)
    x, left = area.x, len(channels)
    for channel, label in channels:
        most = area.x + area.w - x - (left - 1) * (gap + pen.u(_TAB_LEAST))
        x += _tab(pen, Rect(x, area.y, most, area.h), label, size, (channel, view.ui.channel == channel)) + gap
        left -= 1


def _tab(pen: Pen, at: Rect, label: str, size: tokens.TextSize, shown: tuple[Channel, bool]) -> int:
    channel, on = shown
    weight: Weight = "semibold" if on else "medium"
    top = at.y + pen.u(9) + (pen.line(15) - pen.line(size)) // 2
    wide = pen.text(at.x, top, label, size, weight, tokens.PAPER if on else tokens.MUTED, most=at.w)
    if on:
        pen.shape(Rect(at.x, at.y + at.h - pen.u(1), wide, max(2, pen.u(2))), tokens.AMBER)
    pen.target(Rect(at.x - pen.u(6), at.y + pen.u(4), wide + pen.u(12), at.h - pen.u(6)), acts.Hear(channel))
    return wide


def _refusal(pen: Pen, view: View, field: Rect) -> int:
    """Draws why the last line was refused, above the field; returns the y above it."""
    refusal = view.state.chat_refusal
    if refusal is None or refusal.serial <= view.ui.muted:
        return field.y
    text = refusal.said or texts.refusal(view.tongue, refusal.code, refusal.retry_s)
    room, most = field.w - pen.u(24), 4 if refusal.said else 2
    top = field.y - pen.u(6) - min(most, len(pen.wrap(text, 13, "medium", room))) * pen.line(13)
    pen.disc(field.x + pen.u(6), top + pen.line(13) // 2, pen.u(8), tokens.WARNING)
    pen.paragraph(field.x + pen.u(18), top, room, text, 13, lines=most)
    return top - pen.u(2)


def _lines(pen: Pen, view: View, window: Rect) -> None:
    """Draws the newest lines from the bottom up, as far as the window goes."""
    _, room = view.tongue, window.w - pen.u(30)
    said = [line for line in view.state.chat[-_READ:] if line.channel == view.ui.channel]
    if not said:
        text = _("Nobody has spoken yet. Press T and say hello.")
        pen.paragraph(window.x + pen.u(15), window.y + pen.u(12), room, text, fill=tokens.MUTED)
        return
    heights = [_height(pen, line, room) for line in said]
    whole, step = sum(heights), pen.line(15)
    overflow = max(0, whole - window.h)
    pen.drawing.overflow = -(-overflow // step)
    back = min(view.ui.scrolled("chat") * step, overflow)
    y = window.y + window.h - whole + back
    pen.clip(window)
    for line, height in zip(said, heights, strict=True):
        if y + height > window.y and y < window.y + window.h:
            _line(pen, view, Rect(window.x + pen.u(15), y, room, 0), line, window.y)
        y += height
    pen.clip(None)
    scroll_at = overflow - back
    if overflow and back:
        high = max(pen.u(24), window.h * window.h // whole)
        top = window.y + (window.h - high) * scroll_at // overflow
        pen.shape(Rect(window.x + window.w - pen.u(6), top, pen.u(3), high), tokens.KEY, pen.u(2))


def _height(pen: Pen, line: ChatLine, room: int) -> int:
    rows = len(pen.wrap(line.text, 15, "medium", room)) * pen.line(15)
    return pen.line(13) + rows + pen.u(4) + (pen.u(_AGAIN_PX + 4) if line.request else 0)


def _line(pen: Pen, view: View, at: Rect, line: ChatLine, top: int) -> None:
    """Draws one line; rows of text that would be cut at ``top`` are left out."""
    _, (x, y, room, _high) = view.tongue, at
    if y >= top:
        _sender(pen, view, at, line)
    fill = tokens.PAPER if line.state == "said" else tokens.MUTED
    y += pen.line(13)
    for row in pen.wrap(line.text, 15, "medium", room):
        if y >= top:
            pen.text(x, y, row, fill=fill)
        y += pen.line(15)
    if line.request and y >= top:
        _again(pen, view, x, y, line)


def _again(pen: Pen, view: View, x: int, y: int, line: ChatLine) -> None:
    """Draws the button under a line that was not taken, with its keys on the one that they mean."""
    _ = view.tongue
    label, keys = _("Send again"), f"Ctrl {_('Enter key')}"
    newest = next(one for one in reversed(view.state.chat) if one.request and one.channel == line.channel)
    wide = pen.width(label, 13, "semibold") + pen.u(20)
    rect = Rect(x, y + pen.u(2), wide, pen.u(_AGAIN_PX))
    pen.box(rect, tokens.KEY)
    top = rect.y + (rect.h - pen.line(13)) // 2
    pen.text(rect.x + pen.u(10), top, label, 13, "semibold")
    if line is newest:
        pen.text(rect.x + wide + pen.u(8), top, keys, 13, "semibold", tokens.MUTED)
    pen.target(rect, acts.SayAgain(line.request))


def _sender(pen: Pen, view: View, at: Rect, line: ChatLine) -> None:
    _, (x, y, room, _high) = view.tongue, at
    if line.by:
        act = acts.Report("line", line.by, line.sender, line.text, line.said_ms)
        pen.target(Rect(x - pen.u(7), y, room + pen.u(14), _height(pen, line, room)), act)
        if pen.hover == act:
            word = _("Report")
            pen.text(x + room - pen.width(word, 13), y, word, 13, fill=tokens.MUTED)
    wide = pen.text(x, y, line.sender, 13, "semibold", tokens.coat_name(line.coat), most=room - pen.u(90))
    if line.state != "said":
        failed = line.state == "failed"
        word = _("not sent") if failed else _("sending…")
        pen.text(x + wide + pen.u(8), y, word, 13, fill=tokens.AMBER if failed else tokens.MUTED)
