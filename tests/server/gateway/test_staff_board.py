"""The staffed light on a real server: what a hall is told while a booth's staff come and go."""

from collections.abc import Iterator

import pytest

from halles.ids import AccountId, BoothId
from halles.protocol.booth_messages import BoothsStaffed, BoothStaffed, SayBackAt, StaffTold
from halles.protocol.messages import Done, Find, Found, Leave
from halles.world.roles import Role, StaffRole
from halles_server.bootstrap import Server
from halles_server.services.actor import Actor
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_bells import BOOTH, PASSWORD, Show
from tests.support.wire import Peer, guest, request_id


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(demo=True, sweep_s=1.0) as server:
        yield Show(server)


def state(peer: Peer, booth: str = BOOTH) -> str:
    """The next news of a booth."""
    while True:
        news = peer.expect(BoothStaffed)
        if news.booth == booth:
            return news.state


def test_a_hall_sees_the_staff_come_to_the_booth_walk_off_say_when_and_go(show: Show) -> None:
    hello = show.hire("eva")
    with Peer(show.port) as watcher, Peer(show.port) as staff:
        watcher.welcome(guest("Watcher"))
        watcher.enter("lille")
        assert watcher.expect(BoothsStaffed).booths == ()
        staff.welcome(hello)
        assert state(watcher) == "elsewhere"
        staff.enter("lille", f"booth:{BOOTH}")
        assert state(watcher) == "here"
        with Peer(show.port) as newcomer:
            newcomer.welcome(guest("Newcomer"))
            newcomer.enter("lille")
            assert [(row.booth, row.state) for row in newcomer.expect(BoothsStaffed).booths] == [(BOOTH, "here")]
            newcomer.enter("hainaut")
            assert newcomer.expect(BoothsStaffed).booths == ()
        staff.send(SayBackAt(request_id(), BOOTH, 45))
        staff.expect(Done)
        staff.enter("crossroads")
        assert state(watcher) == "back"
        staff.send(SayBackAt(request_id(), BOOTH, 0))
        assert state(watcher) == "elsewhere"
        staff.send(Leave())
        assert state(watcher) == "away"


def test_a_bot_and_a_visitor_light_nothing(show: Show) -> None:
    hello = show.hire("robot")
    with Peer(show.port) as watcher, Peer(show.port) as bot, Peer(show.port) as visitor:
        watcher.welcome(guest("Watcher"))
        watcher.enter("lille")
        bot.welcome(guest("robot", way="account", secret=hello.secret, kind="bot"))
        bot.enter("lille", f"booth:{BOOTH}")
        visitor.welcome(guest("Visitor"))
        visitor.enter("lille", f"booth:{BOOTH}")
        assert not [m for m in watcher.messages(1.5) if isinstance(m, BoothStaffed)]


def test_whoever_is_taken_off_the_staff_lights_nothing_any_more(show: Show) -> None:
    hello = show.hire("fired")

    async def fire(server: Server) -> None:
        admission, staff = server.services.admission, server.services.staff
        house = await admission.create_account("house", "House", Role.ORGANISER, PASSWORD, "fr")
        actor = Actor(house.account, None, house.name, house.role, "fr")
        fired = next(m for m in await staff.of_booth(actor, BoothId(BOOTH)) if m.login == "fired")
        await staff.remove(actor, BoothId(BOOTH), fired.account)

    with Peer(show.port) as watcher, Peer(show.port) as staff:
        watcher.welcome(guest("Watcher"))
        watcher.enter("lille")
        staff.welcome(hello)
        staff.enter("lille", f"booth:{BOOTH}")
        while state(watcher) != "here":
            pass
        show.server.do(fire)
        assert state(watcher) == "away"


def test_a_search_puts_staffed_booths_first_among_equals(show: Show) -> None:
    hello = show.hire("zed", "studio-33")
    with Peer(show.port) as staff:
        staff.welcome(hello)

        def found() -> list[str]:
            staff.send(Find(request_id(), "studio"))
            return [item.place for item in staff.expect(Found).items if item.kind == "booth"]

        assert "booth:studio-33" not in found()
        hall = show.server.do(lambda server: server.services.booths.read(BoothId("studio-33"))).hall
        staff.enter(hall, "booth:studio-33")
        while state(staff, "studio-33") != "here":
            pass
        assert found()[0] == "booth:studio-33"


def test_who_is_hired_or_removed_while_here_is_told_of_which_staff_they_are(show: Show) -> None:
    async def hire(server: Server) -> AccountId:
        invitations, admission = server.services.invitations, server.services.admission
        account = await admission.create_account("nora", "Nora", Role.EXHIBITOR, PASSWORD, "fr")
        for booth in (BOOTH, "studio-08"):
            await invitations.join(await invitations.invite_as_operator(BoothId(booth), StaffRole.STAFF), account, "")
        return account.account

    account = show.server.do(hire)

    async def remove(server: Server) -> None:
        olga = await server.services.admission.create_account("olga", "Olga", Role.ORGANISER, PASSWORD, "fr")
        house = Actor(olga.account, None, olga.name, olga.role, "fr")
        await server.services.staff.remove(house, BoothId(BOOTH), account)

    with Peer(show.port) as nora:
        nora.welcome(guest("nora", way="account", secret=PASSWORD))
        assert {one.booth for one in nora.expect(StaffTold).booths} == {BOOTH, "studio-08"}
        show.server.do(remove)
        assert [(one.booth, one.name) for one in nora.expect(StaffTold).booths] == [("studio-08", "Studio 08")]
