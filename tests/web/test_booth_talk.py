"""Talk and the bell at a booth, in real browsers at the real server: visitors and staff, each on their own page."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import asyncpg
from playwright.sync_api import Page, expect

from halles_server import bootstrap
from tests.server.gateway.test_bells import PASSWORD, Show
from tests.support.axe import judged
from tests.support.headless import joined, until
from tests.support.live_pages import BOOTH, HALL, come_in, is_here, say
from tests.support.serving import RunningServer

BELL: Final = "/en/studio/studio-07/bell"

FAST_MS: Final = 1500
"""What happens is to be seen within a second; a busy test machine gets half of one more."""


def at_work(page: Page, login: str, path: str) -> None:
    """Logs in and is present on a page."""
    root = page.url.partition("/en/")[0]
    page.goto(f"{root}/en/login")
    page.get_by_label("Login name").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".me .initial")
    page.goto(root + path)
    page.get_by_role("button", name="Be present").click()
    is_here(page)


def test_the_bell_rings_on_any_page_of_the_staff_and_the_visitor_sees_what_becomes_of_it(
    pages: Callable[..., Page], live_server: RunningServer, axe: str
) -> None:
    for login in ("eva", "max"):
        Show(live_server).hire(login)
    staff, desk, visitor = (pages(path, bypass_csp=True) for path in ("/en/halls/hainaut", HALL, BOOTH))
    at_work(staff, "eva", "/en/halls/hainaut")
    at_work(desk, "max", BELL)
    expect(staff.locator("#bell-news")).to_have_text("You hear the bell of Studio 07.")
    come_in(visitor, "Ada")
    expect(visitor.locator("[data-staffed]")).to_have_text("Somebody is at the booth")
    visitor.get_by_role("button", name="Ring the bell").click()
    expect(staff.locator("#bell-news")).to_contain_text("Ada rings at Studio 07", timeout=FAST_MS)
    expect(desk.locator("[data-bell] li")).to_contain_text("Ada", timeout=FAST_MS)
    expect(visitor.locator("#bell")).to_contain_text("You rang. You are next.", timeout=FAST_MS)
    visitor.reload()
    is_here(visitor)
    expect(visitor.locator("#bell")).to_contain_text("You rang. You are next.")
    assert [found for page in (staff, desk, visitor) for found in judged(page, axe)] == []
    staff.locator("#bell-news").get_by_role("button", name="Answer").click()
    expect(visitor.locator("#bell")).to_contain_text("Eva is coming.", timeout=FAST_MS)
    expect(desk.locator("[data-renew=decided] li").first).to_contain_text("answered by Eva", timeout=FAST_MS)
    expect(staff.locator("#bell-news")).to_contain_text("You answered. Ada waits at Studio 07.")
    expect(staff.locator("#bell-news a")).to_have_attribute("href", BOOTH)


async def _let_an_hour_pass(opened: bootstrap.Server) -> None:
    owner = await asyncpg.connect(opened.config.database_url.reveal())
    await owner.execute("UPDATE bell_rings SET rung = now() - interval '1 hour' WHERE state = 'waiting'")
    await owner.close()


def test_who_rings_before_being_present_comes_in_and_a_missed_ring_takes_a_message(
    pages: Callable[..., Page], live_server: RunningServer
) -> None:
    visitor = pages(BOOTH)
    visitor.get_by_role("button", name="Ring the bell").click()
    visitor.get_by_label("Your name in the halls").fill("Bo")
    visitor.keyboard.press("Enter")
    is_here(visitor)
    expect(visitor.get_by_role("button", name="Take the ring back")).to_be_visible()

    live_server.do(_let_an_hour_pass)
    expect(visitor.locator("#bell")).to_contain_text("Nobody could come.")
    visitor.get_by_label("Your message").fill("I come back at four.")
    visitor.get_by_role("button", name="Leave it").click()
    expect(visitor.locator("#bell")).to_contain_text("Your message is with the staff.")


def test_what_is_said_at_the_booth_is_heard_there_and_by_its_staff_and_read_by_who_comes_later(
    pages: Callable[..., Page], live_server: RunningServer, tmp_path: Path
) -> None:
    Show(live_server).hire("lea")
    staff, visitor = pages("/en/halls/hainaut"), pages(BOOTH)
    at_work(staff, "lea", "/en/halls/hainaut")
    come_in(visitor, "Cy")
    say(visitor, "Is anybody here?", "booth")
    line = staff.locator("#chat li", has_text="Is anybody here?")
    expect(line).to_be_visible(timeout=FAST_MS)
    line.get_by_role("link", name="at the booth").click()
    is_here(staff)
    expect(staff.locator("#chat li bdi")).to_have_text(["Is anybody here?"])
    expect(staff.locator("#bell")).to_be_hidden()
    say(staff, "I am.", "booth")
    expect(visitor.locator("#chat li bdi")).to_have_text(["Is anybody here?", "I am."], timeout=FAST_MS)
    with joined(live_server, tmp_path, "Dee", ("lille", "booth:studio-07")) as client:
        until(lambda: len(client.visit.replica.chat) == 2, client)
        client.visit.say("booth", "I came in 3D.")
        until(lambda: len(client.visit.replica.chat) == 3 and not client.visit.own_lines.unsaid, client)
        expect(visitor.locator("#chat li bdi").last).to_have_text("I came in 3D.", timeout=FAST_MS)


def test_a_lines_hour_is_the_shows_wherever_the_reader_is(pages: Callable[..., Page]) -> None:
    visitor = pages(BOOTH, timezone_id="Pacific/Auckland")
    come_in(visitor, "Kiri")
    say(visitor, "Which hour is it?", "booth")
    hour = visitor.locator("#chat li", has_text="Which hour is it?").locator("time")
    expect(hour).to_be_visible(timeout=FAST_MS)
    said = datetime.fromisoformat(hour.get_attribute("datetime") or "")
    there = said.astimezone(ZoneInfo("Europe/Brussels"))
    assert hour.text_content() == f"{there.hour}:{there.minute:02}"
