"""Live sessions on a real server: what the hall is told, how soon, and what comes of those who may not."""

import asyncio
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from halles.ids import AccountId, HallId, LiveSessionId, RequestId, VisitId
from halles.protocol.booth_messages import RingBell
from halles.protocol.chat_messages import Channel
from halles.protocol.live_messages import (
    ActLive,
    CaptionSaid,
    LiveOpened,
    LivePartTold,
    LiveTold,
    PointAt,
    PointerMoved,
    SayCaption,
)
from halles.protocol.messages import Correction, Done, EnterHall, HallEntered, Hello, Leave, Move, Rejected, Say
from halles.protocol.replay_messages import ListReplays, OpenReplay, ReadReplay, ReplayMoved, ReplayOpened, ReplayRead
from halles.protocol.standing_messages import LiftSanction, Sanction, SanctionTold
from halles.world import live_motion
from halles.world.live import LiveState, film_position_ms, people_in, speakers
from halles.world.live_acts import (
    FreezeChat,
    GiveFloor,
    LiveAct,
    LockDoor,
    MakePresenter,
    RaiseHand,
    RunFilm,
    Seat,
    SetMode,
    ShowPage,
    Step,
    TakeChair,
)
from halles.world.live_motion import MotionChunk
from halles.world.live_replay import ReplayPart
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles.world.stage_seats import seat
from halles_server.bootstrap import Server
from halles_server.ports.sanctions import Order, Whom
from halles_server.services.actor import Actor
from tests.server.gateway.conftest import Serving
from tests.support import live
from tests.support.live import Planned
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server
from tests.support.wire import Peer, guest, request_id

PASSWORD = "une longue phrase"


@dataclass
class Show:
    """A server with accounts and live sessions, one for each test."""

    server: RunningServer
    planned: int = 0

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def url(self) -> str:
        return self.server.server.config.database_url.reveal()

    def account(self, login: str, role: Role = Role.VISITOR) -> tuple[AccountId, Hello]:
        async def act(server: Server) -> AccountId:
            made = await server.services.admission.create_account(login, login.title(), role, PASSWORD, "fr")
            return made.account

        return self.server.do(act), guest(login, way="account", secret=PASSWORD)

    def plan(self, hall: str, **fields: object) -> LiveSessionId:
        """Plans one in a hall, an hour after the last."""
        self.planned += 1
        session = LiveSessionId(f"debate-{self.planned}")
        live.at(self.url, Planned(session, hall, in_minutes=120 * self.planned, **fields))  # type: ignore[arg-type]
        return session

    def value(self, statement: str) -> int:
        return int(asyncio.run(self._run(statement, "fetchval")))

    def rows(self, statement: str) -> list[Any]:
        return list(asyncio.run(self._run(statement, "fetch")))

    def values(self, statement: str) -> list[Any]:
        return [row[0] for row in asyncio.run(self._run(statement, "fetch"))]

    def change(self, statement: str) -> None:
        asyncio.run(self._run(statement, "execute"))

    def media(self) -> tuple[str, str]:
        """Stores what is known of a document of two pages, and of a film of 90 seconds."""

        async def store() -> tuple[str, str]:
            owner = await asyncpg.connect(self.url)
            try:
                return await live.store_document(owner, pages=2), await live.store_film(owner, seconds=90)
            finally:
                await owner.close()

        return asyncio.run(store())

    async def _run(self, statement: str, how: str) -> Any:
        owner = await asyncpg.connect(self.url)
        try:
            return await getattr(owner, how)(statement)
        finally:
            await owner.close()


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(sweep_s=1.0) as server:
        yield Show(server)


def answer(peer: Peer, session: LiveSessionId, act: LiveAct) -> str:
    """Does something; returns "" once it is done, else the code of the refusal."""
    key = request_id()
    peer.send(ActLive(key, session, act))
    for message in peer.messages():
        if isinstance(message, Done | Rejected) and message.request_id == key:
            return message.code if isinstance(message, Rejected) else ""
    raise AssertionError("no answer")


