"""What is watched again: a card in the place of the live session's, and a sheet with its chapters and all controls."""

from dataclasses import replace
from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards.frame import View, live_rect, scroll_mark, sheet_rect
from halles_client.view.hud.live_choices import clapped
from halles_client.view.hud.pen import Act, Pen, Rect
from halles_client.view.hud.replay_state import (
    ChapterShown,
    JumpBy,
    JumpTo,
    PlayOrPause,
    ReplayShown,
    SetSpeed,
    StopWatching,
)

_HEAD: Final = 54
_LINES: Final = 3
"""Of a chapter's words at most."""


def card(pen: Pen, view: View) -> None:
    """Draws what is watched, where one is in it, and the two buttons."""
    shown, rect = view.state.replay, live_rect(pen, view)
    if shown is None or rect is None or view.reading or (view.quiet and view.folded):
        return
    _, pad = view.tongue, pen.u(14)
    pen.card(rect)
    left, top = rect.x + pad, rect.y + pen.u(10)
    start = left + pen.text(left, top, _("Recording"), 13, "semibold", tokens.AMBER) + pen.u(8)
    rest = f"{shown.into} / {shown.whole} · {shown.speeds[shown.speed]}"
    loading = _("loading…")
    rest = f"{rest} · {loading}" if shown.waiting else rest
    pen.text(start, top, rest, 13, fill=tokens.MUTED, most=rect.x + rect.w - pad - start)
    pen.text(left, top + pen.line(13) + pen.u(2), shown.title, 15, "semibold", most=rect.w - 2 * pad)
    foot = rect.y + rect.h - pen.u(42)
    at = _button(pen, left, foot, _play(view, shown), acts.Replay(PlayOrPause()), _("Space"), primary=True)
    _button(pen, at + pen.u(8), foot, _("Chapters"), acts.Open("replay"), "I")


