"""Who is here: a sheet on the right, the nearest first, walked with the arrows."""

from halles_client.view.hud import acts, lists, texts, tokens
from halles_client.view.hud.cards import sheet
from halles_client.view.hud.cards.buttons import SMALL, Button, small
from halles_client.view.hud.cards.frame import View, scroll_mark, sheet_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import Person

_ROW = 46


def people(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    if not sheet.is_open(view, "people"):
        return
    _, here, most = view.tongue, lists.people(view.state), sheet_rect(pen, view)
    above, high, more = pen.u(sheet.HEAD), pen.u(_ROW), _more(pen, view, here)
    room = max(1, (most.h - above - pen.u(14) - more) // high)
    rect = Rect(most.x, most.y, most.w, above + pen.u(14) + max(2, min(room, len(here))) * high + more)
    pen.card(rect, alpha=0.94)
    inset = pen.u(20)
    sheet.heading(pen, view, Rect(rect.x + inset, rect.y, rect.w - inset, rect.h), _("People here"))
    y = rect.y + above
    if not here:
        text = _("Nobody else is here now.")
        pen.paragraph(rect.x + inset, y, rect.w - 2 * inset, text, fill=tokens.MUTED)
        return
    first = min(max(0, view.ui.chosen - room + 1), max(0, len(here) - room))
    for index in range(first, min(first + room, len(here))):
        chosen = index == view.ui.chosen
        row = Rect(rect.x + pen.u(8), y, rect.w - pen.u(16), high + (more if chosen else 0))
        _person(pen, view, row, here[index], chosen=chosen)
        y += row.h
    window = Rect(rect.x, rect.y + above, rect.w - pen.u(2), room * high + more)
    scroll_mark(pen, window, room, len(here), first)


def _more(pen: Pen, view: View, here: tuple[Person, ...]) -> int:
    """Returns by how much the chosen row is higher: what may be done with somebody stands under their name."""
    chosen = here[view.ui.chosen] if view.ui.chosen < len(here) else None
    return pen.u(SMALL + 8) if chosen is not None and not chosen.me else 0


def _person(pen: Pen, view: View, rect: Rect, who: Person, *, chosen: bool) -> None:
    if chosen:
        pen.box(rect, tokens.RAISED)
    name = Rect(rect.x, rect.y, rect.w, pen.u(_ROW))
    _named(pen, view, name, who, tokens.PAPER if chosen else tokens.MUTED)
    if who.me:
        return
    if not who.blocked:
        pen.target(name, lists.to_person(who))
    x = rect.x + pen.u(10)
    for button in _offered(view, who) if chosen else ():
        x = small(pen, x, rect.y + pen.u(_ROW), button) + pen.u(5)


def _named(pen: Pen, view: View, rect: Rect, who: Person, ink: tokens.Colour) -> None:
    """Draws who somebody is, and how far away."""
    _ = view.tongue
    pen.disc(rect.x + pen.u(18), rect.y + rect.h // 2, pen.u(14), tokens.coat_name(who.coat))
    left, right = rect.x + pen.u(36), rect.x + rect.w - pen.u(10)
    if not who.me and not who.blocked:
        away = _.metres(who.distance_m)
        right -= pen.width(away, 13)
        pen.text(right, rect.y + (rect.h - pen.line(13)) // 2, away, 13, fill=tokens.MUTED)
        right -= pen.u(10)
    name = _("{name} (you)", name=who.name) if who.me else who.name
    pen.text(left, rect.y + pen.u(5), name, 15, "semibold", most=right - left)
    what = _("blocked by you") if who.blocked else texts.role(_, who.role)
    what = f"{what} · {who.booth}" if who.booth else what
    what = f"{_('speaks')} · {what}" if who.speaks else what
    pen.text(left, rect.y + pen.u(5) + pen.line(15), what, 13, fill=ink, most=right - left)


def _offered(view: View, who: Person) -> tuple[Button, ...]:
    """Returns what one may do with somebody."""
    _, moderating = view.tongue, view.state.moderating
    if who.blocked:
        return (Button(_("Unblock"), acts.Block(who.id, on=False), primary=True),)
    sanction = Button(_("Sanction"), acts.Sanction(who.id, who.name))
    return (
        Button(_("Go"), lists.to_person(who), primary=True),
        Button(_("Block"), acts.Block(who.id, on=True)),
        Button(_("Report"), lists.report_person(who)),
        *((sanction,) if moderating is not None and moderating.scopes else ()),
    )
