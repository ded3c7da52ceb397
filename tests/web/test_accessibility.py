"""Pages as axe-core, a phone, large text, print and forced colours meet them."""

import re
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page
from starlette.routing import Route

from halles.ids import BoothId, HallId, LiveSessionId, RequestId, VisitId
from halles.world.live_acts import GiveFloor, RaiseHand, ShowPage, Step
from halles.world.look import Look
from halles.world.roles import Role, StaffRole
from halles.world.sanctions import SanctionKind
from halles_server.hall.recent import Evidence, Heard, Path
from halles_server.ports.reports import Wish
from halles_server.ports.sanctions import Known, Order
from halles_server.ports.standing import SHOW
from halles_server.ports.visits import VisitRecord
from halles_server.services.actor import Actor
from halles_server.services.admission import digest
from halles_server.services.sanctions import Whom
from halles_server.storage.visits import Visits
from halles_server.web import app
from halles_server.web.actors import actor_of
from tests.support import live
from tests.support.axe import judged
from tests.support.browser import Scheme, opened
from tests.support.live import Planned
from tests.support.page_door import LOGIN, PASSWORD, PageDoor
from tests.support.planning import furnished

HOUSE: Final[list[Any]] = []
"""What the browser keeps of the organiser's login."""


def as_it_opens(page: Page) -> None:
    """Nothing is done on the page."""


def at_a_chapter_for_the_house(page: Page) -> None:
    as_the_house(page)
    page.get_by_role("button", name="0:00").last.click()
    page.wait_for_selector(".chapters [aria-current]")


def with_a_ticket(page: Page) -> None:
    page.locator("#name").fill("Zoë")
    page.locator("main form button").click()
    page.wait_for_selector("#ticket")


def with_a_refused_name(page: Page) -> None:
    page.locator("#name").fill("…")
    page.locator("main form button").click()
    page.wait_for_selector("#name-problem")


def with_a_refused_login(page: Page) -> None:
    log_in(page, "nobody", "wrong")
    page.wait_for_selector("[role=alert]")


def as_the_house(page: Page) -> None:
    """Logs in with the form where nobody has yet: the others are the same visit to the pages."""
    if page.locator(".me .initial").count():
        return
    address = page.url
    if HOUSE:
        page.context.add_cookies(HOUSE)
    else:
        page.goto(re.sub(r"(//[^/]+)/.*", r"\1/fr/login", address))
        log_in(page, LOGIN, PASSWORD)
        page.wait_for_selector(".me .initial")
        HOUSE.extend(page.context.cookies())
    page.goto(address)
    page.wait_for_selector(".me .initial")


def for_the_team(page: Page) -> None:
    as_the_house(page)
    page.wait_for_selector(".upload label")


def with_a_refused_text(page: Page) -> None:
    as_the_house(page)
    page.locator("textarea").first.fill("x" * 4001)
    page.locator(".save .button").click()
    page.wait_for_selector("#problems")


def with_a_conflict(page: Page) -> None:
    as_the_house(page)
    page.locator("textarea").first.fill("Ceci vient en premier")
    page.locator(".save .button").click()
    page.wait_for_selector(".notice:not(:empty)")
    page.goto(page.url.partition("?")[0])
    page.locator("#slot-form [name=revision]").evaluate("field => { field.value = 0; }")
    page.locator("textarea").first.fill("Ceci vient plus tard")
    page.locator(".save .button").click()
    page.wait_for_selector(".conflict")


def with_both_texts(page: Page) -> None:
    as_the_house(page)
    page.locator("[name=revision]").evaluate("field => { field.value = 9; }")
    page.locator("#purpose-fr").fill("Un autre thème")
    page.locator(".card.stack .button").click()
    page.wait_for_selector("#group-problem dd")


def with_rows(page: Page) -> None:
    as_the_house(page)
    page.locator("[name='team:0:name']").fill("Équipe 1")
    page.locator(".save .button").click()
    page.wait_for_selector(".notice:not(:empty)")
    page.locator(".later summary").click()


def log_in(page: Page, login: str, password: str) -> None:
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.locator("main form button").click()


def with_a_good_code(page: Page) -> None:
    page.locator("#code").fill(CODES[0])
    page.locator("main form button").click()
    page.wait_for_selector("#new-login")


def with_a_bad_code(page: Page) -> None:
    page.locator("#code").fill("0000")
    page.locator("main form button").click()
    page.wait_for_selector("[role=alert]")


def with_a_new_code(page: Page) -> None:
    as_the_house(page)
    page.locator("main form button.iron").click()
    page.wait_for_selector("#code")


def with_a_refused_entry(page: Page) -> None:
    as_the_house(page)
    page.locator("#title-fr").fill("Rien")
    page.locator("#day").fill("2020-01-01")
    page.locator("main form button.iron").click()
    page.wait_for_selector("#time-problem")


