"""What somebody has open, chosen and half typed. Pure; how presses and keys change it stands in ``ui`` and ``keys``.

``Ui`` belongs to one window; the show never hears of it.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from halles.protocol.announcement_messages import ANNOUNCEMENT_CAP
from halles.protocol.booth_messages import MESSAGE_CAP
from halles.protocol.messages import CHAT_CAP, Channel
from halles.protocol.standing_messages import ScopeKind
from halles.world.booth import NAME_CAP
from halles.world.look import Look
from halles.world.questions import QUESTION_CAP
from halles.world.reports import REPORT_CAP, ReportReason
from halles.world.sanctions import REASON_CAP, SanctionKind
from halles.world.text import Language
from halles_client.view.hud import acts
from halles_client.view.hud.acts import Act, AnySheet, Field, Sheet
from halles_client.view.hud.events import HudEvent
from halles_client.view.hud.line_edit import Line
from halles_client.view.hud.state import HudState

SEARCH_CAP: Final = 80

BACK_CAP: Final = 10
"""Characters of an hour, as in "15 h 30"."""

BLANK: Final[dict[Field, Line]] = {
    "name": Line(cap=NAME_CAP),
    "search": Line(cap=SEARCH_CAP),
    "chat": Line(cap=CHAT_CAP),
    "words": Line(cap=MESSAGE_CAP),
    "back": Line(cap=BACK_CAP),
    "question": Line(cap=QUESTION_CAP),
    "backstage": Line(cap=CHAT_CAP),
    "report": Line(cap=REPORT_CAP),
    "why": Line(cap=REASON_CAP),
    "announcement": Line(cap=ANNOUNCEMENT_CAP),
}
"""Each field while nothing stands in it."""


@dataclass(frozen=True, slots=True)
class Ui:
    """What is open, chosen and typed.

    Attributes:
        language: The language spoken.
        scale: Size of everything, 1 to 2.
        typing: The field that has the keyboard, "" for none.
        name: At the door.
        nameless: Somebody wanted to go in without a name, and has not typed since.
        renamed: The name is another than the one that was refused last.
        search: The go-to field.
        chat: The chat's field.
        words: What is left with a missed ring.
        back: When one is back at one's booth.
        question: What one asks the live session.
        backstage: What one says to its hosts and speakers.
        look: The avatar chosen at the door.
        channel: The chat's tab.
        sheet: What is open beside a booth's sheet (which is the state's).
        reporting: What is to be reported, while its sheet asks why.
        reason: Why, once that was chosen.
        report: What one says of it oneself.
        sanctioning: Who is to be sanctioned, while its sheet asks how and why.
        kind: How, once that was chosen.
        scope: Where a sanction or an announcement is to hold; "" for what is offered first.
        why: A sanction's reason in one's own words.
        announcement: What is to be announced.
        panel: The slot of the panel that is read large, "" for none.
        chosen: The row under the keyboard in results and people.
        scroll: Lines scrolled, by card.
        ring: The act under the keyboard's ring on the ``top`` card; None is the door's field, or nothing.
        muted: Serial of the chat's refusal that has been read.
        dismissed: Serial of the newest notice put away.
    """

    language: Language = "fr"
    scale: float = 1.0
    typing: Field | Literal[""] = ""
    name: Line = BLANK["name"]
    nameless: bool = False
    renamed: bool = False
    search: Line = BLANK["search"]
    chat: Line = BLANK["chat"]
    words: Line = BLANK["words"]
    back: Line = BLANK["back"]
    question: Line = BLANK["question"]
    backstage: Line = BLANK["backstage"]
    look: Look = field(default_factory=Look)
    channel: Channel = "nearby"
    sheet: Sheet = ""
    reporting: acts.Report | None = None
    reason: ReportReason | Literal[""] = ""
    report: Line = BLANK["report"]
    sanctioning: acts.Sanction | None = None
    kind: SanctionKind | Literal[""] = ""
    scope: ScopeKind | Literal[""] = ""
    why: Line = BLANK["why"]
    announcement: Line = BLANK["announcement"]
    panel: str = ""
    chosen: int = 0
    scroll: tuple[tuple[str, int], ...] = ()
    ring: Act | None = None
    muted: int = -1
    dismissed: int = -1

    def line(self, which: Field) -> Line:
        """Returns the text of a field."""
        line: Line = getattr(self, which)
        return line

    def written(self, which: Field, line: Line) -> "Ui":
        """Returns a copy with another text in a field."""
        changed: dict[str, Any] = {which: line}
        return replace(self, **changed)

    def scrolled(self, card: str) -> int:
        """Returns how far a card is scrolled, lines."""
        return dict(self.scroll).get(card, 0)

    def scrolling(self, card: str, lines: int, most: int) -> "Ui":
        """Returns a copy with a card scrolled by ``lines`` more, between 0 and ``most``."""
        rows = dict(self.scroll)
        rows[card] = max(0, min(rows.get(card, 0) + lines, most))
        return replace(self, scroll=tuple(sorted(rows.items())))


Step = tuple[Ui, tuple[HudEvent, ...]]


Top = Literal["", "closed", "door", "reading", "sheet", AnySheet]
"""Names of cards, as ``hud.py`` draws them."""


def top(ui: Ui, state: HudState) -> Top:
    """Returns the card that lies over the others and has Tab, Enter and Escape; "" when none is open."""
    if state.connection.state == "closed":
        return "closed"
    if state.door is not None:
        return "door"
    if state.sheet and ui.panel:
        return "reading"
    return ui.sheet or ("sheet" if state.sheet else "")


def hushed(ui: Ui, state: HudState) -> Ui:
    """The last refusal has been read."""
    return replace(ui, muted=state.chat_refusal.serial) if state.chat_refusal else ui
