"""What exhibitors and visitors type is shown as text: nothing of it runs, in any field, on any page."""

import uuid
from typing import Final

from playwright.sync_api import Browser, Page

from halles.ids import AccountId, BoothId, RequestId
from halles.world.booth import NAME_CAP, TITLE_CAP, BoothEdit, Change
from halles.world.roles import Role
from halles_server.services.actor import Actor
from tests.support.browser import opened
from tests.support.page_door import LOGIN, PASSWORD, PageDoor
from tests.support.studio import PHRASE, add_editor, fresh_booth

BOOTH: Final = BoothId("studio-44")

SLOTS: Final = ("pitch", "links", "posters", "team", "documents")

PAYLOADS: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "<iframe srcdoc='<script>alert(1)//'>",
    "<a href=javascript:alert(1)>x</a>",
    "--><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "javascript:alert(1)//%0Aalert(1)",
)


def hostile(payload: str) -> BoothEdit:
    """Puts a payload into every text of a booth, in every language."""
    changes = [Change("name", payload[:NAME_CAP]), Change("team:0:name", payload[:NAME_CAP])]
    for code in ("fr", "nl", "en"):
        changes += [
            Change("pitch", payload, code),
            Change("panel:poster-1:title", payload[:TITLE_CAP], code),
            Change("panel:poster-1:text", payload, code),
            Change("panel:poster-1:alt", payload, code),
            Change("panel:screen:title", payload[:TITLE_CAP], code),
            Change("panel:screen:alt", payload, code),
            Change("link:0:label", payload[:TITLE_CAP], code),
            Change("opening", payload, code),
            Change("model_title", payload[:TITLE_CAP], code),
            Change("team:0:line", payload[:TITLE_CAP], code),
            Change("document:0:title", payload[:TITLE_CAP], code),
        ]
    changes.append(Change("link:0:url", f"https://example.org/{payload.replace(' ', '')}"))
    return BoothEdit(tuple(changes))


async def _edit(door: PageDoor, payload: str, booth: BoothId = BOOTH) -> None:
    services = door.opened.services
    _, account = await services.admission.open_login(LOGIN, PASSWORD, "127.0.0.1")
    actor = Actor(AccountId(account.account), None, account.name, Role.ORGANISER, "fr")
    revision = (await services.booths.read(booth)).revision
    await services.booths.edit(actor, RequestId(uuid.uuid4().bytes), booth, revision, hostile(payload))


def test_no_payload_runs_in_any_text_of_a_booth_or_query(browser: Browser, page_door: PageDoor) -> None:
    with opened(browser, f"{page_door.url}/fr/") as page:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        hall = page_door.do(page_door.opened.services.booths.read(BOOTH)).hall
        elsewhere = ("/nl/booths", f"/en/halls/{hall}", f"/fr/enter?place=booth:{BOOTH}")
        for i, payload in enumerate(PAYLOADS):
            page_door.do(_edit(page_door, payload))
            for path in (f"/fr/booths/{BOOTH}", elsewhere[i % 3]):
                _read(page, page_door.url + path)
                assert page.get_by_text(payload[:NAME_CAP].strip()).count() > 0, (path, payload)
        for payload in PAYLOADS:
            page.goto(f"{page_door.url}/fr/booths")
            page.locator("#q").fill(payload)
            page.keyboard.press("Enter")
            page.wait_for_url("**q=**")
            assert page.locator("#q").input_value() == payload
        assert dialogs == []


def _read(page: Page, url: str) -> None:
    """Opens a page and clicks and hovers what may be dangerous."""
    page.goto(url)
    scripts = page.evaluate("() => [...document.scripts].filter(s => !s.src).length")
    assert scripts == 0
    attributes = "() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).map(a => a.name)"
    assert not [name for name in page.evaluate(attributes) if name.startswith("on") or name == "srcdoc"]
    assert page.evaluate("() => [...document.links].filter(a => a.protocol === 'javascript:').length") == 0


def test_no_payload_runs_in_the_studio_where_it_is_typed_compared_and_previewed(
    browser: Browser, page_door: PageDoor
) -> None:
    booth = BoothId(fresh_booth())
    login = add_editor(page_door, booth, "Ana")  # the other account opens a login for each of its edits
    with opened(browser, f"{page_door.url}/fr/login") as page:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.locator("#login").fill(login)
        page.locator("#password").fill(PHRASE)
        page.locator("main form button").click()
        page.wait_for_selector(".me .initial")
        for payload in PAYLOADS:
            page_door.do(_edit(page_door, payload, booth))
            for path in (*(f"/slots/{slot}" for slot in SLOTS), "/revisions?from=0", "/preview"):
                _read(page, f"{page_door.url}/fr/studio/{booth}{path}")
            page.goto(f"{page_door.url}/fr/studio/{booth}/slots/pitch")
            assert page.locator("[name='pitch.fr']").input_value() == payload
        assert dialogs == []
