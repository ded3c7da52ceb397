"""A live session in real browsers at the real server: a host at the console, a participant on the page, a peer."""

import asyncio
import re
from collections.abc import Callable

import asyncpg
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from halles.ids import LiveSessionId, MediaId, RequestId
from halles.protocol.messages import EnterHall
from halles.protocol.public_messages import AskQuestion
from halles.protocol.report_messages import Report
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.announcements import ProgrammeChanged
from halles_server.bootstrap import Server
from halles_server.media.folder import Folder
from halles_server.ports.sanctions import Order, Whom
from halles_server.services.actor import Actor
from tests.support import films, live
from tests.support.live import Planned
from tests.support.live_pages import come_in, is_here, log_in
from tests.support.serving import RunningServer
from tests.support.wire import Peer, guest, request_id

SESSION = LiveSessionId("seen-live")
FILM_S = 60.0
APART_S = 0.25
AT_ONCE_MS = 1000
HERE, CONSOLE = f"/en/live/{SESSION}", f"/en/console/{SESSION}"


@pytest.fixture(scope="module")
def session(live_server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> LiveSessionId:
    """A live session with two slides and a film, that nobody has opened yet."""
    written = films.write(tmp_path_factory.mktemp("films") / "film.mp4", FILM_S)

    async def do() -> None:
        connection = await asyncpg.connect(live_server.server.config.database_url.reveal())
        try:
            document = await live.store_document(connection, pages=2)
            film = await live.store_film(connection, seconds=FILM_S)
            size = written.stat().st_size
            await connection.execute("UPDATE media SET size = $2 WHERE id = $1", film, size)
            shown = ((document, "Slides"), (film, "Trailer"))
            await Folder(live_server.server.config.media_folder).put(MediaId(film), written)
            await live.plan(connection, Planned(SESSION, "hainaut", in_minutes=9000, materials=shown))
        finally:
            await connection.close()

    asyncio.run(do())
    return SESSION


@pytest.fixture
def host(session: LiveSessionId, pages: Callable[..., Page]) -> Page:
    """The console, open and present by itself, with the live session live."""
    page = pages(CONSOLE.replace(f"/console/{session}", "/login"))
    log_in(page)
    page.goto(page.url.partition("/en/")[0] + CONSOLE)
    is_here(page)
    for label in ("Open the doors", "Start"):
        button = page.get_by_role("button", name=label, exact=True)
        if button.is_visible():
            button.click()
            expect(button).to_be_hidden()
    expect(page.locator(".console-bar .pill")).to_have_text("Live")
    return page


def test_a_hand_raised_on_the_page_is_given_the_floor_at_the_console_and_both_see_it(
    host: Page, pages: Callable[..., Page]
) -> None:
    page = pages(HERE)
    come_in(page, "Pia")
    page.get_by_role("button", name="Raise my hand").click()
    expect(page.locator("#hand [data-is=rank]")).to_have_text("Place 1")
    expect(page.get_by_role("button", name="Lower my hand")).to_be_focused()
    expect(host.locator("[data-list=hands] b")).to_have_text("Pia")
    warn(host, page, "Pia")
    other = pages(HERE)
    come_in(other, "Uli")
    other.get_by_role("button", name="Raise my hand").click()

    def up(name: str) -> Locator:
        row = host.locator("[data-list=hands] li", has_text=name)
        return row.get_by_role("button", name="Up", exact=True)

    up("Uli").focus()
    host.keyboard.press("Shift+ArrowUp")
    expect(host.locator("[data-list=hands] b")).to_have_text(["Uli", "Pia"])
    expect(host.locator("#floor-news")).to_have_text("Uli: place 1 of 2")
    expect(page.locator("#hand [data-is=rank]")).to_have_text("Place 2")
    expect(up("Uli")).to_be_focused()
    up("Pia").click()
    expect(page.locator("#hand [data-is=rank]")).to_have_text("Place 1")
    other.get_by_role("button", name="Lower my hand").click()
    expect(host.locator("[data-list=hands] b")).to_have_text(["Pia"])
    host.get_by_role("button", name="Give the floor for 2 min").click()
    expect(page.locator("#hand")).to_have_attribute("data-hand", "floor")
    expect(host.locator("[data-list=floor] .clock")).to_have_text(time_between(110, 120))
    expect(host.locator("[data-list=hands] li")).to_have_count(0)
    page.get_by_role("button", name="Give it back").click()
    expect(host.locator("[data-empty=floor]")).to_be_visible()


def test_who_is_silenced_with_the_floor_reads_one_thing_and_the_console_has_its_floor_back(
    host: Page, pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(HERE)
    come_in(page, "Xan")
    page.get_by_role("button", name="Raise my hand").click()
    host.get_by_role("button", name="Give the floor for 2 min").click()
    expect(page.locator("#hand").get_by_text("You have the floor", exact=True)).to_be_visible()
    expect(page.get_by_text("hears")).to_have_count(0)  # this server has no voice

    async def silence(server: Server) -> None:
        sanctions, admission = server.services.sanctions, server.services.admission
        chair = await admission.create_account("chair", "Chair", Role.ORGANISER, "une longue phrase", "en")
        (speaks,) = (await server.services.live.read(SESSION)).state.floor
        order = Order(SanctionKind.SILENCE, await sanctions.scope("live", SESSION), 10, "You shout.")
        by = Actor(chair.account, None, "Chair", Role.ORGANISER, "en")
        await sanctions.give(by, RequestId(request_id()), Whom(speaks.person.visit), order)

    live_server.do(silence)
    expect(page.locator("#hand")).to_have_attribute("data-hand", "silenced")
    expect(page.locator("#hand").get_by_text("You have the floor", exact=True)).to_be_hidden()
    expect(page.locator("#ask-text")).to_be_hidden()
    expect(page.locator("#backstage")).to_be_visible()  # what it may read from then on, it may not answer now
    expect(page.locator("#say-backstage")).to_be_hidden()
    expect(host.locator("[data-empty=floor]")).to_be_visible()


def warn(host: Page, page: Page, name: str) -> None:
    """Warns somebody from a row of the console: they read the very words that the dialog showed."""
    way = host.locator("[data-list=hands] a[data-judge]")
    for lists in ("#people", "[data-list=hands]"):
        expect(host.locator(f"{lists} a[data-judge]")).to_have_count(1)
    way.click()
    dialog = host.get_by_role("dialog", name=f"Sanction {name}")
    words = dialog.locator(".will-read")
    expect(words).to_contain_text("This is a warning in the live session")
    dialog.get_by_label("Why").select_option("noise")
    expect(words).to_contain_text("Repeated messages or noise")
    dialog.get_by_label("A sentence for the person").fill("Please <b>wait</b>.")
    expect(words).to_contain_text("Please <b>wait</b>.")
    dialog.get_by_role("button", name="Warn").click()
    expect(dialog).to_have_count(0)
    expect(way).to_be_focused()
    expect(host.locator("#act-news")).to_have_text("Done: it holds now.")
    expect(page.locator("#decisions")).to_contain_text("Please <b>wait</b>.")


def test_a_sanction_whose_answer_is_lost_is_sent_once_more_and_given_once(
    host: Page, pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(HERE)
    come_in(page, "Lou")
    page.get_by_role("button", name="Raise my hand").click()
    host.locator("[data-list=hands] a[data-judge]").click()
    dialog = host.get_by_role("dialog", name="Sanction Lou")
    expect(dialog.locator(".will-read")).to_contain_text("This is a warning")

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.fulfill(body="")  # not aborted: the browser would log that as an error

    host.route("**/moderation/sanction", lose, times=1)
    dialog.get_by_role("button", name="Warn").click()
    expect(host).to_have_url(re.compile(r"/moderation/sanctions/\d+\?given"))
    expect(host.locator("main")).to_contain_text("Done: it holds now.")

    async def given(_: Server) -> int:
        connection = await asyncpg.connect(live_server.server.config.database_url.reveal())
        try:
            return int(await connection.fetchval("SELECT count(*) FROM sanctions WHERE name = 'Lou'"))
        finally:
            await connection.close()

    assert live_server.do(given) == 1


def time_between(least: int, most: int) -> re.Pattern[str]:
    return re.compile("|".join(f"{s // 60}:{s % 60:02}" for s in range(least, most + 1)))


def test_slides_captions_and_questions_go_from_the_console_to_the_page(
    host: Page, pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(HERE)
    come_in(page, "Quin")
    host.get_by_role("button", name="Next slide").or_(host.locator("[data-turn=on]")).first.click()
    expect(page.locator("[data-is=slide]")).to_have_text("Slide 1 of 2")
    host.keyboard.press("n")
    expect(page.locator("[data-is=slide]")).to_have_text("Slide 2 of 2")
    pointing = host.get_by_role("button", name="Point", exact=True)
    pointing.click()
    expect(pointing).to_have_attribute("aria-pressed", "true")  # its script is loaded only then
    host.keyboard.press("ArrowRight")
    expect(page.locator("#pointer")).to_have_attribute("style", re.compile("left: 52%; top: 50%"))
    host.locator("#screen .shown-now").hover(position={"x": 4, "y": 4})
    expect(page.locator("#pointer")).not_to_have_attribute("style", re.compile("left: 52%"))
    host.keyboard.press("Escape")
    expect(page.locator("#pointer")).to_be_hidden()
    host.locator("#backstage-text").fill("Only us <i>")
    host.keyboard.press("Enter")
    expect(host.locator("#backstage .log li")).to_have_text(re.compile("Only us <i>"))
    expect(page.locator("#backstage")).to_be_hidden()
    host.locator("#caption-text").fill("What is being said <b>")
    host.keyboard.press("Enter")
    expect(page.locator("#captions li").last).to_have_text("What is being said <b>")
    expect(host.locator("#caption-text")).to_have_value("")
    page.locator("#ask-text").fill("Who pays?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-list=own-asked] li")).to_have_text(re.compile("Who pays\\?.*waits for a host"))
    expect(page.get_by_text("Nobody has asked yet.")).to_be_hidden()
    page.reload()
    is_here(page)
    expect(page.locator("[data-list=own-asked] li")).to_have_text(re.compile("Who pays\\?.*waits for a host"))
    host.get_by_role("button", name="Refuse").click()
    expect(page.locator("[data-list=own-asked] li")).to_have_text(re.compile("the hosts did not take it"))
    with Peer(live_server.port) as peer:
        peer.welcome(guest("Rob", language="nl"))
        peer.send(EnterHall(request_id(), "hainaut", "stage:stage"))
        peer.send(AskQuestion(request_id(), SESSION, "nl", "Wie beslist?"))
        expect(host.locator("[data-list=questions-nl] .words")).to_have_text("Wie beslist?")
    expect(page.locator("[data-list=questions] li")).to_have_count(0)
    host.get_by_role("button", name="Approve").click()
    expect(page.locator("[data-list=questions] .words")).to_have_text("Wie beslist?")
    page.locator("[data-list=questions] button.votes").click()
    expect(page.locator("[data-list=questions] button.votes")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-list=questions] button.votes b")).to_have_text("1")
    expect(host.locator("[data-list=questions-nl] [data-f=votes]")).to_have_text("1")


def test_a_report_and_a_frozen_chat_are_seen_at_once_where_they_matter(
    host: Page, pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(HERE)
    come_in(page, "Yun")
    expect(host.locator("#waiting-reports h2 span")).to_have_text("0")
    with Peer(live_server.port) as peer:
        peer.welcome(guest("Zed"))
        peer.enter("hainaut")
        peer.send(Report(request_id(), "other", "", "other", "Somebody shouts."))
        expect(host.locator("#waiting-reports h2 span")).to_have_text("1", timeout=AT_ONCE_MS)
    host.get_by_role("button", name="Freeze the chat").click()
    expect(page.get_by_text("The chat is frozen, in the whole hall and nearby")).to_be_visible()
    page.get_by_label("Your line").last.fill("Hello?")
    page.keyboard.press("Enter")
    unsent = page.locator("#chat li.own")
    expect(unsent).to_contain_text("Not sent · The hosts have frozen the chat.")
    expect(unsent.get_by_role("button")).to_have_count(0)
    host.get_by_role("button", name="Chat frozen: let go").click()
    expect(page.get_by_text("The chat is frozen, in the whole hall and nearby")).to_be_hidden()


def test_a_console_that_is_not_present_works_by_forms(
    host: Page, pages: Callable[..., Page], session: LiveSessionId
) -> None:
    other = pages("/en/login")
    log_in(other)
    other.goto(other.url.partition("/en/")[0] + CONSOLE)
    expect(other.locator("#modes button")).to_be_hidden()  # its script is there: a choice posts itself
    other.locator("#step-back").click()
    other.wait_for_selector("#strip[data-state=outside]")
    other.get_by_role("radio", name="Fishbowl").check()
    is_here(other)  # it was posted, and the page that came of it is present again
    page = pages(HERE)
    expect(page.locator("#hand")).to_have_attribute("data-hand", "chairs")
    other.get_by_role("radio", name="Hands", exact=True).click()
    expect(other.get_by_role("radio", name="Hands", exact=True)).to_be_checked()
    page.reload()
    expect(page.locator("#hand")).to_have_attribute("data-hand", "free")


def test_a_film_is_where_everybody_sees_it_also_for_who_comes_late_and_after_a_seek(
    host: Page, pages: Callable[..., Page]
) -> None:
    host.get_by_role("button", name="Play").click()
    early = pages(HERE)
    come_in(early, "Sid")
    host.get_by_role("button", name="+ 10 s").click()
    late = pages(HERE)
    come_in(late, "Tea")
    for page in (early, late):
        expect(page.locator("#screen")).to_have_attribute("data-shows", "film")
        page.wait_for_function(
            "() => { const film = document.querySelector('[data-film]'); return film.currentTime > 10; }"
        )
    late.wait_for_timeout(1500)
    read = "film => [film.currentTime - Date.now() / 1000, film.muted]"
    (one, silent), (other, _) = (page.locator("[data-film]").evaluate(read) for page in (early, late))
    assert abs(one - other) <= APART_S
    assert silent, "sound is asked for"
    early.get_by_role("button", name="Sound on").click()
    expect(early.get_by_role("button", name="Sound off")).to_be_visible()
    host.get_by_role("button", name="Stand still").click()
    late.wait_for_function("() => document.querySelector('[data-film]').paused")


def test_who_it_is_not_for_any_more_is_sent_out_of_the_hall_and_reads_so(
    host: Page, pages: Callable[..., Page], live_server: RunningServer
) -> None:
    follows, walks = pages(HERE), pages("/en/halls/hainaut")
    for page, name in ((follows, "Una"), (walks, "Vic")):
        come_in(page, name)

    async def narrow(server: Server, access: str) -> None:
        connection = await asyncpg.connect(live_server.server.config.database_url.reveal())
        try:
            narrowed = "UPDATE programme SET access = $2, revision = revision + 1 WHERE id = $1"
            await connection.execute(narrowed, SESSION, access)
        finally:
            await connection.close()
        server.world.announce(ProgrammeChanged(SESSION))

    live_server.do(lambda server: narrow(server, "members"))
    expect(follows.get_by_text("Nothing of it is shown here.")).to_be_visible(timeout=10_000)
    expect(walks.get_by_text("You are out of the hall.")).to_be_visible()
    expect(host.locator(".console-bar .pill")).to_have_text("Live")
    live_server.do(lambda server: narrow(server, "public"))


def test_once_it_is_over_both_pages_say_so_and_lead_to_the_replay_when_it_is_published(
    host: Page, pages: Callable[..., Page]
) -> None:
    page = pages(HERE)
    come_in(page, "Ado")
    host.get_by_role("radio", name="Fishbowl").click()
    for one in (host, page):
        expect(one.locator("[data-is=mode]")).to_have_text("Fishbowl")
    for label in ("Bring to a close", "End it"):
        host.get_by_role("button", name=label).click()
    offered = page.get_by_role("link", name="Watch it again")
    for one in (host, page):
        expect(one.get_by_text("It is over.")).to_be_visible()
        expect(one.locator("#screen")).to_be_hidden()
    expect(offered).to_be_hidden()
    expect(page.locator("#hand")).to_be_hidden()
    expect(page.locator("#ask")).to_be_hidden()
    for left in ("Take the floor myself", "Freeze the chat", "Open the poll", "Show", "Fishbowl"):
        expect(host.get_by_role("button", name=left, exact=True)).to_have_count(0)
    expect(host.get_by_text("until the announced end")).to_be_hidden()
    host.get_by_role("button", name="Publish").click()
    expect(host.locator(".console-bar .pill")).to_have_text("Published")
    expect(host.get_by_role("button", name="Publish")).to_be_hidden()
    offered.click()
    expect(page).to_have_url(re.compile("/replay$"))
    expect(page.get_by_role("heading", name="Transcript")).to_be_visible()