def under_sanctions(page: Page) -> None:
    address = page.url
    page.goto(re.sub("/sanctions", "/login", address))
    log_in(page, "sami", PASSWORD)
    page.wait_for_selector(".me .initial")
    page.goto(address)
    page.wait_for_selector("textarea")


def with_things_in_it(page: Page) -> None:
    address = page.url
    as_the_house(page)
    for booth in ("studio-46", "studio-47"):
        page.goto(re.sub("/satchel", f"/booths/{booth}", address))
        button = page.locator("form.take button")
        if button.count():
            button.last.click()
            page.wait_for_selector(".takes .taken")
    page.goto(f"{address}?out=1&full=1")
    page.wait_for_selector(".satchel")


def with_a_sent_report(page: Page) -> None:
    page.locator("#text").fill("…")
    page.locator("main form button").click()
    page.wait_for_selector("#own, #problem")


def for_its_staff(page: Page) -> None:
    address = page.url
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/fr/login", address))
    log_in(page, "clara", PASSWORD)
    page.wait_for_selector(".me .initial")
    page.goto(address)


def with_the_words_shown(page: Page) -> None:
    as_the_house(page)
    page.locator("details summary").last.click()


def without_being_present(page: Page) -> None:
    # This door has no world behind it, where the console would be present by itself.
    page.add_init_script(
        "document.addEventListener('readystatechange',"
        " () => document.querySelector('#arrive')?.removeAttribute('data-begins'))"
    )
    as_the_house(page)


def with_its_keys(page: Page) -> None:
    without_being_present(page)
    page.locator("#keys").evaluate("dialog => dialog.showModal()")


def with_a_refused_sanction(page: Page) -> None:
    as_the_house(page)
    page.locator("[name=kind][value=ban]").check()
    page.locator("[name=reason]").select_option("own")
    page.locator("[value=give]").click()
    page.wait_for_selector("#refused")


def with_the_sanction_dialog(page: Page) -> None:
    without_being_present(page)
    page.locator("[data-list=hands] a[data-judge]").first.click()
    page.wait_for_selector("dialog .will-read")


Act = Callable[[Page], None]

