"""The bottom middle: the keys, the booth that can be visited now, and the choice of gestures."""

from typing import Final

from halles_client.view.hud import acts, texts, tokens, ui
from halles_client.view.hud.cards.frame import BESIDE, View, chat_rect, map_rect, sheet_rect
from halles_client.view.hud.pen import Act, Pen, Rect

_STYLES: Final = ((16, True), (9, True), (8, False))
"""Pixels between hints and whether they have words, the most generous first."""


def bar(pen: Pen, view: View) -> None:
    """Draws key hints as wide as their content; words go first where there is no room."""
    if not view.inside or view.reading or (view.quiet and view.folded):
        return
    left, right = room(pen, view)
    hints = _hints(view)
    gap, words = next(
        ((gap, words) for gap, words in _STYLES if _width(pen, hints, gap, words=words) <= right - left), _STYLES[-1]
    )
    width = _width(pen, hints, gap, words=words)
    high = pen.u(48)
    rect = Rect((left + right - width) // 2, view.size[1] - pen.u(tokens.MARGIN) - high, width, high)
    if view.folded and view.ui.typing == "chat":
        return
    pen.card(rect)
    x, y = rect.x + pen.u(12), rect.y + pen.u(12)
    for key, label, act, primary in hints:
        start = x
        x += pen.key(x, y, key, primary=primary)
        if words:
            x += pen.u(8)
            x += pen.text(x, rect.y + (high - pen.line(15)) // 2, label)
        if act is not None:
            pen.target(Rect(start - pen.u(5), rect.y + pen.u(6), x - start + pen.u(10), high - pen.u(12)), act)
        x += pen.u(gap)


def room(pen: Pen, view: View) -> tuple[int, int]:
    """Left and right limits of the bar: between chat and map, or the whole window where these are folded."""
    margin = pen.u(tokens.MARGIN)
    if view.folded:
        return margin, view.size[0] - margin
    chat, plan = chat_rect(pen, view), map_rect(pen, view)
    return chat.x + chat.w + pen.u(12), plan.x - pen.u(12)


def _hints(view: View) -> list[tuple[str, str, Act, bool]]:
    _ = view.tongue
    return [
        ("E", _("Visit"), acts.Visit(), view.state.near is not None),
        ("T", _("Talk"), acts.Type("chat"), False),
        _gesture(view),
        _tab(view),
        ("M", _("Map"), acts.Open("map"), view.ui.sheet == "map"),
        ("?", _("Help"), acts.Open("help"), view.ui.sheet == "help"),
    ]


def _gesture(view: View) -> tuple[str, str, Act, bool]:
    """What G does; in its place, where one may be recorded, what H does: both would leave no room for words."""
    _, recording = view.tongue, view.state.recording
    if recording is not None:
        return "H", _("Record"), acts.Record(), recording.state == "recording"
    return "G", _("Gesture"), acts.Open("gestures"), view.ui.sheet == "gestures"


def _tab(view: View) -> tuple[str, str, Act, bool]:
    """What Tab does: on a sheet it goes to the next button, else it tells who is here."""
    _, ui = view.tongue, view.ui
    walked = ui.sheet in ("gestures", "help") or (ui.sheet in BESIDE and ui.sheet != "people")
    if walked or (view.state.sheet and not ui.sheet):
        return _("Tab"), _("Next"), None, False
    return _("Tab"), _("People"), acts.Open("people"), view.ui.sheet == "people"


def _width(pen: Pen, hints: list[tuple[str, str, Act, bool]], gap: int, *, words: bool) -> int:
    wide = pen.u(24)
    for key, label, _act, _primary in hints:
        wide += max(pen.u(24), pen.width(key, 13, "semibold") + 2 * pen.u(8))
        wide += pen.u(gap) + (pen.u(8) + pen.width(label, 15) if words else 0)
    return wide - pen.u(gap)


def prompt(pen: Pen, view: View) -> None:
    """Draws, above the bar, which booth E visits."""
    near, sheet, _ = view.state.near, view.state.sheet, view.tongue
    if not view.inside or view.quiet or near is None or view.ui.sheet == "gestures":
        return
    if (sheet and sheet.booth == near.booth) or (view.folded and view.ui.typing):
        return
    left, right = room(pen, view)
    if view.folded and (sheet or view.ui.sheet in BESIDE):
        right = sheet_rect(pen, view).x - pen.u(12)
    label = pen.shorten(_("Visit {booth}", booth=near.name), 15, "semibold", min(pen.u(320), right - left - pen.u(60)))
    cap, wide, high = pen.u(24), pen.width(label, 15, "semibold"), pen.u(40)
    whole = cap + wide + pen.u(32)
    y = view.size[1] - pen.u(tokens.MARGIN) - pen.u(48) - pen.u(8) - high
    rect = Rect((left + right - whole) // 2, y, whole, high)
    pen.card(rect, radius=20)
    pen.key(rect.x + pen.u(10), rect.y + pen.u(8), "E", primary=True)
    pen.text(rect.x + cap + pen.u(18), rect.y + (high - pen.line(15)) // 2, label, 15, "semibold")
    pen.target(rect, acts.Visit(), radius=20)


def gestures(pen: Pen, view: View) -> None:
    """Draws the choice of gestures above the bar, each with its digit."""
    if not view.inside or view.reading or view.ui.sheet != "gestures":
        return
    left, right = room(pen, view)
    rows = [(str(n), texts.gesture(view.tongue, g), acts.Gesticulate(g), False) for n, g in enumerate(ui.GESTURES, 1)]
    row, wide = pen.u(38), max(_width(pen, [hint], 0, words=True) for hint in rows) + pen.u(8)
    columns = 3 if 3 * wide <= right - left else 2
    lines = -(-len(rows) // columns)
    rect = Rect(
        (left + right - columns * wide - pen.u(16)) // 2,
        view.size[1] - pen.u(tokens.MARGIN) - pen.u(48) - pen.u(8) - lines * row - pen.u(16),
        columns * wide + pen.u(16),
        lines * row + pen.u(16),
    )
    pen.card(rect)
    for index, (key, label, act, _primary) in enumerate(rows):
        cell = Rect(rect.x + pen.u(8) + index % columns * wide, rect.y + pen.u(8) + index // columns * row, wide, row)
        at = cell.x + pen.u(8)
        at += pen.key(at, cell.y + (row - pen.u(24)) // 2, key) + pen.u(8)
        pen.text(at, cell.y + (row - pen.line(15)) // 2, label)
        pen.target(cell, act)