def told(peer: Peer, session: LiveSessionId, *, until: str = "", hands: int = -1) -> LiveState:
    """The state as told, once it has a phase or so many hands."""
    for message in peer.messages():
        if isinstance(message, LiveTold) and message.session == session:
            state = message.state
            if (not until or state.phase == until) and (hands < 0 or len(state.hands) == hands):
                return state
    raise AssertionError("nothing was told")


def test_a_hall_is_told_of_its_live_session_at_once_and_newcomers_of_all_of_it(show: Show) -> None:
    _, host = show.account("host-1", Role.MODERATOR)
    session = show.plan("lille")
    with Peer(show.port) as watcher, Peer(show.port) as moderator:
        watcher.welcome(guest("Watcher"))
        watcher.enter("lille")
        moderator.welcome(host)
        moderator.enter("crossroads")
        began = time.monotonic()
        assert answer(moderator, session, Step("open-doors")) == ""
        opened = watcher.expect(LiveOpened)
        assert (opened.session, opened.hall, opened.title.nl) == (session, "lille", "Coproducties")
        part = watcher.expect(LivePartTold)
        assert (part.key[0], part.host) == ("v", False)
        assert told(watcher, session, until="doors").mode == "hands"
        assert time.monotonic() - began < 1.0
        assert answer(watcher, session, RaiseHand()) == ""
        hand = told(watcher, session, hands=1).hands[0]
        assert (hand.person.key, hand.person.name, hand.first) == (part.key, "Watcher", True)
        with Peer(show.port) as newcomer:
            newcomer.welcome(guest("Newcomer"))
            newcomer.enter("lille")
            assert newcomer.expect(LiveOpened).session == session
            assert told(newcomer, session).hands == (hand,)
        assert answer(moderator, session, Step("start")) == ""
        assert answer(moderator, session, GiveFloor(part.key, 60)) == ""
        state = told(watcher, session, until="live", hands=0)
        while not state.floor:
            state = told(watcher, session)
        assert state.floor[0].person == hand.person
        for step in ("close", "end"):
            assert answer(moderator, session, Step(step)) == ""
        assert told(watcher, session, until="ended").floor == ()
        assert answer(moderator, session, Step("publish")) == ""
        told(watcher, session, until="published")
        with Peer(show.port) as away:
            away.welcome(guest("Away"))
            away.enter("lille")
            assert told(away, session).phase == "published", "whoever was away at the end"


def test_who_has_not_the_right_is_refused_with_a_code_and_changes_nothing(show: Show) -> None:
    session = show.plan("lille", mode="fishbowl")
    with Peer(show.port) as troll:
        troll.welcome(guest("Troll"))
        troll.enter("lille")
        for act in (Step("open-doors"), SetMode("open"), GiveFloor("x"), Seat("x", 1), MakePresenter("x")):
            assert answer(troll, session, act) == "FORBIDDEN", act
        assert answer(troll, session, TakeChair(0)) == "NOT_NOW"
        assert answer(troll, LiveSessionId("no-such"), RaiseHand()) == "NOT_FOUND"
        troll.send(SayCaption(request_id(), session, "fr", "Je parle"))
        assert troll.expect(Rejected).code == "FORBIDDEN"
        written = show.value(f"SELECT count(*) FROM audit WHERE act = 'live.refused' AND subject = 'live:{session}'")
        assert written == 3, "what hosts alone may leaves its row, and a flood of it no flood of rows"
        refused = [answer(troll, session, RaiseHand()) for _ in range(8)]
        assert refused[-1] == "RATE_LIMITED", "a flood of hands costs nobody anything"
        assert show.value(f"SELECT count(*) FROM live_states WHERE session = '{session}' AND revision > 0") == 0


