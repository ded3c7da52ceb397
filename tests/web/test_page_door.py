"""The page door in a real browser at the real server: who reads a page is present, seen, heard, and comes back."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from halles.ids import AccountId, BoothId, RequestId
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Goodbye
from halles.world.booth import BoothEdit, Change
from halles.world.movement import Gesture, Intent
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.gateway.visits import Visit
from halles_server.services.actor import Actor
from tests.support.browser import Scheme, opened
from tests.support.headless import joined, until
from tests.support.plans import PLANS
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server
from tests.web.test_accessibility import COLOURS_CHANGED, RULES, RUN_AXE, TEXT_SIZE, WIDER
from tests.web.test_hostile_texts import PAYLOADS
from tests.web.test_reading import tab_to

HALL: Final = "/en/halls/lille"
BOOTH: Final = "/en/booths/studio-07"
EDITED: Final = BoothId("studio-08")
LOGIN, PASSWORD, NAME = "exposante", "une longue phrase", "Exposante 1"

FAST_S: Final = 1.5
"""A change is to be seen within a second; a busy test machine gets half of one more."""


WATCHED: Final = """() => {
    window.drawn = 0;
    new MutationObserver(() => { window.drawn += 1; }).observe(
        document.querySelector(".people"), { attributes: true, attributeFilter: ["d"] });
}"""


@pytest.fixture(scope="module")
def server(postgres: TestPostgres) -> Iterator[RunningServer]:
    with real_server(demo=True, database_url=postgres.fresh(), pages_per_s=10_000.0, pages_burst=10_000) as running:

        async def account(opened: bootstrap.Server) -> None:
            await opened.services.admission.create_account(LOGIN, NAME, Role.ORGANISER, PASSWORD, "en")

        running.do(account)
        yield running


@pytest.fixture
def pages(browser: Browser, server: RunningServer) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser of its own; afterwards nobody of this test is left in the halls."""
    with ExitStack() as stack:

        def open_one(path: str, **options: Any) -> Page:
            return stack.enter_context(opened(browser, server.url + path, **options))

        yield open_one
        server.do(_everybody_out)


async def _everybody_out(opened: bootstrap.Server) -> None:
    for visit in opened.world.visits:
        opened.world.end(visit, Goodbye(CloseCode.NORMAL, "the test is over"))


def come_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Be present").click()
    page.get_by_label("Your name in the halls").fill(name)
    page.keyboard.press("Enter")
    is_here(page)


def is_here(page: Page) -> None:
    page.wait_for_selector("#strip[data-state=here]")


def say(page: Page, text: str, channel: str = "hall") -> None:
    page.locator(f"input[value={channel}]").check()
    page.locator("#line").fill(text)
    page.keyboard.press("Enter")


def visit_of(server: RunningServer, name: str) -> Visit:
    """The one visit of that name."""

    async def find(opened: bootstrap.Server) -> Visit:
        (found,) = [visit for visit in opened.world.visits if visit.record.name == name]
        return found

    return server.do(find)


def close(server: RunningServer, name: str, goodbye: Goodbye | None) -> None:
    """Ends a visit's connection: with a word, or as a bad network does."""

    async def end(opened: bootstrap.Server) -> None:
        (found,) = [visit for visit in opened.world.visits if visit.record.name == name]
        assert found.connection is not None
        if goodbye is None:
            found.connection.cut()
        else:
            found.connection.close(goodbye)

    server.do(end)


def log_in(page: Page) -> None:
    address = page.url
    page.goto(address.partition("/en/")[0] + "/en/login")
    page.get_by_label("Login name").fill(LOGIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".me .initial")
    page.goto(address)


def edit(server: RunningServer, pitch: str) -> None:
    """Changes a booth's text as its exhibitor would."""

    async def act(opened: bootstrap.Server) -> None:
        services = opened.services
        _, account = await services.admission.open_login(LOGIN, PASSWORD, "127.0.0.1")
        actor = Actor(AccountId(account.account), None, account.name, Role.ORGANISER, "en")
        revision = (await services.booths.read(EDITED)).revision
        change = BoothEdit((Change("pitch", pitch, "en"),))
        await services.booths.edit(actor, RequestId(uuid.uuid4().bytes), EDITED, revision, change)

    server.do(act)


