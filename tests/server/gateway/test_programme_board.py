"""The programme over the wire of a real server: who is told which entry, when, and what a mark does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from halles.ids import HallId, LiveSessionId, RequestId, VisitId
from halles.protocol.messages import REPLAY, Done, Find, Found, Rejected
from halles.protocol.programme_messages import MarkComing, ProgrammeTold
from halles.world.live_acts import Step, StepName
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.bootstrap import Server
from halles_server.services.actor import Actor
from halles_server.services.programme import Wanted
from tests.server.gateway.conftest import Serving
from tests.support.serving import RunningServer
from tests.support.wire import Peer, guest, request_id

PASSWORD = "une longue phrase"


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[RunningServer]:
    with serving(sweep_s=60.0) as server:

        async def people(opened: Server) -> None:
            for login, role in (("olga", Role.ORGANISER), ("ada", Role.VISITOR), ("mia", Role.MEMBER)):
                await opened.services.admission.create_account(login, login.title(), role, PASSWORD, "fr")

        server.do(people)
        yield server


def planned(show: RunningServer, title: str, days: int, **more: Any) -> LiveSessionId:
    """Plans an entry as the organiser."""

    async def act(opened: Server) -> LiveSessionId:
        services = opened.services
        _, account = await services.admission.open_login("olga", PASSWORD, "127.0.0.1")
        olga = Actor(account.account, None, account.name, account.role, "fr")
        start = services.clock.wall().astimezone(opened.config.zone) + timedelta(days=days)
        hour = start.time().replace(second=0, microsecond=0, tzinfo=None)
        wanted = Wanted(Text(title), Text(), HallId("lille"), "stage", start.date(), hour, 60, "fr", **more)
        return (await services.programme.write(olga, RequestId(uuid4().bytes), wanted)).session

    return show.do(act)


def titles(told: ProgrammeTold) -> list[str]:
    return [entry.title.fr for entry in told.entries]


def test_each_is_told_what_it_may_know_of_when_it_enters_and_when_it_changes(show: RunningServer) -> None:
    planned(show, "Pour tous", 2)
    planned(show, "Entre membres", 3, access="members")
    planned(show, "Sur invitation", 4, access="invited", invited=("ada",))
    with Peer(show.port) as gus, Peer(show.port) as ada, Peer(show.port) as mia:
        gus.welcome(guest("Gus"))
        ada.welcome(guest(way="account", name="ada", secret=PASSWORD))
        mia.welcome(guest(way="account", name="mia", secret=PASSWORD))
        for peer in (gus, ada, mia):
            peer.enter("lille")
        for peer, known in ((gus, ()), (ada, ("Sur invitation",)), (mia, ("Entre membres",))):
            # What was planned just before may be told after the entering.
            while titles(peer.expect(ProgrammeTold)) != ["Pour tous", *known]:
                pass
        planned(show, "Du nouveau", 1)
        told = gus.expect(ProgrammeTold)
        assert titles(told) == ["Du nouveau", "Pour tous"]
        assert 0 < told.entries[0].start_ms - told.now_ms <= 86_400_000
        assert told.entries[0].offset_min in (60, 120)
        gus.send(Find(request_id(), "du nouvau"))
        (found,) = [item for item in gus.expect(Found).items if item.kind == "live"]
        assert (found.hall, found.place, found.detail) == ("lille", "stage:stage", told.entries[0].session)


def test_a_mark_is_kept_with_the_account_and_refused_to_guests(show: RunningServer) -> None:
    session = planned(show, "À ne pas manquer", 6)
    hello = guest(way="account", name="ada", secret=PASSWORD)
    with Peer(show.port) as ada, Peer(show.port) as gus:
        ada.welcome(hello)
        ada.enter("lille")
        ada.send(MarkComing(request_id(), session, True))
        ada.expect(Done)
        gus.welcome(guest("Gus"))
        gus.send(MarkComing(request_id(), session, True))
        assert gus.expect(Rejected).code == "FORBIDDEN"
    with Peer(show.port) as ada:
        ada.welcome(hello)
        ada.enter("hainaut")
        marked: list[bool] = []
        while not any(marked):  # the marks follow what memory told at once
            marked = [entry.coming for entry in ada.expect(ProgrammeTold).entries if entry.session == session]
        ada.send(MarkComing(request_id(), session, False))
        ada.expect(Done)
        assert not any(entry.coming for entry in ada.expect(ProgrammeTold).entries)


def test_what_its_hosts_have_ended_is_announced_no_more_and_what_they_published_is_found_to_be_watched_again(
    show: RunningServer,
) -> None:
    session = planned(show, "Zibeline", 9)
    steps: tuple[StepName, ...] = ("open-doors", "start", "close", "end", "publish")

    async def happen(opened: Server) -> None:
        actor = Actor(None, VisitId("host"), "Host", Role.MODERATOR, "fr")
        for step in steps:
            await opened.services.live.act(actor, RequestId(uuid4().bytes), session, Step(step))

    with Peer(show.port) as gus:
        gus.welcome(guest("Gus"))
        gus.enter("lille")
        while "Zibeline" not in titles(gus.expect(ProgrammeTold)):
            pass
        show.do(happen)
        planned(show, "Encore un", 8)  # it is looked at again
        assert "Zibeline" not in titles(gus.expect(ProgrammeTold))
        gus.send(Find(request_id(), "zibeline"))
        (found,) = [item for item in gus.expect(Found).items if item.kind == "live"]
        assert (found.hall, found.place) == ("lille", f"{REPLAY}{session}")