def test_who_is_silenced_in_a_live_session_is_silent_in_its_hall_and_speaks_elsewhere(show: Show) -> None:
    with host_and_troll(show, "host-silent") as (moderator, troll, _, session):
        sanction = sanctioned(moderator, troll, SanctionKind.SILENCE, session)
        for act in (RaiseHand(), TakeChair(0)):
            assert answer(troll, session, act) == "FORBIDDEN", act
        for channel in ("hall", "nearby"):
            assert say(troll, "Hello", channel) == "FORBIDDEN"
        troll.send(RingBell(request_id(), "no-booth"))
        assert troll.expect(Rejected).code == "FORBIDDEN"
        assert refused_once(show, session, "speak") == ["raise-hand", "take-chair", "speak"]
        assert enter(troll, "hainaut") == ""
        assert say(troll, "Hello") == ""
        assert enter(troll, "lille") == ""
        moderator.send(LiftSanction(request_id(), sanction))
        assert troll.expect(SanctionTold).sanctions == ()
        assert (say(troll, "Hello"), answer(troll, session, RaiseHand())) == ("", "")
        end(moderator, session)


def test_who_is_silenced_while_they_have_the_floor_loses_it_at_once_and_is_given_it_no_more(show: Show) -> None:
    account, _ = show.account("paper")
    with host_and_troll(show, "host-floor") as (moderator, troll, visit, session):
        paper = Actor(account, None, "Paper", Role.VISITOR, "fr")
        show.server.do(lambda server: server.services.live.act(paper, RequestId(request_id()), session, RaiseHand()))
        for act in (Step("start"), GiveFloor(visit, 60)):
            assert answer(moderator, session, act) == ""
        while not (state := told(troll, session)).floor:
            pass
        (waits,), key = state.hands, state.floor[0].person.key
        began = time.monotonic()
        sanctioned(moderator, troll, SanctionKind.SILENCE, session)
        while (state := told(troll, session)).floor:
            pass
        assert time.monotonic() - began < 1.0
        assert [row.key for row in state.talked] == [key], "the time that they had is counted, and stands still"
        assert speakers(state) == {}
        assert answer(moderator, session, GiveFloor(visit, 60)) == "NOT_NOW"
        kept = f"SELECT about_key FROM live_events WHERE session = '{session}' AND kind = 'silence'"
        assert show.values(kept) == [key]
        audited = f"SELECT count(*) FROM audit WHERE act = 'live.silence' AND subject = 'live:{session}'"
        assert show.value(audited) == 1
        silence(show, account, session)
        assert told(troll, session, hands=0).hands == (), "also of who acts from a page and is in no hall"
        assert waits.person.name == "Paper"
        end(moderator, session)


def test_who_is_held_in_a_live_session_moves_again_once_it_is_over(show: Show) -> None:
    with host_and_troll(show, "host-hold", mode="fishbowl") as (moderator, troll, visit, session):
        sanctioned(moderator, troll, SanctionKind.HOLD, session)
        assert enter(troll, "hainaut") == "FORBIDDEN"
        assert answer(troll, session, TakeChair(0)) == "FORBIDDEN", "taking a chair moves one's avatar"
        x, y = show.server.do(lambda server: stands(server, VisitId(visit)))
        troll.send(Move(1, round(x * 100) + 50, round(y * 100), 0, 0))
        back = troll.expect(Correction)
        assert (back.x, back.y) == (round(x * 100), round(y * 100))
        assert answer(moderator, session, Seat(visit, 1)) == "", "a host may seat anybody"
        end(moderator, session)
        told(troll, session, until="ended")
        assert enter(troll, "hainaut") == ""


def test_who_is_removed_from_a_live_session_goes_and_may_come_back(show: Show) -> None:
    with host_and_troll(show, "host-remove") as (moderator, troll, visit, session):
        moderator.send(Sanction(request_id(), visit, SanctionKind.REMOVE, 0, "You shout.", "live", session))
        assert troll.closed() == 4403
        assert troll.goodbye is not None
        assert (troll.goodbye.reason, troll.goodbye.text) == ("REMOVED", "You shout.")
        with Peer(show.port) as again:
            again.welcome(guest("Troll", device="host-remove"))
            assert enter(again, "lille") == ""
        end(moderator, session)