def test_two_pages_and_a_client_in_one_hall_see_each_other_and_talk(
    pages: Callable[..., Page], server: RunningServer, tmp_path: Path
) -> None:
    reader, visitor = pages(HALL), pages(BOOTH)
    come_in(reader, "Ada")
    come_in(visitor, "Bo")
    with joined(server, tmp_path, "Cy", ("lille", "booth:studio-07")) as client:
        until(lambda: len(client.visit.replica.people) == 2, client)
        assert {card.name for card in client.visit.replica.people.values()} == {"Ada", "Bo"}
        for page, others in ((reader, ["Bo", "Cy"]), (visitor, ["Ada", "Cy"])):
            for name in others:
                expect(page.locator("#people li b", has_text=name)).to_be_visible()
            assert page.locator("#people h2 span").inner_text() == "2"
        expect(reader.locator("#count")).to_have_text("3")
        reader.wait_for_function("() => document.querySelector('.people').getAttribute('d').split('M').length === 3")
        expect(visitor.locator("#people h3").first).to_contain_text("Near you")

        slot = visitor.locator(".fascia .eyebrow b").inner_text()
        expect(reader.locator(f"li[data-slot={slot}] .there")).to_have_text("2 people")

        say(reader, "Hello all of you")
        expect(visitor.locator("#chat li", has_text="Hello all of you")).to_contain_text("Ada")
        until(lambda: any(line.text == "Hello all of you" for line in client.visit.replica.chat), client)
        client.visit.own_lines.say("nearby", "Welcome, Bo")
        until(lambda: not client.visit.own_lines.unsaid, client)
        expect(visitor.locator("#chat li", has_text="Welcome, Bo")).to_contain_text("nearby")
        say(visitor, "Thank you", "nearby")
        until(lambda: any(line.text == "Thank you" for line in client.visit.replica.chat), client)
        assert visitor.locator("#chat li", has_text="Thank you").count() == 1
        assert reader.locator("#chat li").all_inner_texts()[-1].endswith("Hello all of you")


def test_a_page_stands_where_it_is_read_and_goes_from_booth_to_booth_as_one_visit(
    pages: Callable[..., Page], server: RunningServer
) -> None:
    page = pages(HALL)
    come_in(page, "Dora")
    began = visit_of(server, "Dora").record.visit
    assert page.evaluate("() => Object.keys(sessionStorage)") == []
    for booth in ("studio-07", "studio-09"):
        page.goto(f"{server.url}/en/booths/{booth}")
        is_here(page)
        visit = visit_of(server, "Dora")
        place, slot = visit.place(), page.locator(".fascia .eyebrow b").inner_text()
        assert visit.record.visit == began
        assert place is not None
        found = PLANS.scenes[place.hall].slot(slot)
        assert found is not None
        middle, _ = found.visitor_place()
        assert abs(place.x - middle.x) + abs(place.y - middle.y) < 3
        assert page.evaluate("() => Object.keys(sessionStorage)") == []
    page.get_by_role("link", name="Back to the hall").click()
    page.wait_for_url("**/en/halls/*")
    is_here(page)
    after = visit_of(server, "Dora").place()
    assert after is not None
    assert (after.x, after.y) == pytest.approx((place.x, place.y), abs=0.02)


def test_stepping_back_ends_the_visit_and_nothing_is_left_behind(
    pages: Callable[..., Page], server: RunningServer
) -> None:
    page = pages(HALL)
    come_in(page, "Ella")
    page.get_by_role("button", name="Step back").click()
    expect(page.locator("#standing")).to_have_text("You are reading this hall’s page Nobody sees you here.")
    assert page.locator("#live").is_hidden()
    assert page.locator(":focus").inner_text() == "Be present"

    async def left(opened: bootstrap.Server) -> bool:
        return all(visit.record.name != "Ella" for visit in opened.world.visits)

    deadline = time.monotonic() + 5
    while not server.do(left):
        assert time.monotonic() < deadline
    page.reload()
    assert page.evaluate("() => Object.keys(sessionStorage)") == []
    assert page.locator("#strip").get_attribute("data-state") == "outside"


