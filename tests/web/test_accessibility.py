"""Pages as axe-core, a phone, large text, print and forced colours meet them."""

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Scheme, opened
from tests.support.page_door import PageDoor

PAGES = (
    "/fr/",
    "/nl/booths",
    "/fr/booths?q=studoi+07",
    "/fr/halls/lille",
    "/en/booths/pole-images",
    "/en/booths/studio-07",
    "/fr/enter?place=booth:studio-07",
    "/nl/login",
    "/en/accessibility",
    "/fr/conduct",
    "/fr/nowhere",
)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

RUN_AXE = """async tags => {
    const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
    return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`));
}"""

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_at_any_width_or_scheme(browser: Browser, page_door: PageDoor, axe: str, path: str) -> None:
    found: list[str] = []
    for scheme in ("light", "dark"):
        # bypass_csp: the page forbids every script but ours, and axe is not ours.
        with opened(browser, page_door.url + path, scheme=scheme, bypass_csp=True) as page:
            page.evaluate(axe)
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 900})
                found += [f"{scheme} {width} {row}" for row in page.evaluate(RUN_AXE, RULES)]
    assert found == []


@pytest.mark.parametrize("path", PAGES[:-1])
def test_no_page_scrolls_sideways_on_a_phone_nor_with_text_twice_as_large(
    browser: Browser, page_door: PageDoor, path: str
) -> None:
    with opened(browser, page_door.url + path, width=360) as page:
        assert page.evaluate(WIDER) <= 0
        page.evaluate("() => document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate(WIDER) <= 0
        page.set_viewport_size({"width": 1280, "height": 900})
        assert page.evaluate(WIDER) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_and_print_keep_every_booth_readable(
    browser: Browser, page_door: PageDoor, scheme: Scheme
) -> None:
    with opened(browser, f"{page_door.url}/fr/halls/hainaut", scheme=scheme, forced_colors="active") as page:
        assert page.locator(".rows a").first.is_visible()
        page.emulate_media(media="print", forced_colors="none")
        assert page.locator(".rows a").first.is_visible()
        assert not page.locator(".mast nav").first.is_visible()
        background = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(255, 255, 255)"


def test_nothing_moves_for_those_who_asked_for_stillness(browser: Browser, page_door: PageDoor) -> None:
    with opened(browser, f"{page_door.url}/fr/", reduced_motion="reduce") as page:
        moving = page.evaluate(
            "() => [...document.querySelectorAll('*')].filter(e => {const s = getComputedStyle(e);"
            " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0}).length"
        )
    assert moving == 0


def test_pages_are_light_on_requests_nodes_and_other_servers(browser: Browser, page_door: PageDoor) -> None:
    with opened(browser, "about:blank") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in ("/fr/", "/nl/booths", "/fr/halls/lille", "/en/booths/pole-images"):
            asked.clear()
            page.goto(page_door.url + path, wait_until="networkidle")
            assert all(url.startswith(page_door.url) for url in asked)
            assert len([url for url in asked if "/media/" not in url]) <= 10
            assert page.evaluate("() => document.querySelectorAll('*').length") <= 1500


def test_pages_read_without_their_script(browser: Browser, page_door: PageDoor) -> None:
    with opened(browser, f"{page_door.url}/en/enter", java_script_enabled=False) as page:
        page.get_by_label("Your name in the halls").fill("Ada")
        page.get_by_role("button", name="Get my ticket").click()
        assert page.locator("#ticket").inner_text()