def test_who_is_banned_from_a_live_session_stays_out_of_its_hall_until_it_is_over(show: Show) -> None:
    with host_and_troll(show, "host-ban") as (moderator, troll, visit, session):
        moderator.send(Sanction(request_id(), visit, SanctionKind.BAN, 60, "You shout.", "live", session))
        assert troll.closed() == 4403
        with Peer(show.port) as again:
            again.welcome(guest("Troll", device="host-ban"))
            assert enter(again, "lille") == "FORBIDDEN"
            assert answer(again, session, RaiseHand()) == "FORBIDDEN"
            assert enter(again, "hainaut") == ""
            end(moderator, session)
            told(moderator, session, until="ended")
            assert enter(again, "lille") == ""


@contextmanager
def host_and_troll(show: Show, host: str, **fields: object) -> Iterator[tuple[Peer, Peer, str, LiveSessionId]]:
    """A live session whose doors are open in Lille, its host, who is nothing elsewhere, and somebody with a visit."""
    account, hello = show.account(host)
    session = show.plan("lille", hosts=(account,), **fields)
    with Peer(show.port) as troll, Peer(show.port) as moderator:
        visit = troll.welcome(guest("Troll", device=host)).visit
        troll.enter("lille")
        moderator.welcome(hello)
        moderator.enter("lille")
        assert answer(moderator, session, Step("open-doors")) == ""
        told(troll, session, until="doors")
        yield moderator, troll, visit, session


def silence(show: Show, account: AccountId, session: LiveSessionId) -> None:
    """Silences an account that is in no visit."""

    async def act(server: Server) -> None:
        sanctions, admission = server.services.sanctions, server.services.admission
        chair = await admission.create_account("chair-floor", "Chair", Role.ORGANISER, PASSWORD, "fr")
        scope = await sanctions.scope("live", session)
        order = Order(SanctionKind.SILENCE, scope, 60, "You shout.")
        by = Actor(chair.account, None, "Chair", Role.ORGANISER, "fr")
        await sanctions.give(by, RequestId(request_id()), Whom(account=account), order)

    show.server.do(act)


def sanctioned(host: Peer, whom: Peer, kind: SanctionKind, session: LiveSessionId) -> int:
    """Sanctions somebody for an hour in a live session; returns the number once they have been told."""
    assert whom.welcomed is not None
    host.send(Sanction(request_id(), whom.welcomed.visit, kind, 60, "You shout.", "live", session))
    (told_of,) = whom.expect(SanctionTold).sanctions
    assert (told_of.kind, told_of.scope, told_of.place) == (kind, "live", session)
    return told_of.sanction


def test_a_seat_puts_its_person_on_the_stage_and_a_taken_one_is_refused(show: Show) -> None:
    _, host = show.account("host-3", Role.ORGANISER)
    session = show.plan("hainaut")
    with Peer(show.port) as ada, Peer(show.port) as moderator:
        visit = ada.welcome(guest("Ada")).visit
        ada.enter("hainaut")
        moderator.welcome(host)
        moderator.enter("hainaut")
        assert answer(moderator, session, Step("open-doors")) == ""
        assert answer(moderator, session, Seat(visit, 3)) == ""
        while not (state := told(ada, session)).chairs:
            pass
        assert answer(moderator, session, TakeChair(3)) == "SEAT_TAKEN"
        assert answer(moderator, session, Seat("nobody", 4)) == "NOT_FOUND"
        runner = show.server.server.world.runners[HallId("hainaut")]
        pose = seat(runner.hall.scene.stages[0], 3, 8)
        found = show.server.do(lambda server: stands(server, VisitId(visit)))
        assert math.dist(found, (pose.x, pose.y)) < 0.02
        ada.send(Leave())
        while (state := told(moderator, session)).chairs:
            pass
        assert state.phase == "doors", "who is gone has no chair; all else goes on"
        end(moderator, session)