def sheet(pen: Pen, view: View) -> None:
    """Draws the controls and the chapters, scrolled where they are more than the window has."""
    shown = view.state.replay
    if shown is None or view.ui.sheet != "replay" or not view.inside or view.reading:
        return
    most, pad = sheet_rect(pen, view), pen.u(16)
    inner = Rect(most.x + pad, most.y + pen.u(_HEAD), most.w - 2 * pad, most.h - pen.u(_HEAD + 12))
    measure = Pen(pen.glyphs, pen.size, view.ui.scale)
    whole = _content(measure, view, shown, inner, inner.y) - inner.y
    window = min(whole, inner.h)
    rect = Rect(most.x, most.y, most.w, window + pen.u(_HEAD + 12))
    pen.card(rect, alpha=0.94)
    _head(pen, view, rect)
    step = pen.line(15)
    pen.drawing.overflow = -(-max(0, whole - window) // step)
    offset = min(view.ui.scrolled("replay") * step, max(0, whole - window))
    area = Rect(rect.x, inner.y, rect.w, window)
    pen.clip(area)
    _content(pen, view, shown, inner, inner.y - offset)
    pen.clip(None)
    scroll_mark(pen, area.inset(pen.u(2)), window, whole, offset)


def _head(pen: Pen, view: View, rect: Rect) -> None:
    _ = view.tongue
    cap = pen.width(_("Esc"), 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - pen.u(14), rect.y + pen.u(14), cap, pen.u(24))
    pen.text(rect.x + pen.u(16), rect.y + pen.u(14), _("Recording"), 18, "semibold", most=close.x - rect.x - pen.u(24))
    pen.key(close.x, close.y, _("Esc"))
    pen.target(close, acts.Close())


def _content(pen: Pen, view: View, shown: ReplayShown, area: Rect, y: int) -> int:
    """Draws all that scrolls; returns the y below it."""
    _, gap = view.tongue, pen.u(8)
    seconds = _.seconds(10)
    y = _row(
        pen,
        area,
        y,
        (
            (_play(view, shown), acts.Replay(PlayOrPause()), _("Space"), True),
            (f"− {seconds}", acts.Replay(JumpBy(-1)), "←", False),
            (f"+ {seconds}", acts.Replay(JumpBy(1)), "→", False),
        ),
    )
    speeds = tuple(
        (text, acts.Replay(SetSpeed(place)), str(place + 1), place == shown.speed)
        for place, text in enumerate(shown.speeds)
    )
    y = _row(pen, area, y + gap, speeds)
    y = _row(pen, area, y + gap, ((_("Stop watching"), acts.Replay(StopWatching()), "", False),)) + gap
    y = _public(pen, view, shown, area, y)
    if shown.chapters:
        y = pen.paragraph(area.x, y, area.w, _("Chapters"), 13, "semibold", tokens.MUTED) + pen.u(4)
    for place, row in enumerate(shown.chapters):
        title = _("“{words}”", words=row.title) if row.question else row.title
        y = _chapter(pen, area, y, replace(row, title=title), current=place == shown.current) + pen.u(4)
    return y


def _public(pen: Pen, view: View, shown: ReplayShown, area: Rect, y: int) -> int:
    """Writes the applause of then, and how the poll of then stood; returns the y below it."""
    if said := clapped(view.tongue, shown.reactions):
        y = pen.paragraph(area.x, y, area.w, said, 13, "semibold", tokens.AMBER, 2) + pen.u(6)
    poll = shown.poll
    if poll is None:
        return y
    y = pen.paragraph(area.x, y, area.w, poll.title, 13, "semibold", tokens.MUTED, _LINES) + pen.u(4)
    for place, option in enumerate(poll.options):
        count = view.tongue.number(poll.counts[place]) if place < len(poll.counts) else ""
        ends = pen.width(count, 15, "semibold") + pen.u(10) if count else 0
        pen.text(area.x + area.w - ends + pen.u(10), y, count, 15, "semibold")
        y = pen.paragraph(area.x + pen.u(12), y, area.w - ends - pen.u(12), option, 15, lines=2) + pen.u(4)
    return y + pen.u(8)


def _chapter(pen: Pen, area: Rect, y: int, row: ChapterShown, *, current: bool) -> int:
    """Draws a chapter on lines of its own; returns the y below it."""
    left = area.x + pen.u(74)
    words = area.x + area.w - left - pen.u(10)
    lines = min(_LINES, len(pen.wrap(row.title, 15, "semibold", words)))
    rect = Rect(area.x, y, area.w, lines * pen.line(15) + pen.u(16))
    pen.box(rect, tokens.KEY if current else tokens.RAISED)
    if current:
        pen.shape(Rect(rect.x, rect.y, pen.u(4), rect.h), tokens.AMBER, pen.u(2))
    pen.text(area.x + pen.u(12), rect.y + pen.u(9), row.into, 13, "semibold", tokens.MUTED)
    pen.paragraph(left, rect.y + pen.u(8), words, row.title, 15, "semibold", lines=_LINES)
    pen.target(rect, acts.Replay(JumpTo(row.at_ms)))
    return rect.y + rect.h


def _row(pen: Pen, area: Rect, y: int, buttons: tuple[tuple[str, Act, str, bool], ...]) -> int:
    """Draws buttons beside each other, on the next line where there is no room; returns the y below them."""
    x, high = area.x, pen.u(32)
    for label, act, key, primary in buttons:
        wide = _wide(pen, label, key)
        if x + wide > area.x + area.w and x > area.x:
            x, y = area.x, y + high + pen.u(6)
        x = _button(pen, x, y, label, act, key, primary=primary) + pen.u(6)
    return y + high


def _wide(pen: Pen, label: str, key: str) -> int:
    cap = pen.width(key, 13, "semibold") + pen.u(17) if key else 0
    return pen.width(label, 15, "semibold") + cap + pen.u(18)


def _button(pen: Pen, x: int, y: int, label: str, act: Act, key: str, *, primary: bool = False) -> int:
    """Draws a button with the key that does the same; returns where it ends."""
    rect = Rect(x, y, _wide(pen, label, key), pen.u(32))
    pen.box(rect, tokens.AMBER if primary else tokens.KEY)
    ink = tokens.INK if primary else tokens.PAPER
    pen.text(rect.x + pen.u(9), rect.y + (rect.h - pen.line(15)) // 2, label, 15, "semibold", ink)
    if key:
        cap = pen.width(key, 13, "semibold") + pen.u(12)
        place = Rect(rect.x + rect.w - cap - pen.u(5), rect.y + pen.u(5), cap, rect.h - pen.u(10))
        pen.shape(place, ink.at(0.16), pen.u(tokens.RADIUS_KEY))
        pen.text(place.x + pen.u(6), rect.y + (rect.h - pen.line(13)) // 2, key, 13, "semibold", ink)
    pen.target(rect, act)
    return rect.x + rect.w


def _play(view: View, shown: ReplayShown) -> str:
    _ = view.tongue
    return _("Pause") if shown.playing else _("Play")
