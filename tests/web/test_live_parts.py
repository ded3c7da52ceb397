"""What is live on a page, in a real browser at the real server: people, plan, chat, and booths that change."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from halles.ids import AccountId, BoothId, RequestId
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Goodbye
from halles.world.booth import BoothEdit, Change
from halles.world.movement import Gesture, Intent
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.services.actor import Actor
from tests.support.axe import judged
from tests.support.headless import joined, until
from tests.support.live_pages import BOOTH, HALL, LOGIN, PASSWORD, close, come_in, is_here, say
from tests.support.serving import RunningServer
from tests.web.test_hostile_texts import PAYLOADS

EDITED: Final = BoothId("studio-08")

FAST_S: Final = 1.5
"""A change is to be seen within a second; a busy test machine gets half of one more."""


def test_names_and_lines_are_shown_as_text_whatever_they_hold(
    pages: Callable[..., Page], live_server: RunningServer, tmp_path: Path
) -> None:
    page = pages(HALL)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    come_in(page, "Jo")
    name = "<img src=x onerror=alert(1)>"
    with joined(live_server, tmp_path, name, ("lille", "")) as client:
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
    pages: Callable[..., Page], live_server: RunningServer, tmp_path: Path
) -> None:
    page, other = pages(HALL), pages(HALL)
    come_in(page, "Lou")
    come_in(other, "Max")
    expect(page.locator("#people li")).to_have_count(1)
    page.locator(".crowd").focus()
    with joined(live_server, tmp_path, "Ned", ("lille", "")):
        expect(page.get_by_role("button", name="1 new")).to_be_visible()
        assert page.locator("#people li b").all_inner_texts() == ["Max"]
        page.get_by_role("button", name="1 new").click()
        expect(page.locator("#people li b")).to_have_text(["Max", "Ned"])
        assert page.locator("#people button:not([aria-label])").is_hidden()


WATCHED: Final = """() => {
    window.drawn = 0;
    new MutationObserver(() => { window.drawn += 1; }).observe(
        document.querySelector(".people"), { attributes: true, attributeFilter: ["d"] });
}"""


def test_the_plan_is_drawn_four_times_a_second_at_most_while_somebody_walks(
    pages: Callable[..., Page], live_server: RunningServer, tmp_path: Path
) -> None:
    page = pages(HALL)
    come_in(page, "Uma")
    with joined(live_server, tmp_path, "Val", ("lille", "")) as client:
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


def test_a_booth_changes_before_its_readers_eyes_and_no_focus_moves(
    pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(f"/en/booths/{EDITED}")
    come_in(page, "Oda")
    page.locator("#line").fill("half a word")
    page.evaluate("() => { window.kept = document.querySelector('#line'); scrollTo(0, 0); }")
    began = time.monotonic()
    edit(live_server, "A new pitch, published now.")
    expect(page.locator(".pitch")).to_have_text("A new pitch, published now.", timeout=FAST_S * 1000)
    assert time.monotonic() - began < FAST_S
    assert page.evaluate("() => document.activeElement === window.kept")
    assert page.locator("#line").input_value() == "half a word"

    page.locator("[data-part=shown] a").first.focus()
    edit(live_server, "A second pitch.")
    expect(page.locator("#changed")).to_contain_text("This booth has changed.")
    expect(page.locator(".pitch")).to_have_text("A new pitch, published now.")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".pitch")).to_have_text("A second pitch.")
    assert page.locator("#changed").is_hidden()


def test_what_changed_while_nobody_listened_is_there_on_coming_in(
    pages: Callable[..., Page], live_server: RunningServer
) -> None:
    page = pages(f"/en/booths/{EDITED}")
    edit(live_server, "Changed before anybody came in.")
    come_in(page, "Pia")
    expect(page.locator(".pitch")).to_have_text("Changed before anybody came in.")


def test_who_waves_greets_the_reader_who_waves_back(
    pages: Callable[..., Page], live_server: RunningServer, tmp_path: Path
) -> None:
    page = pages(BOOTH)
    come_in(page, "Wim")
    with joined(live_server, tmp_path, "Xan", ("lille", "booth:studio-07")) as client:
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


@pytest.mark.parametrize("path", [HALL, BOOTH])
def test_axe_finds_nothing_in_the_live_parts_and_no_page_scrolls_sideways(
    pages: Callable[..., Page], live_server: RunningServer, tmp_path: Path, axe: str, path: str
) -> None:
    page = pages(path, bypass_csp=True)
    page.get_by_role("button", name="Be present").click()
    found = [f"asked for a name: {row}" for row in judged(page, axe)]
    page.get_by_label("Your name in the halls").fill("Sam")
    page.keyboard.press("Enter")
    is_here(page)
    with joined(live_server, tmp_path, "Tim with a rather long name", ("lille", "booth:studio-07")) as client:
        client.visit.own_lines.say("hall", "A line that is long enough to need more than one row on a narrow phone")
        until(lambda: not client.visit.own_lines.unsaid, client)
        for i in range(7):
            say(page, f"word {i}", "nearby")
        expect(page.locator("#chat li", has_text="Send again").first).to_be_visible()
        expect(page.locator("#people li")).to_have_count(1)
        found += [f"here: {row}" for row in judged(page, axe)]
        close(live_server, "Sam", Goodbye(CloseCode.RESTART, "back soon", 60_000))
        page.wait_for_selector("#strip[data-state=lost]")
        found += [f"lost: {row}" for row in judged(page, axe)]
    assert found == []
