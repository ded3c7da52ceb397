"""What is watched again: a card in the place of the live session's, and a sheet with its chapters and all controls."""

from dataclasses import replace
from functools import partial
from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards import sheet as frame
from halles_client.view.hud.cards.buttons import Button, keyed, row
from halles_client.view.hud.cards.frame import View, live_rect
from halles_client.view.hud.live_choices import clapped
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.replay_state import (
    ChapterShown,
    JumpBy,
    JumpTo,
    PlayOrPause,
    ReplayShown,
    SetSpeed,
    StopWatching,
)

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
    at = keyed(pen, left, foot, _play(view, shown))
    keyed(pen, at + pen.u(8), foot, Button(_("Chapters"), acts.Open("replay"), "I"))


def sheet(pen: Pen, view: View) -> None:
    """Draws the controls and the chapters."""
    shown, _ = view.state.replay, view.tongue
    if shown is not None and frame.is_open(view, "replay"):
        content = partial(_content, view, shown)
        frame.draw(pen, view, frame.Sheet("replay", _("Recording"), content, pad=16))


def _content(view: View, shown: ReplayShown, pen: Pen, area: Rect, y: int) -> int:
    _, gap = view.tongue, pen.u(8)
    seconds = _.seconds(10)
    back = Button(f"− {seconds}", acts.Replay(JumpBy(-1)), "←")
    on = Button(f"+ {seconds}", acts.Replay(JumpBy(1)), "→")
    y = row(pen, area, y, (_play(view, shown), back, on))
    speeds = tuple(
        Button(text, acts.Replay(SetSpeed(place)), str(place + 1), place == shown.speed)
        for place, text in enumerate(shown.speeds)
    )
    y = row(pen, area, y + gap, speeds)
    y = row(pen, area, y + gap, (Button(_("Stop watching"), acts.Replay(StopWatching())),)) + gap
    y = _public(pen, view, shown, area, y)
    if shown.chapters:
        y = pen.paragraph(area.x, y, area.w, _("Chapters"), 13, "semibold", tokens.MUTED) + pen.u(4)
    for place, chapter in enumerate(shown.chapters):
        title = _("“{words}”", words=chapter.title) if chapter.question else chapter.title
        y = _chapter(pen, area, y, replace(chapter, title=title), current=place == shown.current) + pen.u(4)
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


def _chapter(pen: Pen, area: Rect, y: int, shown: ChapterShown, *, current: bool) -> int:
    """Draws a chapter on lines of its own; returns the y below it."""
    left = area.x + pen.u(74)
    words = area.x + area.w - left - pen.u(10)
    lines = min(_LINES, len(pen.wrap(shown.title, 15, "semibold", words)))
    rect = Rect(area.x, y, area.w, lines * pen.line(15) + pen.u(16))
    pen.box(rect, tokens.KEY if current else tokens.RAISED)
    if current:
        pen.shape(Rect(rect.x, rect.y, pen.u(4), rect.h), tokens.AMBER, pen.u(2))
    pen.text(area.x + pen.u(12), rect.y + pen.u(9), shown.into, 13, "semibold", tokens.MUTED)
    pen.paragraph(left, rect.y + pen.u(8), words, shown.title, 15, "semibold", lines=_LINES)
    pen.target(rect, acts.Replay(JumpTo(shown.at_ms)))
    return rect.y + rect.h


def _play(view: View, shown: ReplayShown) -> Button:
    _ = view.tongue
    return Button(_("Pause") if shown.playing else _("Play"), acts.Replay(PlayOrPause()), _("Space"), primary=True)
