"""Sanctions on a real server: what they keep people from, whatever their client does, and what they are told."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import asyncpg
import pytest

from halles.ids import AccountId, HallId
from halles.protocol.booth_messages import RingBell
from halles.protocol.chat_messages import Channel
from halles.protocol.messages import (
    AvatarsEntered,
    Correction,
    Done,
    EnterHall,
    HallEntered,
    Hello,
    Message,
    Move,
    Rejected,
    Said,
    Say,
)
from halles.protocol.standing_messages import (
    AddressShared,
    Appeal,
    AppealsWaiting,
    LiftSanction,
    Sanction,
    SanctionTold,
)
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.bootstrap import Server
from halles_server.ports.people import Ticket
from halles_server.ports.standing import hall_scope
from halles_server.services.actor import Actor
from halles_server.services.admission import digest
from tests.server.gateway.conftest import Serving
from tests.support.serving import RunningServer
from tests.support.wire import Peer, guest, request_id

PASSWORD = "une longue phrase"
BOOTH = "studio-07"
BOUND_S = 1.0
"""Within this a sanction binds."""

SWEPT_S = 5.0
"""Within this it does when the bus has lost it."""


@dataclass
class Show:
    """A server with the demonstration, and its people."""

    server: RunningServer
    accounts: dict[str, AccountId] = field(default_factory=dict)

    def account(self, login: str, role: Role) -> Hello:
        """Adds an account and returns its hello."""

        async def act(server: Server) -> AccountId:
            return (await server.services.admission.create_account(login, login.title(), role, PASSWORD, "fr")).account

        if login not in self.accounts:
            self.accounts[login] = self.server.do(act)
        return guest(login, way="account", secret=PASSWORD)

    def sql(self, statement: str, *arguments: object) -> object:
        """Reads a value, or changes what nobody can."""

        async def act() -> object:
            owner = await asyncpg.connect(self.server.server.config.database_url.reveal())
            try:
                return await owner.fetchval(statement, *arguments)
            finally:
                await owner.close()

        return asyncio.run(act())

    def moderator(self) -> Peer:
        """Returns a moderator who has come in."""
        peer = Peer(self.server.port)
        peer.welcome(self.account("mia", Role.MODERATOR))
        return peer


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(demo=True, sweep_s=0.5, refused_per_minute=1000, admissions_burst=1000) as server:
        yield Show(server)


def come(show: Show, hello: Hello, hall: str = "lille") -> Peer:
    """Lets somebody in, who stands in a hall then."""
    peer = Peer(show.server.port)
    peer.welcome(hello)
    peer.enter(hall)
    return peer


def ask(peer: Peer, message: Message) -> Done | Rejected | HallEntered:
    """Sends a request and returns its answer."""
    peer.send(message)
    for heard in peer.messages():
        if isinstance(heard, Done | Rejected | HallEntered) and heard.request_id == message.request_id:  # type: ignore[attr-defined]
            return heard
    raise AssertionError(f"no answer; closed with {peer.close_code}")


def sanction(moderator: Peer, whom: Peer, kind: SanctionKind, minutes: int = 60, **where: object) -> int:
    """Sanctions somebody in the world; returns the number."""
    assert whom.welcomed is not None
    given = ask(moderator, Sanction(request_id(), whom.welcomed.visit, kind, minutes, "You shout.", **where))  # type: ignore[arg-type]
    assert isinstance(given, Done), given
    return given.number


def refusal(peer: Peer, message: Message) -> str:
    """Returns the code by which a request is refused, "" when it is not."""
    answer = ask(peer, message)
    return answer.code if isinstance(answer, Rejected) else ""


def say(channel: Channel = "hall", booth: str = "") -> Say:
    return Say(request_id(), channel, "Hello", booth)


def goodbye(show: Show, hello: Hello, source: str = "127.0.0.1") -> tuple[int, str, str]:
    """Returns with which code, reason and text somebody is turned away at the door."""
    with Peer(show.server.port, source) as peer:
        peer.send(hello)
        code = peer.closed()
        assert peer.welcomed is None
        return code, peer.goodbye.reason if peer.goodbye else "", peer.goodbye.text if peer.goodbye else ""


def test_who_is_silenced_is_told_so_and_speaks_nowhere_until_it_is_lifted(show: Show) -> None:
    with show.moderator() as mia, come(show, guest("Ada")) as ada, come(show, guest("Bo")) as bo:
        began = time.monotonic()
        number = sanction(mia, ada, SanctionKind.SILENCE)
        (told,) = ada.expect(SanctionTold).sanctions
        assert time.monotonic() - began < BOUND_S
        assert (told.sanction, told.kind, told.scope, told.reason) == (
            number,
            SanctionKind.SILENCE,
            "show",
            "You shout.",
        )
        assert 3500 < told.until_ms / 1000 - time.time() <= 3600
        at_booth = ask(ada, EnterHall(request_id(), "lille", f"booth:{BOOTH}"))
        assert isinstance(at_booth, HallEntered), "who is silenced may walk"
        for message in (say(), say("nearby"), say("booth", BOOTH), RingBell(request_id(), BOOTH)):
            assert refusal(ada, message) == "FORBIDDEN"
        assert refusal(bo, say()) == "", "nobody else is concerned"
        assert isinstance(ask(mia, LiftSanction(request_id(), number)), Done)
        assert ada.expect(SanctionTold).sanctions == ()
        assert refusal(ada, say()) == ""
        lines = [heard.line.name for heard in bo.messages(0.5) if isinstance(heard, Said)]
        assert lines == ["Ada"], "of what was said before, nothing was heard"


def test_a_silence_in_one_hall_holds_there_and_ends_by_itself(show: Show) -> None:
    with show.moderator() as mia, come(show, guest("Ada")) as ada:
        number = sanction(mia, ada, SanctionKind.SILENCE, scope="hall", place="lille")
        ada.expect(SanctionTold)
        assert refusal(ada, say()) == "FORBIDDEN"
        ada.enter("crossroads")
        assert refusal(ada, say()) == ""
        ada.enter("lille")
        show.sql("UPDATE sanctions SET until = now() + interval '1 second' WHERE id = $1", number)
        assert [told.sanctions for told in (ada.expect(SanctionTold), ada.expect(SanctionTold))][-1] == ()
        assert refusal(ada, say()) == ""


def test_a_modified_client_that_walks_on_while_it_is_held_stays_where_it_is(show: Show) -> None:
    with show.moderator() as mia, come(show, guest("Ada")) as ada, come(show, guest("Bo")) as bo:
        before = ada.enter("lille")
        number = sanction(mia, ada, SanctionKind.HOLD)
        ada.expect(SanctionTold)
        for sequence in range(1, 6):
            ada.send(Move(sequence, before.x + 20 * sequence, before.y, 0, before.heading))
            back = ada.expect(Correction)
            assert (back.x, back.y) == (before.x, before.y)
        ada.send(Move(6, before.x, before.y, 0, 9000))
        for goal in (EnterHall(request_id(), "lille", f"booth:{BOOTH}"), EnterHall(request_id(), "crossroads")):
            assert refusal(ada, goal) == "FORBIDDEN"
        bo_sees = show.server.do(lambda server: _pose(server, ada))
        assert (round(bo_sees[0] * 100), round(bo_sees[1] * 100)) == (before.x, before.y)
        assert ada.welcomed is not None
        assert bo.welcomed is not None
        ada.socket.close()
        with Peer(show.server.port) as again:
            again.welcome(guest(way="resume", secret=ada.welcomed.resume))
            assert again.expect(SanctionTold).sanctions[0].sanction == number
            assert refusal(again, EnterHall(request_id(), "crossroads")) == "FORBIDDEN"
            kept = again.enter("lille")
            assert (kept.x, kept.y) == (before.x, before.y)
            ask(mia, LiftSanction(request_id(), number))
            assert again.expect(SanctionTold).sanctions == ()
            assert isinstance(ask(again, EnterHall(request_id(), "crossroads")), HallEntered)


async def _pose(server: Server, peer: Peer) -> tuple[float, float]:
    assert peer.welcomed is not None
    visit = server.world.visits.get(peer.welcomed.visit)
    assert visit is not None
    assert visit.runner is not None
    pose = visit.runner.hall.pose(visit.number)
    return pose.x, pose.y


def test_who_is_removed_goes_at_once_and_may_come_back_but_not_into_that_visit(show: Show) -> None:
    with show.moderator() as mia, come(show, guest("Ada", device="kicked")) as ada:
        began = time.monotonic()
        sanction(mia, ada, SanctionKind.REMOVE)
        assert ada.closed() == 4403
        assert time.monotonic() - began < BOUND_S
        assert ada.goodbye is not None
        assert ada.welcomed is not None
        assert (ada.goodbye.reason, ada.goodbye.text) == ("REMOVED", "You shout.")
        assert goodbye(show, guest(way="resume", secret=ada.welcomed.resume))[0] == 4401
        with come(show, guest("Ada", device="kicked")) as again:
            assert refusal(again, say()) == ""


def test_a_banned_guest_does_not_come_in_by_any_way_in_fifty_attempts(show: Show) -> None:
    def ticket() -> str:
        made = Ticket(None, "Troll", "fr", Look(), digest("browser"))
        return show.server.do(lambda server: server.services.admission.issue_ticket(made))

    with show.moderator() as mia:
        with Peer(show.server.port) as troll:
            troll.welcome(guest(way="ticket", secret=ticket(), device="troll"))
            troll.enter("lille")
            sanction(mia, troll, SanctionKind.BAN)
            assert troll.closed() == 4403
            assert troll.welcomed is not None
            assert troll.goodbye is not None
            assert (troll.goodbye.reason, troll.goodbye.text) == ("BANNED", "You shout.")
            assert 3_000_000 < troll.goodbye.retry_after_ms <= 3_600_000
            resume = troll.welcomed.resume
        for attempt in range(16):
            assert goodbye(show, guest(f"Other {attempt}", device="troll"))[:2] == (4403, "BANNED")
            assert goodbye(show, guest(way="ticket", secret=ticket(), device=f"new {attempt}"))[0] == 4403
            assert goodbye(show, guest(way="resume", secret=resume))[0] == 4401
        assert goodbye(show, guest("Troll", way="ticket", secret=ticket()))[0] == 4403
        assert goodbye(show, guest("Troll", device="troll"))[0] == 4403
        with come(show, guest("Someone else", device="another")) as other:
            assert refusal(other, say()) == "", "the same address is not banned by itself"


def test_an_address_is_held_by_choice_and_the_moderator_reads_how_many_share_it(show: Show) -> None:
    with (
        show.moderator() as mia,
        Peer(show.server.port, "127.0.0.9") as troll,
        Peer(show.server.port, "127.0.0.9") as bo,
    ):
        troll.welcome(guest("Troll"))
        bo.welcome(guest("Bo"))
        assert troll.welcomed is not None
        order = Sanction(request_id(), troll.welcomed.visit, SanctionKind.BAN, 60, "You shout.", address=True)
        mia.send(order)
        shared = mia.expect(AddressShared)
        assert shared.others == 1
        assert troll.closed() == bo.closed() == 4403, "the moderator was told so"
        assert troll.goodbye is not None
        assert bo.goodbye is not None
        assert (troll.goodbye.text, bo.goodbye.text) == ("You shout.", ""), "the reason is not Bo's"
        assert goodbye(show, guest("Troll"), "127.0.0.9")[:2] == (4403, "BANNED")
        zoe = show.account("zoe", Role.VISITOR)
        with Peer(show.server.port, "127.0.0.9") as account:
            account.welcome(zoe)
        assert isinstance(ask(mia, LiftSanction(request_id(), shared.sanction)), Done)
        with Peer(show.server.port, "127.0.0.9") as back:
            back.welcome(guest("Troll"))


def test_a_ban_from_a_hall_leaves_the_others_open(show: Show) -> None:
    with show.moderator() as mia, come(show, guest("Ada", device="halls")) as ada:
        sanction(mia, ada, SanctionKind.BAN, scope="hall", place="lille")
        assert ada.closed() == 4403
        with Peer(show.server.port) as again:
            again.welcome(guest("Ada", device="halls"))
            assert refusal(again, EnterHall(request_id(), "lille")) == "FORBIDDEN"
            again.enter("crossroads")
            assert refusal(again, say()) == ""


def test_a_banned_account_is_out_with_every_way_in(show: Show) -> None:
    hello = show.account("yann", Role.EXHIBITOR)
    with show.moderator() as mia, come(show, hello) as yann:
        sanction(mia, yann, SanctionKind.BAN)
        assert yann.closed() == 4403
        assert yann.welcomed is not None
        assert goodbye(show, hello)[:2] == (4403, "BANNED")
        assert goodbye(show, guest(way="resume", secret=yann.welcomed.resume))[0] == 4401
        made = Ticket(show.accounts["yann"], "Yann", "fr", Look())
        secret = show.server.do(lambda server: server.services.admission.issue_ticket(made))
        assert goodbye(show, guest(way="ticket", secret=secret))[0] == 4403


def test_a_silenced_guest_who_comes_again_is_silenced_and_keeps_the_name(show: Show) -> None:
    with show.moderator() as mia, come(show, guest("Ada", device="loud")) as ada:
        sanction(mia, ada, SanctionKind.SILENCE)
        ada.expect(SanctionTold)
    with Peer(show.server.port) as again:
        assert again.welcome(guest("What I could not say", device="loud")).name == "Ada"
        again.expect(SanctionTold)
        again.enter("lille")
        assert refusal(again, say()) == "FORBIDDEN"


def test_what_the_bus_has_lost_binds_all_the_same(show: Show) -> None:
    with come(show, guest("Ada")) as ada:
        assert ada.welcomed is not None
        began = time.monotonic()
        show.sql(
            "INSERT INTO sanctions (kind, scope, visit, name, reason, until, made_name, made_role)"
            " VALUES ('silence', 'show', $1, 'Ada', 'r', now() + interval '1 hour', 'm', 'moderator')",
            ada.welcomed.visit,
        )
        ada.expect(SanctionTold)
        assert time.monotonic() - began < SWEPT_S
        assert refusal(ada, say()) == "FORBIDDEN"


def test_who_stands_no_higher_is_refused_in_the_world_and_so_is_who_is_no_moderator(show: Show) -> None:
    olga = show.account("olga", Role.ORGANISER)
    with show.moderator() as mia, come(show, olga) as above, come(show, guest("Ada")) as ada:
        assert above.welcomed is not None
        order = Sanction(request_id(), above.welcomed.visit, SanctionKind.HOLD, 5, "No.")
        before = show.sql("SELECT count(*) FROM audit WHERE act = 'sanction.refused'")
        assert refusal(mia, order) == "FORBIDDEN"
        assert refusal(ada, order) == "FORBIDDEN"
        assert show.sql("SELECT count(*) FROM audit WHERE act = 'sanction.refused'") == before + 1  # type: ignore[operator]
        assert refusal(mia, Sanction(request_id(), "nobody", SanctionKind.HOLD, 5, "No.")) == "NOT_FOUND"
        assert (
            refusal(mia, Sanction(request_id(), ada.welcomed.visit, SanctionKind.HOLD, 5, "No.", "hall", "mars"))
            == "NOT_FOUND"
        )  # type: ignore[union-attr]


def test_an_appeal_from_the_world_waits_for_the_moderators_and_its_answer_comes_back(show: Show) -> None:
    mo = show.account("mo", Role.MODERATOR)
    with (
        show.moderator() as mia,
        Peer(show.server.port) as other,
        come(show, guest("Ada", device="appeals")) as ada,
        come(show, guest("Bo")) as bo,
    ):
        other.welcome(mo)
        number = sanction(mia, ada, SanctionKind.SILENCE, scope="hall", place="lille")
        ada.expect(SanctionTold)
        assert refusal(bo, Appeal(request_id(), number, "Not mine")) == "NOT_FOUND"
        assert isinstance(ask(ada, Appeal(request_id(), number, "It was my brother.")), Done)
        assert ada.expect(SanctionTold).sanctions[0].appealed

        async def waiting(server: Server) -> list[str]:
            moderator = Actor(show.accounts["mia"], None, "Mia", Role.MODERATOR, "fr")
            found = await server.services.sanctions.appeals(moderator, hall_scope(HallId("lille")))
            return [one.appeal for one in found]

        assert show.server.do(waiting) == ["It was my brother."]
        assert other.expect(AppealsWaiting).count == 1

        async def uphold(server: Server) -> None:
            answerer = Actor(show.accounts["mo"], None, "Mo", Role.MODERATOR, "fr")
            await server.services.sanctions.uphold(answerer, request_id(), number, "Two people heard it.")  # type: ignore[arg-type]

        show.server.do(uphold)
        (told,) = ada.expect(SanctionTold).sanctions
        assert (told.upheld, told.answer) == (True, "Two people heard it.")
        assert other.expect(AppealsWaiting).count == 0
        assert not [heard for heard in mia.messages(0.2) if isinstance(heard, AppealsWaiting)], "who gave it"
        assert isinstance(ask(mia, LiftSanction(request_id(), number, "You were right.")), Done)
        over = ada.expect(SanctionTold)
        assert over.sanctions == ()
        assert [(one.sanction, one.answer, one.appealed) for one in over.lifted] == [(number, "You were right.", False)]
        with Peer(show.server.port) as again:
            again.welcome(guest("Ada", device="appeals"))
            assert [one.answer for one in again.expect(SanctionTold).lifted] == ["You were right."]


def test_a_moderator_who_is_demoted_while_here_moderates_no_more(show: Show) -> None:
    hello = show.account("max", Role.MODERATOR)
    op = show.account("op", Role.OPERATOR)
    assert op is not None
    with come(show, hello) as max_, come(show, guest("Ada")) as ada:
        assert ada.welcomed is not None

        async def demote(server: Server) -> None:
            actor = Actor(show.accounts["op"], None, "Op", Role.OPERATOR, "fr")
            await server.services.grants.set_role(actor, request_id(), show.accounts["max"], Role.VISITOR)  # type: ignore[arg-type]

        sanction(max_, ada, SanctionKind.WARN)
        ada.expect(SanctionTold)
        show.server.do(demote)
        until = time.monotonic() + BOUND_S
        # Max may just have come in when she did: then she hears of the moderator first.
        while ("Max", Role.VISITOR) not in [(card.name, card.role) for card in ada.expect(AvatarsEntered).avatars]:
            assert time.monotonic() < until, "whoever stands by sees it at once"
        while refusal(max_, Sanction(request_id(), ada.welcomed.visit, SanctionKind.WARN, 0, "No.")) != "FORBIDDEN":
            assert time.monotonic() < until


def test_an_account_that_is_no_more_has_neither_role_nor_visit(show: Show) -> None:
    with come(show, show.account("gone", Role.MODERATOR)) as gone, come(show, guest("Ada")) as ada:
        ask(gone, say())
        show.sql("DELETE FROM accounts WHERE id = $1", show.accounts["gone"])
        assert gone.closed() == 4401
        assert refusal(ada, say()) == "", "guests have no account and stay"
