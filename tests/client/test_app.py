"""The whole client in an offscreen window at the real server: door, walking, passages, booths, search, chat, breaks."""

import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ImageChops

from halles.ids import BoothId, HallId, LiveSessionId, RequestId
from halles.protocol.close_codes import ABNORMAL, CloseCode
from halles.protocol.messages import BoothCard
from halles.world.booth import BoothEdit, Change
from halles.world.geometry import Point, heading_to
from halles.world.live_acts import LiveAct, SetMode, Step
from halles.world.look import Look
from halles.world.movement import Gesture, Intent, Pose
from halles.world.roles import Role, StaffRole
from halles.world.text import Language
from halles_client import config
from halles_client.app import App, Setting
from halles_client.bots.walker import Walker
from halles_client.bots.wayfinding import Ways
from halles_client.cli import by_ticket
from halles_client.config import Settings
from halles_client.net.failures import Failure
from halles_client.net.link import Credentials
from halles_client.net.status import Phase
from halles_client.net.thread import LinkThread
from halles_client.view.controls import Wish
from halles_client.view.hud import acts
from halles_client.view.presets import LOW, MEDIUM, TIMED_FRAMES
from halles_client.view.window import Window
from halles_client.visit import Visit
from halles_server.bootstrap import Server
from halles_server.ports.people import Ticket
from halles_server.services import studio
from halles_server.services.actor import Actor
from tests.support import live
from tests.support.headless import joined
from tests.support.plans import PLANS
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server

BEAT_S = 0.02
LATER = 60 * 24 * 30
"""Minutes: after all that the demonstration's programme holds; doors may be opened before."""

FIRST = live.Planned(in_minutes=LATER)
SECOND = live.Planned(LiveSessionId("costs"), hall="hainaut", in_minutes=LATER)


@pytest.fixture(scope="module")
def server(postgres: TestPostgres) -> Iterator[RunningServer]:
    with real_server(demo=True, database_url=postgres.fresh(demo=True)) as running:
        yield running


