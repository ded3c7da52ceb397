"""Who is here: a sheet on the right, the nearest first, walked with the arrows."""

from halles_client.language import Tongue
from halles_client.view.hud import acts, texts, tokens, ui
from halles_client.view.hud.cards.frame import View, scroll_mark, sheet_rect
from halles_client.view.hud.pen import Act, Pen, Rect
from halles_client.view.hud.state import Person

_ROW = 46


def rows_shown(pen: Pen, view: View) -> int:
    """Returns how many people the sheet has room for."""
    return max(1, (sheet_rect(pen, view).h - pen.u(68)) // pen.u(_ROW))


def people(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    if not view.inside or view.ui.sheet != "people" or view.reading:
        return
    _, here, most = view.tongue, ui.people(view.state), sheet_rect(pen, view)
    room = rows_shown(pen, view)
    rect = Rect(most.x, most.y, most.w, pen.u(68) + max(2, min(room, len(here))) * pen.u(_ROW))
    pen.card(rect, alpha=0.94)
    pen.text(rect.x + pen.u(20), rect.y + pen.u(14), _("People here"), 18, "semibold")
    cap = pen.width(_("Esc"), 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - pen.u(14), rect.y + pen.u(14), cap, pen.u(24))
    pen.key(close.x, close.y, _("Esc"))
    pen.target(close, acts.Close())
    y = rect.y + pen.u(54)
    if not here:
        text = _("Nobody else is here now.")
        pen.paragraph(rect.x + pen.u(20), y, rect.w - pen.u(40), text, fill=tokens.MUTED)
        return
    first = min(max(0, view.ui.chosen - room + 1), max(0, len(here) - room))
    for index in range(first, min(first + room, len(here))):
        row = Rect(rect.x + pen.u(8), y, rect.w - pen.u(16), pen.u(_ROW))
        _person(pen, view, row, here[index], index == view.ui.chosen)
        y += row.h
    window = Rect(rect.x, rect.y + pen.u(54), rect.w - pen.u(2), room * pen.u(_ROW))
    scroll_mark(pen, window, room, len(here), first)


def _person(pen: Pen, view: View, rect: Rect, who: Person, chosen: bool) -> None:
    _ = view.tongue
    if chosen:
        pen.box(rect, tokens.KEY)
    pen.disc(rect.x + pen.u(18), rect.y + rect.h // 2, pen.u(14), tokens.coat_name(who.coat))
    left, right = rect.x + pen.u(36), rect.x + rect.w - pen.u(10)
    buttons: list[tuple[Rect, Act]] = []
    choices: tuple[tuple[str, Act], ...] = ()
    if chosen and not who.me:
        choices = ((_("Unblock"), acts.Block(who.id, on=False)),) if who.blocked else _offered(_, who)
    for go, act in choices:
        wide = pen.width(go, 13, "semibold") + pen.u(20)
        button = Rect(right - wide, rect.y + (rect.h - pen.u(26)) // 2, wide, pen.u(26))
        first = act == choices[0][1]
        pen.box(button, tokens.AMBER if first else tokens.RAISED)
        ink = tokens.INK if first else tokens.PAPER
        pen.text(button.x + pen.u(10), button.y + (button.h - pen.line(13)) // 2, go, 13, "semibold", ink)
        buttons.append((button, act))
        right = button.x - pen.u(6)
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
        pen.target(rect, ui.to_person(who))
    for button, act in buttons:
        pen.target(button, act)


def _offered(_: Tongue, who: Person) -> tuple[tuple[str, Act], ...]:
    report = ui.report_person(who)
    return (_("Go"), ui.to_person(who)), (_("Block"), acts.Block(who.id, on=True)), (_("Report"), report)
