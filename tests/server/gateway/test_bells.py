"""The doorbell on a real server: who hears what, how soon, and who hears nothing."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg
import pytest

from halles.ids import BoothId
from halles.protocol.booth_messages import (
    AnswerBell,
    BellTold,
    CancelRing,
    LeaveMessage,
    RingBell,
    RingPlaced,
    RingTold,
    SayBackAt,
)
from halles.protocol.messages import Done, Hello, Leave, Rejected
from halles.world.roles import Role, StaffRole
from halles_server.bootstrap import Server
from tests.server.gateway.conftest import Serving
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server
from tests.support.wire import Peer, guest, request_id

PASSWORD = "une longue phrase"
BOOTH, OTHER = "studio-07", "studio-08"
HEARD_S = 1.0
"""Within this the staff know, wherever they are in the show."""


@dataclass(frozen=True)
class Show:
    """A server with the demonstration, and people who log in."""

    server: RunningServer

    @property
    def port(self) -> int:
        return self.server.port

    def hire(self, login: str, booth: str = BOOTH) -> Hello:
        """Adds somebody to a booth's staff and returns their hello."""

        async def act(server: Server) -> None:
            invitations, admission = server.services.invitations, server.services.admission
            account = await admission.create_account(login, login.title(), Role.EXHIBITOR, PASSWORD, "fr")
            code = await invitations.invite_as_operator(BoothId(booth), StaffRole.STAFF)
            await invitations.join(code, account, "127.0.0.1")

        self.server.do(act)
        return guest(login, way="account", secret=PASSWORD)

    def value(self, statement: str) -> int:
        """Reads a number."""

        async def read() -> int:
            owner = await asyncpg.connect(self.server.server.config.database_url.reveal())
            found = int(await owner.fetchval(statement))
            await owner.close()
            return found

        return asyncio.run(read())

    def change(self, statement: str) -> None:
        """Changes what nobody can: how late it is."""

        async def act() -> None:
            owner = await asyncpg.connect(self.server.server.config.database_url.reveal())
            await owner.execute(statement)
            await owner.close()

        asyncio.run(act())


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(demo=True, sweep_s=1.0, rings_per_s=50.0, rings_burst=50) as server:
        yield Show(server)


def ring(visitor: Peer, booth: str = BOOTH) -> int:
    visitor.send(RingBell(request_id(), booth))
    return visitor.expect(Done).number


def told(peer: Peer, number: int, state: str = "waiting") -> BellTold:
    """Waits until somebody of the staff is told of a ring in a state."""
    while True:
        message = peer.expect(BellTold)
        if any(card.ring == number and card.state == state for card in message.rings):
            return message


def test_the_staff_hear_a_ring_wherever_they_are_and_the_visitor_hears_who_comes(show: Show) -> None:
    hello = show.hire("eva")
    with Peer(show.port) as visitor, Peer(show.port) as staff, Peer(show.port) as bystander:
        staff.welcome(hello)
        staff.enter("hainaut")
        bystander.welcome(guest("Bystander"))
        bystander.enter("lille", f"booth:{BOOTH}")
        visitor.welcome(guest("Ada"))
        visitor.enter("lille", f"booth:{BOOTH}")
        time.sleep(0.6)  # within which the server looks whose staff has come
        began = time.monotonic()
        number = ring(visitor)
        message = told(staff, number)
        assert time.monotonic() - began < HEARD_S
        assert (message.booth, message.hall) == (BOOTH, "lille")
        card = next(card for card in message.rings if card.ring == number)
        assert (card.name, card.role, card.visit) == ("Ada", "guest", visitor.welcomed and visitor.welcomed.visit)
        answer = AnswerBell(request_id(), number)
        staff.send(answer)
        assert staff.expect(Done).request_id == answer.request_id
        heard = visitor.expect(RingTold)
        assert (heard.ring, heard.booth, heard.state, heard.by) == (number, BOOTH, "answered", "Eva")
        assert not [m for m in bystander.messages(0.3) if isinstance(m, BellTold | RingTold)]


def test_who_of_the_staff_comes_later_is_told_what_waits(show: Show) -> None:
    hello = show.hire("late")
    with Peer(show.port) as visitor, Peer(show.port) as staff:
        visitor.welcome(guest("Bo"))
        visitor.enter("crossroads")
        number = ring(visitor)
        staff.welcome(hello)
        assert told(staff, number).name == "Studio 07"


def test_a_visitor_who_takes_it_back_or_leaves_waits_no_more(show: Show) -> None:
    hello = show.hire("carl")
    with Peer(show.port) as staff, Peer(show.port) as visitor, Peer(show.port) as other:
        staff.welcome(hello)
        for peer, name in ((visitor, "Cy"), (other, "Di")):
            peer.welcome(guest(name))
            peer.enter("lille")
        first, second = ring(visitor), ring(other)
        told(staff, second)
        visitor.send(CancelRing(request_id(), second))
        visitor.expect(Done)
        visitor.send(CancelRing(request_id(), first))
        visitor.expect(Done)
        assert any(c.ring == second and c.state == "waiting" for c in told(staff, first, "cancelled").rings)
        other.send(Leave())
        told(staff, second, "cancelled")


