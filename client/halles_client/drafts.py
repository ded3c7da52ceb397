"""The draft that one visit wants to see in the hall: asking for it, asking again after a break, and leaving it.

What is seen is the replica's; not here: how it is marked (view). Answers are polled once a beat.
"""

from halles.errors import HallesError
from halles.ids import BoothId, HallId
from halles.protocol.draft_messages import DraftHidden, ShowDraft
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replica.replica import Replica


class Drafts:
    """One visit's wish for a draft.

    Attributes:
        wanted: Whose draft is to be seen, "" for none.
    """

    def __init__(self, replica: Replica, ask: Ask, refused: Failed, booth: str = "") -> None:
        """Begins with a booth whose draft was asked for before the visit began, or none."""
        self._replica, self._ask, self._refused = replica, ask, refused
        self.wanted = BoothId(booth)

    def entered(self, hall: HallId) -> None:
        """A hall was entered, perhaps on a new connection; who goes to another hall leaves the draft behind."""
        seen = self._replica.draft
        if seen is not None and seen.hall != hall:
            self.leave()
        elif self.wanted:
            self._ask(ShowDraft(new_request_id(), self.wanted), lambda _: None, self._not_shown)

    def leave(self) -> None:
        """Sees what is published again, at once."""
        if self.wanted:
            self._ask(ShowDraft(new_request_id(), ""), lambda _: None, self._refused)
        self._end()

    def heard(self, message: DraftHidden) -> None:
        """The server tells of the draft no more."""
        if message.booth == self.wanted:
            self._end()

    def _not_shown(self, error: HallesError) -> None:
        self._end()
        self._refused(error)

    def _end(self) -> None:
        self.wanted = BoothId("")
        self._replica.hide_draft()
