"""What moderators have decided about oneself: told by the server, obeyed here too, and appealed against in the chat.

The server enforces it whatever a client does; who is held does not walk on here only to be put back.
"""

from typing import Final

from halles.protocol.standing_messages import Appeal, SanctionCard
from halles.world.sanctions import SanctionKind
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replica.replica import Replica

APPEALS: Final = ("/appeal", "/contester", "/bezwaar")
"""With which a line in the chat begins that is an appeal."""


class Decisions:
    """The decisions about one visit."""

    def __init__(self, replica: Replica, ask: Ask, refused: Failed) -> None:
        self._replica, self._ask, self._refused = replica, ask, refused

    @property
    def shown(self) -> SanctionCard | None:
        """The newest, None where there is none."""
        return next(iter(self._replica.sanctions), None)

    @property
    def held(self) -> bool:
        """Whether one may not move where one is."""
        return any(one.kind is SanctionKind.HOLD and self._here(one) for one in self._replica.sanctions)

    def appeal(self, line: str) -> bool:
        """Appeals with a line that was meant so; tells whether it was, and is to be said to nobody."""
        word, _, text = line.strip().partition(" ")
        if word.lower() not in APPEALS:
            return False
        against = next((one for one in self._replica.sanctions if not one.appealed), None)
        if against is not None and text.strip():
            self._ask(Appeal(new_request_id(), against.sanction, text.strip()), lambda _: None, self._refused)
        return True

    def _here(self, sanction: SanctionCard) -> bool:
        return sanction.scope == "show" or (sanction.scope == "hall" and sanction.place == self._replica.hall)
