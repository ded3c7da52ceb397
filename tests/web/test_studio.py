"""The studio in a real browser: with its script, without it, and two people at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from halles.ids import BoothId
from tests.support.browser import opened
from tests.support.files import photograph
from tests.support.page_door import PageDoor
from tests.support.studio import PHRASE, add_editor
from tests.web.test_uploading import unwatched


@contextmanager
def at_work(
    browser: Browser, door: PageDoor, booth: str, name: str, *, script: bool = True, faultless: bool = True
) -> Iterator[Page]:
    login = add_editor(door, booth, name)
    opening = opened if faultless else unwatched
    with opening(browser, f"{door.url}/en/login", java_script_enabled=script) as page:
        page.get_by_label("Login name").fill(login)
        page.get_by_label("Password").fill(PHRASE)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_selector(".me .initial")
        page.goto(f"{door.url}/en/studio")
        page.locator(f"main a[href$='/studio/{booth}']").first.click()
        page.get_by_role("navigation", name="Slots").get_by_role("link", name="Pitch").click()
        page.get_by_role("heading", level=1, name="Pitch").wait_for()
        yield page


def english(page: Page) -> Locator:
    return page.locator("[name='pitch.en']")


def shown(door: PageDoor, booth: str) -> str:
    return door.do(door.opened.services.booths.read(BoothId(booth))).content.pitch.en


@pytest.mark.parametrize("script", [True, False])
def test_an_exhibitor_fills_a_slot_and_publishes_with_and_without_script(
    browser: Browser, page_door: PageDoor, script: bool
) -> None:
    booth = f"studio-{85 + script}"
    with at_work(browser, page_door, booth, "Ana", script=script) as page:
        english(page).fill("Words for everybody")
        page.get_by_role("button", name="Save in the draft").click()
        page.get_by_text("Saved in the draft.").wait_for()
        page.get_by_role("link", name="See it as a visitor").click()
        expect(page.get_by_text("Words for everybody")).to_have_count(1)
        page.get_by_role("link", name="Back to the studio").click()
        assert shown(page_door, booth) != "Words for everybody"
        page.get_by_role("button", name="Publish", exact=True).click()
        page.get_by_text("Published: visitors see it now.").wait_for()
    assert shown(page_door, booth) == "Words for everybody"


def test_leaving_a_field_saves_it_behind_ones_back(browser: Browser, page_door: PageDoor) -> None:
    with at_work(browser, page_door, "studio-87", "Ana") as page:
        english(page).fill("First")
        expect(page.locator("#unsaved")).to_have_text("Not saved yet")
        page.keyboard.press("Tab")
        expect(page.locator("#status")).to_have_text("Saved in the draft.")
        expect(page.locator("#unsaved")).to_have_text("")
        english(page).fill("Second")
        page.keyboard.press("Tab")
        expect(page.locator("[data-revision]").first).to_have_value("2")
        page.reload()
        expect(english(page)).to_have_value("Second")


def test_what_is_written_and_what_publishing_waits_for_are_told_after_each_saving_behind_ones_back(
    browser: Browser, page_door: PageDoor
) -> None:
    with at_work(browser, page_door, "studio-94", "Ana") as page:
        slots = page.get_by_role("navigation", name="Slots")
        pitch = slots.get_by_role("link", name="Pitch").locator(".count")
        written, cells = (int(part) for part in slots.locator(".head span").inner_text().split("/"))
        expect(pitch).to_have_text("3/3")
        expect(page.locator(".bar")).to_contain_text("Visitors see all of it.")
        english(page).fill("")
        page.keyboard.press("Tab")
        expect(pitch).to_have_text("2/3")
        state = page.locator("[data-around='state:pitch.en']")
        expect(state).to_contain_text("Missing Visitors read, marked:")
        expect(slots.locator(".head span")).to_have_text(f"{written - 1} / {cells}")
        expect(slots.locator("meter")).to_have_attribute("value", str(written - 1))
        expect(page.locator("[data-around=side]")).to_contain_text(re.compile(r"English\d+ of \d+ texts"))
        expect(page.locator(".bar")).to_contain_text("1 change that visitors do not see yet.")
        expect(page.locator("#saved")).to_be_visible()
        expect(page.locator("#saved")).to_contain_text("by Ana")
        page.get_by_role("button", name="Later…").or_(page.locator(".later summary")).first.click()
        english(page).fill("Again")
        page.locator("[name='pitch.nl']").focus()
        expect(pitch).to_have_text("3/3")
        expect(state).to_have_text("Written")
        expect(page.locator(".later")).to_have_attribute("open", "")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#status")).to_have_text("Undone: the change by Ana (Pitch).")
        expect(english(page)).to_have_value("")


def test_characters_are_counted_while_one_types_and_too_many_are_not_sent(
    browser: Browser, page_door: PageDoor
) -> None:
    with at_work(browser, page_door, "studio-88", "Ana") as page:
        english(page).fill("x" * 4003)
        count = page.locator(".field", has=page.locator("[name='pitch.en']")).locator("[data-count]")
        expect(count).to_have_text(re.compile(r"^4.?003 / 4.?000$"))
        expect(count).to_have_class(re.compile("over"))
        page.keyboard.press("Tab")
        expect(page.locator("#unsaved")).to_have_text("Not saved yet")
        page.get_by_role("button", name="Save in the draft").click()
        page.get_by_role("alert").get_by_text("3 characters too many.").wait_for()
        expect(english(page)).to_have_value("x" * 4003)


def test_two_people_at_once_see_each_others_words_and_both_are_kept(browser: Browser, page_door: PageDoor) -> None:
    booth = "studio-89"
    with (
        at_work(browser, page_door, booth, "Ana") as ana,
        at_work(browser, page_door, booth, "Bob", script=False) as bob,
    ):
        english(bob).fill("A studio that shows three films")
        english(ana).fill("A studio that shows a series")
        ana.get_by_role("button", name="Save in the draft").click()
        ana.get_by_text("Saved in the draft.").wait_for()
        bob.get_by_role("button", name="Save in the draft").click()
        expect(bob.get_by_role("heading", level=1)).to_have_text("Ana changed the same while you were writing")
        assert bob.locator("ins").count() >= 2
        bob.get_by_role("button", name="Keep both").click()
        both = "A studio that shows a series\n\nA studio that shows three films"
        expect(bob.locator("textarea[name='pitch.en']")).to_have_value(both)


def test_a_clash_met_behind_ones_back_is_said_aloud_at_once_and_leads_to_both_texts(
    browser: Browser, page_door: PageDoor
) -> None:
    booth = "studio-95"
    with (
        at_work(browser, page_door, booth, "Ana", script=False) as ana,
        at_work(browser, page_door, booth, "Bob", faultless=False) as bob,
    ):
        english(ana).fill("A series")
        ana.get_by_role("button", name="Save in the draft").click()
        english(bob).fill("Three films")
        bob.keyboard.press("Tab")
        clash = bob.get_by_role("alert")
        expect(clash).to_contain_text("Somebody else has changed the same field meanwhile.")
        expect(clash).to_be_in_viewport()
        expect(english(bob)).to_have_value("Three films")
        clash.get_by_role("button", name="See both and choose").click()
        expect(bob.get_by_role("heading", level=1)).to_have_text("Ana changed the same while you were writing")
        bob.get_by_role("button", name="Keep both").click()
        expect(bob.locator("textarea[name='pitch.en']")).to_have_value("A series\n\nThree films")


def test_a_picture_that_is_ready_goes_into_the_draft_and_the_page_says_only_that(
    browser: Browser, page_door: PageDoor, tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg").write_bytes(photograph())
    with at_work(browser, page_door, "studio-96", "Ana") as page:
        page.goto(f"{page_door.url}/en/studio/studio-96/slots/poster-9")
        clear = page.get_by_role("button", name="Remove this file")
        expect(clear).to_be_hidden()
        page.locator("[name='panel:poster-9:title.en']").fill("Words just before")
        page.locator("[data-medium$=picture] input[type=file]").set_input_files(tmp_path / "photo.jpg")
        expect(page.locator("#status")).to_have_text("Saved in the draft.")
        expect(page.locator("#unsaved")).to_have_text("")
        expect(page.locator(".upload-now img")).to_have_js_property("naturalWidth", 480)
        expect(clear).to_be_visible()
        page.locator("[name='panel:poster-9:title.en']").type(" and after")
        expect(page.locator("#unsaved")).to_have_text("Not saved yet")
        expect(page.locator("#status")).to_be_hidden()
        page.keyboard.press("Tab")
        expect(page.locator("#status")).to_be_visible()
        page.get_by_role("button", name="Save in the draft").click()
        expect(page.locator("#status")).to_have_text("All of this is in the draft already.")


def test_leaving_with_words_that_are_not_saved_asks_first(browser: Browser, page_door: PageDoor) -> None:
    with at_work(browser, page_door, "studio-90", "Ana") as page:
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        english(page).type("x")
        page.goto(f"{page_door.url}/en/")
        assert asked == ["beforeunload"]


def test_the_picture_follows_what_is_saved_and_the_old_one_stays_until_then(
    browser: Browser, page_door: PageDoor
) -> None:
    with at_work(browser, page_door, "studio-77", "Ana") as page:
        picture = page.locator("#picture")
        expect(picture).to_have_js_property("naturalWidth", 80)
        expect(page.locator("#picture-status")).to_have_text("The draft, as the hall shows it")
        expect(page.locator("#picture-progress")).to_be_hidden()
        english(page).fill("Words that nobody sees in the picture")
        page.keyboard.press("Tab")
        expect(picture).to_have_attribute("src", re.compile(r"/studio-77/picture\.webp\?of=1$"), timeout=15_000)
        expect(picture).to_have_js_property("naturalWidth", 80)


def test_a_file_that_is_refused_leaves_nothing_to_save(browser: Browser, page_door: PageDoor, tmp_path: Path) -> None:
    with at_work(browser, page_door, "studio-91", "Ana", faultless=False) as page:
        page.goto(f"{page_door.url}/en/studio/studio-91/slots/plinth")
        (tmp_path / "huge.glb").write_bytes(bytes(10_000_001))
        page.locator("[data-medium=model] input[type=file]").set_input_files(tmp_path / "huge.glb")
        page.get_by_text("It has 10.1\u00a0MB, at most 10\u00a0MB are taken.").wait_for()
        expect(page.locator("#unsaved")).to_have_text("")


def test_later_opens_above_the_bar_and_publish_stays_where_it_was(browser: Browser, page_door: PageDoor) -> None:
    with at_work(browser, page_door, "studio-91", "Ana", script=False) as page:
        english(page).fill("Soon")
        page.get_by_role("button", name="Save in the draft").click()
        page.get_by_text("Saved in the draft.").wait_for()  # with the bar as it is after that
        page.wait_for_load_state()
        publish, due = page.get_by_role("button", name="Publish", exact=True), page.get_by_label("Day and hour")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            page.locator(".later summary").scroll_into_view_if_needed()
            publish.click(trial=True)  # waits until it stands still
            before = publish.bounding_box()
            page.locator(".later summary").press("Enter")
            due.focus()
            assert publish.bounding_box() == before
            box, below = page.locator(".later form").bounding_box(), page.locator(".bar-acts").bounding_box()
            assert box is not None
            assert below is not None
            assert box["y"] >= 0
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= below["y"]
            page.locator(".later summary").press("Enter")
            expect(due).to_be_hidden()


def test_on_a_phone_ways_and_slots_take_a_line_each_and_show_where_one_is(
    browser: Browser, page_door: PageDoor
) -> None:
    with at_work(browser, page_door, "studio-92", "Ana") as page:
        page.set_viewport_size({"width": 360, "height": 740})
        page.get_by_role("navigation", name="Slots").get_by_role("link", name="Links").click()
        page.get_by_role("heading", level=1, name="Links").wait_for()
        for row in (page.locator(".slots ul"), page.locator(".booth-ways")):
            box, here = row.bounding_box(), row.locator("[aria-current]").bounding_box()
            assert box is not None
            assert here is not None
            assert box["height"] <= 56
            assert box["x"] <= here["x"]
            assert here["x"] + here["width"] <= box["x"] + box["width"] + 1
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_booth_s_file_is_chosen_with_a_button_of_ours_in_the_page_s_language(
    browser: Browser, page_door: PageDoor, tmp_path: Path
) -> None:
    (tmp_path / "stand.zip").write_bytes(bytes(1_234_000))
    with at_work(browser, page_door, "studio-93", "Ana") as page:
        page.goto(f"{page_door.url}/nl/studio/studio-93/file")
        with page.expect_file_chooser() as chooser:
            page.locator(".pick .button").click()
        chooser.value.set_files(tmp_path / "stand.zip")
        expect(page.locator(".pick").get_by_role("status")).to_have_text("stand.zip, 1,2\u00a0MB")
        page.evaluate("addEventListener('submit', (event) => event.preventDefault())")  # a server that never answers
        page.get_by_role("button", name="Inlezen").click()
        expect(page.locator(".pick").get_by_role("status")).to_contain_text("Het bestand wordt gelezen")
        expect(page.get_by_role("progressbar", name="Het bestand wordt gelezen")).to_be_visible()
    with at_work(browser, page_door, "studio-93", "Bob", script=False) as page:
        page.goto(f"{page_door.url}/nl/studio/studio-93/file")
        box = page.locator("input[name=file]").bounding_box()
        assert box is not None
        assert box["width"] > 100
        expect(page.locator(".pick .button")).to_be_hidden()
