"""The door of a hall with a live session on a real server: who comes in, who has to go, and who keeps a place."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from halles.protocol.live_messages import LiveOpened, LiveTold, SentOut
from halles.protocol.messages import ChatRead, Hello, Said
from halles.protocol.public_messages import QuestionsTold
from halles.world.live_acts import LockDoor, RaiseHand, Step, TakeChair
from halles.world.roles import Role
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_live_board import Show, answer, end, enter, say, told, until_locked
from tests.server.web.test_invitations import log_in
from tests.server.web.test_live_pages import post
from tests.support.wire import Peer, guest


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(sweep_s=0.5, entries_per_s=100.0) as server:
        yield Show(server)


def come(stack: ExitStack, show: Show, hello: Hello, hall: str) -> Peer:
    """Lets somebody in, who stands in a hall then."""
    peer = stack.enter_context(Peer(show.port))
    peer.welcome(hello)
    peer.enter(hall)
    return peer


def by_page(show: Show, login: str, session: str, act: str) -> int:
    """Does something by the form of its page; returns the status of the answer."""
    url, page = f"http://127.0.0.1:{show.port}", f"/en/live/{session}"
    with httpx.Client(base_url=url, headers={"origin": url}) as client:
        log_in(client, login)
        return post(client, page, do=act).status_code


def heard(peer: Peer, seconds: float = 0.5) -> set[type]:
    """The kinds of all messages of that time."""
    return {type(message) for message in peer.messages(seconds)}


def test_who_may_not_attend_and_stands_inside_is_sent_out_when_it_opens_and_hears_nothing_of_it(show: Show) -> None:
    _, hello = show.account("member-1", Role.MEMBER)
    _, host = show.account("host-1", Role.MODERATOR)
    session = show.plan("hainaut", access="members")
    with ExitStack() as stack:
        there, member = come(stack, show, guest("There"), "hainaut"), come(stack, show, hello, "hainaut")
        moderator = come(stack, show, host, "hainaut")
        assert answer(moderator, session, Step("open-doors")) == ""
        told(member, session, until="doors")
        assert say(member, "Among us") == ""
        out = None
        kinds = set()
        for message in there.messages(1.0):
            kinds.add(type(message))
            out = message if isinstance(message, SentOut) else out
        assert out is not None
        assert (out.session, out.hall, out.title.nl) == (session, "hainaut", "Coproducties")
        assert not kinds & {LiveOpened, LiveTold, QuestionsTold, Said}
        assert say(there, "Let me in") == "NOT_FOUND", "who is in no hall is heard in none"
        assert answer(there, session, RaiseHand()) == "FORBIDDEN"
        assert enter(there, "hainaut") == "FORBIDDEN"
        assert enter(there, "crossroads") == ""
        end(moderator, session)
        told(member, session, until="ended")
        assert enter(there, "hainaut") == ""
        assert there.expect(ChatRead).lines == (), "nor reads what was said in it once it is over"
        assert member.enter("hainaut")
        assert [line.text for line in member.expect(ChatRead).lines] == ["Among us"]


def test_who_is_no_more_invited_or_loses_a_role_has_to_go_in_the_middle(show: Show) -> None:
    guest_account, invited = show.account("invited-2")
    member_account, member = show.account("member-2", Role.MEMBER)
    _, host = show.account("host-2", Role.MODERATOR)
    session = show.plan("lille", access="members")
    show.change(f"INSERT INTO programme_invited (session, account) VALUES ('{session}', '{guest_account}')")
    with ExitStack() as stack:
        moderator = come(stack, show, host, "lille")
        assert answer(moderator, session, Step("open-doors")) == ""
        told(moderator, session, until="doors")
        peers = [come(stack, show, hello, "lille") for hello in (invited, member)]
        show.change(f"UPDATE accounts SET role = 'visitor' WHERE id = '{member_account}'")
        assert peers[1].expect(SentOut).session == session
        show.change(
            f"DELETE FROM programme_invited WHERE session = '{session}';"
            f"UPDATE programme SET revision = revision + 1 WHERE id = '{session}'"
        )
        assert peers[0].expect(SentOut).session == session
        assert SentOut not in heard(moderator)
        end(moderator, session)


def test_through_a_locked_door_nobody_takes_part_from_elsewhere_and_who_dropped_inside_comes_back(show: Show) -> None:
    _, host = show.account("host-3", Role.MODERATOR)
    session = show.plan("lille", mode="open")
    with ExitStack() as stack:
        moderator = come(stack, show, host, "lille")
        inside, outside = come(stack, show, guest("In"), "lille"), come(stack, show, guest("Out"), "hainaut")
        for act in (Step("open-doors"), LockDoor(True)):
            assert answer(moderator, session, act) == ""
        until_locked(moderator, session)
        assert answer(outside, session, RaiseHand()) == "NOT_NOW"
        assert enter(outside, "lille") == "NOT_NOW"
        assert answer(inside, session, RaiseHand()) == ""
        assert inside.enter("lille", "stage:stage"), "a step within the hall is none through its door"
        assert inside.welcomed is not None
        inside.socket.close()
        again = stack.enter_context(Peer(show.port))
        again.welcome(guest(way="resume", secret=inside.welcomed.resume))
        assert enter(again, "lille") == ""
        end(moderator, session)


def test_a_full_live_session_keeps_the_places_of_those_inside_and_gives_no_chair_to_others(show: Show) -> None:
    _, host = show.account("host-4", Role.MODERATOR)
    show.account("reader-4")
    _, member = show.account("inside-4")
    session = show.plan("valenciennes", mode="fishbowl", capacity=2)
    with ExitStack() as stack:
        moderator = come(stack, show, host, "valenciennes")
        inside, outside = come(stack, show, member, "valenciennes"), come(stack, show, guest("Out"), "lille")
        assert answer(moderator, session, Step("open-doors")) == ""
        told(inside, session, until="doors")
        assert answer(outside, session, TakeChair(0)) == "HALL_FULL", "nor comes in by one"
        assert enter(outside, "valenciennes") == "HALL_FULL"
        assert by_page(show, "reader-4", session, "take-chair 0") == 409, "nor from a page"
        assert by_page(show, "inside-4", session, "take-chair 1") == 303, "who is inside is no newcomer on a page, too"
        assert inside.enter("valenciennes", "stage:stage")
        assert answer(inside, session, TakeChair(0)) == ""
        assert inside.welcomed is not None
        inside.socket.close()
        again = stack.enter_context(Peer(show.port))
        again.welcome(guest(way="resume", secret=inside.welcomed.resume))
        assert enter(again, "valenciennes") == ""
        end(moderator, session)
