"""What one visit's person is told once: refusals, reminders, announcements, and what became of their reports.

Not here: the words (``talk_feed``), what one is told of a thing that is still there (its own module).
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from halles.errors import HallesError, Rejection, RejectionCode
from halles.protocol.announcement_messages import Announced
from halles.protocol.live_messages import SentOut
from halles.protocol.messages import Done, Message
from halles.protocol.report_messages import ReportsWaiting
from halles.protocol.standing_messages import AppealsWaiting, LiftedCard, SanctionCard
from halles_client.moderation import Given
from halles_client.programme import Reminder

NOTICES_KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class Missing:
    """What a link led to and the show has not, and the hall where one stands instead."""

    kind: Literal["hall", "booth"]
    name: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that the person is told once for each serial: a refusal, or what became of a report of theirs."""

    serial: int
    code: str
    retry_s: int = 0
    missing: Missing | None = None
    reminder: Reminder | None = None
    live_begins: bool = False
    report: int = 0
    looked: bool = False
    waiting: int = 0
    announced: Announced | None = None
    sent_out: SentOut | None = None
    given: Given | None = None
    under: SanctionCard | None = None
    lifted: LiftedCard | None = None
    appeals: int = 0


class News:
    """What one person is told.

    Attributes:
        rows: The newest, oldest first.
        chat: Why the last line was refused; it stands in the chat, not among the others.
        why: Tells of which decision about oneself a refusal comes.
    """

    def __init__(self) -> None:
        self.why: Callable[[HallesError], SanctionCard | None] = lambda _: None
        self._serial = self._waiting = self._appeals = 0
        self.rows: deque[Trouble] = deque(maxlen=NOTICES_KEPT)
        self.chat: Trouble | None = None

    def tell(self, code: str = "", **what: Any) -> None:
        """Tells one thing: a field of ``Trouble`` by its name."""
        self._serial += 1
        self.rows.append(Trouble(self._serial, code, **what))

    def refused(self, error: HallesError) -> None:
        """Something was refused, or nobody answered."""
        self.rows.append(self._trouble(error))

    def chat_refused(self, error: HallesError) -> None:
        """A line was."""
        self.chat = self._trouble(error)

    def appeals_wait(self, message: AppealsWaiting) -> None:
        """So many appeals wait for who may answer them: told as more come."""
        if message.count > self._appeals:
            self.tell(appeals=message.count)
        self._appeals = message.count

    def reported(self, message: Message) -> None:
        """A report was taken."""
        if isinstance(message, Done):
            self.tell(report=message.number)

    def waits(self, message: ReportsWaiting) -> None:
        """So many reports wait for who may look at them: told as more come."""
        if message.count > self._waiting:
            self.tell(waiting=message.count)
        self._waiting = message.count

    def _trouble(self, error: HallesError) -> Trouble:
        self._serial += 1
        if isinstance(error, Rejection):
            return Trouble(self._serial, error.code, -(-error.retry_after_ms // 1000), under=self.why(error))
        return Trouble(self._serial, RejectionCode.UNAVAILABLE)
