"""Pages of those who are logged in, in a real browser: for axe, on a phone, without the script, and with it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from halles.ids import AccountId, BoothId
from halles.world.roles import Role
from halles_server.services.actor import Actor
from halles_server.services.offered import Services
from tests.support.axe import judged
from tests.support.booth_people import PASSWORD, browsing, newcomer, request_id, send
from tests.support.browser import opened
from tests.support.files import sound
from tests.support.hosts import box, recording
from tests.support.media import pieces
from tests.support.page_door import PageDoor

BOOTH: Final = BoothId("studio-32")
CARD, SLOTS, CONSENTS, AGENDA = f"/booths/{BOOTH}/card", f"/booths/{BOOTH}/meetings", "/me/consents", "/me/agenda"
STUDIO: Final = f"/studio/{BOOTH}"


@dataclass(frozen=True, slots=True)
class Show:
    """Two people with all that pages can show of them, and what a browser keeps of who has logged in."""

    door: PageDoor
    visitor: str
    staff: str
    lead: str
    logged_in: dict[str, Any] = field(default_factory=dict)


async def recorded(services: Services, account: AccountId, voice: bytes) -> None:
    """Records somebody of the staff, who then gives their voice."""
    actor = Actor(account, None, "Équipe du stand", Role.VISITOR, "fr")
    found = await services.booths.read(BOOTH)
    replay = recording(box(found.hall, found.slot))
    number = await services.host_replays.keep(actor, request_id(), BOOTH, replay, consent=True)
    upload = await services.uploads.begin(actor, BOOTH, "sound", len(voice))
    sent = await services.uploads.append(actor, upload.id, 0, pieces(voice))
    await services.host_replays.attach(actor, BOOTH, number, sent.media)


@pytest.fixture(scope="module")
def show(page_door: PageDoor, tmp_path_factory: pytest.TempPathFactory) -> Show:
    visitor, _ = newcomer(page_door, "Visiteuse au nom assez long")
    staff, account = newcomer(page_door, "Équipe du stand", staff_of=BOOTH)
    page_door.do(recorded(page_door.opened.services, account, sound(tmp_path_factory.mktemp("voice"), seconds=3.0)))
    numbers = page_door.opened.services.numbers
    for kind, count in (("passed", 180), ("stopped", 24), ("opened", 3), ("rang", 7)):
        numbers.count(BOOTH, kind, "fr", count)
    page_door.do(numbers.store())
    with browsing(page_door, visitor) as guest, browsing(page_door, staff) as host:
        card = {"name": "Visiteuse", "organisation": "École supérieure", "mail": "visiteuse@example.org", "booth": ""}
        send(guest, "/fr/me/card", "/fr/me/card", **card)
        for booth in (BOOTH, "studio-33", "studio-34"):
            page = f"/fr/booths/{booth}/card"
            assert send(guest, page, page, purpose="contact", mail="on", organisation="on").status_code == 303
        day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        opening = {"day": day, "from": "10:00", "to": "13:00", "minutes": "30", "host": account}
        assert send(host, f"/fr{STUDIO}/meetings", f"/fr{STUDIO}/meetings/open", **opening).status_code == 303
        for act in ("confirm", ""):
            slot = guest.get(f"/fr{SLOTS}").text.split('name="slot" value="')[1].partition('"')[0]
            assert send(guest, f"/fr{SLOTS}", f"/fr{SLOTS}", slot=slot, subject="Un film\nà deux").status_code == 303
            meetings = host.get(f"/fr{STUDIO}/meetings").text
            meeting = meetings.split(f"{STUDIO}/meetings/")[1].partition('"')[0]
            if act:
                answer = f"/fr{STUDIO}/meetings/{meeting}"
                assert send(host, f"/fr{STUDIO}/meetings", answer, act=act, word="Avec plaisir").status_code == 303
        leads = host.get(f"/fr{STUDIO}/leads").text
        lead = leads.split(f"{STUDIO}/leads/")[1].partition('"')[0]
        path = f"/fr{STUDIO}/leads/{lead}"
        send(host, path, f"{path}/tag", tag="coproduction")
        send(host, path, f"{path}/note", text="Cherche un partenaire\npour un court métrage.")
        send(host, f"/fr{STUDIO}/leads", f"/fr{STUDIO}/leads/export")
    return Show(page_door, visitor, staff, lead)


@contextmanager
def as_somebody(browser: Browser, show: Show, login: str, path: str, **options: Any) -> Iterator[Page]:
    """Opens a page as somebody who has logged in."""
    if login not in show.logged_in:
        with opened(browser, f"{show.door.url}/fr/login") as page:
            page.locator("#login").fill(login)
            page.locator("#password").fill(PASSWORD)
            page.locator("main form button").click()
            page.wait_for_selector(".me .initial")
            show.logged_in[login] = page.context.cookies()
    with opened(browser, show.door.url + path, cookies=show.logged_in[login], **options) as page:
        yield page


def as_it_opens(page: Page) -> None:
    """Nothing is done on the page."""


def with_the_menu_open(page: Page) -> None:
    page.locator(".me summary").click()


def with_a_card_withdrawn(page: Page) -> None:
    page.locator(".ledger form button").first.click()
    page.wait_for_selector(".ledger .gone")


def with_a_secret_address(page: Page) -> None:
    page.locator("main form[action$='/feed'] button").click()
    page.wait_for_selector("#feed-address")


def with_wrong_hours(page: Page) -> None:
    page.locator("#to").fill("09:00")
    page.locator("form[action$='/open'] button").click()
    page.wait_for_selector("#open-problem")


def without_a_note(page: Page) -> None:
    page.locator("#note").fill(" ")
    page.locator("form[action$='/note'] button").click()
    page.wait_for_selector("#note-problem")


Act = Callable[[Page], None]

PLACES: Final[tuple[tuple[str, str, Act], ...]] = (
    ("visitor", "/fr/me/card", as_it_opens),
    ("visitor", f"/nl{CARD}", as_it_opens),
    ("visitor", f"/fr/booths/{BOOTH}", with_the_menu_open),
    ("visitor", "/en/me/consents", as_it_opens),
    ("visitor", "/fr/me/consents", with_a_card_withdrawn),
    ("visitor", "/nl/me/erase", as_it_opens),
    ("visitor", f"/fr{SLOTS}", as_it_opens),
    ("visitor", "/fr/me/agenda", with_a_secret_address),
    ("staff", "/nl/me/agenda", as_it_opens),
    ("staff", f"/fr/booths/{BOOTH}", as_it_opens),
    ("staff", f"/fr{STUDIO}/leads", as_it_opens),
    ("staff", f"/nl{STUDIO}/leads?q=nobody", as_it_opens),
    ("staff", f"/fr{STUDIO}/leads/LEAD", without_a_note),
    ("staff", f"/en{STUDIO}/meetings", with_wrong_hours),
    ("staff", f"/fr{STUDIO}/numbers", as_it_opens),
    ("staff", f"/fr{STUDIO}/host", as_it_opens),
    ("staff", "/nl/me/consents", as_it_opens),
)

in_every_place = pytest.mark.parametrize(
    ("who", "path", "act"), PLACES, ids=[f"{who} {path} {act.__name__}" for who, path, act in PLACES]
)


def place(browser: Browser, show: Show, who: str, path: str, **options: Any) -> Any:
    login = show.staff if who == "staff" else show.visitor
    return as_somebody(browser, show, login, path.replace("LEAD", show.lead), **options)


@in_every_place
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    browser: Browser, show: Show, axe: str, who: str, path: str, act: Act
) -> None:
    with place(browser, show, who, path) as page:
        act(page)
        assert judged(page, axe) == []


def test_the_button_says_how_much_it_gives(browser: Browser, show: Show) -> None:
    with place(browser, show, "visitor", f"/fr{CARD}") as page:
        button = page.locator("main form button")
        assert button.inner_text() == "Donner 3 informations à Studio 32"
        page.locator("input[name=mail]").uncheck()
        assert button.inner_text() == "Donner 2 informations à Studio 32"
        page.locator("input[name=organisation]").uncheck()
        assert button.inner_text() == "Donner 1 information à Studio 32"


@pytest.mark.parametrize(
    ("zone", "said"), [("Europe/Paris", False), ("America/New_York", True), ("Pacific/Auckland", True)]
)
def test_where_the_readers_clock_differs_both_hours_are_said(
    browser: Browser, show: Show, zone: str, said: bool
) -> None:
    with place(browser, show, "visitor", "/fr/me/agenda", timezone_id=zone) as page:
        first = page.locator(".when").first.inner_text()
    assert bool(re.search(r" \((\w+\. )?\d+\u00a0h\u00a0\d\d pour vous\)$", first)) is said
    assert first.startswith("10\u00a0h\u00a000")


def test_a_card_is_given_withdrawn_and_given_back_without_the_script(browser: Browser, show: Show) -> None:
    with place(browser, show, "visitor", "/fr/booths/studio-35/card", java_script_enabled=False) as page:
        page.get_by_role("button", name="Donner ma carte").click()
        assert "a votre carte depuis" in page.locator("main").inner_text()
        page.get_by_role("link", name="La voir ou la retirer").click()
        row = page.locator(".ledger tr", has_text="Studio 35")
        row.get_by_role("button", name="Retirer").click()
        assert "Carte retirée à Studio 35." in page.locator("main [role=status]").inner_text()
        row.get_by_role("button", name="Annuler").click()
        assert row.get_by_role("button", name="Retirer").is_visible()


def test_a_slot_is_asked_for_and_cancelled_without_the_script(browser: Browser, show: Show) -> None:
    with place(browser, show, "visitor", f"/fr{SLOTS}", java_script_enabled=False) as page:
        page.locator("input[name=slot]").last.check()
        page.get_by_label("De quoi vous voulez parler").fill("Sans script")
        page.get_by_role("button", name="Demander ce créneau").click()
        asked = page.locator(".meetings li", has_text="Sans script")
        assert "en attente de réponse" in asked.inner_text()
        asked.get_by_role("button", name="Annuler le rendez-vous").click()
        assert "Le créneau est de nouveau libre" in page.locator("main [role=status]").first.inner_text()


def test_the_keyboard_alone_opens_the_menu_and_follows_it(browser: Browser, show: Show) -> None:
    with place(browser, show, "visitor", "/fr/booths") as page:
        page.locator(".me summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/fr/me/agenda")
