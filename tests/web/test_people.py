"""Who is here, in a crowd: the list stays short, the plan one element, and staff stand first."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from halles_server.web.shelf import Shelf
from tests.support.browser import opened
from tests.support.page_door import PageDoor

CROWD: Final = 2500

MAKE: Final = """async ([rosterAt, peopleAt, planAt, crowd]) => {
    const [{ Roster }, { PeopleList }, { LivePlan }] =
        await Promise.all([rosterAt, peopleAt, planAt].map(one => import(one)));
    const roster = new Roster();
    roster.entered({ number: 1, x: 0, y: 0 });
    roster.came(Array.from({ length: crowd }, (_, i) => ({
        number: i + 1, visit: `v${i}`, name: `Visitor ${i + 1}`, role: i % 50 ? "guest" : "exhibitor", language: "fr",
        bot: i % 7 === 0, look: { coat: i % 12 }, x: (i % 50) * 70 - 1700, y: Math.floor(i / 50) * 100 - 2500,
    })));
    document.querySelector("#live").hidden = false;
    const list = new PeopleList(document.querySelector("#people"), roster, 12);
    const plan = new LivePlan(document.querySelector("svg[data-shift]"), roster);
    list.refresh();
    plan.refresh();
    return { near: roster.near(12).length, booths: [...plan.atBooths().values()].reduce((a, b) => a + b, 0) };
}"""


@pytest.fixture
def page(browser: Browser, page_door: PageDoor) -> Iterator[Page]:
    with opened(browser, f"{page_door.url}/en/halls/lille") as page:
        yield page


def crowded(page: Page, page_door: PageDoor, crowd: int) -> dict[str, Any]:
    shelf = Shelf(page_door.opened.services.scenes)
    names = ("roster.js", "people.js", "plan.js")
    told: dict[str, Any] = page.evaluate(MAKE, [*map(shelf.address, names), crowd])
    return told


def test_a_full_hall_is_listed_in_a_hundred_rows_and_counted_whole(page: Page, page_door: PageDoor) -> None:
    told = crowded(page, page_door, CROWD)
    assert told["near"] > 100
    assert 0 < told["booths"] < CROWD
    assert page.locator("#people li").count() == 100
    assert page.locator("#people h2 span").inner_text() == "2,499"
    assert page.locator("#people .note").inner_text() == "and 2,399 more"
    assert page.locator("#people li .end").first.inner_text() in ("exhibitor", "robot")
    assert page.locator(".people").evaluate("it => it.getAttribute('d').split('M').length - 1") == CROWD - 1
    assert page.evaluate("() => document.querySelectorAll('*').length") <= 1500


def test_those_near_come_first_with_staff_before_visitors_and_numbers_in_their_order(
    page: Page, page_door: PageDoor
) -> None:
    crowded(page, page_door, 60)
    assert page.locator("#people h3").all_inner_texts() == ["Near you 27", "In the hall 32"]
    names = page.locator("#people li b").all_inner_texts()
    assert names[:4] == ["Visitor 51", "Visitor 2", "Visitor 3", "Visitor 4"]
    assert names[27] == "Visitor 19"
