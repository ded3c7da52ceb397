"""The card at the door: a name, a look, a language, one button. At most three inputs, the rest is offered."""

from typing import Final

from halles.world.booth import NAME_CAP
from halles.world.look import COATS, HAIRS, SKINS, TROUSERS
from halles.world.text import LANGUAGES, OWN_NAMES
from halles_client.view.hud import acts, texts, tokens
from halles_client.view.hud.acts import Row
from halles_client.view.hud.cards.frame import View, middle_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import Door
from halles_client.view.hud.tokens import Colour

WIDTH: Final = 560


def door(pen: Pen, view: View) -> None:
    """Draws the card."""
    shown = view.state.door
    if shown is None or view.state.connection.state == "closed":
        return
    wide, measure = middle_rect(pen, view, WIDTH, 10).w, Pen(pen.glyphs, pen.size, view.ui.scale)
    for spare in (False, True):
        pad = pen.u(16 if spare else 28)
        high = _content(measure, view, shown, Rect(0, pad, wide - 2 * pad, 0), spare=spare) + pad
        if high <= view.size[1]:
            break
    rect = Rect((view.size[0] - wide) // 2, max(pen.u(8), (view.size[1] - high) // 2), wide, high)
    pen.card(rect, alpha=0.96)
    _content(pen, view, shown, Rect(rect.x + pad, rect.y + pad, wide - 2 * pad, 0), spare=spare)


def _content(pen: Pen, view: View, shown: Door, area: Rect, *, spare: bool) -> int:
    """Draws everything on the card, or only what one needs where room is ``spare``; returns the y below it."""
    _, (x, y, room, _high) = view.tongue, area
    error = _complaint(view, shown)
    pen.text(x, y, "Halles", 24, "display")
    _tongues(pen, view, Rect(x, y, room, pen.u(32)))
    gap = pen.u(8 if spare else 18)
    y += pen.line(24) + pen.u(6)
    if not spare:
        pen.text(x, y, _greeting(view), fill=tokens.MUTED, most=room)
        y += pen.line(15) + gap
    y = _name(pen, view, Rect(x, y, room, pen.u(40)), error) + gap
    y = (_coat(pen, view, x, y, room) if spare else _look(pen, view, x, y, room)) + gap
    y = _terms(pen, view, x, y, room) + gap
    if not shown.busy:
        pen.button(Rect(x, y, room, pen.u(44)), _("Enter"), acts.Enter(), primary=True)
        return y + pen.u(44)
    half = (room - pen.u(12)) // 2
    label = _("Try again") if view.state.connection.retry_in_s else _("One moment…")
    pen.button(Rect(x, y, half, pen.u(44)), label, acts.Enter(), primary=True)
    pen.button(Rect(x + half + pen.u(12), y, half, pen.u(44)), _("Back"), acts.Back())
    return y + pen.u(44)


def _complaint(view: View, shown: Door) -> str:
    """Says what is wrong with the name, or what is wanted where there is none."""
    _ = view.tongue
    if view.ui.nameless:
        return _("Write a name here first: others see it above your head.")
    refusal = None if view.ui.renamed else shown.refusal
    return texts.refusal(_, refusal.code, refusal.retry_s) if refusal else ""


def _unopened(view: View) -> bool:
    """Tells whether a try to come in has failed and another follows."""
    shown, link = view.state.door, view.state.connection
    return bool(shown and shown.busy and link.close_code and link.state != "open")


def _greeting(view: View) -> str:
    _ = view.tongue
    if _unopened(view):
        return f"{texts.closed(_, view.state.connection.close_code)[0]}."
    return _("The Pôle Images is open. Come in.")


def _terms(pen: Pen, view: View, x: int, y: int, room: int) -> int:
    """Draws what entering means or, after a try that failed, why nobody opens and what follows; returns the y below."""
    _, link = view.tongue, view.state.connection
    if _unopened(view):
        pen.disc(x + pen.u(5), y + pen.line(15) // 2, pen.u(9), tokens.WARNING)
        text = texts.waiting(_, link.close_code, link.retry_in_s, link.failure)
        return pen.paragraph(x + pen.u(18), y, room - pen.u(18), text)
    conduct = _("By entering you agree to be courteous: no insults, no harassment, no recording of others.")
    return pen.paragraph(x, y, room, conduct, 13, fill=tokens.MUTED)


def _tongues(pen: Pen, view: View, area: Rect) -> None:
    """Draws the three languages, right-aligned."""
    x = area.x + area.w
    for language in reversed(LANGUAGES):
        name, on = OWN_NAMES[language], view.ui.language == language
        wide = pen.width(name, 13, "semibold") + pen.u(20)
        x -= wide
        cell = Rect(x, area.y, wide, pen.u(30))
        if on:
            pen.box(cell, tokens.KEY)
        ink = tokens.PAPER if on else tokens.MUTED
        pen.text(x + pen.u(10), cell.y + (cell.h - pen.line(13)) // 2, name, 13, "semibold", ink)
        pen.target(cell, acts.Speak(language))
        x -= pen.u(4)


def _name(pen: Pen, view: View, area: Rect, error: str) -> int:
    """Draws the name's label, field and complaint; returns the y below."""
    _, y = view.tongue, area.y
    pen.text(area.x, y, _("Your name, as others see it"), 13, "semibold")
    y += pen.line(13) + pen.u(6)
    field = Rect(area.x, y, area.w, area.h)
    pen.field(field, view.ui.name, _("First name, or any name you like"), acts.Type("name"), active=_typing(view))
    left = NAME_CAP - len(view.ui.name.text)
    if left <= 10:
        count = view.tongue.number(left)
        pen.text(field.x + field.w - pen.width(count, 13) - pen.u(10), y + pen.u(11), count, 13, fill=tokens.MUTED)
    y += field.h + pen.u(6)
    if error:
        pen.shape(field, tokens.WARNING, pen.u(tokens.RADIUS_BUTTON), stroke=max(2, pen.u(2)))
        pen.disc(area.x + pen.u(5), y + pen.line(13) // 2, pen.u(9), tokens.WARNING)
        y = pen.paragraph(area.x + pen.u(18), y, area.w - pen.u(18), error, 13)
    return y


def _typing(view: View) -> bool:
    return view.ui.typing == "name" and view.ui.ring is None


def _look(pen: Pen, view: View, x: int, y: int, room: int) -> int:
    """Draws the avatar and the rows it is chosen from; returns the y below."""
    _, look, figure = view.tongue, view.ui.look, pen.u(96)
    pen.box(Rect(x, y, figure, pen.u(134)), tokens.RAISED)
    _avatar(pen, view, x + figure // 2, y + pen.u(10))
    left, wide = x + figure + pen.u(18), room - figure - pen.u(18)
    top = _coat(pen, view, left, y, wide) + pen.u(10)
    half = wide * 6 // 15
    pen.text(left, top, _("Skin"), 13, "semibold", tokens.MUTED)
    pen.text(left + half, top, _("Hair"), 13, "semibold", tokens.MUTED)
    top += pen.line(13) + pen.u(3)
    _swatches(pen, left, top, half - pen.u(14), "skin", SKINS, look.skin, 18)
    _swatches(pen, left + half, top, wide - half, "hair", HAIRS, look.hair, 18)
    top += pen.u(18 + 9)
    heads = (_("Short"), _("Long"), _("Bun"), _("Cap"))
    cell = (wide - pen.u(3 * 6)) // 4
    for index, name in enumerate(heads):
        box = Rect(left + index * (cell + pen.u(6)), top, cell, pen.u(28))
        on = look.head == index
        pen.box(box, tokens.KEY if on else tokens.RAISED)
        name = pen.shorten(name, 13, "semibold", cell - pen.u(8))
        at = box.x + (cell - pen.width(name, 13, "semibold")) // 2
        ink = tokens.PAPER if on else tokens.MUTED
        pen.text(at, box.y + (box.h - pen.line(13)) // 2, name, 13, "semibold", ink)
        pen.target(box, acts.Choose("head", index))
    return y + pen.u(134)


def _coat(pen: Pen, view: View, x: int, y: int, room: int) -> int:
    _ = view.tongue
    pen.text(x, y, _("Your coat"), 13, "semibold")
    y += pen.line(13) + pen.u(5)
    _swatches(pen, x, y, room, "coat", COATS, view.ui.look.coat, 26)
    return y + pen.u(26)


def _swatches(pen: Pen, x: int, y: int, room: int, row: Row, shades: tuple[str, ...], chosen: int, most: int) -> None:
    """Draws a row of colours as wide as ``room``, the chosen one ringed."""
    pitch = min(pen.u(most + 8), room // len(shades))
    side = min(pen.u(most), pitch - pen.u(5))
    for index, shade in enumerate(shades):
        box = Rect(x + index * pitch, y + (pen.u(most) - side) // 2, side, side)
        pen.shape(box, tokens.colour(shade), side)
        if index == chosen:
            pen.shape(box.inset(-pen.u(3)), tokens.PAPER, side, stroke=max(2, pen.u(2)))
        pen.target(box, acts.Choose(row, index), radius=20)


def _avatar(pen: Pen, view: View, cx: int, top: int) -> None:
    """Draws a small front view in the chosen colours: head, hair, coat, trousers."""
    look = view.ui.look
    coat, skin = tokens.colour(COATS[look.coat]), tokens.colour(SKINS[look.skin])
    hair, legs = tokens.colour(HAIRS[look.hair]), tokens.colour(TROUSERS[look.trousers])
    shade = tokens.mix(coat, tokens.INK, 0.28)

    def part(dx: float, dy: float, wide: float, high: float, fill: Colour, radius: float) -> None:
        left = cx + pen.u(dx) - pen.u(wide) // 2
        pen.shape(Rect(left, top + pen.u(dy), pen.u(wide), pen.u(high)), fill, pen.u(radius))

    if look.head == 1:
        part(0, 3, 40, 50, hair, 18)
    if look.head == 2:
        part(0, -4, 16, 16, hair, 8)
    part(-7, 92, 12, 26, legs, 3)
    part(7, 92, 12, 26, legs, 3)
    part(-20, 44, 10, 42, shade, 5)
    part(20, 44, 10, 42, shade, 5)
    part(0, 40, 36, 56, coat, 10)
    part(0, 36, 12, 10, tokens.mix(skin, tokens.INK, 0.18), 4)
    part(0, 6, 32, 34, skin, 15)
    part(0, 2, 34, 15, hair, 9)
    if look.head == 3:
        part(0, 1, 36, 14, tokens.mix(coat, tokens.INK, 0.15), 8)
        part(0, 12, 40, 4, shade, 2)
    part(-6, 22, 4, 4, tokens.INK, 2)
    part(6, 22, 4, 4, tokens.INK, 2)
