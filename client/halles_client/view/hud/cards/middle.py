"""Cards in the middle: loading, a lost or closed show, and help with keys, language and size of text."""

from halles.world.text import LANGUAGES, OWN_NAMES
from halles_client.view.hud import texts, tokens, ui
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
    lines = min(3, len(pen.wrap(text, 15, "medium", most - 2 * pad)))
    high = lines * pen.line(15) + pen.u(32) + (pen.u(18) if shown.done is not None else 0)
    top = view.size[1] - pen.u(tokens.MARGIN + 64) - high if view.inside else (view.size[1] - high) // 2
    rect = Rect((view.size[0] - most) // 2, top, most, high)
    pen.card(rect, alpha=0.96)
    pen.paragraph(rect.x + pad, rect.y + pen.u(16), most - 2 * pad, text, lines=3)
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
        return texts.waiting(_, link.close_code, link.retry_in_s)
    return _("Connecting to {name}…", name=name) if name else _("Connecting…")


def closed(pen: Pen, view: View) -> None:
    """Draws why the show is gone and what one can do."""
    link, _ = view.state.connection, view.tongue
    if link.state != "closed":
        return
    why, what = texts.closed(_, link.close_code)
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
    pen.button(Rect(rect.x + pad, y, half, pen.u(44)), _("Try again"), ui.TryAgain(), primary=True)
    pen.button(Rect(rect.x + pad + half + pen.u(12), y, half, pen.u(44)), _("Leave"), ui.Leave())


def help_(pen: Pen, view: View) -> None:
    """Draws every key, the languages and the size of text."""
    if not view.inside or view.ui.sheet != "help":
        return
    rows, _ = _keys(view), view.tongue
    columns = 1 if view.size[0] / view.ui.scale < 640 else 2
    per = -(-len(rows) // columns)
    row = min(pen.u(34), (view.size[1] - pen.u(200)) // per)
    high = per * row + pen.u(60 + 16 + 36 + 24)
    wide = middle_rect(pen, view, 900 if columns == 2 else 420, 100).w
    rect = Rect((view.size[0] - wide) // 2, max(pen.u(8), (view.size[1] - high) // 2), wide, high)
    pen.card(rect, alpha=0.96)
    pad = pen.u(24)
    pen.text(rect.x + pad, rect.y + pen.u(18), _("Keys"), 24, "display")
    cap = pen.width("Esc", 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - pad, rect.y + pen.u(22), cap, pen.u(24))
    pen.key(close.x, close.y, "Esc")
    pen.target(close, ui.Close())
    column = (rect.w - 2 * pad) // columns
    for index, (keys, what) in enumerate(rows):
        x, y = rect.x + pad + index // per * column, rect.y + pen.u(60) + index % per * row
        at = x
        for key in keys:
            at += pen.key(at, y + (row - pen.u(24)) // 2, key) + pen.u(4)
        at = max(at + pen.u(6), x + pen.u(112 if column > pen.u(340) else 66))
        size: tokens.TextSize = 15 if column > pen.u(340) else 13
        pen.text(at, y + (row - pen.line(size)) // 2, what, size, most=x + column - at - pen.u(8))
    _choices(pen, view, Rect(rect.x + pad, rect.y + rect.h - pen.u(60), rect.w - 2 * pad, pen.u(36)))


def _keys(view: View) -> list[tuple[tuple[str, ...], str]]:
    _ = view.tongue
    walk = ("Z", "Q", "S", "D") if view.ui.language == "fr" else ("W", "A", "S", "D")
    return [
        (walk, _("walk; the arrows do too")),
        ((_("Shift"),), _("walk faster")),
        (("E",), _("visit the booth before you")),
        (("/",), _("go to a hall, booth or person")),
        ((_("Tab"),), _("who is here")),
        (("M",), _("map of the hall")),
        (("T", _("Enter key")), _("talk; Tab changes to whom")),
        (("G",), _("make a gesture")),
        (("1…9",), _("read a panel of the booth large")),
        (("PgUp", "PgDn"), _("scroll a sheet")),
        (("Esc",), _("close what is on top")),
        (("?", "F1"), _("this help")),
    ]


def _choices(pen: Pen, view: View, area: Rect) -> None:
    _, x = view.tongue, area.x
    for language in LANGUAGES:
        wide = pen.width(OWN_NAMES[language], 15, "semibold") + pen.u(24)
        pen.button(Rect(x, area.y, wide, area.h), OWN_NAMES[language], ui.Speak(language))
        if language == view.ui.language:
            pen.shape(Rect(x, area.y, wide, area.h), tokens.AMBER, pen.u(6), stroke=max(2, pen.u(2)))
        x += wide + pen.u(8)
    label, side = _("Size of text"), pen.u(36)
    right = area.x + area.w
    pen.button(Rect(right - side, area.y, side, side), "+", ui.Resize(1))
    pen.button(Rect(right - 2 * side - pen.u(8), area.y, side, side), "−", ui.Resize(-1))
    wide = pen.width(label, 15)
    left = right - 2 * side - pen.u(20) - wide
    if left > x:
        pen.text(left, area.y + (area.h - pen.line(15)) // 2, label, fill=tokens.MUTED)
