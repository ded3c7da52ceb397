"""Reports on a real server: what goes with one, and who is told of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx
import pytest

from halles.errors import Rejection
from halles.ids import BoothId, RequestId, VisitId
from halles.protocol.messages import BoothEdited, BoothRead, Done, ReadBooth, Rejected, Said, Say
from halles.protocol.report_messages import Report, ReportLooked, ReportsWaiting
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.bootstrap import Server
from halles_server.hall.recent import LOOK_S
from halles_server.ports.reports import StoredReport
from halles_server.ports.take_down import SIGN
from halles_server.services.actor import Actor
from halles_server.services.reports import AT_ONCE_BY_ADDRESS
from halles_server.web.actors import actor_of
from tests.server.gateway.conftest import Serving
from tests.support.booth_people import send
from tests.support.serving import RunningServer
from tests.support.wire import Peer, guest, request_id

PASSWORD = "une longue phrase"


@dataclass(frozen=True)
class Show:
    """A server, and a moderator, who logs in as "mona"."""

    server: RunningServer
    mona: Actor

    @property
    def port(self) -> int:
        return self.server.port

    def read(self, number: int) -> StoredReport:
        async def act(server: Server) -> StoredReport:
            return await server.services.reports.read(self.mona, number)

        return self.server.do(act)

    def close(self, number: int) -> None:
        async def act(server: Server) -> None:
            await server.services.reports.close(self.mona, RequestId(request_id()), number, "acted", "")

        self.server.do(act)


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    async def moderator(server: Server) -> Actor:
        admission = server.services.admission
        return actor_of(await admission.create_account("mona", "Mona", Role.MODERATOR, PASSWORD, "fr"))

    with serving(demo=True, sweep_s=1.0) as server:
        yield Show(server, server.do(moderator))


def test_a_report_goes_with_what_was_heard_and_its_reporter_hears_that_it_was_looked_at(show: Show) -> None:
    with Peer(show.port) as ada, Peer(show.port) as bo, Peer(show.port) as mona:
        mona.welcome(guest("mona", way="account", secret=PASSWORD))
        ada.welcome(guest("Ada"))
        culprit = bo.welcome(guest("Bo")).visit
        for peer in (ada, bo):
            peer.enter("lille", "booth:studio-07")
        bo.send(Say(request_id(), "nearby", "rude"))
        line = ada.expect(Said).line
        ada.send(Report(request_id(), "line", culprit, "harassment", "See.", line.time_ms))
        number = ada.expect(Done).number
        assert mona.expect(ReportsWaiting).count == 1
        show.close(number)
        assert ada.expect(ReportLooked).report == number
        assert mona.expect(ReportsWaiting).count == 0
    report = show.read(number)
    assert report.evidence.line is not None
    assert (report.evidence.line.text, report.evidence.line.name) == ("rude", "Bo")
    assert [heard.text for heard in report.evidence.lines] == ["rude"]
    assert report.hall == "lille"


def test_a_report_from_a_page_goes_with_what_the_hall_could_read_or_with_what_its_reporter_s_avatar_heard(
    show: Show,
) -> None:
    def report(client: httpx.Client, **fields: str) -> StoredReport:
        answer = send(client, "/fr/report", "/fr/report", reason="hate", text="Voilà", **fields)
        assert answer.status_code == 303, answer.text
        return show.read(int(answer.headers["location"].rpartition("sent=")[2]))

    with Peer(show.port) as bo, Peer(show.port) as zoe, web(show) as reader, web(show) as hers:
        show.server.do(
            lambda server: server.services.admission.create_account("zoe", "Zoé", Role.VISITOR, PASSWORD, "fr")
        )
        assert send(hers, "/fr/login", "/fr/login", login="zoe", password=PASSWORD).status_code == 303
        culprit = bo.welcome(guest("Bo")).visit
        zoe.welcome(guest("zoe", way="account", secret=PASSWORD))
        for peer in (bo, zoe):
            peer.enter("valenciennes")
        for channel, text in (("hall", "to all"), ("nearby", "to who is near")):
            bo.send(Say(request_id(), channel, text))
            zoe.expect(Said)
        time.sleep(LOOK_S + 0.3)
        public = report(reader, about=f"person:{culprit}")
        assert [line.text for line in public.evidence.lines] == ["to all"]
        assert "Bo" in {path.name for path in public.evidence.paths}
        own = report(hers, about=f"person:{culprit}")
        assert [line.text for line in own.evidence.lines] == ["to all", "to who is near"]
        assert {path.name for path in own.evidence.paths} == {"Bo", "Zoé"}
        with Peer(show.port) as eve, web(show) as guests:
            eve.welcome(guest("Eve", device="of-this-browser"))
            eve.enter("valenciennes")
            bo.send(Say(request_id(), "nearby", "to Eve, too"))
            eve.expect(Said)
            guests.cookies.set("halles-device", "of-this-browser")
            assert [line.text for line in report(guests, about=f"person:{culprit}").evidence.lines][-1] == "to Eve, too"
        elsewhere = report(hers, about="booth:studio-07")
        assert (elsewhere.hall, elsewhere.evidence.lines) == ("lille", ()), "of the hall that it is about"


@contextmanager
def web(show: Show) -> Iterator[httpx.Client]:
    url = f"http://127.0.0.1:{show.port}"
    with httpx.Client(base_url=url, headers={"origin": url}, timeout=20) as client:
        yield client


def test_a_report_goes_with_where_people_stood(show: Show) -> None:
    with Peer(show.port) as ada, Peer(show.port) as bo:
        ada.welcome(guest("Ada"))
        culprit = bo.welcome(guest("Bo")).visit
        for peer in (ada, bo):
            peer.enter("hainaut")
        time.sleep(LOOK_S + 0.3)
        ada.send(Report(request_id(), "person", culprit, "hate"))
        paths = show.read(ada.expect(Done).number).evidence.paths
    assert {path.name for path in paths} == {"Ada", "Bo"}
    assert all(path.places for path in paths)


def test_what_is_taken_down_is_gone_from_the_hall_within_a_second_and_comes_back(show: Show) -> None:
    async def take(server: Server) -> int:
        down, booth = server.services.take_down, BoothId("studio-08")
        await down.take(show.mona, RequestId(request_id()), booth, "pitch", "Sur plainte")
        return (await down.at_booth(show.mona, booth))[0].number

    async def restore(server: Server) -> None:
        await server.services.take_down.restore(show.mona, RequestId(request_id()), number)

    def pitch(peer: Peer) -> Text:
        peer.send(ReadBooth(request_id(), "studio-08"))
        return peer.expect(BoothRead).content.pitch

    with Peer(show.port) as ada:
        ada.welcome(guest("Ada"))
        ada.enter("lille")
        before, began = pitch(ada), time.monotonic()
        number = show.server.do(take)
        assert ada.expect(BoothEdited).card.booth == "studio-08"
        assert time.monotonic() - began < 1.0
        assert pitch(ada) == SIGN != before
        show.server.do(restore)
        ada.expect(BoothEdited)
        assert pitch(ada) == before


def test_a_report_about_nobody_and_one_by_a_bot_are_refused(show: Show) -> None:
    with Peer(show.port) as ada, Peer(show.port) as bot:
        ada.welcome(guest("Ada"))
        bot.welcome(guest("Bot", kind="bot"))
        ada.send(Report(request_id(), "person", "nobody", "spam"))
        assert ada.expect(Rejected).code == "NOT_FOUND"
        bot.send(Report(request_id(), "booth", "studio-07", "spam"))
        assert bot.expect(Rejected).code == "FORBIDDEN"


def test_guests_of_one_address_share_how_much_they_report_at_both_doors(show: Show) -> None:
    async def flood(server: Server) -> None:
        troll = Actor(None, VisitId("visit-troll"), "Troll", Role.GUEST, "fr")
        with suppress(Rejection):
            for _ in range(AT_ONCE_BY_ADDRESS):
                server.services.reports.check_address(troll, "127.0.0.1")

    show.server.do(flood)
    with Peer(show.port) as ada, Peer(show.port) as mona, web(show) as reader:
        ada.welcome(guest("Ada"))
        ada.send(Report(request_id(), "booth", "studio-07", "spam"))
        assert ada.expect(Rejected).code == "RATE_LIMITED"
        assert send(reader, "/fr/report", "/fr/report", reason="hate", text="Voilà", about="").status_code == 429
        mona.welcome(guest("mona", way="account", secret=PASSWORD))
        mona.send(Report(request_id(), "booth", "studio-07", "spam"))
        mona.expect(Done)
