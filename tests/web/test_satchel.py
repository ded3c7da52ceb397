"""Taking along in a real browser, with the script: in place, and as the plain form where that does not work."""

from playwright.sync_api import Browser, Route, expect

from halles.world.text import LANGUAGES
from tests.support.booth_people import PASSWORD, newcomer
from tests.support.browser import opened
from tests.support.page_door import PageDoor


def test_a_card_is_taken_in_place_and_by_the_form_where_that_does_not_work(
    browser: Browser, page_door: PageDoor
) -> None:
    login, _ = newcomer(page_door, "Gil")
    booth, other = (f"{page_door.url}/en/booths/{name}" for name in ("studio-15", "studio-16"))
    with opened(browser, f"{page_door.url}/en/login") as page:
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("main form button").click()
        page.wait_for_selector(".me .initial")
        page.goto(booth)
        button = page.get_by_role("button", name="Take Card of Studio 15")
        button.focus()
        page.keyboard.press("Enter")
        link = page.get_by_role("link", name="In your satchel Card of Studio 15")
        expect(link).to_be_focused()
        expect(page.locator("#in-satchel")).to_have_text("(1)")
        assert page.url == booth

        def unreadable(route: Route) -> None:
            """An answer to the script that is none, as a broken proxy gives."""
            script = "application/json" in route.request.headers.get("accept", "")
            route.fulfill(status=200, body="<html>") if script else route.continue_()

        page.route("**/satchel/take", unreadable)
        page.goto(other)
        page.get_by_role("button", name="Take Card of Studio 16").click()
        expect(page.get_by_role("link", name="In your satchel Card of Studio 16")).to_be_visible()
        expect(page.locator("#in-satchel")).to_have_text("(2)")
        assert page.url == f"{other}#documents"


def test_on_a_phone_the_masthead_keeps_to_two_rows_in_every_language(page_door: PageDoor, browser: Browser) -> None:
    login, _ = newcomer(page_door, "Lea", staff_of="studio-07")
    with opened(browser, f"{page_door.url}/fr/login", width=360) as page:
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".me .initial")
        for code in LANGUAGES:
            page.goto(f"{page_door.url}/{code}/booths/studio-07")
            page.evaluate("document.querySelector('#in-satchel').textContent = '(12)'")
            tops = page.locator(".ways a").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
            assert len(tops) == 6
            assert len(set(tops)) == 1, code
