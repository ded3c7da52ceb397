"""A real server counts who stands at a booth, and neither bots nor the booth's own staff."""

import asyncio

from halles.ids import AccountId, BoothId
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.hall.footfall import STOPPED_S
from halles_server.ports.numbers import Tally
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.numbers import Numbers
from tests.support.postgres import TestPostgres
from tests.support.serving import real_server
from tests.support.wire import Peer, guest

BOOTH = BoothId("studio-07")
PASSWORD = "a long enough password"


async def _staff_member(server: bootstrap.Server) -> AccountId:
    account = await server.services.admission.create_account("staff", "Staff", Role.EXHIBITOR, PASSWORD, "en")
    async with pool.opened(server.config.database_url.reveal()) as database:
        await Accounts(database).set_staff(account.account, BOOTH, "staff", "test")
    await server.world.footfalls.read_staff()
    return account.account


async def _counted(server: bootstrap.Server) -> tuple[Tally, ...]:
    """Looks now and when those who are here have stayed long enough, and reads what is stored then."""
    now = asyncio.get_running_loop().time()
    for moment in (now, now + STOPPED_S):
        server.world.footfalls.look(moment)
    await server.world.footfalls.store()
    async with pool.opened(server.config.database_url.reveal()) as database:
        return await Numbers(database).days(BOOTH, server.config.time_zone)


def test_a_visitor_at_a_booth_passes_and_stops_and_nobody_else_counts(serving) -> None:
    with serving(demo=True, sweep_s=3600.0) as server:
        server.do(_staff_member)
        with Peer(server.port) as visitor, Peer(server.port) as bot, Peer(server.port) as staff:
            visitor.welcome(guest("Ada", language="nl"))
            bot.welcome(guest("Robo", kind="bot"))
            staff.welcome(guest("staff", way="account", secret=PASSWORD))
            for peer in (visitor, bot, staff):
                peer.enter("lille", f"booth:{BOOTH}")
            tallies = server.do(_counted)
    assert [(tally.language, tally.kind, tally.count) for tally in tallies] == [
        ("nl", "passed", 1),
        ("nl", "stopped", 1),
    ]


def test_what_was_counted_last_is_stored_before_the_server_ends(postgres: TestPostgres) -> None:
    url = postgres.fresh(demo=True)
    with real_server(database_url=url, demo=True) as server:

        async def count(opened: bootstrap.Server) -> None:
            assert opened.services.numbers.count(BOOTH, "passed", "fr", 3)

        server.do(count)

    async def stored() -> int:
        async with pool.opened(url) as database:
            return sum(tally.count for tally in await Numbers(database).days(BOOTH, "UTC"))

    assert asyncio.run(stored()) == 3
    postgres.drop(url)
