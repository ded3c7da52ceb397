"""What one says: each line from the field to the server, and what becomes of one that was not taken.

A line stands in ``unsaid`` until the server has it. One that failed may be said again under the same key, so that it
is heard once even where only the answer was lost; it leaves when one goes to another hall.
"""

from dataclasses import dataclass, replace
from typing import Final

from halles.errors import HallesError, Rejection, RejectionCode, Unavailable
from halles.protocol.messages import Channel, Say
from halles_client.net.requests import Ask, Failed, new_request_id

UNSAID_KEPT: Final = 20

_LATER: Final = frozenset({RejectionCode.RATE_LIMITED, RejectionCode.UNAVAILABLE, RejectionCode.TRY_LATER})
"""Refusals after which the same line may be taken."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A line that the server has not confirmed.

    Attributes:
        request: Its key.
        channel: Where it was said.
        text: What was said.
        hall: The hall in which it was meant to be heard.
        booth: With ``booth``: where.
        failed: Whether it was refused, or nobody answered.
        again: Whether it may be taken another time: not where the text itself is refused.
    """

    request: bytes
    channel: Channel
    text: str
    hall: str
    failed: bool = False
    again: bool = False
    booth: str = ""


class OwnLines:
    """One visit's own lines.

    Attributes:
        unsaid: Lines under way or failed, oldest first.
    """

    def __init__(self, ask: Ask, refused: Failed) -> None:
        self._ask, self._refused = ask, refused
        self._hall = ""
        self.unsaid: tuple[Unsaid, ...] = ()

    def say(self, channel: Channel, text: str, booth: str = "") -> None:
        """Says a line; one that can never be taken leaves with the next one that is said."""
        kept = tuple(line for line in self.unsaid if line.again or not line.failed)
        self._send(Unsaid(new_request_id(), channel, text, self._hall, booth=booth), kept)

    def say_again(self, request: bytes) -> None:
        """Says a line again that failed."""
        line = next((line for line in self.unsaid if line.request == request and line.again), None)
        if line is not None:
            self._send(replace(line, failed=False, again=False), self._but(line))

    def entered(self, hall: str) -> None:
        """Failed lines stay behind in the hall where they were meant to be heard."""
        if hall != self._hall:
            self._hall = hall
            self.unsaid = tuple(line for line in self.unsaid if not line.failed)

    def heard(self, channel: Channel, text: str) -> None:
        """One's own line came back from the hall: whatever its answer says, it was taken.

        Where two are equal it is the one under way, as the other failed.
        """
        equal = [line for line in self.unsaid if (line.channel, line.text) == (channel, text)]
        if equal:
            self.unsaid = self._but(min(equal, key=lambda line: line.failed))

    def _send(self, line: Unsaid, others: tuple[Unsaid, ...]) -> None:
        self.unsaid = (*others, line)[-UNSAID_KEPT:]
        self._ask(
            Say(line.request, line.channel, line.text, line.booth),
            lambda _: self._taken(line),
            lambda error: self._not_taken(line, error),
        )

    def _taken(self, line: Unsaid) -> None:
        self.unsaid = self._but(line)

    def _not_taken(self, line: Unsaid, error: HallesError) -> None:
        again = isinstance(error, Unavailable) or (isinstance(error, Rejection) and error.code in _LATER)
        failed = replace(line, failed=True, again=again)
        if line.hall == self._hall:
            self.unsaid = tuple(failed if other is line else other for other in self.unsaid)
        else:  # said again it would be heard where it was not meant to be
            self.unsaid = self._but(line)
        self._refused(error)

    def _but(self, line: Unsaid) -> tuple[Unsaid, ...]:
        return tuple(other for other in self.unsaid if other is not line)
