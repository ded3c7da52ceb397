"""The page door in a real browser at the real server: who reads a page is present, seen, heard, and comes back."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from halles.protocol import codec
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Goodbye, ListPeople
from halles.world.roles import Role
from halles_server import bootstrap
from tests.support.browser import opened
from tests.support.headless import joined, until
from tests.support.live_pages import BOOTH, HALL, NAME, close, come_in, is_here, log_in, say, visit_of
from tests.support.plans import PLANS
from tests.support.serving import RunningServer
from tests.web.test_reading import tab_to

LIST_PEOPLE = codec.encode(ListPeople())


def test_two_pages_and_a_client_in_one_hall_see_each_other_and_talk(
    pages: Callable[..., Page], live_server: RunningServer, tmp_path: Path
) -> None:
    reader, visitor = pages(HALL), pages(BOOTH)
    come_in(reader, "Ada")
    come_in(visitor, "Bo")
    with joined(live_server, tmp_path, "Cy", ("lille", "booth:studio-07")) as client:
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
    pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(HALL)
    come_in(page, "Dora")
    began = visit_of(live_server, "Dora").record.visit
    assert page.evaluate("() => Object.keys(sessionStorage)") == []
    for booth in ("studio-07", "studio-09"):
        page.goto(f"{live_server.url}/en/booths/{booth}")
        is_here(page)
        visit = visit_of(live_server, "Dora")
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
    after = visit_of(live_server, "Dora").place()
    assert after is not None
    assert (after.x, after.y) == pytest.approx((place.x, place.y), abs=0.02)


def test_stepping_back_ends_the_visit_and_nothing_is_left_behind(
    pages: Callable[..., Page], live_server: RunningServer
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
    while not live_server.do(left):
        assert time.monotonic() < deadline
    page.reload()
    assert page.evaluate("() => Object.keys(sessionStorage)") == []
    assert page.locator("#strip").get_attribute("data-state") == "outside"


def test_after_a_drop_the_same_visit_goes_on_and_what_was_said_meanwhile_is_sent(
    pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page, other = pages(BOOTH), pages(HALL)
    come_in(page, "Finn")
    come_in(other, "Gus")
    before = visit_of(live_server, "Finn")
    stood = before.place()
    page.locator("#line").fill("Still there?")
    page.locator("input[value=hall]").check()
    page.locator("#line").focus()
    close(live_server, "Finn", None)
    page.wait_for_selector("#strip[data-state=lost]")
    page.keyboard.press("Enter")
    is_here(page)
    expect(other.locator("#chat li", has_text="Still there?")).to_contain_text("Finn")
    after = visit_of(live_server, "Finn")
    assert after.record.visit == before.record.visit
    assert after.place() == stood
    assert page.locator("#chat li", has_text="Still there?").count() == 1
    expect(page.locator("#chat li", has_text="sending")).to_have_count(0)


def test_a_server_that_asks_for_patience_gets_it_and_try_now_comes_at_once(
    pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(HALL)
    come_in(page, "Hal")
    close(live_server, "Hal", Goodbye(CloseCode.RESTART, "back soon", 60_000))
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
    pages: Callable[..., Page], live_server: RunningServer, code: CloseCode, told: str
) -> None:
    page = pages(HALL)
    come_in(page, "Ida")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    close(live_server, "Ida", Goodbye(code, "for a test"))
    expect(page.locator("#standing")).to_contain_text(told)
    assert page.get_by_role("button", name="Be present").is_visible()
    page.wait_for_timeout(1200)
    assert sockets == []


def test_an_account_comes_in_with_one_click_and_a_second_page_takes_its_place(
    pages: Callable[..., Page], live_server: RunningServer
) -> None:
    first, second = pages(HALL), pages(BOOTH)
    urls: list[str] = []
    first.on("request", lambda request: urls.append(request.url))
    for page in (first, second):
        log_in(page)
        page.get_by_role("button", name="Be present").click()
        is_here(page)
    assert not [url for url in urls if "?" in url]
    assert visit_of(live_server, NAME).record.role is Role.ORGANISER
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


def test_who_only_reads_loads_no_live_part_and_opens_no_connection(
    browser: Browser, live_server: RunningServer
) -> None:
    with opened(browser, "about:blank") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(live_server.url + BOOTH, wait_until="networkidle")
        scripts = {url.rpartition("/")[2].partition(".")[0] for url in asked if url.endswith(".js")}
        assert scripts == {"pages", "presence", "words"}
        assert not [url for url in asked if url.startswith("ws")]
        come_in(page, "Rob")
        own = (live_server.url, live_server.url.replace("http", "ws"))
        assert all(url.startswith(own) for url in asked)
        assert [cookie["name"] for cookie in page.context.cookies()] == ["halles-device"], "it holds a ban, and no more"
        assert page.evaluate("() => document.querySelectorAll('*').length") <= 1500
        page.get_by_role("button", name="Step back").click()


@pytest.mark.parametrize("with_account", [False, True])
def test_who_comes_back_too_late_comes_in_anew_under_the_same_name(
    pages: Callable[..., Page], live_server: RunningServer, with_account: bool
) -> None:
    page = pages(BOOTH)
    name = NAME if with_account else "Yves"
    if with_account:
        log_in(page)
        page.get_by_role("button", name="Be present").click()
        is_here(page)
    else:
        come_in(page, name)
    before = visit_of(live_server, name).record.visit

    async def forget(opened: bootstrap.Server) -> None:
        (found,) = [visit for visit in opened.world.visits if visit.record.visit == before]
        assert found.connection is not None
        found.connection.cut()
        opened.world.end(found)
        await opened.world.departures.store()

    live_server.do(forget)
    page.wait_for_selector("#strip[data-state=lost]")
    is_here(page)
    assert visit_of(live_server, name).record.visit != before


def test_going_back_in_the_browsers_history_goes_on_with_the_visit(
    pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(HALL)
    come_in(page, "Zita")
    began = visit_of(live_server, "Zita").record.visit
    page.goto(live_server.url + BOOTH)
    is_here(page)
    page.go_back()
    page.wait_for_url("**/en/halls/lille")
    is_here(page)
    assert visit_of(live_server, "Zita").record.visit == began


def test_a_network_that_dies_in_silence_is_noticed_by_asking(browser: Browser, live_server: RunningServer) -> None:
    silent, said = False, []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def up(message: str | bytes) -> None:
            said.append(message)
            if not silent:
                server.send(message)

        socket.on_message(up)
        server.on_message(lambda message: None if silent else socket.send(message))

    with opened(browser, "about:blank") as page:
        page.clock.install()
        page.route_web_socket("**/world", between)
        page.goto(live_server.url + HALL)
        come_in(page, "Abel")
        silent = True
        page.clock.fast_forward(30_000)
        page.wait_for_timeout(100)
        assert said[-1] == LIST_PEOPLE
        assert page.locator("#strip").get_attribute("data-state") == "here"
        page.clock.fast_forward(15_000)
        page.wait_for_selector("#strip[data-state=lost]")
        silent = False
        is_here(page)
        page.get_by_role("button", name="Step back").click()
