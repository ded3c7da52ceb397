"""Help over the middle: every key and what the pointer does, the languages, the size of text, and the way out."""

from typing import Final, NamedTuple

from halles.world.text import LANGUAGES, OWN_NAMES
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards.frame import View, middle_rect, scroll_mark
from halles_client.view.hud.pen import Act, Pen, Rect
from halles_client.view.steering import BINDINGS, Action

WIDTH: Final = 940
TWO_COLUMNS_FROM: Final = 760
"""Pixels of the look from which rows stand in two columns."""

_ROW: Final = 32
_HEAD: Final = 60
_BUTTON: Final = 36
_GAP: Final = 8


class Row(NamedTuple):
    """Keys and what they do."""

    keys: tuple[str, ...]
    what: str


class _Choice(NamedTuple):
    """A button of the foot; several with the same group stay on one line. Without an act it is a label."""

    group: int
    label: str
    act: Act = None
    chosen: bool = False


def help_sheet(pen: Pen, view: View) -> None:
    """Draws the card as high as its content, its rows scrolled where the window is too low."""
    if not view.inside or view.ui.sheet != "help":
        return
    wide, pad = middle_rect(pen, view, WIDTH, 100).w, pen.u(24)
    foot = _foot(pen, view, Rect(0, 0, wide - 2 * pad, 0), draw=False)
    rows = keys(view)
    columns = 2 if wide >= pen.u(TWO_COLUMNS_FROM) else 1
    per = -(-len(rows) // columns)
    margin = pen.u(tokens.MARGIN)
    free = view.size[1] - 2 * margin - pen.u(_HEAD) - foot - 2 * pad
    shown = max(2, min(per, free // pen.u(_ROW)))
    high = pen.u(_HEAD) + shown * pen.u(_ROW) + pad + foot + pad
    rect = Rect((view.size[0] - wide) // 2, max(margin, (view.size[1] - high) // 2), wide, high)
    pen.card(rect, alpha=0.97)
    _head(pen, view, rect)
    pen.drawing.overflow = per - shown
    at = min(view.ui.scrolled("help"), per - shown)
    window = Rect(rect.x + pad, rect.y + pen.u(_HEAD), rect.w - 2 * pad, shown * pen.u(_ROW))
    for column in range(columns):
        part = rows[column * per : (column + 1) * per][at : at + shown]
        left = window.x + column * (window.w + pad) // columns
        room = (window.w - (columns - 1) * pad) // columns
        _rows(pen, part, rows[column * per : (column + 1) * per], Rect(left, window.y, room, 0))
    scroll_mark(pen, Rect(rect.x, window.y, rect.w - pen.u(6), window.h), shown, per, at)
    _foot(pen, view, Rect(rect.x + pad, window.y + window.h + pad, rect.w - 2 * pad, foot), draw=True)


def keys(view: View) -> list[Row]:
    """Returns every key that does something here with what it does, in reading order."""
    return [*_walking(view), *_everywhere(view), *_at_booths(view), *_talking(view), *_live(view), *_safety(view)]


def _walking(view: View) -> list[Row]:
    _, letter = view.tongue, view.letter

    def at(*actions: Action) -> tuple[str, ...]:
        return tuple(letter(BINDINGS[action][0]) for action in actions)

    return [
        Row(at("forward", "left", "back", "right"), _("walk")),
        Row(("↑", "↓", "←", "→"), _("walk and turn")),
        Row((_("Shift"),), _("walk faster")),
        Row(at("look_up", "look_down"), _("look up and down")),
        Row(at("nearer", "farther"), _("see from nearer or farther")),
        Row(at("view"), _("see yourself, or through your own eyes")),
        *([Row(at("model_left", "model_right"), _("turn the model on the counter"))] if _booths(view) else []),
        Row((_("click"),), _("walk there; dragging looks around")),
        Row((_("wheel"),), _("nearer or farther; on a sheet it scrolls")),
        Row(("G", "1…6"), _("make a gesture")),
    ]


def _everywhere(view: View) -> list[Row]:
    _ = view.tongue
    return [
        Row(("?", "F1"), _("this help")),
        Row((_("Esc"),), _("close what is on top")),
        Row((_("PgUp"), _("PgDn")), _("scroll a sheet")),
        Row(("/",), _("go to a hall, booth or person")),
        Row(("M",), _("map of the hall")),
        Row(("O",), _("what is on and what comes")),
        Row(("K",), _("look into your satchel")),
    ]


def _booths(view: View) -> bool:
    """Tells whether there are booths here."""
    return view.state.map is None or bool(view.state.map.booths)


def _at_booths(view: View) -> list[Row]:
    _ = view.tongue
    return [
        *([Row(("E",), _("visit the booth before you"))] if _booths(view) else []),
        *([Row(("1…9",), _("read a panel of the booth large"))] if _booths(view) else []),
        *([Row(("B",), _("ring; answer; at your own booth: when you are back"))] if _booths(view) else []),
        *([Row(("H",), _("record yourself at your own booth"))] if view.state.recording is not None else []),
        *([Row(("P",), _("leave the draft, see what is published"))] if view.state.draft else []),
    ]


def _talking(view: View) -> list[Row]:
    _ = view.tongue
    return [
        Row(("T",), _("talk; Tab changes to whom")),
        Row((_("Enter key"),), _("press the button; else talk")),
        Row(("Ctrl", _("Enter key")), _("send a line again that was not sent")),
        *(_voice(view) if view.state.voice is not None else []),
        Row((_("Tab"),), _("who is here; on a sheet the next button")),
        Row((_("Tab"), "R"), _("report somebody of that list")),
        Row((_("Tab"), _("Del")), _("block somebody of that list, or no more")),
    ]


def _voice(view: View) -> list[Row]:
    _ = view.tongue
    held = view.letter(BINDINGS["speak"][0])
    return [Row((held,), _("held: talk by voice")), Row(("U",), _("voice: on or off, how loud"))]


def _live(view: View) -> list[Row]:
    _ = view.tongue
    if view.state.replay is not None:
        return [
            Row((_("Space"),), _("recording: stop and go on")),
            Row(("I",), _("recording: its chapters")),
            Row(("I", "←", "→"), _("recording: 10 s back or on")),
            Row(("I", "1…5"), _("recording: how fast")),
        ]
    if view.state.live is None:
        return []
    take = _("take part in the live session; again: conduct it")
    part = take if view.state.live.host else _("take part in the live session")
    point = [Row(("Ctrl",), _("held: point at the screen with the mouse"))] if _presents(view) else []
    return [Row(("I", "1…9"), part), *point]


def _safety(view: View) -> list[Row]:
    _, moderating, decision = view.tongue, view.state.moderating, view.state.decision
    unread = decision is not None and not decision.read
    return [
        *([Row(("Y",), _("I have read what was decided about me"))] if unread else []),
        *([Row((_("Tab"), "S"), _("sanction somebody of that list"))] if moderating and moderating.scopes else []),
        *([Row(("N",), _("announce something"))] if moderating and moderating.announces else []),
    ]


def _presents(view: View) -> bool:
    return view.state.live is not None and view.state.live.shown.mine


def _head(pen: Pen, view: View, rect: Rect) -> None:
    _, pad = view.tongue, pen.u(24)
    label = _("Esc")
    cap = pen.width(label, 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - pad, rect.y + pen.u(22), cap, pen.u(24))
    pen.text(rect.x + pad, rect.y + pen.u(18), _("Keys and mouse"), 24, "display", most=close.x - rect.x - 2 * pad)
    pen.key(close.x, close.y, label)
    pen.target(close, acts.Close())


def _rows(pen: Pen, part: list[Row], column: list[Row], area: Rect) -> None:
    """Draws rows whose words begin below each other, wherever the widest keys of the column end."""
    caps = max(_caps(pen, row) for row in column)
    y, row_high = area.y, pen.u(_ROW)
    for row in part:
        x = area.x
        for key in row.keys:
            x += pen.key(x, y + (row_high - pen.u(24)) // 2, key) + pen.u(4)
        left = area.x + caps + pen.u(10)
        room = area.x + area.w - left
        size: tokens.TextSize = 15 if pen.width(row.what, 15) <= room else 13
        pen.text(left, y + (row_high - pen.line(size)) // 2, row.what, size, most=room)
        y += row_high


def _caps(pen: Pen, row: Row) -> int:
    return sum(max(pen.u(24), pen.width(key, 13, "semibold") + pen.u(16)) + pen.u(4) for key in row.keys)


def _foot(pen: Pen, view: View, area: Rect, *, draw: bool) -> int:
    """Draws the choices, group by group, on as many lines as they need; returns their height."""
    gap, high = pen.u(_GAP), pen.u(_BUTTON)
    x, y = area.x, area.y
    groups = [[choice for choice in _choices(view) if choice.group == group] for group in range(3)]
    for group in groups:
        wide = sum(_wide(pen, choice) for choice in group) + gap * (len(group) - 1)
        if x > area.x and x + wide > area.x + area.w:
            x, y = area.x, y + high + gap
        for choice in group:
            rect = Rect(x, y, _wide(pen, choice), high)
            if draw:
                _choice(pen, rect, choice)
            x += rect.w + gap
        x += pen.u(16)
    return y + high - area.y


def _choices(view: View) -> list[_Choice]:
    _ = view.tongue
    spoken = [_Choice(0, OWN_NAMES[one], acts.Speak(one), one == view.ui.language) for one in LANGUAGES]
    size = [_Choice(1, _("Size of text")), _Choice(1, "−", acts.Resize(-1)), _Choice(1, "+", acts.Resize(1))]
    return [*spoken, *size, _Choice(2, _("Leave"), acts.Leave())]


def _wide(pen: Pen, choice: _Choice) -> int:
    if choice.act is None:
        return pen.width(choice.label, 15)
    return max(pen.u(_BUTTON), pen.width(choice.label, 15, "semibold") + pen.u(24))


def _choice(pen: Pen, rect: Rect, choice: _Choice) -> None:
    if choice.act is None:
        pen.text(rect.x, rect.y + (rect.h - pen.line(15)) // 2, choice.label, fill=tokens.MUTED)
    elif choice.group == 0 and not choice.chosen:
        left = rect.x + (rect.w - pen.width(choice.label, 15)) // 2
        pen.text(left, rect.y + (rect.h - pen.line(15)) // 2, choice.label, fill=tokens.MUTED)
        pen.target(rect, choice.act)
    else:
        pen.button(rect, choice.label, choice.act)
