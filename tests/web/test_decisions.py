"""What a moderator decides, as a guest in a real browser meets it: what they read, their appeal, and the door."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server import bootstrap
from halles_server.ports.sanctions import Order
from halles_server.ports.standing import SHOW
from halles_server.services.actor import Actor
from halles_server.services.sanctions import Whom
from tests.support.axe import judged
from tests.support.live_pages import HALL, LOGIN, come_in, log_in, visit_of
from tests.support.serving import RunningServer
from tests.support.staff import request


def decide(server: RunningServer, name: str, kind: SanctionKind) -> None:
    visit = visit_of(server, name).record.visit

    async def act(opened: bootstrap.Server) -> None:
        found = await opened.services.admission.open_login(LOGIN, "une longue phrase", "127.0.0.1")
        actor = Actor(found[1].account, None, found[1].name, Role.ORGANISER, "en")
        order = Order(kind, SHOW, 60, "You shout.")
        await opened.services.sanctions.give(actor, request(), Whom(visit=visit), order)

    server.do(act)


def answer(server: RunningServer, words: str, *, lift: bool = False) -> None:
    """Answers the appeal of the newest decision, or lifts it."""

    async def act(opened: bootstrap.Server) -> None:
        found = await opened.services.admission.open_login(LOGIN, "une longue phrase", "127.0.0.1")
        actor = Actor(found[1].account, None, found[1].name, Role.ORGANISER, "en")
        sanctions = opened.services.sanctions
        number = (await sanctions.in_scope(actor, SHOW))[0].number
        await (sanctions.lift if lift else sanctions.uphold)(actor, request(), number, words)

    server.do(act)


def test_a_guest_reads_what_was_decided_appeals_and_is_not_let_in_again_once_banned(
    pages: Callable[..., Page], live_server: RunningServer, axe: str
) -> None:
    house = pages(HALL, width=360)
    log_in(house)
    house.get_by_role("button", name="Be present").click()
    page = pages(HALL, bypass_csp=True)
    come_in(page, "Ada")
    decide(live_server, "Ada", SanctionKind.SILENCE)
    decision = page.locator("#decisions")
    expect(decision).to_contain_text("You may not speak")
    expect(decision).to_contain_text("You shout.")
    assert judged(page, axe) == []
    decision.get_by_label("Why it should end").fill("It was not me.")
    decision.get_by_role("button", name="Appeal").click()
    expect(decision).to_contain_text("You have appealed.")
    waits = house.locator("[data-waits=AppealsWaiting]")
    expect(waits.get_by_text("1 appeal waits")).to_be_visible()
    expect(waits.get_by_role("link")).to_have_attribute("href", "/en/moderation/appeals")
    answer(live_server, "Two people heard it.")
    expect(decision).to_contain_text("Your appeal was answered: it stays. Two people heard it.")
    expect(waits).to_be_hidden()
    page.reload()
    expect(decision).to_contain_text("Two people heard it.")
    answer(live_server, "Long enough.", lift=True)
    expect(decision).to_contain_text("A moderator has lifted it. Long enough.")
    assert judged(page, axe) == []
    decision.get_by_role("button", name="I have read it").click()
    expect(decision).to_be_hidden()
    decide(live_server, "Ada", SanctionKind.SILENCE)
    expect(decision).to_contain_text("You may not speak")
    expect(decision).not_to_contain_text("Long enough.")
    decide(live_server, "Ada", SanctionKind.BAN)
    expect(page.locator("#standing")).to_contain_text("You may not come in until")
    expect(page.locator("#standing")).to_contain_text("You shout.")
    expect(decision).to_be_hidden()
    page.goto(page.url.partition("/en/")[0] + "/en/sanctions")
    banned = page.locator("main section", has_text="You may not come in")
    banned.get_by_label("Why it should end").fill("Let me explain.")
    banned.get_by_role("button", name="Appeal").click()
    expect(banned).to_contain_text("Let me explain.")
    expect(page.locator("main")).to_contain_text("It was not me.")
    page.goto(page.url.partition("/en/")[0] + HALL)
    page.get_by_role("button", name="Be present").click()
    page.get_by_label("Your name in the halls").fill("Somebody else")
    page.keyboard.press("Enter")
    expect(page.locator("#standing")).to_contain_text("You may not come in until")