def test_who_acts_from_a_page_stays_who_stands_in_the_hall_for_the_record_and_when_they_go(show: Show) -> None:
    _, host = show.account("host-12", Role.ORGANISER)
    account, login = show.account("ada-12")
    session = show.plan("hainaut")
    page = Actor(account, None, "Ada", Role.VISITOR, "fr")

    async def post(server: Server) -> dict[VisitId, str]:
        services = server.services
        await services.live.act(page, RequestId(b"r" * 16), session, RaiseHand(), server.world.live.around(account))
        await services.questions.ask(page, RequestId(b"q" * 16), session, "fr", "Who keeps my name?")
        return await services.recordings.keys(session)

    with Peer(show.port) as ada, Peer(show.port) as moderator:
        visit = ada.welcome(login).visit
        ada.enter("hainaut")
        moderator.welcome(host)
        moderator.enter("hainaut")
        assert answer(moderator, session, Step("open-doors")) == ""
        keys = show.server.do(post)
        (hand,) = told(moderator, session, hands=1).hands
        assert hand.person.visit == visit
        assert keys[VisitId(visit)] == hand.person.key, "they are heard by name"
        ada.send(Leave())
        assert told(moderator, session, hands=0).phase == "doors", "nobody's hand stays up"
        end(moderator, session)


def test_slides_film_captions_and_pointer_reach_the_hall_and_only_the_presenter_moves_them(show: Show) -> None:
    _, host = show.account("host-4", Role.MODERATOR)
    document, film = show.media()
    session = show.plan("valenciennes", materials=((document, "Slides"), (film, "Film")))
    with Peer(show.port) as watcher, Peer(show.port) as moderator:
        visit = watcher.welcome(guest("Watcher")).visit
        watcher.enter("valenciennes")
        moderator.welcome(host)
        moderator.enter("valenciennes")
        assert answer(moderator, session, Step("open-doors")) == ""
        materials = watcher.expect(LiveOpened).materials
        assert [(one.title, len(one.pages), one.seconds) for one in materials] == [("Slides", 2, 0), ("Film", 0, 90)]
        assert answer(moderator, session, Step("start")) == ""
        began = time.monotonic()
        assert answer(moderator, session, ShowPage(0, 2)) == ""
        while (state := told(watcher, session)).slide is None:
            pass
        assert time.monotonic() - began < 0.5
        moderator.send(PointAt(session, 2500, 7500))
        assert watcher.expect(PointerMoved) == PointerMoved(session, 2500, 7500, True)
        key = request_id()
        for _ in range(2):
            moderator.send(SayCaption(key, session, "nl", "  Goedemiddag  "))
            assert moderator.expect(Done).number > 0
        said = watcher.expect(CaptionSaid)
        assert (said.language, said.text) == ("nl", "Goedemiddag")
        assert answer(moderator, session, MakePresenter(visit)) == ""
        assert answer(moderator, session, ShowPage(0, 1)) == "FORBIDDEN"
        sanctioned(moderator, watcher, SanctionKind.SILENCE, session)
        watcher.send(PointAt(session, 2, 2))
        assert answer(watcher, session, RunFilm(1, 30_000, True)) == "", "a page turned is no word"
        while (state := told(moderator, session)).film is None:
            pass
        moderator.send(PointAt(session, 1, 1))
        met = state.film
        assert met is not None
        with Peer(show.port) as newcomer:
            newcomer.welcome(guest("Newcomer"))
            newcomer.enter("valenciennes")
            again = newcomer.expect(LiveTold)
            assert again.state.film == met
            assert 30_000 <= film_position_ms(met, again.told_ms) < 33_000
        assert not [m for m in watcher.messages(0.2) if isinstance(m, PointerMoved) and m.x < 3]
        end(moderator, session)


