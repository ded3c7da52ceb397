"""Two whole servers with one database and the real NATS: people see, hear, find and reach each other across nodes."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.request import urlopen

import numpy as np
import pytest

from halles.ids import HallId, LiveSessionId
from halles.protocol.live_messages import ActLive
from halles.protocol.messages import (
    AvatarsEntered,
    AvatarsLeft,
    BoothEdited,
    BoothsListed,
    Done,
    EditBooth,
    EnterHall,
    Find,
    Found,
    Leave,
    ListPeople,
    Message,
    Move,
    PeopleCounted,
    PoseBatch,
    Rejected,
    Said,
    Say,
)
from halles.protocol.pose_batch import read
from halles.protocol.public_messages import (
    AskQuestion,
    QuestionsTold,
    QuestionTold,
    React,
    ReactionsTold,
    SetAsking,
    VoteQuestion,
    VotesTold,
)
from halles.protocol.standing_messages import LiftSanction, Sanction, SanctionTold
from halles.world.booth import BoothEdit, Change
from halles.world.live_acts import Step
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server import bootstrap
from halles_server.announcements import SHARE, Announcement, NodeSlab
from halles_server.cluster.nats_server import NatsServer
from halles_server.hall.elsewhere import RECORD
from halles_server.ports.nodes import Bus
from halles_server.secret import Secret
from tests.support import live
from tests.support.nats import deployment, nats
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server
from tests.support.wire import Peer, guest, request_id

__all__ = ["nats"]

PASSWORD = "a long enough password"
Nodes = tuple[RunningServer, RunningServer]


@pytest.fixture(scope="module")
def nodes(postgres: TestPostgres, nats: NatsServer) -> Iterator[Nodes]:
    url = postgres.fresh(demo=True)
    shared = {"database_url": url, "bus_url": Secret(nats.url), "deployment": deployment(), "count_s": 0.3}
    rates = {"requests_burst": 500, "requests_per_s": 500, "entries_burst": 500, "chat_burst": 500}
    with ExitStack() as stack:
        one = stack.enter_context(real_server(demo=True, **shared, **rates))
        other = stack.enter_context(real_server(**shared, **rates))

        async def add(opened: bootstrap.Server) -> None:
            await opened.services.admission.create_account("olga", "Olga", Role.ORGANISER, PASSWORD, "fr")

        one.do(add)
        for node in (one, other):
            _until(lambda node=node: node.metric("halles_nodes") == 2)
        yield one, other
    postgres.drop(url)


def _until(condition, seconds: float = 5.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def _hear(peer: Peer, fits, seconds: float = 5.0) -> Message:
    for message in peer.messages(seconds):
        if fits(message):
            return message
    raise AssertionError("not heard")


def _sees(peer: Peer, visit: str) -> int:
    """Waits until somebody is told to a peer; returns their number."""
    told = _hear(peer, lambda m: isinstance(m, AvatarsEntered) and any(card.visit == visit for card in m.avatars))
    assert isinstance(told, AvatarsEntered)
    return next(int(card.number) for card in told.avatars if card.visit == visit)


def test_people_of_two_nodes_see_each_other_come_walk_and_go(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(one.port) as ada, Peer(other.port) as bob:
        ada.welcome(guest("Ada"))
        ada.enter("lille")
        visit = bob.welcome(guest("Bob")).visit
        entered = bob.enter("lille")
        assert _sees(bob, ada.welcomed.visit) // SHARE != entered.number // SHARE
        assert _sees(ada, visit) == entered.number
        for sequence in range(1, 6):
            x = entered.x + 5 * sequence
            bob.send(Move(sequence, x, entered.y, 0, 0))
            _hear(ada, lambda m, x=x: isinstance(m, PoseBatch) and _stands(m, entered.number, x))
        bob.send(Leave())
        assert _hear(ada, lambda m: isinstance(m, AvatarsLeft) and entered.number in m.numbers)


def _stands(batch: PoseBatch, number: int, x: int) -> bool:
    near = read(batch.near)
    return bool(((near["number"] == number) & (near["x"] == x)).any())


def test_who_comes_later_is_told_everybody_and_counts_are_of_all_nodes(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(one.port) as ada, Peer(other.port) as bob, Peer(other.port) as late:
        ada.welcome(guest("Ada"))
        ada.enter("hainaut")
        bob.welcome(guest("Bob"))
        bob.enter("hainaut")
        _sees(bob, ada.welcomed.visit)
        late.welcome(guest("Late"))
        assert late.enter("hainaut").people == 3
        told: set[str] = set()
        while told < {"Ada", "Bob", "Late"}:
            told |= {card.name for card in late.expect(AvatarsEntered).avatars}
        late.send(ListPeople())
        assert dict(late.expect(PeopleCounted).counts)["hainaut"] == 3
        _hear(ada, lambda m: isinstance(m, PeopleCounted) and dict(m.counts)["hainaut"] == 3)
        assert {card.hall: card.people for card in late.welcomed.halls}["hainaut"] == 2


def test_chat_to_the_hall_and_nearby_is_heard_across_nodes(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(one.port) as ada, Peer(other.port) as bob, Peer(other.port) as far:
        ada.welcome(guest("Ada"))
        ada.enter("lille")
        bob.welcome(guest("Bob"))
        bob.enter("lille")
        _sees(bob, ada.welcomed.visit)
        bob.enter("", f"visit:{ada.welcomed.visit}")
        far.welcome(guest("Far"))
        far.enter("lille", "stage:")
        _sees(ada, bob.welcomed.visit)
        for channel, text in (("hall", "to the hall"), ("nearby", "to who is near"), ("hall", "and again")):
            asked = Say(request_id(), channel, text)
            ada.send(asked)
            assert ada.expect(Done).request_id == asked.request_id
            assert bob.expect(Said).line.text == text
        heard = [far.expect(Said).line.text, far.expect(Said).line.text]
        assert heard == ["to the hall", "and again"], "who is far does not hear what is said nearby"
        ada.send(asked)
        assert ada.expect(Done)
        assert not [m for m in bob.messages(0.5) if isinstance(m, Said)], "a repeated request is heard once"


def test_what_is_said_at_a_booth_is_heard_there_across_nodes(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(one.port) as ada, Peer(other.port) as bob:
        for peer, name in ((ada, "Ada"), (bob, "Bob")):
            peer.welcome(guest(name))
            peer.enter("lille", "booth:studio-07")
        began = time.monotonic()
        ada.send(Say(request_id(), "booth", "across", "studio-07"))
        assert bob.expect(Said).line.booth == "studio-07"
        assert time.monotonic() - began < 1.0


def test_a_page_of_one_node_may_go_on_at_the_other_and_a_stranger_s_may_not(nodes: Nodes) -> None:
    one, other = nodes
    with urlopen(f"{one.url}/en/", timeout=5) as page:
        policy = page.headers["content-security-policy"]
    assert f"connect-src 'self' ws://127.0.0.1:{other.port}" in policy
    with Peer(other.port, Origin=one.url) as peer:
        peer.welcome(guest("Ada"))
    with pytest.raises(AssertionError, match="403"), Peer(other.port, Origin="http://127.0.0.1:9"):
        pass


def test_people_of_another_node_are_found_and_gone_to(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(one.port) as sought, Peer(other.port) as seeker:
        visit = sought.welcome(guest("Wilhelmina")).visit
        entered = sought.enter("valenciennes")
        seeker.welcome(guest("Seeker"))
        seeker.enter("valenciennes")
        _sees(seeker, visit)
        seeker.enter("lille")
        seeker.send(Find(request_id(), "wilhelm"))
        found = [item for item in seeker.expect(Found).items if item.kind == "person"]
        assert [(item.hall, item.place) for item in found] == [("valenciennes", f"visit:{visit}")]
        beside = seeker.enter("", found[0].place)
        assert beside.hall == "valenciennes"
        assert abs(beside.x - entered.x) + abs(beside.y - entered.y) < 400
        sought.send(Leave())
        _hear(seeker, lambda m: isinstance(m, AvatarsLeft) and entered.number in m.numbers)
        seeker.send(EnterHall(request_id(), "", f"visit:{visit}"))
        assert seeker.expect(Rejected).code == "NOT_FOUND"


def test_an_edit_on_one_node_is_told_in_the_hall_on_the_other(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(other.port) as visitor, Peer(one.port) as editor:
        visitor.welcome()
        visitor.enter("lille")
        card = visitor.expect(BoothsListed).booths[0]
        editor.welcome(guest("olga", way="account", secret=PASSWORD))
        began = time.monotonic()
        editor.send(EditBooth(request_id(), card.booth, card.revision, BoothEdit((Change("name", "Across nodes"),))))
        assert editor.expect(Done).number == card.revision + 1
        edited = visitor.expect(BoothEdited).card
        assert (edited.booth, edited.name) == (card.booth, "Across nodes")
        assert time.monotonic() - began < 2.0, "by the bus, not by the sweep"


def test_an_account_that_comes_in_on_another_node_ends_its_older_visit_within_a_second(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(one.port) as first, Peer(other.port) as second, Peer(one.port) as witness:
        witness.welcome()
        witness.enter("lille")
        olga = guest("olga", way="account", secret=PASSWORD)
        older = first.welcome(olga)
        number = first.enter("lille").number
        second.welcome(olga)
        second.enter("lille")
        began = time.monotonic()
        assert first.closed() == 4409
        assert time.monotonic() - began < 1.0
        _hear(witness, lambda m: isinstance(m, AvatarsLeft) and number in m.numbers)
        with Peer(one.port) as third:
            third.send(guest("", way="resume", secret=older.resume))
            assert third.closed() == 4401


def test_a_sanction_given_on_one_node_binds_on_the_other_within_a_second(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(one.port) as olga, Peer(other.port) as ada:
        olga.welcome(guest("olga", way="account", secret=PASSWORD))
        visit = ada.welcome(guest("Ada")).visit
        ada.enter("lille")
        began = time.monotonic()
        olga.send(Sanction(request_id(), visit, SanctionKind.SILENCE, 60, "You shout."))
        (told,) = ada.expect(SanctionTold).sanctions
        assert time.monotonic() - began < 1.0
        line = Say(request_id(), "hall", "Hello")
        ada.send(line)
        refused = ada.expect(Rejected)
        assert (refused.request_id, refused.code) == (line.request_id, "FORBIDDEN")
        olga.send(LiftSanction(request_id(), told.sanction))
        assert ada.expect(SanctionTold).sanctions == ()
        olga.send(Sanction(request_id(), visit, SanctionKind.REMOVE, 0, "You shout."))
        assert ada.closed() == 4403


def test_a_question_its_votes_and_applause_are_heard_in_the_hall_on_every_node(nodes: Nodes) -> None:
    one, other = nodes
    session = LiveSessionId("across-nodes")
    live.at(one.server.config.database_url.reveal(), live.Planned(session, "hainaut"))
    with Peer(one.port) as olga, Peer(one.port) as ada, Peer(other.port) as bob:
        olga.welcome(guest("olga", way="account", secret=PASSWORD))
        for peer, name in ((ada, "Ada"), (bob, "Bob")):
            peer.welcome(guest(name))
            peer.enter("hainaut")
        olga.send(ActLive(request_id(), session, Step("open-doors")))
        for peer in (ada, bob):
            _hear(peer, lambda m: isinstance(m, QuestionsTold) and m.session == session)
        olga.send(SetAsking(request_id(), session, "free"))
        _hear(bob, lambda m: isinstance(m, QuestionsTold) and m.asking == "free")
        ada.send(AskQuestion(request_id(), session, "fr", "Et le prix ?"))
        told = _hear(bob, lambda m: isinstance(m, QuestionTold))
        assert isinstance(told, QuestionTold)
        bob.send(VoteQuestion(request_id(), session, told.row.number, True))
        _hear(ada, lambda m: isinstance(m, VotesTold) and m.votes == ((told.row.number, 1),))
        bob.send(React(session, "applaud"))
        for peer in (ada, bob):
            _hear(peer, lambda m: isinstance(m, ReactionsTold) and m.counts == (1, 0, 0, 0, 0))


def test_what_a_node_says_that_the_database_does_not_know_is_not_believed(nodes: Nodes) -> None:
    one, other = nodes
    with Peer(one.port) as ada, Peer(other.port) as bob:
        ada.welcome(guest("Ada"))
        ada.enter("lille")
        bob.welcome(guest("Bob"))
        entered = bob.enter("lille")
        _sees(ada, bob.welcomed.visit)
        dropped = one.metric("halles_bus_dropped_total", reason="fenced")

        async def lie(opened: bootstrap.Server) -> None:
            neighbours = opened.world.neighbours
            assert neighbours is not None
            me = neighbours.membership.me
            records = np.array([(entered.number, 0, 0, 0, 0, 0)], dtype=RECORD).tobytes()
            for incarnation in (me.incarnation - 1 if me.incarnation > 2 else 0, 0):
                opened.world._bus.tell_others(NodeSlab(me.slot, incarnation, entered.hall, 10**9, 0, records))

        other.do(lie)
        _until(lambda: one.metric("halles_bus_dropped_total", reason="fenced") >= dropped + 1)


class Lossy:
    """A bus that loses three announcements in ten; another implementation of the port."""

    def __init__(self, bus: Bus, seed: int) -> None:
        self._bus, self._rng = bus, random.Random(seed)
        self.listen, self.trouble = bus.listen, bus.trouble

    def announce(self, news: Announcement) -> None:
        if self._rng.random() > 0.3:
            self._bus.announce(news)

    def tell_others(self, news: Announcement) -> None:
        if self._rng.random() > 0.3:
            self._bus.tell_others(news)


def test_when_the_bus_loses_three_in_ten_both_nodes_tell_the_same_people_and_revisions_in_the_end(
    postgres: TestPostgres, nats: NatsServer
) -> None:
    url = postgres.fresh(demo=True)
    shared = {"database_url": url, "bus_url": Secret(nats.url), "deployment": deployment(), "sweep_s": 1.0}
    with ExitStack() as stack:
        one = stack.enter_context(real_server(demo=True, **shared))
        other = stack.enter_context(real_server(**shared))
        for seed, node in enumerate((one, other)):

            async def lose(opened: bootstrap.Server, seed: int = seed) -> None:
                world = opened.world
                assert world.neighbours is not None
                world._bus = world.neighbours._bus = opened.services.booths._bus = Lossy(world._bus, seed)

            node.do(lose)

        async def add(opened: bootstrap.Server) -> None:
            await opened.services.admission.create_account("olga", "Olga", Role.ORGANISER, PASSWORD, "fr")

        one.do(add)
        _until(lambda: one.metric("halles_nodes") == other.metric("halles_nodes") == 2)
        peers = []
        for i in range(10):
            peer = stack.enter_context(Peer((one, other)[i % 2].port))
            peer.welcome(guest(f"Guest {i}"))
            peer.enter("lille")
            peers.append(peer)
        for peer in peers[6:]:
            peer.send(Leave())
        editor = stack.enter_context(Peer(one.port))
        editor.welcome(guest("olga", way="account", secret=PASSWORD))
        editor.enter("lille")
        cards = editor.expect(BoothsListed).booths[:8]
        for card in cards:
            editor.send(EditBooth(request_id(), card.booth, card.revision, BoothEdit((Change("name", "Edited"),))))
            assert editor.expect(Done)
        wanted = {"Olga", *(f"Guest {i}" for i in range(6))}

        async def believed(opened: bootstrap.Server) -> tuple[set[str], int]:
            hall = opened.world.runners[HallId("lille")].hall
            names = {hall.card(number).name for number in hall.numbers_here(1, hall.numbers)}
            edited = {
                card.booth for card in opened.world.board._halls[HallId("lille")].values() if card.name == "Edited"
            }
            return names, len(edited)

        _until(lambda: one.do(believed) == other.do(believed) == (wanted, 8), 10.0)
    postgres.drop(url)