class Driver:
    """Runs an app's frames until something is so."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._before = time.monotonic()

    def until(self, condition: Callable[[], object], limit_s: float = 15.0, *, draw_every: int = 5) -> None:
        end, frame = time.monotonic() + limit_s, 0
        while not condition():
            assert time.monotonic() < end, "it did not become so in time"
            now = time.monotonic()
            dt, self._before = now - self._before, now
            self.app.advance(now, dt)
            if frame % draw_every == 0:
                self.app.draw(now, dt)
            frame += 1
            time.sleep(max(0.0, BEAT_S - (time.monotonic() - now)))
        self.app.draw(time.monotonic(), BEAT_S)

    @property
    def visit(self) -> Visit:
        assert self.app.visit is not None
        return self.app.visit

    @property
    def pose(self) -> Pose:
        assert self.visit.replica.own is not None
        return self.visit.replica.own.pose

    def in_hall(self) -> bool:
        """Whether a hall is on screen and nothing is under way."""
        visit, showing = self.app.visit, self.app.showing
        return bool(visit and visit.replica.scene and not showing.fade.busy and showing.hall == visit.replica.hall)


def setting(server: RunningServer, folder: Path, place: str = "") -> Setting:
    address = config.address(f"{server.world}{place}")
    remembered = config.Settings(reduced_motion=True)
    return Setting(address, PLANS, remembered, folder / "settings.json", folder / "media")


@pytest.fixture
def visitor(window: Window, server: RunningServer, tmp_path: Path) -> Iterator[Driver]:
    app = App(window, setting(server, tmp_path), Credentials("Zoé", "fr"))
    driver = Driver(app)
    driver.until(driver.in_hall)
    yield driver
    app.close()


def test_at_the_door_one_types_a_name_and_enters_with_one_key(
    window: Window, server: RunningServer, tmp_path: Path
) -> None:
    app = App(window, setting(server, tmp_path))
    driver = Driver(app)
    frames = iter(range(10))
    driver.until(lambda: next(frames) > 6, draw_every=1)
    assert app.visit is None
    for char in "Zoé":
        app.hud.type(char)
    app.hud.key("enter")
    driver.until(driver.in_hall)
    welcome = driver.visit.replica.welcome
    assert welcome is not None
    assert welcome.name == "Zoé"
    assert driver.visit.replica.hall == "crossroads"
    assert config.load_settings(tmp_path / "settings.json").name == "Zoé"
    app.close()


def test_a_name_that_may_not_be_borne_is_refused_at_the_door(
    window: Window, server: RunningServer, tmp_path: Path
) -> None:
    app = App(window, setting(server, tmp_path))
    driver = Driver(app)
    frames = iter(range(10))
    driver.until(lambda: next(frames) > 6, draw_every=1)
    for char in "Pôle Images":
        app.hud.type(char)
    app.hud.key("enter")
    driver.until(lambda: app.visit is not None)
    driver.until(lambda: app.visit is None)
    app.close()


def test_with_nobody_at_the_address_the_door_says_so_counts_down_and_lets_one_back(
    window: Window, tmp_path: Path
) -> None:
    address, file = config.address("ws://127.0.0.1:9/world"), tmp_path / "settings.json"
    app = App(window, Setting(address, PLANS, config.Settings(), file, tmp_path / "media"))
    driver = Driver(app)
    frames = iter(range(10))
    driver.until(lambda: next(frames) > 6, draw_every=1)
    before = window.picture()
    for char in "Zoé":
        app.hud.type(char)
    app.hud.key("enter")
    driver.until(lambda: app.visit is not None and driver.visit.status.retry_at)
    shown = app.hud._state
    assert shown.door is not None
    assert shown.door.busy
    assert (shown.connection.state, shown.connection.close_code) == ("connecting", ABNORMAL)
    assert shown.connection.retry_in_s > 0
    assert shown.connection.failure == Failure("ws://127.0.0.1:9/world", "refused", 1)
    assert ImageChops.difference(before, window.picture()).getbbox()
    app.hud.key("escape")
    driver.until(lambda: app.visit is None)
    app.hud.type("e")
    app.hud.key("enter")
    driver.until(lambda: app.visit is not None)
    assert config.load_settings(tmp_path / "settings.json").name == "Zoée"
    app.close()


@pytest.mark.parametrize(("chosen", "spoken"), [(None, "nl"), ("en", "en")])
def test_who_comes_by_ticket_reads_the_language_of_the_page_unless_another_was_chosen_here(
    window: Window, server: RunningServer, tmp_path: Path, chosen: Language | None, spoken: Language
) -> None:
    ticket = server.do(lambda running: running.services.admission.issue_ticket(Ticket(None, "Zoé", "nl", Look())))
    told = replace(setting(server, tmp_path), settings=config.Settings(language=chosen, reduced_motion=True))
    app = App(window, told, Credentials("", chosen or "fr", way="ticket", secret=ticket))
    driver = Driver(app)
    driver.until(driver.in_hall)
    assert app.hud.language == spoken
    assert config.load_settings(tmp_path / "settings.json").language is None, "a page's language is no choice"
    app.close()


def test_who_comes_with_a_used_ticket_can_go_in_by_the_door(
    window: Window, server: RunningServer, tmp_path: Path
) -> None:
    app = App(window, setting(server, tmp_path), Credentials("", "en", way="ticket", secret="used"))
    driver = Driver(app)
    driver.until(lambda: driver.visit.status.phase is Phase.CLOSED)
    assert app.hud._state.connection.close_code == CloseCode.NOT_ADMITTED
    app.hud.key("enter")
    driver.until(lambda: app.visit is None)
    for char in "Zoé":
        app.hud.type(char)
    app.hud.key("enter")
    driver.until(driver.in_hall)
    welcome = driver.visit.replica.welcome
    assert welcome is not None
    assert (welcome.name, welcome.role) == ("Zoé", Role.GUEST)
    app.close()


def test_pictures_come_from_the_node_where_the_visit_is(window: Window, server: RunningServer, tmp_path: Path) -> None:
    app = App(window, setting(server, tmp_path), Credentials("Zoé", "fr"))
    app._media.come_from("ws://127.0.0.1:9/world")  # as when the first node has gone
    driver = Driver(app)
    driver.until(driver.in_hall)
    driver.until(lambda: driver.visit.replica.hall == "crossroads")
    app.travel("lille", "")
    driver.until(lambda: driver.in_hall() and driver.visit.replica.booths)
    card = next(card for card in driver.visit.replica.booths.values() if card.pictures)
    driver.visit.booths.open(card.booth)
    driver.until(lambda: driver.visit.booths.sheet is not None and driver.visit.booths.sheet.pictures)
    app.close()


def test_a_slow_start_is_drawn_with_less_unless_somebody_chose_otherwise(
    window: Window, server: RunningServer, tmp_path: Path
) -> None:
    chosen = replace(setting(server, tmp_path), settings=config.Settings(preset="medium"))
    for told, wanted in ((setting(server, tmp_path), LOW), (chosen, MEDIUM)):
        window.draw_as(MEDIUM)
        app = App(window, told)
        for _ in range(TIMED_FRAMES):
            app._keep_pace(0.1)
        app.draw(0.0, 0.1)
        assert window.preset is wanted
        assert app.showing.hall == "crossroads"
        app.close()
    window.draw_as(LOW)


def test_a_deep_link_leads_to_its_booth(window: Window, server: RunningServer, tmp_path: Path) -> None:
    app = App(window, setting(server, tmp_path, "#lille/wallimage"), Credentials("Ada", "nl"))
    driver = Driver(app)
    driver.until(lambda: driver.in_hall() and driver.visit.booths.near() is not None)
    near = driver.visit.booths.near()
    assert near is not None
    assert near.booth == "wallimage"
    app.hud.key("e")
    driver.until(lambda: driver.visit.booths.sheet is not None and driver.visit.booths.sheet.read is not None)
    app.hud.key("escape")
    driver.until(lambda: driver.visit.booths.sheet is None)
    app.close()


def test_a_booths_card_is_taken_along_and_out_again_with_keys(
    window: Window, server: RunningServer, tmp_path: Path
) -> None:
    app = App(window, setting(server, tmp_path, "#lille/wallimage"), Credentials("Ada", "nl"))
    driver = Driver(app)

    def walk_to(kind: type[acts.TakeAlong | acts.TakeOut]) -> None:
        for _ in range(40):
            if isinstance(app.hud._ui.ring, kind):
                return
            app.hud.key("tab")
        raise AssertionError(f"no {kind.__name__} on the sheet")

    def count() -> int | None:
        return driver.visit.satchel.told.count if driver.visit.satchel.told is not None else None

    driver.until(lambda: driver.in_hall() and driver.visit.booths.near() is not None)
    app.hud.key("e")
    driver.until(lambda: driver.visit.booths.sheet is not None and driver.visit.booths.sheet.read and count() == 0)
    driver.until(lambda: app.hud._state.sheet is not None and app.hud._state.sheet.content is not None)
    walk_to(acts.TakeAlong)
    app.hud.key("enter")
    driver.until(lambda: count() == 1)
    app.hud.key("k")
    driver.until(lambda: app.hud._state.satchel is not None and app.hud._state.satchel.items)
    walk_to(acts.TakeOut)
    app.hud.key("enter")
    driver.until(lambda: count() == 0)
    app.close()


def test_keys_walk_and_a_passage_leads_to_the_next_hall(window: Window, visitor: Driver) -> None:
    start = visitor.pose
    window.base.messenger.send("raw-w")
    visitor.until(lambda: visitor.pose.y > start.y + 1.0)
    window.base.messenger.send("raw-w-up")
    scene = visitor.visit.replica.scene
    assert scene is not None
    portal = next(row for row in scene.portals if row.to == "valenciennes")
    walker = Walker(Ways(scene).path(Point(visitor.pose.x, visitor.pose.y), Point(portal.x, portal.y)), run=True)
    visitor.app.hands = lambda dt, _: (
        Wish(walker.intent(visitor.pose, dt)) if visitor.visit.travelling is None else Wish(Intent())
    )
    visitor.until(lambda: visitor.visit.replica.hall == "valenciennes", 25.0, draw_every=25)
    visitor.app.hands = lambda _, __: Wish(Intent())
    visitor.until(visitor.in_hall)
    assert visitor.visit.travels.took_ms < 2000.0
    assert visitor.app.showing.hall == HallId("valenciennes")


def test_go_to_a_booth_by_its_name_with_the_keyboard_alone(visitor: Driver) -> None:
    hud = visitor.app.hud
    hud.type("/")
    for char in "fresnoy":
        hud.type(char)
    visitor.until(lambda: visitor.visit.found is not None and visitor.visit.found.query == "fresnoy", draw_every=1)
    hud.key("enter")
    visitor.until(lambda: visitor.in_hall() and visitor.visit.booths.near() is not None)
    near = visitor.visit.booths.near()
    assert isinstance(near, BoothCard)
    assert "Fresnoy" in near.name
    own = visitor.pose
    slot = visitor.visit.replica.scene.slot(near.slot) if visitor.visit.replica.scene else None
    assert slot is not None
    assert abs(heading_to(own.x, own.y, slot.x, slot.y) - own.heading) % 6.283 < 1.0


def test_go_to_a_person_by_their_name_with_the_keyboard_alone(
    visitor: Driver, server: RunningServer, tmp_path: Path
) -> None:
    hud = visitor.app.hud
    with joined(server, tmp_path, "Bérénice", ("hainaut", "spawn:door")) as other:
        hud.type("/")
        for char in "berenice":
            hud.type(char)
        visitor.until(lambda: visitor.visit.found is not None and visitor.visit.found.query == "berenice", draw_every=1)
        hud.key("enter")
        visitor.until(lambda: visitor.in_hall() and other.visit.replica.number in visitor.visit.replica.people)
        assert math.dist((visitor.pose.x, visitor.pose.y), other.place) < 4.0
        hud.key("tab")
        visitor.until(lambda: [row.name for row in hud._state.people] == ["Zoé", "Bérénice"], draw_every=1)


def test_a_line_typed_into_the_chat_is_said(visitor: Driver) -> None:
    hud = visitor.app.hud
    hud.key("enter")
    for char in "Ça marche ?":
        hud.type(char)
    hud.key("enter")
    visitor.until(lambda: any(line.text == "Ça marche ?" for line in visitor.visit.replica.chat))
    visitor.until(lambda: not visitor.visit.own_lines.unsaid)


def test_a_break_is_shown_and_heals(visitor: Driver) -> None:
    visit = visitor.visit.replica.visit
    entered = visitor.visit.replica.entered
    link = visitor.app._link
    assert link is not None
    link.cut()
    visitor.until(lambda: visitor.visit.status.phase is Phase.RECONNECTING, draw_every=1)
    visitor.until(lambda: visitor.visit.replica.entered > entered and visitor.in_hall())
    assert visitor.visit.replica.visit == visit


def test_a_ticket_to_a_draft_shows_it_on_the_wall_as_it_is_saved_and_p_leaves_it(
    window: Window, server: RunningServer, tmp_path: Path
) -> None:
    booth = BoothId("studio-12")
    actor, ticket = exhibitor(server, booth)
    save(server, actor, booth, 0, Change("name", "Brouillon un"))
    app = App(window, setting(server, tmp_path, f"#lille/{booth}/draft"), by_ticket(ticket, "fr", Settings()))
    driver = Driver(app)

    def name() -> str:
        card = driver.visit.replica.booths.get(booth)
        return card.name if card is not None else ""

    try:
        driver.until(lambda: driver.in_hall() and name() == "Brouillon un" and app.showing.settled)
        published = server.do(lambda running: running.services.booths.read(booth)).content
        assert published.name != "Brouillon un"
        accent = (published.accent + 3) % 10
        before = window.picture()
        save(server, actor, booth, 1, Change("accent", str(accent)))
        driver.until(lambda: driver.visit.replica.booths[booth].accent == accent)

        def felt() -> int:
            changed = ImageChops.difference(before, window.picture()).convert("L").point(lambda step: 255 * (step > 24))
            return changed.histogram()[255]

        driver.until(lambda: felt() > 0.03 * before.width * before.height)
        app.hud.key("p")
        driver.until(lambda: name() == published.name)
        assert driver.visit.replica.draft is None
    finally:
        app.close()


def exhibitor(server: RunningServer, booth: BoothId) -> tuple[Actor, str]:
    """Hires an editor; returns who that is, and a ticket as the studio gives it."""

    async def act(running: Server) -> tuple[Actor, str]:
        services = running.services
        account = await services.admission.create_account("eva", "Eva", Role.EXHIBITOR, "une longue phrase", "fr")
        code = await services.invitations.invite_as_operator(booth, StaffRole.EDITOR)
        await services.invitations.join(code, account, "127.0.0.1")
        ticket = await services.admission.issue_ticket(Ticket(account.account, account.name, "fr", Look()))
        return Actor(account.account, None, account.name, account.role, "fr"), ticket

    return server.do(act)


def save(server: RunningServer, actor: Actor, booth: BoothId, revision: int, change: Change) -> None:
    """Saves one change in a draft."""
    wish = studio.Wish(RequestId(os.urandom(16)), booth, revision)
    server.do(lambda running: running.services.studio.edit(actor, wish, BoothEdit((change,))))


def test_in_a_live_session_one_raises_a_hand_sits_down_and_keeps_the_rank_through_a_break(
    server: RunningServer, visitor: Driver
) -> None:
    host, app = conducting(server), visitor.app
    app.travel("lille", "spawn:door")
    visitor.until(lambda: visitor.visit.replica.hall == "lille" and visitor.in_hall())
    conduct(server, host, Step("open-doors"), SetMode("hands"), Step("start"))
    visitor.until(lambda: visitor.visit.part.live is not None and visitor.visit.part.live.state.phase == "live")
    app.hud.key("i")
    app.hud.key("1")
    visitor.until(lambda: visitor.in_hall() and not visitor.visit.part.far)
    assert visitor.visit.part.live is not None
    app.hud.key("i")
    app.hud.key("1")
    visitor.until(lambda: visitor.visit.part.live is not None and visitor.visit.part.live.rank == 1)
    assert isinstance(visitor.visit._wire, LinkThread)
    visitor.visit._wire.cut()
    visitor.until(lambda: visitor.visit.status.phase is Phase.RECONNECTING)
    assert visitor.visit.part.live.rank == 1, "all stays as it was during the break"
    visitor.until(lambda: visitor.visit.status.phase is Phase.ONLINE and visitor.visit.part.live is not None)
    visitor.until(lambda: visitor.visit.part.live is not None and visitor.visit.part.live.rank == 1)
    conduct(server, host, SetMode("fishbowl"))
    visitor.until(lambda: visitor.visit.part.live is not None and visitor.visit.part.live.state.mode == "fishbowl")
    app.hud.key("1")
    visitor.until(lambda: visitor.pose.gesture is Gesture.SIT)
    assert visitor.pose.z == pytest.approx(0.6)
    assert visitor.visit.part.chair is not None
    conduct(server, host, Step("close"), Step("end"))
    visitor.until(lambda: visitor.visit.part.live is None)
    assert visitor.visit.trouble == deque()
    assert visitor.pose.gesture is Gesture.NONE


def test_in_a_live_session_one_asks_votes_and_sees_the_page_turn(server: RunningServer, visitor: Driver) -> None:
    host, app = conducting(server, SECOND), visitor.app
    app.travel("hainaut", "stage:stage")
    visitor.until(lambda: visitor.visit.replica.hall == "hainaut" and visitor.in_hall())
    conduct(server, host, Step("open-doors"), Step("start"), session=SECOND.session)
    visitor.until(lambda: visitor.visit.part.live is not None and visitor.visit.part.live.public.asking != "closed")
    app.hud.key("i")
    app.hud.key("enter")
    for char in "Quels budgets ?":
        app.hud.type(char)
    app.hud.key("enter")
    visitor.until(lambda: server.do(lambda running: running.services.questions.all(SECOND.session)).questions)
    (asked,) = server.do(lambda running: running.services.questions.all(SECOND.session)).questions
    assert (asked.text, asked.name) == ("Quels budgets ?", "Zoé")

    async def approve(running: Server) -> None:
        request = RequestId(os.urandom(16))
        await running.services.questions.decide(host, request, SECOND.session, asked.number, "approve")

    server.do(approve)
    visitor.until(lambda: visitor.visit.part.live is not None and visitor.visit.part.live.public.top)
    app.hud.key("7")  # after the hand and five reactions
    visitor.until(lambda: visitor.visit.part.live is not None and visitor.visit.part.live.public.top[0].votes == 1)
    conduct(server, host, Step("close"), Step("end"), session=SECOND.session)
    visitor.until(lambda: visitor.visit.part.live is None)
    assert visitor.visit.trouble == deque()


def conducting(server: RunningServer, planned: live.Planned = FIRST) -> Actor:
    """Plans a live session in Lille; returns whoever conducts it."""

    async def act(running: Server) -> Actor:
        account = await running.services.admission.create_account(
            f"anim-{planned.hall}", "Animatrice", Role.MODERATOR, "une longue phrase", "fr"
        )
        return Actor(account.account, None, account.name, account.role, "fr")

    live.at(server.server.config.database_url.reveal(), planned)
    return server.do(act)


def conduct(server: RunningServer, host: Actor, *done: LiveAct, session: LiveSessionId = live.SESSION) -> None:
    async def act(running: Server) -> None:
        for one in done:
            await running.services.live.act(host, RequestId(os.urandom(16)), session, one)

    server.do(act)
