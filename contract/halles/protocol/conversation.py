"""The states of one visit's conversation, as a table: who may say what when, and what follows.

One machine serves both roles: feed it every message in either direction, in order. Rule 1: everything that affects
transitions stands in this file. Rule 2: this file does not know which side it runs on; the caller says who sent what.

``SUSPENDED`` is entered when the connection breaks while the visit may still come back; a new connection is a new
conversation that starts in ``GREETING`` and, with the resume token, continues the visit.
"""

from typing import Final

from halles.errors import LocalProtocolError, RemoteProtocolError
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import EnterHall, Goodbye, HallEntered, Hello, Leave, Message, Rejected, Welcomed
from halles.protocol.states import State
from halles.protocol.table import BY_TYPE

TRANSITIONS: Final[dict[tuple[State, type[Message]], State]] = {
    (State.GREETING, Welcomed): State.ADMITTED,
    (State.GREETING, Goodbye): State.LEAVING,
    (State.ADMITTED, EnterHall): State.ENTERING,
    (State.IN_HALL, EnterHall): State.ENTERING,
    (State.ENTERING, HallEntered): State.IN_HALL,
    (State.ADMITTED, Leave): State.LEAVING,
    (State.ENTERING, Leave): State.LEAVING,
    (State.IN_HALL, Leave): State.LEAVING,
    (State.ADMITTED, Goodbye): State.LEAVING,
    (State.ENTERING, Goodbye): State.LEAVING,
    (State.IN_HALL, Goodbye): State.LEAVING,
}
"""(state, message) → next state; a message without a row leaves the state as it is.

Two rules more stand in ``Conversation``: a ``Rejected`` that answers the pending ``EnterHall`` returns to where it was
asked; ``Hello`` is said once, also while its answer is on the way and the state still is ``GREETING``.
"""


_TURNING: Final = frozenset({kind for _, kind in TRANSITIONS} | {Hello, EnterHall, Rejected})
_QUIET: Final = {
    state: frozenset(kind for kind, row in BY_TYPE.items() if state in row.states) - _TURNING for state in State
}
"""What may be said in a state and changes nothing: nearly everything, so it is looked up first."""


class Conversation:
    """The state of one connection's conversation.

    Attributes:
        state: Where it stands.
    """

    def __init__(self) -> None:
        self.state = State.GREETING
        self._greeted = False
        self._asked: tuple[bytes, State] | None = None  # the pending EnterHall's request_id, and where it was asked

    def received(self, message: Message) -> None:
        """Takes note of a message from the peer.

        Raises:
            RemoteProtocolError: BAD_MESSAGE, it is not legal now.
        """
        if type(message) in _QUIET[self.state]:
            return
        if not self._legal(message):
            name = type(message).__name__
            raise RemoteProtocolError(CloseCode.BAD_MESSAGE, f"{name} is not legal in {self.state.value}")
        self._advance(message)

    def sent(self, message: Message) -> None:
        """Takes note of a message of our own.

        Raises:
            LocalProtocolError: We must not say this now.
        """
        if not self._legal(message):
            raise LocalProtocolError(f"{type(message).__name__} must not be sent in {self.state.value}")
        self._advance(message)

    def broken(self) -> None:
        """Takes note that the connection broke: a visit that was admitted waits for its return."""
        waits = self.state in {State.ADMITTED, State.ENTERING, State.IN_HALL}
        self.state = State.SUSPENDED if waits else State.CLOSED

    def closed(self) -> None:
        """Takes note that the connection was closed for good."""
        self.state = State.CLOSED

    def _legal(self, message: Message) -> bool:
        if self._greeted and isinstance(message, Hello):
            return False
        return self.state in BY_TYPE[type(message)].states

    def _advance(self, message: Message) -> None:
        if isinstance(message, Hello):
            self._greeted = True
        elif isinstance(message, EnterHall):
            self._asked = (message.request_id, self.state)
        elif isinstance(message, Rejected) and self._asked and self._asked[0] == message.request_id:
            if self.state is State.ENTERING:
                self.state = self._asked[1]
            self._asked = None
        self.state = TRANSITIONS.get((self.state, type(message)), self.state)