def test_after_a_drop_the_same_visit_goes_on_and_what_was_said_meanwhile_is_sent(
    pages: Callable[..., Page], server: RunningServer
) -> None:
    page, other = pages(BOOTH), pages(HALL)
    come_in(page, "Finn")
    come_in(other, "Gus")
    before = visit_of(server, "Finn")
    stood = before.place()
    page.locator("#line").fill("Still there?")
    page.locator("input[value=hall]").check()
    page.locator("#line").focus()
    close(server, "Finn", None)
    page.wait_for_selector("#strip[data-state=lost]")
    page.keyboard.press("Enter")
    is_here(page)
    expect(other.locator("#chat li", has_text="Still there?")).to_contain_text("Finn")
    after = visit_of(server, "Finn")
    assert after.record.visit == before.record.visit
    assert after.place() == stood
    assert page.locator("#chat li", has_text="Still there?").count() == 1
    expect(page.locator("#chat li", has_text="sending")).to_have_count(0)


def test_a_server_that_asks_for_patience_gets_it_and_try_now_comes_at_once(
    pages: Callable[..., Page], server: RunningServer
) -> None:
    page = pages(HALL)
    come_in(page, "Hal")
    close(server, "Hal", Goodbye(CloseCode.RESTART, "back soon", 60_000))
    page.wait_for_selector("#strip[data-state=lost]")
    expect(page.locator("#waiting")).to_contain_text("Next try in")
    assert int(page.locator("#waiting").inner_text().split()[-2]) > 50
    assert "60" in page.locator("#standing").inner_text()
    page.get_by_role("button", name="Try now").click()
    is_here(page)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (CloseCode.REPLACED, "You came in from somewhere else"),
        (CloseCode.REMOVED, "A moderator ended your visit."),
        (CloseCode.TOO_FAST, "Too many messages came from here."),
        (CloseCode.WRONG_VERSION, "Load it again."),
    ],
)
def test_what_ends_a_visit_is_said_and_the_page_does_not_knock_again(
    pages: Callable[..., Page], server: RunningServer, code: CloseCode, told: str
) -> None:
    page = pages(HALL)
    come_in(page, "Ida")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    close(server, "Ida", Goodbye(code, "for a test"))
    expect(page.locator("#standing")).to_contain_text(told)
    assert page.get_by_role("button", name="Be present").is_visible()
    page.wait_for_timeout(1200)
    assert sockets == []


def test_an_account_comes_in_with_one_click_and_a_second_page_takes_its_place(
    pages: Callable[..., Page], server: RunningServer
) -> None:
    first, second = pages(HALL), pages(BOOTH)
    urls: list[str] = []
    first.on("request", lambda request: urls.append(request.url))
    for page in (first, second):
        log_in(page)
        page.get_by_role("button", name="Be present").click()
        is_here(page)
    assert not [url for url in urls if "?" in url]
    assert visit_of(server, NAME).record.role is Role.ORGANISER
    expect(first.locator("#standing")).to_contain_text("You came in from somewhere else")
    is_here(second)


@pytest.mark.parametrize(("name", "told"), [("Admin", "one of the exhibition’s own"), ("!!", "a letter or a digit")])
def test_a_name_that_may_not_be_is_refused_beside_its_field(pages: Callable[..., Page], name: str, told: str) -> None:
    page = pages(HALL)
    page.get_by_role("button", name="Be present").click()
    page.get_by_label("Your name in the halls").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#arrive-problem")).to_contain_text(told)
    focused = page.locator(":focus")
    assert (focused.get_attribute("id"), focused.get_attribute("aria-invalid")) == ("arrive-name", "true")
    assert focused.input_value() == name
    page.keyboard.press("Escape")
    assert page.locator("#arrive").is_hidden()
    assert page.locator(":focus").inner_text() == "Be present"


def test_names_and_lines_are_shown_as_text_whatever_they_hold(
    pages: Callable[..., Page], server: RunningServer, tmp_path: Path
) -> None:
    page = pages(HALL)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    come_in(page, "Jo")
    name = "<img src=x onerror=alert(1)>"
    with joined(server, tmp_path, name, ("lille", "")) as client:
        expect(page.locator("#people li b", has_text=name)).to_be_visible()
        for payload in PAYLOADS[:4]:
            client.visit.own_lines.say("hall", payload)
            until(lambda: not client.visit.own_lines.unsaid, client)
            expect(page.locator("#chat li bdi").last).to_have_text(payload)
        expect(page.locator("#chat li b").last).to_have_text(name)
    assert page.locator("#live img, #live script, #live iframe, #live svg").count() == 0
    assert dialogs == []