def test_while_the_chat_is_frozen_hosts_and_the_stage_write_and_through_a_locked_door_nobody_comes(
    show: Show,
) -> None:
    _, host = show.account("host-5", Role.MODERATOR)
    lille = show.plan("lille", capacity=2)
    with Peer(show.port) as ada, Peer(show.port) as moderator, Peer(show.port) as late:
        visit = ada.welcome(guest("Ada")).visit
        ada.enter("lille")
        moderator.welcome(host)
        moderator.enter("lille")
        late.welcome(guest("Late"))
        assert answer(moderator, lille, Step("open-doors")) == ""
        told(ada, lille, until="doors")
        assert enter(late, "lille") == "HALL_FULL"
        assert answer(moderator, lille, FreezeChat(True)) == ""
        while not told(ada, lille).frozen:
            pass
        for channel in ("hall", "nearby"):
            assert say(ada, "Me?", channel) == "NOT_NOW"
            assert say(moderator, "Quiet, please", channel) == ""
        assert answer(moderator, lille, Seat(visit, 2)) == ""
        while not told(ada, lille).chairs:
            pass
        assert say(ada, "From the stage") == ""
        ada.send(Leave())
        assert answer(moderator, lille, LockDoor(True)) == ""
        until_locked(moderator, lille)
        assert enter(late, "lille") == "NOT_NOW"
        end(moderator, lille)


def test_a_restart_and_a_lost_announcement_lose_neither_hand_nor_slide(
    serving: Serving, postgres: TestPostgres
) -> None:
    url = postgres.fresh()
    with real_server(database_url=url, sweep_s=0.5) as server:
        show = Show(server)
        _, host = show.account("host-6", Role.MODERATOR)
        _, ada = show.account("ada")
        session = show.plan("lille")
        with Peer(show.port) as moderator, Peer(show.port) as speaker:
            moderator.welcome(host)
            moderator.enter("lille")
            speaker.welcome(ada)
            speaker.enter("lille")
            for act in (Step("open-doors"), Step("start")):
                assert answer(moderator, session, act) == ""
            assert answer(speaker, session, RaiseHand()) == ""
    show.change("UPDATE live_states SET host_seen = now() - interval '2 minutes'")
    with real_server(database_url=url, sweep_s=0.5) as server, Peer(server.port) as speaker:
        until = time.monotonic() + 10.0
        while not show.value("SELECT count(*) FROM live_states WHERE host_seen > now() - interval '1 minute'"):
            assert time.monotonic() < until
        assert show.values("SELECT phase FROM live_states") == ["live"], "nobody could be here: its hosts come back"
        speaker.welcome(ada)
        speaker.enter("lille")
        part = speaker.expect(LivePartTold)
        state = told(speaker, session, until="live", hands=1)
        assert state.hands[0].person.key == part.key
        Show(server).change(
            "UPDATE live_states SET revision = revision + 1, state = jsonb_set(state, '{0}', '\"paused\"'),"
            " phase = 'paused'"
        )
        assert told(speaker, session, until="paused", hands=1).hands[0].person.name == "Ada"
    postgres.drop(url)


def test_without_any_host_it_pauses_by_itself_and_another_host_goes_on(show: Show) -> None:
    _, host = show.account("host-7", Role.MODERATOR)
    _, other = show.account("host-8", Role.ORGANISER)
    session = show.plan("lille")
    with Peer(show.port) as watcher, Peer(show.port) as moderator:
        watcher.welcome(guest("Watcher"))
        watcher.enter("lille")
        moderator.welcome(host)
        moderator.enter("lille")
        for act in (Step("open-doors"), Step("start")):
            assert answer(moderator, session, act) == ""
        moderator.send(Leave())
        told(watcher, session, until="live")
        show.change(f"UPDATE live_states SET host_seen = now() - interval '2 minutes' WHERE session = '{session}'")
        assert show.server.do(pause) == 1
        told(watcher, session, until="paused")
        with Peer(show.port) as second:
            second.welcome(other)
            second.enter("lille")
            assert answer(second, session, Step("resume")) == ""
            told(watcher, session, until="live")
            end(second, session)


