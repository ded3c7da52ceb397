"""A visitor with nothing but a keyboard finds a booth from the root and reads it, in a real browser."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import opened
from tests.support.page_door import PageDoor

FOCUS = """() => {
    const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
    return {
        text: it.textContent.trim() || it.getAttribute("aria-label") || it.name || "",
        tag: it.tagName,
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""

TABS_CAP = 200


@pytest.fixture
def root(browser: Browser, page_door: PageDoor) -> Iterator[Page]:
    with opened(browser, f"{page_door.url}/", locale="fr-BE") as page:
        yield page


def tab_to(page: Page, text: str) -> None:
    """Presses Tab until what has the focus begins with a text; the ring must be seen all the way."""
    for _ in range(TABS_CAP):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if here["tag"] == "BODY":
            break
        assert here["ring"], here
        assert here["inView"], here
        if here["text"].startswith(text):
            return
    raise AssertionError(f"no Tab leads to {text!r}")


def test_a_booth_is_read_from_the_root_with_the_keyboard_alone(root: Page) -> None:
    assert root.url.endswith("/fr/")
    tab_to(root, "Valenciennes Métropole")
    root.keyboard.press("Enter")
    root.wait_for_url("**/fr/halls/valenciennes")
    slot = root.locator(".list-side .rows a").first.inner_text().split()[0]
    tab_to(root, slot)
    root.keyboard.press("Enter")
    root.wait_for_url("**/fr/booths/*")
    assert root.locator("h1").inner_text()
    assert root.locator(".pitch").inner_text()
    tab_to(root, "Nederlands")
    root.keyboard.press("Enter")
    root.wait_for_url("**/nl/booths/*")
    assert root.locator("html").get_attribute("lang") == "nl"


def test_the_slash_leads_to_the_search_which_forgives_typing_errors(root: Page) -> None:
    root.keyboard.press("/")
    root.keyboard.type("walimage")
    root.keyboard.press("Enter")
    root.wait_for_url("**/fr/booths?q=walimage")
    tab_to(root, root.locator(".rows a", has_text="Wallimage").text_content() or "")
    root.keyboard.press("Enter")
    root.wait_for_url("**/fr/booths/wallimage")
    assert root.locator("h1").inner_text() == "Wallimage"


def test_pictures_are_seen_and_described(root: Page, page_door: PageDoor) -> None:
    root.goto(f"{page_door.url}/fr/booths/pole-images", wait_until="networkidle")
    root.mouse.wheel(0, 4000)
    root.wait_for_load_state("networkidle")
    pictures = root.locator("main img")
    assert pictures.count() == 7
    for i in range(7):
        assert pictures.nth(i).get_attribute("alt")
        pictures.nth(i).scroll_into_view_if_needed()
        root.wait_for_function("i => document.querySelectorAll('main img')[i].naturalWidth > 300", arg=i)


@pytest.mark.parametrize("kind", ["posters", "screen"])
def test_a_picture_is_seen_large_on_a_page_that_leads_back_to_the_booth(
    root: Page, page_door: PageDoor, kind: str
) -> None:
    root.goto(f"{page_door.url}/en/booths/pole-images")
    link = root.locator(f".{kind} a.picture").first
    described = link.locator("img").get_attribute("alt") or ""
    link.focus()
    root.keyboard.press("Enter")
    root.wait_for_url("**/en/booths/pole-images/panels/*")
    large = root.get_by_role("img", name=described, exact=True)
    assert described
    assert large.evaluate("async it => { await it.decode(); return it.width }") > 600
    assert root.locator("main h1").inner_text()
    tab_to(root, "Back to the booth")
    root.keyboard.press("Enter")
    root.wait_for_url("**/en/booths/pole-images")


def test_the_skip_link_is_the_first_stop_and_leads_past_the_masthead(root: Page) -> None:
    root.keyboard.press("Tab")
    assert root.evaluate(FOCUS)["text"] == "Aller au contenu"
    root.keyboard.press("Enter")
    root.keyboard.press("Tab")
    assert root.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_tab_follows_the_order_in_which_the_page_is_read(root: Page) -> None:
    seen: list[float] = []
    root.keyboard.press("Tab")
    for _ in range(40):
        root.keyboard.press("Tab")
        place = root.evaluate(
            "() => { const b = document.activeElement.getBoundingClientRect();"
            " return document.activeElement === document.body ? null : b.top + scrollY }"
        )
        if place is None:
            break
        seen.append(place)
    assert len(seen) > 10
    assert all(later >= earlier - 60 for earlier, later in pairwise(seen))


def test_a_ticket_is_taken_and_copied_by_hand(root: Page, page_door: PageDoor) -> None:
    root.goto(f"{page_door.url}/en/booths/studio-07")
    root.get_by_role("link", name="Open in 3D").click()
    root.get_by_label("Your name in the halls").fill("Zoë")
    root.keyboard.press("Enter")
    root.wait_for_selector("#ticket")
    ticket = root.locator("#ticket").inner_text()
    assert len(ticket) == 43
    assert ticket not in root.url
    root.context.grant_permissions(["clipboard-read", "clipboard-write"])
    root.locator("[data-copy=ticket]").click()
    assert root.evaluate("() => navigator.clipboard.readText()") == ticket


def test_after_a_refused_login_the_focus_is_in_the_password_and_the_reason_described(
    root: Page, page_door: PageDoor
) -> None:
    root.goto(f"{page_door.url}/en/login")
    root.get_by_label("Login name").fill("nobody")
    root.get_by_label("Password").fill("wrong")
    root.keyboard.press("Enter")
    root.wait_for_selector("[role=alert]")
    focused = root.locator(":focus")
    assert focused.get_attribute("id") == "password"
    assert focused.get_attribute("aria-invalid") == "true"
    reason = root.locator(f"#{focused.get_attribute('aria-describedby')}")
    assert "Name or password is wrong." in reason.inner_text()
    assert root.get_by_label("Login name").input_value() == "nobody"


def test_list_and_plan_light_together(root: Page, page_door: PageDoor) -> None:
    root.goto(f"{page_door.url}/fr/halls/lille")
    row = root.locator(".rows li[data-slot]").first
    row.hover()
    slot = row.get_attribute("data-slot")
    assert "lit" in (root.locator(f"svg [data-slot={slot}]").get_attribute("class") or "")


def test_the_plans_of_the_halls_are_of_one_height_and_one_scale(browser: Browser, page_door: PageDoor) -> None:
    with opened(browser, f"{page_door.url}/fr/") as page:
        plans = page.locator(".halls .small-plan")
        boxes = [plan.bounding_box() for plan in plans.all()]
        views = {plan.get_attribute("viewBox") or "" for plan in plans.all()}
    assert len(boxes) == 3
    assert len({(round(box["y"]), round(box["height"])) for box in boxes if box}) == 1
    assert len({tuple(view.split()[2:]) for view in views}) == 1