def test_too_many_lines_are_refused_with_the_time_and_stay_to_be_sent_again(pages: Callable[..., Page]) -> None:
    page = pages(HALL)
    come_in(page, "Kim")
    for i in range(8):
        say(page, f"line {i}")
    failed = page.locator("#chat li", has_text="That was quick. Go on in")
    expect(failed.first).to_be_visible()
    kept = failed.first.locator("p").first.inner_text()
    assert kept.startswith("line ")
    page.wait_for_timeout(1200)
    page.locator("#chat li", has_text=kept).get_by_role("button", name="Send again").click()
    expect(page.locator("#chat li bdi", has_text=kept)).to_be_visible()
    assert page.locator("#chat li", has_text=kept).count() == 1
    assert page.locator(":focus").get_attribute("id") == "line"


def test_the_list_of_people_does_not_move_under_a_hand(
    pages: Callable[..., Page], server: RunningServer, tmp_path: Path
) -> None:
    page, other = pages(HALL), pages(HALL)
    come_in(page, "Lou")
    come_in(other, "Max")
    expect(page.locator("#people li")).to_have_count(1)
    page.locator(".crowd").focus()
    with joined(server, tmp_path, "Ned", ("lille", "")):
        expect(page.get_by_role("button", name="1 new")).to_be_visible()
        assert page.locator("#people li b").all_inner_texts() == ["Max"]
        page.get_by_role("button", name="1 new").click()
        expect(page.locator("#people li b")).to_have_text(["Max", "Ned"])
        assert page.locator("#people button").is_hidden()


def test_a_booth_changes_before_its_readers_eyes_and_no_focus_moves(
    pages: Callable[..., Page], server: RunningServer
) -> None:
    page = pages(f"/en/booths/{EDITED}")
    come_in(page, "Oda")
    page.locator("#line").fill("half a word")
    page.evaluate("() => { window.kept = document.querySelector('#line'); scrollTo(0, 0); }")
    began = time.monotonic()
    edit(server, "A new pitch, published now.")
    expect(page.locator(".pitch")).to_have_text("A new pitch, published now.", timeout=FAST_S * 1000)
    assert time.monotonic() - began < FAST_S
    assert page.evaluate("() => document.activeElement === window.kept")
    assert page.locator("#line").input_value() == "half a word"

    page.locator("[data-part=shown] a").first.focus()
    edit(server, "A second pitch.")
    expect(page.locator("#changed")).to_contain_text("This booth has changed.")
    expect(page.locator(".pitch")).to_have_text("A new pitch, published now.")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".pitch")).to_have_text("A second pitch.")
    assert page.locator("#changed").is_hidden()


def test_what_changed_while_nobody_listened_is_there_on_coming_in(
    pages: Callable[..., Page], server: RunningServer
) -> None:
    page = pages(f"/en/booths/{EDITED}")
    edit(server, "Changed before anybody came in.")
    come_in(page, "Pia")
    expect(page.locator(".pitch")).to_have_text("Changed before anybody came in.")


def test_the_keyboard_alone_suffices_to_come_in_speak_and_step_back(pages: Callable[..., Page]) -> None:
    page = pages(BOOTH)
    tab_to(page, "Be present")
    page.keyboard.press("Enter")
    page.keyboard.type("Quin")
    page.keyboard.press("Enter")
    is_here(page)
    assert page.locator(":focus").inner_text() == "Step back"
    tab_to(page, "line")
    page.keyboard.type("Without a mouse")
    page.keyboard.press("Enter")
    expect(page.locator("#chat li bdi", has_text="Without a mouse")).to_be_visible()
    page.locator("#step-back").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#strip")).to_have_attribute("data-state", "outside")


@pytest.mark.parametrize("path", [HALL, BOOTH])
def test_without_javascript_everything_reads_and_nothing_promises_more(pages: Callable[..., Page], path: str) -> None:
    page = pages(path, java_script_enabled=False)
    assert page.locator("h1").inner_text()
    assert page.locator(".rows a").first.is_visible()
    assert page.locator("#standing").inner_text().endswith("Nobody sees you here.")
    for hidden in ("#be-present", "#arrive", "#live", "#step-back"):
        assert page.locator(hidden).is_hidden(), hidden