PLACES: Final[tuple[tuple[str, Act], ...]] = (
    ("/fr/", as_it_opens),
    ("/nl/booths", as_it_opens),
    ("/fr/booths?q=studoi+07", as_it_opens),
    ("/nl/booths?q=xqzwvkj", as_it_opens),
    ("/en/booths?q=image", as_it_opens),
    ("/fr/booths?q=valenc", as_it_opens),
    ("/fr/halls/lille", as_it_opens),
    ("/en/booths/pole-images", as_it_opens),
    ("/en/booths/studio-07", as_it_opens),
    ("/fr/booths/studio-07/panels/poster-1", as_it_opens),
    ("/fr/booths/studio-07/upload?kind=film", for_the_team),
    ("/fr/enter?place=booth:studio-07", as_it_opens),
    ("/nl/enter", with_a_refused_name),
    ("/fr/enter?hall=lille", with_a_ticket),
    ("/nl/login", as_it_opens),
    ("/fr/login", with_a_refused_login),
    ("/en/login", as_the_house),
    ("/en/accessibility", as_it_opens),
    ("/fr/conduct", as_it_opens),
    ("/fr/live/replayed/replay", at_a_chapter_for_the_house),
    ("/nl/live/replayed", as_the_house),
    ("/en/console/replayed", without_being_present),
    ("/fr/booths/studio-07/card", as_it_opens),
    ("/fr/booths/studio-07/meetings", as_it_opens),
    ("/fr/booths/studio-07", as_the_house),
    ("/nl/satchel", as_it_opens),
    ("/fr/satchel", with_things_in_it),
    ("/fr/satchel/take?booth=studio-07", as_it_opens),
    ("/fr/me/card", as_it_opens),
    ("/nl/me/consents", as_it_opens),
    ("/en/me/erase", as_it_opens),
    ("/fr/me/data.json", as_it_opens),
    ("/fr/me/agenda", as_it_opens),
    ("/fr/me/agenda/1.ics", as_it_opens),
    ("/fr/studio/studio-07/leads", as_it_opens),
    ("/fr/studio/studio-07/leads/1", as_it_opens),
    ("/fr/studio/studio-07/meetings", as_it_opens),
    ("/fr/studio/studio-07/numbers", as_it_opens),
    ("/fr/live/on-air", as_it_opens),
    ("/nl/live/on-air", as_the_house),
    ("/fr/console/on-air", without_being_present),
    ("/nl/console/on-air", with_its_keys),
    ("/en/console/on-air", as_it_opens),
    ("/fr/console/on-air", with_the_sanction_dialog),
    ("/fr/moderation/sanction?live=on-air&key=vlive-Eve", as_the_house),
    ("/nl/moderation/sanction?live=on-air&key=vlive-Eve", with_a_refused_sanction),
    ("/fr/moderation/sanctions", as_the_house),
    ("/nl/moderation/sanctions/1", as_the_house),
    ("/fr/moderation/appeals", as_the_house),
    ("/nl/moderation/roles", as_the_house),
    ("/fr/live/closed", as_it_opens),
    ("/fr/programme", as_it_opens),
    ("/nl/programme/debate", as_it_opens),
    ("/fr/programme/off.ics", as_it_opens),
    ("/fr/programme/debate/edit", as_the_house),
    ("/fr/programme/debate/material?kind=film", as_the_house),
    ("/nl/programme/replayed/conclusion", as_the_house),
    ("/fr/programme/new", with_a_refused_entry),
    ("/fr/groups", as_the_house),
    ("/en/groups/web", with_both_texts),
    ("/fr/halls/valenciennes", as_it_opens),
    ("/fr/announcements", as_the_house),
    ("/fr/me/blocked", as_the_house),
    ("/fr/sanctions", under_sanctions),
    ("/nl/sanctions", as_it_opens),
    ("/fr/nowhere", as_it_opens),
    ("/fr/studio", as_it_opens),
    ("/fr/studio", as_the_house),
    ("/fr/studio/studio-83", as_the_house),
    ("/fr/studio/studio-83/slots/pitch", with_a_refused_text),
    ("/fr/studio/studio-84/slots/pitch", with_a_conflict),
    ("/fr/studio/studio-83/slots/team", with_rows),
    ("/fr/studio/studio-83/slots/posters", as_the_house),
    ("/fr/studio/studio-83/slots/screen", as_the_house),
    ("/fr/studio/studio-83/revisions", as_the_house),
    ("/fr/studio/studio-83/preview", as_the_house),
    ("/fr/studio/studio-83/file", as_the_house),
    ("/fr/studio/studio-83/file/booth.zip", as_it_opens),
    ("/fr/me/tokens", as_the_house),
    ("/nl/me/tokens", as_it_opens),
    ("/nl/invitation", as_it_opens),
    ("/fr/invitation", with_a_good_code),
    ("/en/invitation", with_a_bad_code),
    ("/fr/invitations", with_a_new_code),
    ("/nl/studio/studio-45/staff", as_the_house),
    ("/fr/studio/studio-45/host", as_the_house),
    ("/fr/studio/studio-45/bell", as_the_house),
    ("/en/studio/studio-45/bell", as_it_opens),
    ("/fr/report?about=booth:studio-45", as_it_opens),
    ("/nl/report", with_a_sent_report),
    ("/fr/reports", as_the_house),
    ("/nl/reports/1", with_the_words_shown),
    ("/fr/reports/2", as_the_house),
    ("/en/reports", as_it_opens),
    ("/fr/studio/studio-45/taken-down", as_the_house),
    ("/fr/studio/studio-45/taken-down", for_its_staff),
)
"""Every page, and what a page becomes when something is refused, found by nobody, or given."""

SEEN: Final = (
    HallId("lille"),
    Evidence(
        (Heard(1_000_000, VisitId("v-bo"), "Bo", Role.GUEST, "nearby", "des mots"),),
        tuple(
            Path(VisitId(f"visit-{name}"), name, ((2, 3.0 * i, 1.0), (1, 3.0 * i, 4.0)))
            for i, name in enumerate(("Ada", "Bo", "Cy"))
        ),
    ),
)
"""What goes with a report."""

CODES: list[str] = []
"""Codes that are good while these tests run."""

in_every_place = pytest.mark.parametrize(
    ("path", "act"), PLACES, ids=[f"{path} {act.__name__}" for path, act in PLACES]
)


