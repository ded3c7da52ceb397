"""Who is here: a sheet on the right, the nearest first, walked with the arrows."""

from halles_client.language import Tongue
from halles_client.view.hud import acts, lists, texts, tokens
from halles_client.view.hud.cards import sheet
from halles_client.view.hud.cards.buttons import SMALL, Button, small, small_width
from halles_client.view.hud.cards.frame import View, scroll_mark, sheet_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import Person

_ROW = 46


def rows_shown(pen: Pen, view: View) -> int:
    """Returns how many people the sheet has room for."""
    return max(1, (sheet_rect(pen, view).h - pen.u(sheet.HEAD + 14)) // pen.u(_ROW))


def people(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    if not sheet.is_open(view, "people"):
        return
    _, here, most = view.tongue, lists.people(view.state), sheet_rect(pen, view)
    room = rows_shown(pen, view)
    rect = Rect(most.x, most.y, most.w, pen.u(sheet.HEAD + 14) + max(2, min(room, len(here))) * pen.u(_ROW))
    pen.card(rect, alpha=0.94)
    inset = pen.u(20)
    sheet.heading(pen, view, Rect(rect.x + inset, rect.y, rect.w - inset, rect.h), _("People here"))
    y = rect.y + pen.u(sheet.HEAD)
    if not here:
        text = _("Nobody else is here now.")
        pen.paragraph(rect.x + pen.u(20), y, rect.w - pen.u(40), text, fill=tokens.MUTED)
        return
    first = min(max(0, view.ui.chosen - room + 1), max(0, len(here) - room))
    for index in range(first, min(first + room, len(here))):
        row = Rect(rect.x + pen.u(8), y, rect.w - pen.u(16), pen.u(_ROW))
        _person(pen, view, row, here[index], index == view.ui.chosen)
        y += row.h
    window = Rect(rect.x, rect.y + pen.u(sheet.HEAD), rect.w - pen.u(2), room * pen.u(_ROW))
    scroll_mark(pen, window, room, len(here), first)


def _person(pen: Pen, view: View, rect: Rect, who: Person, chosen: bool) -> None:
    _ = view.tongue
    if chosen:
        pen.box(rect, tokens.RAISED)
    pen.disc(rect.x + pen.u(18), rect.y + rect.h // 2, pen.u(14), tokens.coat_name(who.coat))
    left, right = rect.x + pen.u(36), rect.x + rect.w - pen.u(10)
    buttons: list[tuple[int, Button]] = []
    choices = _offered(_, who) if chosen and not who.me else ()
    for button in choices:
        right -= small_width(pen, button.label)
        buttons.append((right, button))
        right -= pen.u(6)
    if not choices and not who.me and not who.blocked:
        away = _.metres(who.distance_m)
        wide = pen.width(away, 13)
        pen.text(right - wide, rect.y + (rect.h - pen.line(13)) // 2, away, 13, fill=tokens.MUTED)
        right -= wide + pen.u(10)
    name = _("{name} (you)", name=who.name) if who.me else who.name
    pen.text(left, rect.y + pen.u(5), name, 15, "semibold", most=right - left)
    what = texts.role(_, who.role)
    what = _("blocked by you") if who.blocked else what
    what = f"{what} · {who.booth}" if who.booth else what
    what = f"{_('speaks')} · {what}" if who.speaks else what
    ink = tokens.PAPER if chosen else tokens.MUTED
    pen.text(left, rect.y + pen.u(5) + pen.line(15), what, 13, fill=ink, most=right - left)
    if not who.me and not who.blocked:
        pen.target(rect, lists.to_person(who))
    for at, button in buttons:
        small(pen, at, rect.y + (rect.h - pen.u(SMALL)) // 2, button)


def _offered(_: Tongue, who: Person) -> tuple[Button, ...]:
    """Returns what one may do with somebody, from the right."""
    if who.blocked:
        return (Button(_("Unblock"), acts.Block(who.id, on=False), primary=True),)
    return (
        Button(_("Go"), lists.to_person(who), primary=True),
        Button(_("Block"), acts.Block(who.id, on=True)),
        Button(_("Report"), lists.report_person(who)),
    )
