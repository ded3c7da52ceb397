"""Announcements and blocking as two guests meet them in real browsers."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from halles.world.roles import Role
from halles.world.text import Text
from halles_server import bootstrap
from halles_server.services.actor import Actor
from tests.support.axe import judged
from tests.support.live_pages import HALL, LOGIN, come_in, say
from tests.support.serving import RunningServer
from tests.support.staff import request


def announce(server: RunningServer, text: Text) -> None:
    async def act(opened: bootstrap.Server) -> None:
        found = await opened.services.admission.open_login(LOGIN, "une longue phrase", "127.0.0.1")
        actor = Actor(found[1].account, None, found[1].name, Role.ORGANISER, "en")
        await opened.services.announcing.announce(actor, request(), "hall", "lille", text)

    server.do(act)


def test_an_announcement_is_said_at_the_strip_and_noted_in_the_chat_and_two_who_block_each_other_see_and_read_nothing(
    pages: Callable[..., Page], live_server: RunningServer, axe: str
) -> None:
    ada, bo = pages(HALL, bypass_csp=True, width=360), pages(HALL)
    come_in(ada, "Ada")
    come_in(bo, "Bo")
    announce(live_server, Text(fr="On <commence>."))
    expect(ada.locator("#announced")).to_contain_text("On <commence>. (in French only)")
    expect(ada.locator("#announced").get_by_text("On <commence>.", exact=True)).to_be_visible()
    expect(ada.locator("#chat [role=log]")).to_contain_text("On <commence>.")
    say(bo, "Before it")
    expect(ada.locator("#chat [role=log]")).to_contain_text("Before it")
    people = ada.locator("#people")
    for link, about in (
        ("Report what Bo said", "About something that this person said: Bo."),
        ("Report Bo", "About Bo."),
    ):
        with ada.expect_popup() as opened_form:
            ada.get_by_role("link", name=link, exact=True).click()
        expect(opened_form.value.locator("main form")).to_contain_text(about)
        opened_form.value.close()
    people.get_by_role("button", name="Block Bo", exact=True).click()
    expect(people.get_by_role("heading", name="Blocked by you")).to_be_visible()
    expect(people.get_by_role("button", name="Unblock Bo")).to_be_visible()
    expect(ada.locator("#chat [role=log]")).not_to_contain_text("Before it")
    assert judged(ada, axe) == []
    expect(bo.locator("#people")).not_to_contain_text("Ada")
    say(bo, "Not heard")
    say(ada, "Heard by oneself")
    expect(ada.locator("#chat [role=log]")).to_contain_text("Heard by oneself")
    expect(ada.locator("#chat [role=log]")).not_to_contain_text("Not heard")
    people.get_by_role("button", name="Unblock Bo").click()
    expect(people.get_by_role("heading", name="Blocked by you")).to_have_count(0)
    say(bo, "Heard again")
    expect(ada.locator("#chat [role=log]")).to_contain_text("Heard again")