def test_who_only_reads_loads_no_live_part_and_opens_no_connection(browser: Browser, server: RunningServer) -> None:
    with opened(browser, "about:blank") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(server.url + BOOTH, wait_until="networkidle")
        scripts = {url.rpartition("/")[2].partition(".")[0] for url in asked if url.endswith(".js")}
        assert scripts == {"pages", "presence", "words"}
        assert not [url for url in asked if url.startswith("ws")]
        come_in(page, "Rob")
        own = (server.url, server.url.replace("http", "ws"))
        assert all(url.startswith(own) for url in asked)
        assert page.context.cookies() == []
        assert page.evaluate("() => document.querySelectorAll('*').length") <= 1500
        page.get_by_role("button", name="Step back").click()


@pytest.mark.parametrize("path", [HALL, BOOTH])
def test_axe_finds_nothing_in_the_live_parts_and_no_page_scrolls_sideways(
    pages: Callable[..., Page], server: RunningServer, tmp_path: Path, axe: str, path: str
) -> None:
    page = pages(path, bypass_csp=True)
    page.get_by_role("button", name="Be present").click()
    found = _judged(page, axe, "asked for a name")
    page.get_by_label("Your name in the halls").fill("Sam")
    page.keyboard.press("Enter")
    is_here(page)
    with joined(server, tmp_path, "Tim with a rather long name", ("lille", "booth:studio-07")) as client:
        client.visit.own_lines.say("hall", "A line that is long enough to need more than one row on a narrow phone")
        until(lambda: not client.visit.own_lines.unsaid, client)
        for i in range(7):
            say(page, f"word {i}", "nearby")
        expect(page.locator("#chat li", has_text="Send again").first).to_be_visible()
        expect(page.locator("#people li")).to_have_count(1)
        found += _judged(page, axe, "here")
        close(server, "Sam", Goodbye(CloseCode.RESTART, "back soon", 60_000))
        page.wait_for_selector("#strip[data-state=lost]")
        found += _judged(page, axe, "lost")
    assert found == []


def _judged(page: Page, axe: str, state: str) -> list[str]:
    """What axe and the widths find, in light and dark, wide and narrow, with large text."""
    page.evaluate(axe)
    found: list[str] = []
    looks: tuple[tuple[Scheme, str, int], ...] = (
        ("light", "100%", 1280),
        ("light", "200%", 360),
        ("dark", "100%", 1280),
        ("dark", "100%", 360),
    )
    for scheme, size, width in looks:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(TEXT_SIZE, size)
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(COLOURS_CHANGED)
        found += [f"{state} {scheme} {size} {width} {row}" for row in page.evaluate(RUN_AXE, RULES)]
        if (wider := page.evaluate(WIDER)) > 0:
            found.append(f"{state} {size} {width}: {wider} px too wide")
    page.evaluate(TEXT_SIZE, "100%")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def test_the_plan_is_drawn_four_times_a_second_at_most_while_somebody_walks(
    pages: Callable[..., Page], server: RunningServer, tmp_path: Path
) -> None:
    page = pages(HALL)
    come_in(page, "Uma")
    with joined(server, tmp_path, "Val", ("lille", "")) as client:
        expect(page.locator("#people li b")).to_have_text(["Val"])
        dots = page.locator(".people")
        before = dots.get_attribute("d")
        page.evaluate(WATCHED)
        client.intent = Intent(forward=1.0)
        began = time.monotonic()
        until(lambda: time.monotonic() - began > 2.0, client)
        client.intent = Intent()
        drawn = page.evaluate("() => window.drawn")
        took = time.monotonic() - began
    assert 2 <= drawn <= 4 * took + 1
    assert dots.get_attribute("d") != before


def test_who_waves_greets_the_reader_who_waves_back(
    pages: Callable[..., Page], server: RunningServer, tmp_path: Path
) -> None:
    page = pages(BOOTH)
    come_in(page, "Wim")
    with joined(server, tmp_path, "Xan", ("lille", "booth:studio-07")) as client:
        until(lambda: client.visit.replica.people, client)
        (number,) = client.visit.replica.people

        def waves() -> bool:
            crowd = client.visit.replica.timeline.sample(time.monotonic())
            rows = crowd.number.tolist()
            return number in rows and int(crowd.gesture[rows.index(number)]) == Gesture.WAVE

        client.visit.make(Gesture.WAVE)
        until(lambda: page.locator("#chat li", has_text="Xan waves.").count(), client)
        page.get_by_role("button", name="Wave").click()
        until(waves, client)
        until(lambda: not waves(), client)
    assert page.locator("#chat li", has_text="waves.").count() == 1
