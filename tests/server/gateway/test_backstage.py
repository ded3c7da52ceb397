"""Backstage on a real server, and two hosts at once: who reads what, and that each sees what the other does."""

from collections.abc import Iterator

import pytest

from halles.ids import LiveSessionId, VisitId
from halles.protocol.backstage_messages import BackstageLine, BackstageRead, BackstageSaid, ReadBackstage, SayBackstage
from halles.protocol.live_messages import LiveTold
from halles.protocol.messages import Done, Message, Rejected
from halles.protocol.public_messages import AskQuestion, DecideQuestion, QuestionQueueTold, QuestionTold
from halles.world.live import LiveState
from halles.world.live_acts import (
    GiveFloor,
    MakePresenter,
    MoveHand,
    RaiseHand,
    Seat,
    ShutBackstage,
    Step,
    YieldFloor,
)
from halles.world.roles import Role
from halles_server.ports.live import key_of
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_live_board import Show, answer, end, told
from tests.support.wire import Peer, guest, request_id


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(sweep_s=1.0) as server:
        yield Show(server)


def asked(peer: Peer, message: Message) -> str:
    """Asks for something; returns "" once it is done, else the code of the refusal."""
    peer.send(message)
    for heard in peer.messages():
        if isinstance(heard, Done | Rejected) and heard.request_id == message.request_id:  # type: ignore[attr-defined]
            return heard.code if isinstance(heard, Rejected) else ""
    raise AssertionError("no answer")


def lines(peer: Peer, session: LiveSessionId) -> list[str]:
    """What somebody reads who has just come backstage."""
    peer.send(ReadBackstage(request_id(), session))
    return [line.text for line in peer.expect(BackstageRead).lines]


def heard(peer: Peer) -> BackstageLine:
    return peer.expect(BackstageSaid).line


def state_with(peer: Peer, session: LiveSessionId, hands: tuple[str, ...]) -> LiveState:
    while True:
        state = told(peer, session)
        if tuple(hand.person.name for hand in state.hands) == hands:
            return state


def test_only_hosts_and_speakers_are_backstage_and_who_is_called_up_reads_from_then_on(show: Show) -> None:
    _, host = show.account("host-b1", Role.MODERATOR)
    account, ada = show.account("ada-b1")
    session = show.plan("lille", speakers=(account,))
    with Peer(show.port) as moderator, Peer(show.port) as speaker, Peer(show.port) as ida:
        moderator.welcome(host)
        speaker.welcome(ada)
        visit = ida.welcome(guest("Ida")).visit
        for peer in (moderator, speaker, ida):
            peer.enter("lille")
        assert asked(moderator, SayBackstage(request_id(), session, "Doors in five minutes")) == "", "before the doors"
        assert heard(speaker).text == "Doors in five minutes"
        assert asked(ida, SayBackstage(request_id(), session, "Hello?")) == "FORBIDDEN"
        assert asked(ida, ReadBackstage(request_id(), session)) == "FORBIDDEN"
        assert asked(speaker, SayBackstage(request_id(), session, " \n ")) == "INVALID_TEXT"
        for step in ("open-doors", "start"):
            assert answer(moderator, session, Step(step)) == ""  # type: ignore[arg-type]
        assert asked(speaker, SayBackstage(request_id(), session, "Ida is next?")) == ""
        assert answer(moderator, session, GiveFloor(visit, 60)) == ""
        assert asked(moderator, SayBackstage(request_id(), session, "Two minutes, Ida")) == ""
        assert heard(ida).text == "Two minutes, Ida", "and nothing of what was said before"
        assert lines(ida, session) == ["Two minutes, Ida"]
        assert lines(speaker, session) == ["Doors in five minutes", "Ida is next?", "Two minutes, Ida"]
        assert answer(ida, session, YieldFloor()) == ""
        assert lines(ida, session) == ["Two minutes, Ida"], "and from then on, also without the floor"
        (behind,) = told(moderator, session).backstage
        assert answer(ida, session, ShutBackstage(behind.key)) == "FORBIDDEN"
        assert answer(moderator, session, ShutBackstage(behind.key)) == ""
        assert asked(ida, ReadBackstage(request_id(), session)) == "FORBIDDEN"
        flood = [asked(speaker, SayBackstage(request_id(), session, f"{n}")) for n in range(12)]
        assert flood[-1] == "RATE_LIMITED"
        end(moderator, session)
        assert asked(moderator, SayBackstage(request_id(), session, "Thanks")) == "NOT_NOW"
        kept = "SELECT count(*) FROM chat WHERE channel = 'backstage' AND hall = 'lille'"
        assert show.value(kept) > 3
        said = f"SELECT count(*) FROM live_events WHERE session = '{session}' AND kind = 'said'"
        assert show.value(said) == 0, "nothing of it is in the recording"


