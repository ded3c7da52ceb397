"""What moderators have decided about oneself: told by the server, obeyed here too, and appealed against in the chat.

The server enforces it whatever a client does; who is held does not walk on here only to be put back.
"""

import math
from collections.abc import Callable
from typing import Final, TypeVar

from halles.errors import HallesError, Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.protocol.standing_messages import Appeal, LiftedCard, SanctionCard, SanctionTold
from halles.world.sanctions import SanctionKind
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replica.replica import Replica

APPEALS: Final = ("/appeal", "/contester", "/bezwaar")
"""With which a line in the chat begins that is an appeal."""

TRIED_S: Final = 8.0
"""Between two times that somebody who tries what they may not is told why."""

_READ_KEPT: Final = 200

_Key = TypeVar("_Key")


class Decisions:
    """The decisions about one visit.

    Attributes:
        tried: Called with what forbids it, when somebody tries what they may not.
        lifted: Called once with each decision that was lifted before its end.
    """

    def __init__(self, replica: Replica, ask: Ask, refused: Failed) -> None:
        self._replica, self._ask, self._refused = replica, ask, refused
        self._read: dict[tuple[int, bool], None] = {}
        self._lifted: dict[int, None] = {}
        self._tried_at = -math.inf
        self.tried: Callable[[SanctionCard], None] = lambda _: None
        self.lifted: Callable[[LiftedCard], None] = lambda _: None

    @property
    def shown(self) -> SanctionCard | None:
        """The newest that was not read, else the newest that binds; None where there is none.

        A warning takes nothing away: it is shown until it is read.
        """
        told = self._replica.sanctions
        unread = (one for one in told if not self.read_is(one))
        return next(unread, None) or next((one for one in told if one.kind is not SanctionKind.WARN), None)

    @property
    def held(self) -> bool:
        """Whether one may not move where one is."""
        return self._binding(SanctionKind.HOLD) is not None

    @property
    def silenced(self) -> bool:
        """Whether one may not speak where one is."""
        return self._binding(SanctionKind.SILENCE) is not None

    def read(self, number: int) -> None:
        """Somebody has read a decision, with its answer where there is one."""
        for one in self._replica.sanctions:
            if one.sanction == number:
                _note(self._read, (number, one.upheld))

    def read_is(self, sanction: SanctionCard) -> bool:
        """Tells whether one was read, its answer included."""
        return (sanction.sanction, sanction.upheld) in self._read

    def told(self, message: SanctionTold) -> None:
        """Hears what is decided: what was lifted is told once, however often the server says it."""
        for one in message.lifted:
            if one.sanction not in self._lifted:
                _note(self._lifted, one.sanction)
                self.lifted(one)

    def why(self, error: HallesError) -> SanctionCard | None:
        """Returns what a refusal comes of, where that is a decision about oneself."""
        if not isinstance(error, Rejection) or error.code != RejectionCode.FORBIDDEN:
            return None
        return self._binding(SanctionKind.SILENCE) or self._binding(SanctionKind.HOLD)

    def stops(self, kind: SanctionKind, now: float) -> bool:
        """Tells whether a decision stops what somebody tries, and now and then says why."""
        sanction = self._binding(kind)
        if sanction is not None and now - self._tried_at >= TRIED_S:
            self._tried_at = now
            self.tried(sanction)
        return sanction is not None

    def appeal(self, line: str) -> bool:
        """Appeals with a line that was meant so; tells whether it was, and is to be said to nobody."""
        word, _, text = line.strip().partition(" ")
        if word.lower() not in APPEALS:
            return False
        against = next((one for one in self._replica.sanctions if not one.appealed), None)
        if against is not None and text.strip():
            self._ask(Appeal(new_request_id(), against.sanction, text.strip()), lambda _: None, self._refused)
        return True

    def _binding(self, kind: SanctionKind) -> SanctionCard | None:
        return next((one for one in self._replica.sanctions if one.kind is kind and self._here(one)), None)

    def _here(self, sanction: SanctionCard) -> bool:
        if sanction.scope == "live":
            return LiveSessionId(sanction.place) in self._replica.live.open
        return sanction.scope == "show" or (sanction.scope == "hall" and sanction.place == self._replica.hall)


def _note(kept: dict[_Key, None], key: _Key) -> None:
    """Remembers one more, and no more than so many."""
    kept[key] = None
    if len(kept) > _READ_KEPT:
        del kept[next(iter(kept))]