def test_a_live_session_in_a_hall_that_is_not_in_the_plan_ends_no_node(show: Show) -> None:
    _, host = show.account("host-mars", Role.MODERATOR)
    session = show.plan("mars")
    with Peer(show.port) as moderator:
        moderator.welcome(host)
        moderator.enter("lille")
        assert answer(moderator, session, Step("open-doors")) == ""
        until = time.monotonic() + 5.0
        while not show.server.do(lambda server: sampled(server, session)):
            assert time.monotonic() < until
        assert say(moderator, "Still here") == ""
        assert show.server.metric("halles_faults_total", place="note") == 0
        end(moderator, session)


async def sampled(server: Server, session: LiveSessionId) -> bool:
    """Takes a sample of all that this node may record; tells whether that live session is among it."""
    await server.world.recorder.claim()
    server.world.recorder.look()
    return server.world.live.record(session) is not None and await server.services.recordings.lead(session)


async def stands(server: Server, visit: VisitId) -> tuple[float, float]:
    found = server.world.visits.get(visit)
    assert found is not None
    assert found.runner is not None
    pose = found.runner.hall.pose(found.number)
    return pose.x, pose.y


async def pause(server: Server) -> int:
    await server.services.live.pause_without_hosts()
    return 1


def end(host: Peer, session: LiveSessionId) -> None:
    """Ends one in whatever phase it is."""
    for step in ("start", "close", "end"):
        answer(host, session, Step(step))  # type: ignore[arg-type]


def refused_once(show: Show, session: LiveSessionId, tried: str) -> list[str]:
    """What the audit says was refused in a live session, once a certain thing is among it."""
    until = time.monotonic() + 5.0
    rows = f"SELECT detail ->> 'tried' FROM audit WHERE act = 'live.refused' AND subject = 'live:{session}' ORDER BY id"
    while tried not in (found := show.values(rows)):
        assert time.monotonic() < until, found
        time.sleep(0.02)
    return found


def until_locked(peer: Peer, session: LiveSessionId) -> None:
    while not told(peer, session).locked:
        pass


def enter(peer: Peer, hall: str) -> str:
    key = request_id()
    peer.send(EnterHall(key, hall))
    for message in peer.messages():
        if isinstance(message, HallEntered | Rejected) and message.request_id == key:
            return message.code if isinstance(message, Rejected) else ""
    raise AssertionError("no answer")


def say(peer: Peer, text: str, channel: Channel = "hall") -> str:
    key = request_id()
    peer.send(Say(key, channel, text))
    for message in peer.messages():
        if isinstance(message, Done | Rejected) and message.request_id == key:
            return message.code if isinstance(message, Rejected) else ""
    raise AssertionError("no answer")


