import pytest

from halles.errors import LocalProtocolError, RemoteProtocolError
from halles.ids import AvatarNumber, HallId, VisitId
from halles.protocol.conversation import Conversation
from halles.protocol.messages import (
    EnterHall,
    Find,
    Goodbye,
    HallEntered,
    Hello,
    Leave,
    Message,
    Move,
    PoseBatch,
    Rejected,
    Say,
    Welcomed,
)
from halles.protocol.states import State
from halles.protocol.table import TABLE, Direction, Row
from halles.world.look import Look
from halles.world.roles import Role

HELLO = Hello(1, 1, "guest", "", "Zoë", "fr", Look(), "test")
WELCOMED = Welcomed(1, VisitId("v"), "r", "Zoë", Role.GUEST, "fr", Look(), (), 20)
ENTER = EnterHall(b"1" * 16, "lille")
ENTERED = HallEntered(b"1" * 16, HallId("lille"), AvatarNumber(1), 0, 0, 0, 0, 1)
MOVE = Move(1, 0, 0, 0, 0)


class ConnectionPair:
    """Both sides' conversation machines, joined: what one sends the other receives."""

    def __init__(self) -> None:
        self.client = Conversation()
        self.server = Conversation()

    def up(self, message: Message) -> None:
        self.client.sent(message)
        self.server.received(message)

    def down(self, message: Message) -> None:
        self.server.sent(message)
        self.client.received(message)

    @property
    def state(self) -> State:
        assert self.client.state is self.server.state
        return self.client.state


def in_hall() -> ConnectionPair:
    pair = ConnectionPair()
    pair.up(HELLO)
    pair.down(WELCOMED)
    pair.up(ENTER)
    pair.down(ENTERED)
    return pair


def test_a_visit_goes_from_greeting_to_hall_and_out() -> None:
    pair = ConnectionPair()
    seen = [pair.state]
    for send, message in (
        (pair.up, HELLO),
        (pair.down, WELCOMED),
        (pair.up, ENTER),
        (pair.down, ENTERED),
        (pair.up, MOVE),
        (pair.up, ENTER),
        (pair.down, ENTERED),
        (pair.up, Leave()),
    ):
        send(message)
        seen.append(pair.state)
    assert [state.value for state in seen] == [
        "GREETING",
        "GREETING",
        "ADMITTED",
        "ENTERING",
        "IN_HALL",
        "IN_HALL",
        "ENTERING",
        "IN_HALL",
        "LEAVING",
    ]


@pytest.mark.parametrize("before", ["ADMITTED", "IN_HALL"])
def test_a_refused_hall_leads_back_to_where_it_was_asked(before: str) -> None:
    pair = ConnectionPair()
    pair.up(HELLO)
    pair.down(WELCOMED)
    if before == "IN_HALL":
        pair.up(ENTER)
        pair.down(ENTERED)
    pair.up(EnterHall(b"2" * 16, "nowhere"))
    pair.down(Rejected(b"2" * 16, "NOT_FOUND", "no hall"))
    assert pair.state.value == before


def test_another_requests_refusal_does_not_end_the_entering() -> None:
    pair = ConnectionPair()
    pair.up(HELLO)
    pair.down(WELCOMED)
    pair.up(Find(b"9" * 16, "x"))
    pair.up(ENTER)
    pair.down(Rejected(b"9" * 16, "UNAVAILABLE", ""))
    assert pair.state is State.ENTERING


def test_batches_of_the_old_hall_may_still_arrive_while_entering_the_next() -> None:
    pair = in_hall()
    pair.up(ENTER)
    pair.down(PoseBatch(1, 1, b"", b""))
    pair.up(MOVE)
    assert pair.state is State.ENTERING


def test_a_peer_that_speaks_out_of_turn_is_a_remote_error_and_ourselves_a_local_one() -> None:
    with pytest.raises(RemoteProtocolError) as refusal:
        Conversation().received(MOVE)
    assert refusal.value.close_code == 4400
    with pytest.raises(LocalProtocolError):
        Conversation().sent(MOVE)


def test_a_second_hello_is_refused() -> None:
    pair = in_hall()
    with pytest.raises(RemoteProtocolError):
        pair.server.received(HELLO)


def test_a_second_hello_is_refused_before_the_first_is_answered() -> None:
    pair = ConnectionPair()
    pair.up(HELLO)
    with pytest.raises(RemoteProtocolError) as refusal:
        pair.server.received(HELLO)
    assert refusal.value.close_code == 4400
    with pytest.raises(LocalProtocolError):
        pair.client.sent(HELLO)
    pair.down(WELCOMED)
    assert pair.state is State.ADMITTED


def test_a_broken_connection_suspends_a_visit_and_closes_a_greeting() -> None:
    pair = in_hall()
    pair.server.broken()
    assert pair.server.state is State.SUSPENDED
    stranger = Conversation()
    stranger.broken()
    assert stranger.state is State.CLOSED


def test_after_a_goodbye_only_goodbyes_are_left() -> None:
    pair = in_hall()
    pair.down(Goodbye(1012, "restart"))
    with pytest.raises(RemoteProtocolError):
        pair.server.received(Say(b"3" * 16, "hall", "x"))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.type.__name__)
def test_every_row_is_legal_somewhere_and_never_when_closed(row: Row) -> None:
    assert row.states
    assert not row.states & {State.CLOSED, State.SUSPENDED}
    assert row.direction in Direction
