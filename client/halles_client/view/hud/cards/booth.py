"""The booth's sheet on the right, and a panel read large over the middle."""

from functools import partial
from typing import Final

from halles.ids import MediaId
from halles.world.booth import BoothContent, Panel, accent_of
from halles.world.text import Language, Text
from halles_client.view.hud import acts, texts, tokens
from halles_client.view.hud.booth_state import BoothSheet
from halles_client.view.hud.cards.frame import BESIDE, View, scroll_mark, sheet_rect
from halles_client.view.hud.cards.sheet import Sheet, height, scrolled
from halles_client.view.hud.pen import Pen, Picture, Rect

DIGITS: Final = 9
"""Panels that a digit opens."""

_WIDE: Final = 1.15
"""Pictures wider than this many heights stand above their text."""


def sheet(pen: Pen, view: View) -> None:
    """Draws the sheet as high as its content, scrolled where that is more than the window has."""
    shown = view.state.sheet
    if shown is None or not view.inside or (view.reading and view.folded) or _hidden(view):
        return
    most, foot, bar = sheet_rect(pen, view), pen.u(60), pen.u(6)
    frame = Sheet("sheet", "", partial(_content, view, shown))
    inner = Rect(most.x + pen.u(frame.pad), most.y + bar, most.w - 2 * pen.u(frame.pad), most.h - foot - bar)
    whole = height(pen, view, frame.content, inner)
    rect = Rect(most.x, most.y, most.w, min(whole, inner.h) + foot + bar)
    pen.card(rect, alpha=0.94)
    _accent(pen, rect, shown, bar)
    scrolled(pen, view, frame, Rect(rect.x, inner.y, rect.w, min(whole, inner.h)), whole)
    _close(pen, view, Rect(rect.x + pen.u(12), rect.y + rect.h - pen.u(48), rect.w - pen.u(24), pen.u(36)))


def _hidden(view: View) -> bool:
    """Tells whether another sheet lies where this one would."""
    return view.ui.sheet in BESIDE or view.ui.sheet in ("map", "help")


def _accent(pen: Pen, rect: Rect, shown: BoothSheet, high: int) -> None:
    accent = accent_of(shown.content.accent) if shown.content else None
    pen.clip(Rect(rect.x, rect.y, rect.w, high))
    fill = tokens.colour(accent) if accent else tokens.KEY
    pen.shape(rect, fill, pen.u(tokens.RADIUS_PANEL))
    pen.clip(None)