@pytest.fixture(scope="module", autouse=True)
def staff(page_door: PageDoor) -> None:
    """A booth with staff, an invitation, and rings in every state."""
    services, booth = page_door.opened.services, BoothId("studio-45")

    async def furnish() -> None:
        invitations, bell = services.invitations, services.doorbell
        account = await services.admission.create_account("clara", "Clara", Role.EXHIBITOR, PASSWORD, "fr")
        await invitations.join(await invitations.invite_as_operator(booth, StaffRole.EDITOR), account, "192.0.2.1")
        CODES.append(await invitations.invite_as_operator(booth, StaffRole.LEAD))
        clara = Actor(account.account, None, account.name, account.role, "fr")
        for name in ("Ada", "Bo", "Cy"):
            guest = Actor(None, VisitId(f"visit-{name}"), name, Role.GUEST, "nl")
            ring = (await bell.ring(guest, RequestId(uuid4().bytes), booth)).number
            if name == "Bo":
                await bell.answer(clara, RequestId(uuid4().bytes), ring)
            elif name == "Cy":
                await bell.cancel(guest, ring)
        sami = await services.admission.create_account("sami", "Sami", Role.VISITOR, PASSWORD, "fr")
        operator = await services.admission.create_account("operator", "Op", Role.OPERATOR, PASSWORD, "fr")
        decider = Actor(operator.account, None, operator.name, operator.role, "fr")
        for kind in (SanctionKind.SILENCE, SanctionKind.HOLD):
            order = Order(kind, SHOW, 60, "Vous criez.")
            given = await services.sanctions.give(decider, RequestId(uuid4().bytes), Whom(account=sami.account), order)
        known = Known(sami.account)
        await services.sanctions.appeal(known, RequestId(uuid4().bytes), given.number, "Ce n’était pas moi.")
        await services.staffing.say_back(clara, RequestId(uuid4().bytes), booth, 90)
        host = await services.admission.create_account("fleur", "Fleur", Role.MODERATOR, PASSWORD, "fr")
        planned = Planned(
            LiveSessionId("replayed"),
            "hainaut",
            "spare",
            hosts=(host.account,),
            speakers=(account.account,),
            in_minutes=999,
        )
        async with page_door.opened.database.connection() as connection:
            await live.record(services, connection, planned)
        await services.reports.make(guest, RequestId(uuid4().bytes), Wish("booth", booth, "hate", "Voilà."), SEEN)
        eve = VisitRecord(
            VisitId("live-Eve"), None, 0, "Eve", Role.GUEST, "nl", Look(), False, HallId("lille"), 0, 0, 0, 0, 0, (),
            "192.0.2.1",
        )  # fmt: skip
        await Visits(page_door.opened.database, resume_s=60, unseen_s=5).open(eve, digest("resume Eve"))
        await services.reports.make(guest, RequestId(uuid4().bytes), Wish("person", eve.visit, "hate", "Voilà."), SEEN)
        house = await services.admission.create_account("mona", "Mona", Role.MODERATOR, PASSWORD, "fr")
        mona = Actor(house.account, None, house.name, house.role, "fr")
        await services.take_down.take(mona, RequestId(uuid4().bytes), booth, "pitch", "Sur plainte.")

    page_door.do(furnish())
    page_door.do(furnished(page_door.opened.database))


@pytest.fixture(scope="module", autouse=True)
def debate(page_door: PageDoor) -> None:
    """A live session that goes on, with a slide, captions, hands, and somebody who speaks; and one for others."""
    services, session = page_door.opened.services, LiveSessionId("on-air")

    async def furnish() -> None:
        async with page_door.opened.database.connection() as connection:
            document = await live.store_document(connection, pages=2)
            await live.plan(
                connection, Planned(session, "valenciennes", in_minutes=2000, materials=((document, "Diapos"),))
            )
            closed = Planned(LiveSessionId("closed"), "valenciennes", access="invited", in_minutes=2200)
            await live.plan(connection, closed)
        house = await services.admission.create_account("regie", "Régie", Role.MODERATOR, PASSWORD, "fr")
        host = actor_of(house)
        guests = [Actor(None, VisitId(f"live-{name}"), name, Role.GUEST, "nl") for name in ("Dee", "Eve", "Flo")]
        for act in (Step("open-doors"), Step("start"), ShowPage(0, 2)):
            await services.live.act(host, RequestId(uuid4().bytes), session, act)
        for guest in guests:
            await services.live.act(guest, RequestId(uuid4().bytes), session, RaiseHand())
        await services.live.act(host, RequestId(uuid4().bytes), session, GiveFloor("vlive-Dee", 600))
        await services.live.say_caption(host, RequestId(uuid4().bytes), session, "fr", "Une phrase de sous-titre.")

    page_door.do(furnish())


@in_every_place
def test_no_page_scrolls_sideways_and_axe_finds_nothing_at_any_width_scheme_or_size_of_text(
    browser: Browser, page_door: PageDoor, axe: str, path: str, act: Act
) -> None:
    with opened(browser, page_door.url + path, cookies=HOUSE if act is as_the_house else ()) as page:
        act(page)
        assert judged(page, axe) == []


def test_every_page_that_the_server_has_is_among_those_checked(page_door: PageDoor) -> None:
    addresses = [re.sub(r"^/\w\w/", "/fr/", path).partition("?")[0] for path, _ in PLACES]
    routes = app.build(page_door.opened.services, page_door.opened.config).routes
    pages = [route for route in routes if isinstance(route, Route) and route.path.startswith("/fr/")]
    read = [route for route in pages if "GET" in (route.methods or ())]
    assert len(read) >= 8
    for route in read:
        assert any(route.path_regex.fullmatch(address) for address in addresses), route.path


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