def test_who_waits_is_told_their_place_as_it_changes_and_again_when_they_come_back(show: Show) -> None:
    with Peer(show.port) as first, Peer(show.port) as second:
        for peer, name in ((first, "Una"), (second, "Duo")):
            peer.welcome(guest(name))
            peer.enter("lille")
        ring(first, OTHER)
        before = first.expect(RingPlaced).place
        number = ring(second, OTHER)
        assert second.expect(RingPlaced) == RingPlaced(number, BoothId(OTHER), before + 1)
        first.send(Leave())
        assert second.expect(RingPlaced).place == before
        assert second.welcomed is not None
        second.socket.close()
        with Peer(show.port) as back:
            back.welcome(guest("Duo", way="resume", secret=second.welcomed.resume))
            assert back.expect(RingPlaced) == RingPlaced(number, BoothId(OTHER), before)


def test_rings_are_among_the_booths_numbers(show: Show) -> None:
    async def stored(server: Server) -> None:
        await server.services.numbers.store()

    counted = f"SELECT coalesce(sum(count), 0) FROM booth_days WHERE kind = 'rang' AND booth = '{OTHER}'"
    show.server.do(stored)
    before = show.value(counted)
    with Peer(show.port) as visitor:
        visitor.welcome(guest("Nina"))
        visitor.enter("lille", f"booth:{OTHER}")
        asked = RingBell(request_id(), OTHER)
        visitor.send(asked)
        number = visitor.expect(Done).number
        show.change(f"UPDATE bell_rings SET rung = now() - interval '1 hour' WHERE id = {number}")
        assert visitor.expect(RingTold).ring == number
        visitor.send(asked)
        assert visitor.expect(Done).number == number
        show.server.do(stored)
    assert show.value(counted) == before + 1, "a request that is repeated after its ring was decided counts once"


def test_a_ring_that_nobody_answers_is_missed_and_takes_a_message(show: Show) -> None:
    with Peer(show.port) as visitor:
        visitor.welcome(guest("Em"))
        visitor.enter("lille")
        number = ring(visitor, OTHER)
        show.change(f"UPDATE bell_rings SET rung = now() - interval '1 hour' WHERE id = {number}")
        heard = visitor.expect(RingTold)
        assert (heard.ring, heard.state) == (number, "missed")
        visitor.send(LeaveMessage(request_id(), number, "Bonjour"))
        assert visitor.expect(Done).number == number
        visitor.send(LeaveMessage(request_id(), number, "Encore"))
        assert visitor.expect(Rejected).code == "NOT_FOUND"


def test_bots_ring_no_bell_and_who_is_in_no_hall_breaks_the_protocol(show: Show) -> None:
    with Peer(show.port) as bot:
        bot.welcome(guest("Walker", kind="bot"))
        bot.enter("lille")
        bot.send(RingBell(request_id(), BOOTH))
        assert bot.expect(Rejected).code == "FORBIDDEN"
    with Peer(show.port) as early:
        early.welcome(guest("Early"))
        early.send(RingBell(request_id(), BOOTH))
        assert early.closed() == 4400


def test_anothers_ring_and_the_staff_of_another_booth_are_refused(show: Show) -> None:
    hello = show.hire("olga", OTHER)
    with Peer(show.port) as stranger, Peer(show.port) as visitor:
        stranger.welcome(hello)
        stranger.enter("lille")
        visitor.welcome(guest("Fi"))
        visitor.enter("lille")
        number = ring(visitor)
        for message, code in (
            (AnswerBell(request_id(), number), "FORBIDDEN"),
            (AnswerBell(request_id(), 4_000_000_000), "NOT_FOUND"),
            (LeaveMessage(request_id(), number, "not mine"), "NOT_FOUND"),
            (SayBackAt(request_id(), BOOTH, 30), "FORBIDDEN"),
            (SayBackAt(request_id(), OTHER, 65_535), "BAD_FIELD"),
            (RingBell(request_id(), OTHER), "FORBIDDEN"),
            (RingBell(request_id(), "none"), "NOT_FOUND"),
        ):
            stranger.send(message)
            assert stranger.expect(Rejected).code == code, message
        visitor.send(AnswerBell(request_id(), number))
        assert visitor.expect(Rejected).code == "FORBIDDEN"


def test_a_hundred_rings_a_second_are_one_ring_and_refusals(serving: Serving) -> None:
    with serving(demo=True) as server, Peer(server.port) as visitor, Peer(server.port) as calm:
        visitor.welcome(guest("Gus"))
        visitor.enter("lille")
        for _ in range(100):
            visitor.send(RingBell(request_id(), BOOTH))
        answers = [m for m in visitor.messages(3.0) if isinstance(m, Done | Rejected)]
        assert len(answers) == 100
        assert len({m.number for m in answers if isinstance(m, Done)}) == 1
        refused = [m for m in answers if isinstance(m, Rejected)]
        assert {m.code for m in refused} == {"RATE_LIMITED"}
        assert all(m.retry_after_ms > 0 for m in refused)
        calm.welcome(guest("Calm"))
        calm.enter("lille")
        assert ring(calm)


def test_a_ring_waits_across_a_restart_and_is_missed_in_its_time(postgres: TestPostgres) -> None:
    url = postgres.fresh(demo=True)
    with real_server(demo=True, database_url=url) as server, Peer(server.port) as visitor:
        hello = Show(server).hire("rosa")
        visitor.welcome(guest("Ivo"))
        visitor.enter("lille")
        number = ring(visitor)
    with real_server(database_url=url) as server, Peer(server.port) as staff:
        staff.welcome(hello)
        told(staff, number)
        Show(server).change(f"UPDATE bell_rings SET rung = now() - interval '1 hour' WHERE id = {number}")
        told(staff, number, "missed")
    postgres.drop(url)