def _close(pen: Pen, view: View, rect: Rect) -> None:
    _ = view.tongue
    pen.button(rect, _("Close"), acts.Close())
    cap = pen.width(_("Esc"), 13, "semibold") + pen.u(16)
    right = rect.x + rect.w - cap - pen.u(8)
    pen.text(right + pen.u(8), rect.y + (rect.h - pen.line(13)) // 2, _("Esc"), 13, "semibold", tokens.MUTED)


def _content(view: View, shown: BoothSheet, pen: Pen, area: Rect, y: int) -> int:
    _, content = view.tongue, shown.content
    y += pen.u(16)
    if content is None:
        pen.text(area.x, y, _("Booth {slot}", slot=shown.slot), 24, "display")
        y += pen.line(24) + pen.u(8)
        pen.text(area.x, y, _("Fetching this booth…"), fill=tokens.MUTED)
        return y + pen.line(15) + pen.u(16)
    y = pen.paragraph(area.x, y, area.w, content.name, 24, "display", lines=3) + pen.u(4)
    where = " · ".join((shown.hall, _("booth {slot}", slot=shown.slot), texts.kind(_, content.kind)))
    y = pen.paragraph(area.x, y, area.w, where, 13, fill=tokens.MUTED) + pen.u(8)
    if shown.draft:
        told = _("Draft: everybody else reads what is published.")
        y = pen.paragraph(area.x, y, area.w, told, 13, "semibold", tokens.AMBER) + pen.u(8)
    y = _staffed(pen, view, shown, area, y)
    y = _text(pen, view, content.pitch, area, y, 15)
    y = _opening(pen, view, content.opening, area, y)
    y = _panels(pen, view, content, area, y)
    y = _documents(pen, view, shown, area, y)
    y = _team(pen, view, content, area, y)
    y = _links(pen, view, content, area, y) + pen.u(12)
    act = acts.Report("booth", shown.booth, content.name)
    return _row(pen, view, area, y, _("Report this booth"), view.ui.language, "", act) + pen.u(12)


def _staffed(pen: Pen, view: View, shown: BoothSheet, area: Rect, y: int) -> int:
    """Draws the sign, which is the light at the booth: lit, half, hollow or out; its word; and the bell."""
    _ = view.tongue
    bar = Rect(area.x, y + pen.u(1), pen.u(6), pen.line(15) - pen.u(2))
    lit = tokens.PRESENT if shown.staffed == "here" else tokens.AMBER
    if shown.staffed == "here":
        pen.shape(bar, lit, pen.u(2))
    else:
        pen.shape(bar, tokens.MUTED if shown.staffed == "away" else lit, pen.u(2), stroke=max(1, pen.u(1)))
    if shown.staffed == "elsewhere":
        pen.shape(Rect(bar.x, bar.y + bar.h // 2, bar.w, bar.h - bar.h // 2), lit, pen.u(2))
    fill = tokens.MUTED if shown.staffed == "away" else lit
    word = texts.staffed(view.tongue, shown.staffed, shown.back_at, shown.staff)
    y = pen.paragraph(area.x + pen.u(17), y, area.w - pen.u(17), word, fill=fill, lines=2) + pen.u(8)
    talk = view.state.talk
    if talk is not None and talk.duty and talk.booth == shown.booth:
        return _row(pen, view, area, y, _("Say when you are back"), view.ui.language, "B", acts.Type("back")) + pen.u(6)
    return _row(pen, view, area, y, _("Ring the bell"), view.ui.language, "B", acts.Ring()) + pen.u(6)


def _text(pen: Pen, view: View, text: Text, area: Rect, y: int, size: tokens.TextSize) -> int:
    """Writes a text in the reader's language, or the marked fallback; nothing for an empty one."""
    read, language = text.read(view.ui.language)
    if not read:
        return y
    if language == view.ui.language:
        return pen.paragraph(area.x, y, area.w, read, size) + pen.u(14)
    top, left = y, area.x + pen.u(14)
    pen.text(left, y, texts.only_in(view.tongue, language), 13, "semibold", tokens.AMBER)
    y = pen.paragraph(left, y + pen.line(13) + pen.u(2), area.w - pen.u(14), read, size)
    pen.shape(Rect(area.x, top, pen.u(3), y - top), tokens.AMBER, pen.u(1))
    return y + pen.u(14)


def _opening(pen: Pen, view: View, opening: Text, area: Rect, y: int) -> int:
    _ = view.tongue
    if not opening.read(view.ui.language)[0]:
        return y
    return _text(pen, view, opening, area, _section(pen, area, y, _("Good to know")), 15)


def _documents(pen: Pen, view: View, shown: BoothSheet, area: Rect, y: int) -> int:
    """Draws what may be taken along: documents, which a press opens in the browser, and the booth's card."""
    _, content = view.tongue, shown.content
    documents = [document for document in content.documents if document.media] if content else []
    y = _section(pen, area, y, _("Documents, in your browser") if documents else _("To take along"))
    wide = max(pen.width(label, 15, "semibold") for label in (_("Take"), _("Taken"))) + pen.u(24)
    left = Rect(area.x, area.y, area.w - wide - pen.u(6), area.h)
    button = Rect(area.x + area.w + pen.u(8) - wide, y, wide, pen.u(36))
    for document in documents:
        title, language = document.title.read(view.ui.language)
        below = _row(pen, view, left, y, title or _("Document"), language, "PDF", acts.Take(document.media))
        _take(pen, view, shown, Rect(button.x, y, wide, button.h), document.media)
        y = below
    name = _("Card of {booth}", booth=content.name if content else "")
    below = _row(pen, view, left, y, name, view.ui.language, "", None)
    _take(pen, view, shown, Rect(button.x, y, wide, button.h), MediaId(""))
    return below


def _take(pen: Pen, view: View, shown: BoothSheet, rect: Rect, media: MediaId) -> None:
    """Draws the button that takes along, or that it is taken."""
    _ = view.tongue
    if media not in shown.taken:
        pen.button(rect, _("Take"), acts.TakeAlong(media))
        return
    left = rect.x + (rect.w - pen.width(_("Taken"), 15, "semibold")) / 2
    pen.text(left, rect.y + (rect.h - pen.line(15)) // 2, _("Taken"), 15, "semibold", tokens.MUTED)


def _team(pen: Pen, view: View, content: BoothContent, area: Rect, y: int) -> int:
    _ = view.tongue
    if not content.team:
        return y
    y = _section(pen, area, y, _("The team"))
    for member in content.team:
        y = pen.paragraph(area.x, y, area.w, member.name, 15, "semibold", lines=2)
        line, language = member.line.read(view.ui.language)
        if line and language != view.ui.language:
            line = f"{line} ({texts.only_in(view.tongue, language)})"
        if line:
            y = pen.paragraph(area.x, y, area.w, line, 13, fill=tokens.MUTED, lines=3)
        y += pen.u(8)
    return y


def _section(pen: Pen, area: Rect, y: int, title: str) -> int:
    pen.text(area.x, y + pen.u(6), title, 13, "semibold", tokens.MUTED)
    return y + pen.line(13) + pen.u(12)


def _panels(pen: Pen, view: View, content: BoothContent, area: Rect, y: int) -> int:
    _ = view.tongue
    for index, panel in enumerate(content.panels):
        title, language = title_of(panel, view)
        title = title or _("Poster {number}", number=index + 1)
        key = str(index + 1) if index < DIGITS else ""
        y = _row(pen, view, area, y, title, language, key, acts.Read(panel.slot))
    return y


def _links(pen: Pen, view: View, content: BoothContent, area: Rect, y: int) -> int:
    _ = view.tongue
    if not content.links:
        return y
    y = _section(pen, area, y, _("Links, in your browser"))
    for link in content.links:
        label, language = link.label.read(view.ui.language)
        label = label or link.url.removeprefix("https://")
        y = _row(pen, view, area, y, label, language, "→", acts.Follow(link.url))
    return y


def _row(
    pen: Pen, view: View, area: Rect, y: int, label: str, language: Language, sign: str, act: acts.Act | None
) -> int:
    rect = Rect(area.x - pen.u(8), y, area.w + pen.u(16), pen.u(36))
    pen.box(rect)
    right = rect.x + rect.w - pen.u(12)
    if sign:
        wide = pen.width(sign, 13, "semibold")
        pen.text(right - wide, y + (rect.h - pen.line(13)) // 2, sign, 13, "semibold", tokens.MUTED)
        right -= wide + pen.u(10)
    if language != view.ui.language:
        wide = pen.width(language.upper(), 13)
        pen.text(right - wide, y + (rect.h - pen.line(13)) // 2, language.upper(), 13, fill=tokens.AMBER)
        right -= wide + pen.u(10)
    left = rect.x + pen.u(14)
    pen.text(left, y + (rect.h - pen.line(15)) // 2, label, 15, "semibold", most=right - left)
    if act is not None:
        pen.target(rect, act)
    return y + rect.h + pen.u(6)


def title_of(panel: Panel, view: View) -> tuple[str, Language]:
    """Returns a panel's title and its language; the first words of its text where it has none."""
    title, language = panel.title.read(view.ui.language)
    if title:
        return title, language
    text, language = panel.text.read(view.ui.language)
    return text.split("\n")[0][:60], language


def reading(pen: Pen, view: View, shape: tuple[int, int] | None) -> None:
    """Draws the panel that is read large; ``shape`` is its picture's width and height, None when there is none."""
    shown = view.state.sheet
    content = shown.content if shown else None
    if content is None or not view.reading or not view.inside:
        return
    panel = content.panel(view.ui.panel)
    if panel is None:
        return
    margin = pen.u(tokens.MARGIN)
    right = view.size[0] - margin if view.folded else sheet_rect(pen, view).x - margin
    most = Rect(margin, margin, right - margin, view.size[1] - 2 * margin)
    measure = Pen(pen.glyphs, pen.size, view.ui.scale)
    body = _heading(measure, view, content, panel, most)
    below = most.y + most.h - body.y - body.h
    rect = Rect(*most[:3], body.y + _spread(measure, view, panel, body, shape) + below - most.y)
    pen.card(rect, alpha=0.97)
    _spread(pen, view, panel, _heading(pen, view, content, panel, rect), shape)


def _spread(pen: Pen, view: View, panel: Panel, body: Rect, shape: tuple[int, int] | None) -> int:
    """Draws picture and text: side by side, or a wide picture above; returns the height used."""
    gap = pen.u(24)
    text = bool(panel.text.read(view.ui.language)[0])
    if shape is None:
        wide = min(body.w, pen.u(680))
        return _body(pen, view, panel, Rect(body.x + (body.w - wide) // 2, body.y, wide, body.h))
    if text and body.w >= pen.u(520) and shape[0] < _WIDE * shape[1]:
        room = Rect(body.x, body.y, body.w * 46 // 100, body.h)
        beside = Rect(room.x + room.w + gap, body.y, body.w - room.w - gap, body.h)
        return max(_picture(pen, view, panel, room, shape), _body(pen, view, panel, beside))
    used = _picture(pen, view, panel, Rect(*body[:3], min(body.h, view.size[1] * 54 // 100) if text else body.h), shape)
    if not text:
        return used
    used += gap
    return used + _body(pen, view, panel, Rect(body.x, body.y + used, body.w, body.h - used))


def _heading(pen: Pen, view: View, content: BoothContent, panel: Panel, rect: Rect) -> Rect:
    """Draws title, place in the row and keys; returns what is left for picture and text."""
    pad, _ = pen.u(28), view.tongue
    slots = [row.slot for row in content.panels]
    at = slots.index(panel.slot)
    x, y = rect.x + pad, rect.y + pen.u(20)
    turn = (("←", acts.Read(slots[at - 1])), ("→", acts.Read(slots[(at + 1) % len(slots)]))) if len(slots) > 1 else ()
    caps: list[tuple[str, int, acts.Act]] = [
        (label, max(pen.u(24), pen.width(label, 13, "semibold") + pen.u(16)), act)
        for label, act in (*turn, (_("Esc"), acts.Close()))
    ]
    left = right = rect.x + rect.w - pad - sum(wide + pen.u(6) for _label, wide, _act in caps) + pen.u(6)
    for label, wide, act in caps:
        pen.key(left, y, label)
        pen.target(Rect(left, y, wide, pen.u(24)), act)
        left += wide + pen.u(6)
    where = _("{name} · {number} of {count}", name=content.name, number=at + 1, count=len(slots))
    pen.text(x, y + pen.u(3), where, 13, fill=tokens.MUTED, most=right - x - pen.u(8))
    y += pen.u(28)
    title = title_of(panel, view)[0]
    y = pen.paragraph(x, y, rect.w - 2 * pad, title, 24, "display", lines=2) + pen.u(16)
    return Rect(x, y, rect.w - 2 * pad, rect.y + rect.h - pen.u(20) - y)


def _picture(pen: Pen, view: View, panel: Panel, room: Rect, shape: tuple[int, int]) -> int:
    """Places the picture and what it shows in words; returns the height used."""
    alt = panel.alt.read(view.ui.language)[0]
    words = min(3, len(pen.wrap(alt, 13, "medium", room.w))) * pen.line(13) + pen.u(8) if alt else 0
    share = min(room.w / shape[0], (room.h - words) / shape[1])
    wide, high = round(shape[0] * share), round(shape[1] * share)
    frame = Rect(room.x + (room.w - wide) // 2, room.y, wide, high)
    pen.shape(frame, tokens.RAISED)  # until the picture is decoded
    pen.drawing.pictures.append(Picture(frame, panel.picture))
    if alt:
        pen.paragraph(room.x, room.y + high + pen.u(8), room.w, alt, 13, fill=tokens.MUTED, lines=3)
    return high + words


def _body(pen: Pen, view: View, panel: Panel, area: Rect) -> int:
    """Draws the text at 18, scrolled where it is longer than the card; returns the height used."""
    measure = Pen(pen.glyphs, pen.size, view.ui.scale)
    column = Rect(area.x, area.y, area.w - pen.u(12), area.h)
    whole = _text(measure, view, panel.text, column, area.y, 18) - area.y
    step = pen.line(18)
    if whole > area.h:
        area = Rect(area.x, area.y, area.w, area.h // step * step)
    pen.drawing.overflow = -(-max(0, whole - area.h) // step)
    offset = min(view.ui.scrolled("panel") * step, max(0, whole - area.h))
    pen.clip(area)
    _text(pen, view, panel.text, column, area.y - offset, 18)
    pen.clip(None)
    scroll_mark(pen, area, area.h, whole, offset)
    return min(whole, area.h)
