"""An upload as somebody sees it: chosen or dropped, on its way, stopped, refused, ready; and without script."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.browser import opened
from tests.support.files import pdf, photograph
from tests.support.models import png
from tests.support.page_door import LOGIN, PASSWORD, PageDoor


@contextmanager
def unwatched(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """Opens an address where a line is to break, which a browser calls an error."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


@contextmanager
def uploading(
    browser: Browser, door: PageDoor, kind: str = "picture", *, script: bool = True, faultless: bool = True
) -> Iterator[Page]:
    """Opens the page of a booth on which a file is sent, for somebody who may."""
    opening = opened if faultless else unwatched
    with opening(browser, f"{door.url}/fr/login", java_script_enabled=script) as page:
        page.locator("#login").fill(LOGIN)
        page.locator("#password").fill(PASSWORD)
        page.locator("main form button").click()
        page.wait_for_selector(".me .initial")
        page.goto(f"{door.url}/fr/booths/studio-07/upload?kind={kind}&field=panel:poster-1:picture")
        yield page


def saved(folder: Path, data: bytes, name: str = "photo.jpg") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_a_chosen_picture_is_sent_shown_and_taken_along(browser: Browser, page_door: PageDoor, tmp_path: Path) -> None:
    with uploading(browser, page_door) as page:
        page.locator("input[type=file]").set_input_files(saved(tmp_path, photograph()))
        expect(page.locator("main").get_by_role("status")).to_have_text("Le nouveau fichier est prêt.")
        expect(page.locator(".upload-way")).to_be_hidden()
        shown = page.locator(".upload-now img")
        assert page.evaluate("image => image.decode().then(() => image.naturalWidth)", shown.element_handle()) == 480
        page.get_by_role("button", name="Continuer avec ce fichier").click()
        assert re.search(r"/fr/booths/studio-07\?field=panel%3Aposter-1%3Apicture&media=[0-9a-f]{64}\.webp$", page.url)


def test_a_refused_file_leaves_the_old_one_and_says_reason_and_limit_by_the_field(
    browser: Browser, page_door: PageDoor, tmp_path: Path
) -> None:
    with uploading(browser, page_door) as page:
        field = page.locator("input[type=file]")
        field.set_input_files(saved(tmp_path, photograph()))
        expect(page.locator("main").get_by_role("status")).to_have_text("Le nouveau fichier est prêt.")
        before = page.locator("input[name=media]").input_value()
        field.set_input_files(saved(tmp_path, png(60_000, 60_000), "bomb.png"))
        problem = page.locator("#upload-media-problem p:visible")
        expect(problem).to_contain_text("Ce fichier n’est pas accepté")
        expect(problem).to_contain_text("soit 3\u202f600 millions\u202f; 24 millions sont admis au plus")
        assert page.locator("input[name=media]").input_value() == before
        field.set_input_files(saved(tmp_path, pdf(), "book.png"))
        expect(problem).to_contain_text("Nous ne pouvons pas lire cette image")
        page.get_by_text("Détail technique, en anglais").click()
        expect(page.get_by_text("a document, and a picture is wanted here")).to_be_visible()


def test_a_film_on_its_way_says_how_far_and_can_be_stopped(
    browser: Browser, page_door: PageDoor, tmp_path: Path
) -> None:
    data = b"\0\0\0\x20ftypisom" + bytes(3_000_000)
    with uploading(browser, page_door, "film") as page:
        held: list[Route] = []

        def hold(route: Route) -> None:
            if route.request.method == "PUT" and route.request.headers.get("upload-offset") != "0":
                held.append(route)
            else:
                route.continue_()

        page.route("**/api/uploads/*", hold)
        page.locator("input[type=file]").set_input_files(saved(tmp_path, data, "film.mp4"))
        expect(page.locator("[data-said=sending]")).to_contain_text(
            re.compile(r"263\u202fko sur 3,0\u202fMo, encore \d+\s*s")
        )
        bar = page.get_by_role("progressbar", name="Envoi du fichier")
        assert float(bar.get_attribute("value") or 0) == pytest.approx(8.7, abs=0.3)
        page.get_by_role("button", name="Arrêter").click()
        expect(page.locator("main").get_by_role("status")).to_have_text("Arrêté. Rien n’a changé.")
        expect(page.locator(".upload-way")).to_be_hidden()
        assert page.locator("input[name=media]").input_value() == ""


def test_a_line_that_breaks_is_taken_up_again(browser: Browser, page_door: PageDoor, tmp_path: Path) -> None:
    data = photograph(1600, 1200, "PNG", compress_level=0)
    assert len(data) > 3_000_000
    with uploading(browser, page_door, faultless=False) as page:
        broken: list[str] = []

        def breaks(route: Route) -> None:
            if route.request.method == "PUT" and len(broken) < 2 and route.request.headers.get("upload-offset") != "0":
                broken.append(route.request.headers["upload-offset"])
                route.abort()
            else:
                route.continue_()

        page.route("**/api/uploads/*", breaks)
        page.locator("input[type=file]").set_input_files(saved(tmp_path, data, "photo.png"))
        expect(page.locator("main").get_by_role("status")).to_have_text("Le nouveau fichier est prêt.", timeout=20_000)
        assert len(broken) == 2


def test_the_field_is_reached_and_named_for_those_who_do_not_see_it(browser: Browser, page_door: PageDoor) -> None:
    with uploading(browser, page_door, "document") as page:
        field = page.get_by_label("Choisir un fichier · Document")
        field.focus()
        assert page.evaluate("document.activeElement.type") == "file"
        takes = page.locator(f"#{(field.get_attribute('aria-describedby') or '').split()[0]}")
        expect(takes).to_contain_text(re.compile(r"PDF, 20\s*Mo et 60 pages au plus"))


def test_without_script_a_form_sends_the_file(browser: Browser, page_door: PageDoor, tmp_path: Path) -> None:
    with uploading(browser, page_door, script=False) as page:
        assert not page.locator(".upload").is_visible()
        page.locator("#file").set_input_files(saved(tmp_path, photograph()))
        page.get_by_role("button", name="Envoyer le fichier").click()
        page.wait_for_selector("a.iron")
        assert "media=" in (page.locator("a.iron").get_attribute("href") or "")