def test_two_hosts_see_each_others_acts_and_the_public_its_new_rank(show: Show) -> None:
    hosts = [show.account(f"host-b{n}", Role.MODERATOR)[1] for n in (2, 3)]
    session = show.plan("hainaut")
    with (
        Peer(show.port) as one,
        Peer(show.port) as other,
        Peer(show.port) as ada,
        Peer(show.port) as bob,
    ):
        for peer, hello in ((one, hosts[0]), (other, hosts[1]), (ada, guest("Ada")), (bob, guest("Bob"))):
            peer.welcome(hello)
            peer.enter("hainaut")
        assert answer(one, session, Step("open-doors")) == ""
        assert told(other, session, until="doors").phase == "doors"
        assert answer(other, session, Step("start")) == ""
        assert told(one, session, until="live").phase == "live"
        for peer in (ada, bob):
            assert answer(peer, session, RaiseHand()) == ""
        waiting = state_with(one, session, ("Ada", "Bob"))
        key = waiting.hands[1].person.key
        assert answer(ada, session, MoveHand(key, "down")) == "FORBIDDEN"
        assert answer(one, session, MoveHand("nobody", "up")) == "NOT_FOUND"
        assert answer(one, session, MoveHand(key, "first")) == ""
        for peer in (other, ada):
            assert state_with(peer, session, ("Bob", "Ada")).hands[0].placed
        assert asked(ada, AskQuestion(request_id(), session, "fr", "Qui décide ?")) == ""
        for peer in (one, other):
            while not (queue := peer.expect(QuestionQueueTold)).rows:
                pass
        assert asked(other, DecideQuestion(request_id(), session, queue.rows[0].number, "approve")) == ""
        assert one.expect(QuestionTold).row.text == "Qui décide ?"
        assert asked(other, SayBackstage(request_id(), session, "I take the questions")) == ""
        assert heard(one).name == "Host-B3"
        end(one, session)


def test_an_announced_speaker_is_called_up_without_a_hand_once_they_are_in_the_show(show: Show) -> None:
    _, host = show.account("host-b4", Role.MODERATOR)
    account, ada = show.account("ada-b4")
    session = show.plan("valenciennes", speakers=(account,))
    key = key_of(session, account, VisitId(""))
    with Peer(show.port) as moderator, Peer(show.port) as speaker:
        moderator.welcome(host)
        moderator.enter("valenciennes")
        for step in ("open-doors", "start"):
            assert answer(moderator, session, Step(step)) == ""  # type: ignore[arg-type]
        assert answer(moderator, session, GiveFloor(key)) == "NOT_FOUND", "not in the show"
        speaker.welcome(ada)
        speaker.enter("valenciennes")
        for act in (GiveFloor(key, 60), MakePresenter(key), Seat(key, 2)):
            assert answer(moderator, session, act) == ""
        while not (state := speaker.expect(LiveTold).state).chairs:
            pass
        assert (state.floor[0].person.key, state.presenter, state.chairs[0].person.name) == (key, key, "Ada-B4")
        named = f"SELECT count(*) FROM live_people WHERE session = '{session}' AND account = '{account}'"
        assert show.value(named) == 1, "the recording knows who spoke"
        end(moderator, session)
