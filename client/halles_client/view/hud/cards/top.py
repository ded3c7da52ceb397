"""The top row: where I am, the go-to field with its results, notices, and how the connection fares."""

import unicodedata
from typing import Final

from halles_client.view.hud import acts, lists, texts, tokens
from halles_client.view.hud.cards.frame import (
    View,
    live_rect,
    place_rect,
    search_rect,
    sheet_rect,
    top_height,
    under_search,
)
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import Notice, Result

_LINES: Final = 10
"""Of a notice at most: an announcement of 300 characters is read whole."""


def place(pen: Pen, view: View) -> None:
    """Draws the hall's colour and name, and how many are in it; the number never stands without its word."""
    shown, _ = view.state.place, view.tongue
    if not view.inside or view.reading or shown is None or (view.quiet and view.folded):
        return
    most, mark, pad, gap = place_rect(pen, view), pen.u(16), pen.u(14), pen.u(12)
    named, beside = pen.width(shown.name, 18, "semibold"), 2 * pad + mark + 2 * gap
    count = _.many("{count} person here", "{count} people here", shown.people)
    if beside + named + pen.width(count, 15) > most.w:
        count = _("{count} here", count=_.number(shown.people))
    counted = pen.width(count, 15)
    rect = Rect(most.x, most.y, min(most.w, beside + named + counted), most.h)
    pen.card(rect)
    pen.box(Rect(rect.x + pad, rect.y + (rect.h - mark) // 2, mark, mark), tokens.colour(shown.colour), 4)
    room = rect.w - beside - counted
    pen.text(rect.x + pad + mark + gap, _mid(pen, rect, 18), shown.name, 18, "semibold", most=room)
    pen.text(rect.x + rect.w - pad - counted, _mid(pen, rect, 15), count, fill=tokens.MUTED)


def _mid(pen: Pen, rect: Rect, size: tokens.TextSize) -> int:
    return rect.y + (rect.h - pen.line(size)) // 2


def search(pen: Pen, view: View) -> None:
    """Draws the go-to field and, while it has the keyboard, what was found."""
    if not view.inside or view.reading or (view.quiet and view.folded):
        return
    rect, _ = search_rect(pen, view), view.tongue
    active = view.ui.typing == "search"
    pen.card(rect, radius=22, alpha=0.96 if active else tokens.PANEL_ALPHA)
    if active:
        pen.shape(rect, tokens.AMBER, pen.u(22), stroke=max(1, pen.u(1.5)))
    ring, middle = pen.u(13), rect.y + rect.h // 2
    glass = Rect(rect.x + pen.u(17), middle - ring // 2 - pen.u(1), ring, ring)
    pen.shape(glass, tokens.PAPER, ring, stroke=max(1.5, pen.u(2)))
    handle = Rect(glass.x + ring - pen.u(2), glass.y + ring - pen.u(1), pen.u(7), max(2, pen.u(2)))
    pen.shape(handle, tokens.PAPER, pen.u(1), turn=0.785)
    label = _("Esc") if active else "/"
    cap = max(pen.u(24), pen.width(label, 13, "semibold") + pen.u(16))
    window = Rect(rect.x + pen.u(44), rect.y, rect.w - pen.u(44) - cap - pen.u(20), rect.h)
    act = acts.Type("search")
    hint = _("Go to… booth, hall, person")
    pen.field(window, view.ui.search, hint, act, active=active, bare=True)
    pen.key(rect.x + rect.w - cap - pen.u(12), middle - pen.u(12), label)
    if not active:
        pen.target(rect, act, radius=22)
        return
    _results(pen, view, Rect(rect.x, rect.y + rect.h + pen.u(8), rect.w, 0))


def _results(pen: Pen, view: View, at: Rect) -> None:
    """Draws the list under the field, as many rows as the window has room for."""
    _, query = view.tongue, view.ui.search.text.strip()
    found = lists.results(view.ui, view.state)
    answered = view.state.found is not None and view.state.found.query == query
    row, head, pad = pen.u(40), pen.u(28), pen.u(8)
    if not found:
        if not query or not answered:
            return
        text = _("Nothing is called “{query}” here. Try fewer letters.", query=query)
        lines = len(pen.wrap(text, 15, "medium", at.w - pen.u(32)))
        rect = Rect(at.x, at.y, at.w, lines * pen.line(15) + pen.u(24))
        pen.card(rect, alpha=0.96)
        pen.paragraph(rect.x + pen.u(16), rect.y + pen.u(12), at.w - pen.u(32), text, fill=tokens.MUTED)
        return
    room = view.size[1] - at.y - pen.u(90)
    kinds = list(dict.fromkeys(result.kind for result in found))
    shown = found[: max(3, (room - len(kinds) * head - 2 * pad) // row)]
    kinds = list(dict.fromkeys(result.kind for result in shown))
    rect = Rect(at.x, at.y, at.w, len(shown) * row + len(kinds) * head + 2 * pad)
    pen.card(rect, alpha=0.96)
    heads = {"hall": _("Halls"), "booth": _("Booths"), "person": _("People"), "live": _("Live sessions")}
    y, last = rect.y + pad, ""
    for index, result in enumerate(shown):
        if result.kind != last:
            pen.text(rect.x + pen.u(16), y + pen.u(7), heads[result.kind], 13, "semibold", tokens.MUTED)
            y, last = y + head, result.kind
        _result(pen, view, Rect(rect.x + pad, y, rect.w - 2 * pad, row), result, index == view.ui.chosen)
        y += row


def _result(pen: Pen, view: View, rect: Rect, result: Result, chosen: bool) -> None:
    _, act = view.tongue, acts.Go(result)
    go = _("Go")
    right = rect.x + rect.w - pen.u(8)
    if chosen:
        pen.box(rect, tokens.KEY)
        wide = pen.width(go, 13, "semibold") + pen.u(20)
        button = Rect(right - wide, rect.y + (rect.h - pen.u(26)) // 2, wide, pen.u(26))
        pen.box(button, tokens.AMBER)
        top = button.y + (button.h - pen.line(13)) // 2
        pen.text(button.x + pen.u(10), top, go, 13, "semibold", tokens.INK)
        right = button.x - pen.u(10)
    left, y = rect.x + pen.u(8), rect.y + (rect.h - pen.line(15)) // 2
    where = pen.shorten(result.place, 13, "medium", (right - left) // 2)
    wide = pen.width(where, 13)
    pen.text(right - wide, y + pen.u(1), where, 13, fill=tokens.PAPER if chosen else tokens.MUTED)
    room = right - wide - left - pen.u(12)
    title = pen.shorten(result.title, 15, "medium", room)
    pen.text(left, y, title)
    _underline(pen, left, y, title, view.ui.search.text.strip())
    pen.target(rect, act)


def _underline(pen: Pen, x: int, y: int, title: str, query: str) -> None:
    """Underlines in amber where the query stands in the title, accents and case aside."""
    at = _plain(title).find(_plain(query)) if query else -1
    if at < 0:
        return
    left, right = x + pen.width(title[:at], 15), x + pen.width(title[: at + len(query)], 15)
    pen.shape(Rect(left, y + pen.line(15) - pen.u(2), right - left, max(2, pen.u(2))), tokens.AMBER)


def _plain(text: str) -> str:
    """Lower case without accents, one character for each, so that places stay the same."""
    return "".join(unicodedata.normalize("NFD", char)[0].lower()[:1] for char in text)


def notice(pen: Pen, view: View) -> None:
    """Draws the newest notice, top right."""
    rect, row = notice_rect(pen, view), _newest(view)
    if rect is None or row is None:
        return
    pad, text = pen.u(16), _told(view, row)
    pen.card(rect, alpha=0.96)
    sign = tokens.WARNING if row.refusal else tokens.AMBER
    pen.disc(rect.x + pad + pen.u(4), rect.y + pen.u(12) + pen.line(15) // 2, pen.u(9), sign)
    pen.paragraph(rect.x + pad + pen.u(18), rect.y + pen.u(12), rect.w - pen.u(60), text, lines=_LINES)
    pen.target(rect, acts.Dismiss(row.serial), radius=tokens.RADIUS_PANEL)


def notice_rect(pen: Pen, view: View) -> Rect | None:
    """Returns where the newest notice lies; None where there is none."""
    row = _newest(view)
    if row is None:
        return None
    right = sheet_rect(pen, view)
    lines = min(_LINES, len(pen.wrap(_told(view, row), 15, "medium", right.w - pen.u(60))))
    high = max(top_height(pen), lines * pen.line(15) + pen.u(24))
    alone = not view.folded and live_rect(pen, view) is None
    return Rect(right.x, pen.u(tokens.MARGIN) if alone else right.y, right.w, high)


def _newest(view: View) -> Notice | None:
    rows = [row for row in view.state.notices if row.serial > view.ui.dismissed]
    return rows[-1] if rows and view.inside else None


def _told(view: View, row: Notice) -> str:
    return texts.refusal(view.tongue, row.refusal) if row.refusal else row.text


def strip(pen: Pen, view: View) -> None:
    """Draws the strip under the go-to field while the connection is being taken up again."""
    link, _ = view.state.connection, view.tongue
    if view.state.door is not None or link.state != "reconnecting":
        return
    now = texts.next_try(_, link.retry_in_s)
    kept = (
        _("Your place is kept for {wait}.", wait=_.seconds(link.kept_s))
        if link.kept_s
        else _("Your place is given up; you come in by the door.")
    )
    head, pad = _("Connection lost"), pen.u(16)
    text = f"{now} {kept}"
    most = min(pen.u(460), view.size[0] - 2 * pen.u(tokens.MARGIN))
    lines = len(pen.wrap(text, 15, "medium", most - 2 * pad - pen.u(20)))
    high = pen.line(15) * (1 + lines) + pen.u(24)
    rect = Rect((view.size[0] - most) // 2, under_search(pen, view), most, high)
    pen.card(rect, alpha=0.96)
    pen.shape(Rect(rect.x, rect.y, pen.u(6), rect.h), tokens.AMBER, pen.u(3))
    left = rect.x + pad + pen.u(8)
    pen.text(left, rect.y + pen.u(12), head, 15, "semibold", tokens.AMBER)
    pen.paragraph(left, rect.y + pen.u(12) + pen.line(15), most - 2 * pad - pen.u(20), text)