def test_a_recorded_live_session_is_watched_again_as_it_was_once_published(show: Show) -> None:
    _, host = show.account("host-9", Role.MODERATOR)
    account, ada = show.account("ada-9")
    document, _ = show.media()
    session = show.plan("hainaut", materials=((document, "Slides"),), speakers=(account,))
    with (
        Peer(show.port) as speaker,
        Peer(show.port) as moderator,
        Peer(show.port) as watcher,
        Peer(show.port) as silent,
    ):
        visit = speaker.welcome(ada).visit
        watcher.welcome(guest("Watcher"))
        watcher.enter("hainaut")
        speaker.enter("hainaut")
        moderator.welcome(host)
        moderator.enter("hainaut")
        silent.welcome(guest("Silent"))
        silent.enter("hainaut")
        seen: list[LiveState] = []
        for act in (Step("open-doors"), Step("start")):
            assert answer(moderator, session, act) == ""
            seen.append(state_after(watcher, session, len(seen) + 1))
        assert answer(speaker, session, RaiseHand()) == ""
        seen.append(state_after(watcher, session, 3))
        assert say(watcher, "Bonjour") == ""
        for act in (GiveFloor(visit, 60), ShowPage(0, 2)):
            assert answer(moderator, session, act) == ""
            seen.append(state_after(watcher, session, len(seen) + 1))
        time.sleep(2.5)  # so that some seconds of motion are recorded
        for step in ("close", "end"):
            assert answer(moderator, session, Step(step)) == ""
            seen.append(state_after(watcher, session, len(seen) + 1))
        watcher.send(OpenReplay(request_id(), session))
        assert watcher.expect(Rejected).code == "NOT_NOW"
        assert answer(moderator, session, Step("publish")) == ""
        watcher.send(OpenReplay(request_id(), session))
        opened = watcher.expect(ReplayOpened)
        outline = opened.outline
        assert [speaker.name for speaker in opened.speakers] == ["Ada-9"]
        assert {chapter.kind for chapter in outline.chapters} == {"phase", "speaker", "slide"}
        watcher.send(ReadReplay(request_id(), session, 9))
        assert watcher.expect(Rejected).code == "NOT_FOUND"
        moved, part = watched(watcher, session)
        while not (moved and part.lines):  # the last seconds of motion and the chat are stored a moment after the end
            time.sleep(0.25)
            moved, part = watched(watcher, session)
        chunk = moved[0]
        assert [nobodys(moment.state) for moment in part.moments[:1]] == [nobodys(seen[0])]
        assert nobodys(part.moments[-1].state)[0] in ("ended", "published")
        assert [
            nobodys(state) for state in seen if nobodys(state) not in map(nobodys, (m.state for m in part.moments))
        ] == []
        assert [line.text for line in part.lines if line.kind == "said"] == ["Bonjour"]
        motion = live_motion.unpack(chunk.data, chunk.samples)
        keys = {one.key for one in chunk.people}
        assert keys > set(people_of(seen))
        assert motion.numbers.size == 4 > len(keys), "whoever only watched is a shape without a key"
        show.change(f"UPDATE live_people SET withdrawn = now(), name = '' WHERE account = '{account}'")
        watcher.send(OpenReplay(request_id(), session))
        assert watcher.expect(ReplayOpened).speakers == (), "nothing tells whose shape it is"
        for number in range(26):
            watcher.send(OpenReplay(request_id(), session) if number % 2 else ListReplays(request_id()))
        refused = watcher.expect(Rejected)
        assert (refused.code, refused.text) == ("RATE_LIMITED", "too many minutes of replays")
        assert motion.numbers.size > len(keys) == 2, "guests, and whoever only watched, are shapes without a key"
        assert [line.name for line in part.lines if line.kind == "said"] == [""], "a guest could not leave it"


def state_after(peer: Peer, session: LiveSessionId, revision: int) -> LiveState:
    """The state as told with a revision."""
    for message in peer.messages():
        if isinstance(message, LiveTold) and message.session == session and message.revision >= revision:
            assert message.revision == revision
            return message.state
    raise AssertionError("nothing was told")


def watched(peer: Peer, session: LiveSessionId) -> tuple[list[MotionChunk], ReplayPart]:
    """The first minute, and its motion."""
    peer.send(ReadReplay(request_id(), session, 0))
    moved = []
    for message in peer.messages():
        if isinstance(message, ReplayMoved):
            moved.append(message.chunk)
        if isinstance(message, ReplayRead):
            return moved, message.part
    raise AssertionError("no answer")


def nobodys(state: LiveState) -> tuple[object, ...]:
    """A state without visits, which a recording leaves out."""
    people = (state.hands, state.chairs, state.floor)
    return (
        state.phase,
        state.mode,
        state.since_ms,
        state.slide,
        state.screen,
        tuple(tuple((holder.person.key, holder.person.name) for holder in holders) for holders in people),
    )


def people_of(states: list[LiveState]) -> list[str]:
    return [person.key for state in states for person in people_in(state).values()]
