"""At the right, under the draft's line: what a recorded host says, and the recording of oneself with its question."""

from typing import Final

from halles.world.host_replay import KEPT_DAYS
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.booth_state import RecordedHost, Recording
from halles_client.view.hud.cards import bell, top
from halles_client.view.hud.cards.frame import View, aside_rect
from halles_client.view.hud.pen import Act, Pen, Rect

LINES: Final = 6
"""Of a paragraph, at most: a window may be low."""

_MONTHS: Final = KEPT_DAYS // 30

_Choice = tuple[str, str, Act, bool]


def host(pen: Pen, view: View) -> None:
    """Draws the card; one's own recording comes before what others have recorded."""
    if not view.inside or view.quiet or view.state.connection.state != "open" or view.ui.typing == "search":
        return
    own, heard = view.state.recording, view.state.host
    if own is not None and own.state != "off":
        _own(pen, view, own)
    elif heard is not None:
        _heard(pen, view, heard)


def _heard(pen: Pen, view: View, heard: RecordedHost) -> None:
    """Draws the line as it was said, under the word that nobody is there."""
    _ = view.tongue
    _card(pen, view, _("Recorded: {name}, {booth}", name=heard.name, booth=heard.booth), heard.line, ())


def _own(pen: Pen, view: View, own: Recording) -> None:
    _ = view.tongue
    time = f"{own.seconds // 60}:{own.seconds % 60:02}"
    drop: _Choice = (_key(view, "N"), _("Throw it away"), acts.DropRecording(), False)
    if own.state == "recording":
        left = own.most - own.seconds
        head = _("Recording, {time}; {left} left", time=time, left=f"{left // 60}:{left % 60:02}")
        said = _.many("{count} line said.", "{count} lines said.", own.lines)
        what = _(
            "Walk, make gestures with G, talk with T: it is shown at {booth} when nobody is there.", booth=own.booth
        )
        end: _Choice = (_key(view, "H"), _("End"), acts.Record(), True)
        _card(pen, view, head, f"{what} {said}", (end, drop))
    elif own.state == "asking":
        head = _("May this recording of {time} be kept?", time=time)
        keep: _Choice = (_key(view, "Y"), _("I agree, keep it"), acts.KeepRecording(), True)
        _card(pen, view, head, _asked(view, own), (keep, drop))
    elif own.state == "sending":
        _card(pen, view, _("Sending the recording…"), "", ())
    else:
        _card(pen, view, _("The recording is kept."), _("You can delete it on the booth’s page."), ())


def _key(view: View, key: str) -> str:
    """Returns what to press: while something is being written, a letter is written, too."""
    _ = view.tongue
    return _("Esc, then {key}", key=key) if view.ui.typing else key


def _asked(view: View, own: Recording) -> str:
    """Returns what one agrees to: what, for what, until when."""
    _ = view.tongue
    what = _(
        "Your name, your look, your steps and your lines are shown to all visitors of {booth}, marked as a recording, "
        "when nobody of the staff is there. Until you, the booth’s leads or the organisers delete it, {months} months "
        "at most.",
        booth=own.booth,
        months=_MONTHS,
    )
    instead = _("It replaces the recording that is there.")
    return f"{what} {instead}" if own.replaces else what


def _card(pen: Pen, view: View, head: str, text: str, choices: tuple[_Choice, ...]) -> None:
    pad, gap = pen.u(16), pen.u(8)
    place = aside_rect(pen, view, 0, 0)
    room = place.w - 2 * pad - gap
    lines = min(LINES, len(pen.wrap(text, 15, "medium", room))) if text else 0
    high = pen.line(15) + lines * pen.line(15) + (pen.u(36) if choices else 0) + 2 * pad
    rect = Rect(place.x, max(bell.below(pen, view), _under_notice(pen, view, place), place.y), place.w, high)
    pen.card(rect, alpha=0.96)
    pen.shape(Rect(rect.x, rect.y, pen.u(6), rect.h), tokens.AMBER, pen.u(3))
    left, y = rect.x + pad + gap, rect.y + pad
    pen.text(left, y, head, 15, "semibold", most=room)
    if text:
        pen.paragraph(left, y + pen.line(15), room, text, lines=LINES)
    if choices:
        _choices(pen, left, rect.y + rect.h - pad - pen.u(24), room, choices)


def _under_notice(pen: Pen, view: View, place: Rect) -> int:
    """Returns where a notice that lies in this column ends, the gap after it included."""
    notice = top.notice_rect(pen, view)
    return notice.y + notice.h + pen.u(8) if notice is not None and notice.x < place.x + place.w else 0


def _choices(pen: Pen, x: int, y: int, room: int, choices: tuple[_Choice, ...]) -> None:
    """Draws keys with what they do, side by side; each is a place to press as well."""
    share = (room - pen.u(12) * (len(choices) - 1)) // len(choices)
    for key, label, act, primary in choices:
        cap = pen.key(x, y, key, primary=primary)
        words = pen.shorten(label, 15, "semibold", share - cap - pen.u(8))
        wide = pen.text(x + cap + pen.u(8), y + (pen.u(24) - pen.line(15)) // 2, words, 15, "semibold")
        pen.target(Rect(x - pen.u(5), y - pen.u(5), cap + wide + pen.u(18), pen.u(34)), act)
        x += share + pen.u(12)
