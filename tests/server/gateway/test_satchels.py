"""The satchel over the wire of a real server: taken, read, sorted out, kept across a reconnect; and who counts."""

import asyncio
from collections.abc import Iterator

import pytest

from halles.ids import BoothId
from halles.protocol.messages import BoothRead, Done, ReadBooth, Rejected
from halles.protocol.satchel_messages import ReadSatchel, RemoveFromSatchel, SatchelRead, TakeIntoSatchel
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.numbers import Numbers
from tests.server.gateway.conftest import Serving
from tests.support.serving import RunningServer
from tests.support.wire import Peer, guest, request_id

BOOTH, OTHER, THIRD = "studio-07", "studio-08", "studio-09"
PASSWORD = "une longue phrase"


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[RunningServer]:
    with serving(demo=True) as server:

        async def staff_known(opened: bootstrap.Server) -> None:
            admission = opened.services.admission
            account = await admission.create_account("staff", "Staff", Role.EXHIBITOR, PASSWORD, "fr")
            await admission.create_account("ada", "Ada", Role.VISITOR, PASSWORD, "nl")
            async with pool.opened(opened.config.database_url.reveal()) as database:
                await Accounts(database).set_staff(account.account, BoothId(THIRD), "staff", "test")
            await opened.world.footfalls.read_staff()

        server.do(staff_known)
        yield server


def take(peer: Peer, booth: str = BOOTH) -> int:
    peer.send(TakeIntoSatchel(request_id(), booth))
    return peer.expect(Done).number


def satchel(peer: Peer) -> SatchelRead:
    peer.send(ReadSatchel(request_id()))
    return peer.expect(SatchelRead)


def test_a_guests_satchel_lives_as_long_as_the_visit_across_a_reconnect(show: RunningServer) -> None:
    with Peer(show.port) as peer, Peer(show.port) as other:
        welcomed = peer.welcome(guest("Gus"))
        key = request_id()
        for _ in range(2):
            peer.send(TakeIntoSatchel(key, BOOTH))
        first, again = peer.expect(Done), peer.expect(Done)
        assert first == again
        second = take(peer, OTHER)
        told = satchel(peer)
        assert [(item.item, item.booth, item.media) for item in told.items] == [
            (second, OTHER, ""),
            (first.number, BOOTH, ""),
        ]
        assert (told.count, told.kept, told.items[0].state) == (2, "visit", "offered")
        other.welcome(guest("Otto"))
        assert satchel(other).items == ()
        other.send(RemoveFromSatchel(request_id(), second))
        assert other.expect(Rejected).code == "NOT_FOUND"
    with Peer(show.port) as back:
        back.welcome(guest("Gus", way="resume", secret=welcomed.resume))
        assert satchel(back).count == 2
        back.send(RemoveFromSatchel(request_id(), second))
        assert back.expect(Done).number == second
        assert [item.booth for item in satchel(back).items] == [BOOTH]


def test_an_accounts_satchel_is_there_on_the_next_visit(show: RunningServer) -> None:
    for count in (1, 2):
        with Peer(show.port) as peer:
            peer.welcome(guest("ada", way="account", secret=PASSWORD))
            take(peer, (BOOTH, OTHER)[count - 1])
            assert (satchel(peer).count, satchel(peer).kept) == (count, "account")


@pytest.mark.parametrize(("booth", "media"), [("none", ""), (BOOTH, "a" * 64 + ".pdf"), (BOOTH, "../x")])
def test_what_is_not_offered_is_refused_and_bots_take_nothing(show: RunningServer, booth: str, media: str) -> None:
    with Peer(show.port) as peer, Peer(show.port) as bot:
        peer.welcome(guest("Nil"))
        peer.send(TakeIntoSatchel(request_id(), booth, media))
        assert peer.expect(Rejected).code == "NOT_FOUND"
        bot.welcome(guest("Robo", kind="bot"))
        bot.send(TakeIntoSatchel(request_id(), BOOTH))
        assert bot.expect(Rejected).code == "FORBIDDEN"


def test_a_sheet_opened_and_a_card_taken_count_once_for_a_visit_and_not_for_bots_and_staff(show: RunningServer) -> None:
    def counted() -> dict[str, int]:
        async def stored(server: bootstrap.Server) -> None:
            await server.services.numbers.store()

        async def read() -> dict[str, int]:
            async with pool.opened(show.server.config.database_url.reveal()) as database:
                days = await Numbers(database).days(BoothId(THIRD), "UTC")
            return {tally.kind: tally.count for tally in days}

        show.do(stored)
        return asyncio.run(read())

    with Peer(show.port) as visitor, Peer(show.port) as bot, Peer(show.port) as staff:
        visitor.welcome(guest("Vera"))
        bot.welcome(guest("Robo", kind="bot"))
        staff.welcome(guest("staff", way="account", secret=PASSWORD))
        for peer in (visitor, visitor, bot, staff):
            peer.send(ReadBooth(request_id(), THIRD))
            assert peer.expect(BoothRead).booth == THIRD
        for peer in (visitor, visitor, staff):
            take(peer, THIRD)
        assert counted() == {"opened": 1, "took": 1}
