"""Coming in, coming back, being replaced, and going."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator

import msgpack
import pytest

from halles.protocol.close_codes import CloseCode
from halles.protocol.codec import encode
from halles.protocol.messages import (
    AvatarsEntered,
    AvatarsLeft,
    EnterHall,
    Hello,
    Leave,
    ListPeople,
    Move,
    PeopleCounted,
    Rejected,
    Welcomed,
)
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.gateway import arrivals
from halles_server.hall.overload import Rung
from halles_server.ports.people import Ticket
from tests.support.serving import RunningServer
from tests.support.wire import BINARY, PATIENCE, Peer, frame, guest, request_id

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def server(serving) -> Iterator[RunningServer]:
    with serving(hide_s=0.3, resume_s=1.5, close_s=0.3) as running:
        running.do(_add_account("mila", Role.EXHIBITOR))
        running.do(_add_account("noor", Role.VISITOR))
        yield running


def _add_account(login: str, role: Role):
    async def add(running: bootstrap.Server) -> None:
        await running.services.admission.create_account(login, login.title(), role, PASSWORD, "nl")

    return add


def account(login: str, password: str = PASSWORD) -> Hello:
    return guest(login, way="account", secret=password)


def test_a_guest_is_welcomed_with_the_halls_and_a_resume_token(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        welcomed = peer.welcome(guest("Zoë"))
        assert (welcomed.version, welcomed.name, welcomed.role, welcomed.last_hall) == (1, "Zoë", Role.GUEST, "")
        assert [card.hall for card in welcomed.halls] == ["crossroads", "hainaut", "lille", "valenciennes"]
        assert all(len(card.digest) == 64 and card.name.fr for card in welcomed.halls)
        assert len(welcomed.resume) >= 43


def test_a_visit_is_told_how_long_it_may_come_back(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        assert peer.welcome(guest("Zoë")).resume_s == 1  # of 1.5


@pytest.mark.parametrize("name", ["", "x" * 41, "bell\a", "\u202eevil", "zero\u200bwidth"])
def test_a_guest_with_a_bad_name_is_not_admitted_and_told_why(server: RunningServer, name: str) -> None:
    with Peer(server.port) as peer:
        peer.send(guest(name))
        assert peer.closed() == 4401
        assert peer.goodbye is not None
        assert peer.goodbye.reason == "INVALID_TEXT"


def test_nobody_comes_in_without_accepting_the_code_of_conduct_and_a_return_accepted_it_before(
    server: RunningServer,
) -> None:
    with Peer(server.port) as peer:
        peer.send(guest("Zoë", conduct=False))
        assert peer.closed() == 4401
        assert peer.goodbye.reason == "FORBIDDEN"
    with Peer(server.port) as peer:
        welcomed = peer.welcome(guest("Zoë"))
    with Peer(server.port) as peer:
        assert peer.welcome(guest("", way="resume", secret=welcomed.resume, conduct=False)).name == "Zoë"


def test_a_guest_may_not_look_like_an_exhibitor(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.send(guest("Milа"))  # the last letter is Cyrillic
        assert peer.closed() == 4401
        assert peer.goodbye.reason == "NAME_TAKEN"


@pytest.mark.parametrize(("oldest", "newest"), [(2, 9), (0, 0)])
def test_another_version_is_told_which_to_install(server: RunningServer, oldest: int, newest: int) -> None:
    with Peer(server.port) as peer:
        peer.send(guest(oldest=oldest, newest=newest))
        assert peer.closed() == 4406
        assert (peer.goodbye.oldest, peer.goodbye.newest) == (1, 1)
        assert "install" in peer.goodbye.text


def test_a_newer_hello_that_we_cannot_even_read_gets_the_same_answer(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.send_bytes(msgpack.packb([1, 7, 9, {"new": 1} and ["things"], "unheard", "of"]))
        assert peer.closed() == 4406


def test_a_newer_hello_with_more_fields_is_welcomed_in_the_version_in_common(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.send_bytes(msgpack.packb([*msgpack.unpackb(encode(guest("Newer", newest=2))), "unheard of"]))
        assert peer.expect(Welcomed).version == 1


def test_two_hellos_at_once_are_closed_and_leave_no_visit(server: RunningServer) -> None:
    before = server.do(_visits)
    with Peer(server.port) as peer:
        hello = frame(BINARY, encode(guest("Twice")))
        peer.socket.sendall(hello + hello)
        assert peer.closed() == 4400
    _wait_until(lambda: server.do(_idle))
    assert server.do(_visits) == before


async def _visits(running: bootstrap.Server) -> int:
    return len(running.world.visits)


async def _idle(running: bootstrap.Server) -> bool:
    return not any(one.requests is not None and one.requests.busy for one in running.listener.connections)


def _wait_until(fulfilled: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not fulfilled():
        assert time.monotonic() < until, "never"
        time.sleep(0.02)


def test_a_wrong_password_is_not_admitted(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.send(account("mila", "not her password"))
        assert peer.closed() == 4401


def test_an_account_comes_in_with_its_role(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        welcomed = peer.welcome(account("mila"))
        assert (welcomed.name, welcomed.role) == ("Mila", Role.EXHIBITOR)
        peer.send(Leave())
        assert peer.closed() == 1000


def test_a_second_login_of_an_account_replaces_the_first(server: RunningServer) -> None:
    with Peer(server.port) as first, Peer(server.port) as second, Peer(server.port) as watcher:
        watcher.welcome(guest("Watcher"))
        watcher.enter("lille")
        first.welcome(account("noor"))
        number = first.enter("lille").number
        second.welcome(account("noor"))
        assert first.closed() == 4409
        for message in watcher.messages():
            if isinstance(message, AvatarsLeft) and number in message.numbers:
                break
        second.enter("lille")
        second.send(Leave())
        assert second.closed() == 1000


def test_a_ticket_works_once(server: RunningServer) -> None:
    async def issue(running: bootstrap.Server) -> str:
        from halles.world.look import Look

        return await running.services.admission.issue_ticket(Ticket(None, "Ticketed", "fr", Look()))

    secret = server.do(issue)
    with Peer(server.port) as peer:
        assert peer.welcome(guest("", way="ticket", secret=secret)).name == "Ticketed"
    with Peer(server.port) as peer:
        peer.send(guest("", way="ticket", secret=secret))
        assert peer.closed() == 4401


def test_who_drops_comes_back_to_the_same_place_and_the_token_works_once(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        welcomed = peer.welcome(guest("Dropper"))
        entered = peer.enter("valenciennes")
        peer.send(Move(1, entered.x + 20, entered.y, 0, 1000))
        time.sleep(0.15)
    time.sleep(0.6)  # dropped without a word, and hidden by now
    with Peer(server.port) as again:
        returned = again.welcome(guest("", way="resume", secret=welcomed.resume))
        assert (returned.visit, returned.name, returned.last_hall) == (welcomed.visit, "Dropper", "valenciennes")
        assert returned.resume != welcomed.resume
        place = again.enter("valenciennes")
        assert abs(place.x - entered.x - 20) <= 1
        assert abs(place.y - entered.y) <= 1
        with Peer(server.port) as thief:
            thief.send(guest("", way="resume", secret=welcomed.resume))
            assert thief.closed() == 4401
        again.send(ListPeople())
        assert again.expect(PeopleCounted), "the owner of a reused token is unharmed"


def test_a_half_open_connection_makes_room_for_the_visits_return(server: RunningServer) -> None:
    with Peer(server.port) as old, Peer(server.port) as new:
        welcomed = old.welcome(guest("Half"))
        entered = old.enter("lille")
        new.welcome(guest("", way="resume", secret=welcomed.resume))
        assert old.closed() == 4409
        place = new.enter("lille")
        assert abs(place.x - entered.x) <= 1
        assert place.number != entered.number
        assert place.people == entered.people, "one avatar for one visit"


def test_who_returns_and_goes_nowhere_is_hidden_too_and_may_still_come_back_to_the_place(
    server: RunningServer,
) -> None:
    with Peer(server.port) as watcher, Peer(server.port) as old, Peer(server.port) as new:
        watcher.welcome(guest("Watcher"))
        watcher.enter("valenciennes")
        welcomed = old.welcome(guest("Undecided"))
        entered = old.enter("valenciennes")
        began = time.monotonic()
        new.welcome(guest("", way="resume", secret=welcomed.resume))
        while entered.number not in watcher.expect(AvatarsLeft).numbers:
            pass
        assert time.monotonic() - began > 0.25, "whoever enters at once keeps standing"
        place = new.enter("valenciennes")
        assert abs(place.x - entered.x) + abs(place.y - entered.y) <= 2


def test_a_dropped_visit_is_hidden_then_forgotten(server: RunningServer) -> None:
    with Peer(server.port) as watcher:
        watcher.welcome(guest("Watcher"))
        watcher.enter("hainaut")
        with Peer(server.port) as peer:
            welcomed = peer.welcome(guest("Gone"))
            number = peer.enter("hainaut").number
            began = time.monotonic()
        while number not in watcher.expect(AvatarsLeft).numbers:
            pass
        assert time.monotonic() - began > 0.25
        until = time.monotonic() + PATIENCE
        while server.metric("halles_visits", state="suspended"):
            watcher.send(ListPeople())
            time.sleep(0.2)
            assert time.monotonic() < until
    with Peer(server.port) as late:
        late.send(guest("", way="resume", secret=welcomed.resume))
        assert late.closed() == 4401, "after the time for returning the token is worth nothing"


def test_who_leaves_is_gone_at_once_and_cannot_resume(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        welcomed = peer.welcome(guest("Leaver"))
        peer.send(Leave())
        assert peer.closed() == 1000
    time.sleep(0.1)
    with Peer(server.port) as peer:
        peer.send(guest("", way="resume", secret=welcomed.resume))
        assert peer.closed() == 4401


def test_a_newcomer_is_told_who_is_there_and_the_others_of_the_newcomer(server: RunningServer) -> None:
    with Peer(server.port) as first, Peer(server.port) as second:
        first.welcome(guest("First"))
        first.enter("hainaut")
        second.welcome(guest("Second"))
        second.enter("hainaut")
        names = {card.name for card in second.expect(AvatarsEntered).avatars}
        assert {"First", "Second"} <= names
        while "Second" not in {card.name for card in first.expect(AvatarsEntered).avatars}:
            pass


def test_a_full_server_and_a_full_address_say_try_later(serving) -> None:
    with serving(node_capacity=3, address_visits=2) as full:
        peers = [Peer(full.port, "127.0.0.2"), Peer(full.port, "127.0.0.2"), Peer(full.port, "127.0.0.3")]
        for peer in peers[:2]:
            peer.welcome()
        with Peer(full.port, "127.0.0.2") as third:
            third.send(guest())
            assert third.closed() == 1013
            assert third.goodbye.retry_after_ms > 0
        peers[2].welcome()
        with Peer(full.port, "127.0.0.4") as fourth:
            fourth.send(guest())
            assert fourth.closed() == 1013
        for peer in peers:
            peer.socket.close()


def test_a_full_hall_keeps_one_where_one_was(serving) -> None:
    with serving(hall_capacity=1) as small, Peer(small.port) as first, Peer(small.port) as second:
        first.welcome(guest("First"))
        second.welcome(guest("Second"))
        first.enter("lille")
        second.enter("hainaut")
        asked = EnterHall(request_id(), "lille")
        second.send(asked)
        refused = second.expect(Rejected)
        assert (refused.code, refused.request_id) == ("HALL_FULL", asked.request_id)
        second.send(ListPeople())
        assert dict(second.expect(PeopleCounted).counts)["hainaut"] == 1


def test_people_are_counted_for_everybody_when_it_changes(serving) -> None:
    with serving(count_s=0.2) as server, Peer(server.port) as waiting, Peer(server.port) as walker:
        waiting.welcome(guest("Waiting"))
        walker.welcome(guest("Walker"))
        walker.enter("lille")
        assert dict(waiting.expect(PeopleCounted).counts)["lille"] == 1


def test_no_guest_comes_in_where_guests_may_not(serving) -> None:
    with serving(guests=False) as closed, Peer(closed.port) as peer:
        peer.send(guest())
        assert peer.closed() == 4401
        assert peer.goodbye.reason == "FORBIDDEN"


def test_welcomed_is_the_first_that_a_visitor_hears(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.send(guest())
        assert isinstance(next(iter(peer.messages())), Welcomed)


def test_an_overloaded_server_asks_newcomers_to_try_later_and_lets_returners_in(serving) -> None:
    async def overload(running: bootstrap.Server) -> None:
        running.world.overload.rung = Rung.NEWCOMERS

    with serving() as server, Peer(server.port) as first:
        secret = first.welcome(guest("Returner")).resume
        server.do(overload)
        with Peer(server.port) as late, Peer(server.port) as back:
            late.send(guest("Late"))
            assert late.closed() == 1013
            assert late.goodbye is not None
            assert (late.goodbye.reason, late.goodbye.retry_after_ms) == ("TRY_LATER", 10_000)
            assert back.welcome(guest("", way="resume", secret=secret)).name == "Returner"


@contextlib.contextmanager
def all_turns_taken(server: RunningServer) -> Iterator[None]:
    """While the block lasts, others are being let in, slowly."""

    async def turns(running: bootstrap.Server) -> asyncio.Semaphore:
        return running.listener.receiver._arrivals._turns

    async def take(running: bootstrap.Server) -> None:
        for _ in range(arrivals.TURNS):
            await (await turns(running)).acquire()

    async def give_back(running: bootstrap.Server) -> None:
        for _ in range(arrivals.TURNS):
            (await turns(running)).release()

    server.do(take)
    try:
        yield
    finally:
        server.do(give_back)


def test_who_comes_in_a_crowd_waits_for_a_turn_and_is_let_in(serving) -> None:
    with serving(hello_s=0.2) as running, contextlib.ExitStack() as stack:
        running.do(_add_account("mila", Role.EXHIBITOR))
        with all_turns_taken(running):
            peers = [stack.enter_context(Peer(running.port)) for _ in range(20)]
            for peer in peers:
                peer.send(guest())
            with Peer(running.port) as other:
                other.welcome(account("mila"))  # passwords have a line of their own
            time.sleep(0.4)
            assert not any(peer.closed_yet() for peer in peers), "they have said Hello in time"
        for peer in peers:
            peer.expect(Welcomed)


def test_who_waits_too_long_for_a_turn_is_told_to_try_later(serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "ANSWER_S", 2.6)
    with serving(request_s=2.5) as running, all_turns_taken(running), Peer(running.port) as peer:
        peer.send(guest())
        assert peer.closed() == CloseCode.TRY_LATER
        assert peer.goodbye.retry_after_ms > 0


def test_nobody_in_line_is_sent_away_for_a_newer_one(serving) -> None:
    limits = {"waiting_address": 4, "admissions_burst": 20}
    with serving(**limits) as running, contextlib.ExitStack() as stack:
        with all_turns_taken(running):
            peers: list[Peer] = []
            while len(peers) < 20:
                peers.append(stack.enter_context(Peer(running.port)))
                peers[-1].send(guest())
                running.do(_in_line(len(peers)))
            with Peer(running.port) as late:
                late.send(guest())
                assert late.closed() == CloseCode.TRY_LATER
            with Peer(running.port, "127.0.0.2") as other:
                other.send(guest())
                running.do(_in_line(21))
            assert not any(peer.closed_yet() for peer in peers)
        for peer in peers:
            peer.expect(Welcomed)


def _in_line(people: int):
    async def wait(running: bootstrap.Server) -> None:
        async with asyncio.timeout(10):
            while running.listener.receiver._arrivals._line.total() != people:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    return wait
