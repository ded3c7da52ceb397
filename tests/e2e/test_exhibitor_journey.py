"""From an invitation to a published booth in three languages, in a real browser, while a 3D client stands there.

Everything is real: server and database, the media worker, Chromium, and the client's window, whose pictures prove what
a visitor sees. The exhibitor knows nothing but what the pages say.
"""

import io
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from halles.ids import BoothId
from halles.world.roles import Role
from tests.support import films, models
from tests.support.browser import browser, opened
from tests.support.postgres import demo_url, postgres
from tests.support.serving import RunningServer, real_server

__all__ = ["browser", "demo_url", "postgres"]

BOOTH, HALL = "studio-08", "lille"
FIFTEEN_MINUTES_S = 900.0
HEARD_S = 1.0
PASSWORD = "une phrase assez longue"
TEXTS = {
    "fr": "Nous fabriquons des décors que l’on traverse.",
    "nl": "Wij maken decors waar u doorheen loopt.",
    "en": "We build sets that one walks through.",
}
GREEN, RED, BLUE = (30, 200, 60), (210, 40, 30), (40, 60, 220)


@pytest.fixture(scope="module")
def server(demo_url: str) -> Iterator[RunningServer]:
    with real_server(demo=True, database_url=demo_url) as running:
        running.do(
            lambda inside: inside.services.admission.create_account(
                "organisatrice", "Organisatrice 1", Role.ORGANISER, PASSWORD, "fr"
            )
        )
        yield running


class Standing:
    """The 3D client at the booth."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process, self._folder = process, folder

    def sees(self, revision: int) -> tuple[float, Image.Image]:
        """Waits for a revision; returns the seconds until it was heard of, and the picture then."""
        file = self._folder / f"{revision}.png"
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(revision, file, file=self._process.stdin, flush=True)
        heard = float(self._process.stdout.readline().split()[0])
        with Image.open(file) as picture:
            return heard, picture.convert("RGB")


@contextmanager
def standing(server: RunningServer, folder: Path) -> Iterator[Standing]:
    command = [sys.executable, "-m", "tests.support.standing_client", f"{server.world}#{HALL}/{BOOTH}", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        try:
            yield Standing(process, folder)
        finally:
            process.kill()


def revision_of(server: RunningServer) -> int:
    return server.do(lambda inside: inside.services.booths.read(BoothId(BOOTH))).revision


def share_of(picture: Image.Image, colour: tuple[int, int, int]) -> float:
    """How much of a picture is about one colour."""
    pixels = np.asarray(picture, dtype=np.int16)
    return float((np.abs(pixels - colour).max(axis=2) < 40).mean())


def painted(folder: Path, name: str, colour: tuple[int, int, int]) -> Path:
    Image.new("RGB", (900, 1350), colour).save(folder / f"{name}.png")
    return folder / f"{name}.png"


def paper(folder: Path) -> Path:
    out = io.BytesIO()
    pages = [Image.new("RGB", (595, 842), "white") for _ in range(3)]
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    (folder / "dossier.pdf").write_bytes(out.getvalue())
    return folder / "dossier.pdf"


def invited(page: Page, server: RunningServer) -> str:
    """The organiser makes a code."""
    page.goto(f"{server.url}/fr/login")
    page.fill("#login", "organisatrice")
    page.fill("#password", PASSWORD)
    page.click(".narrow .button")
    page.goto(f"{server.url}/fr/invitations")
    page.select_option("#booth", BOOTH)
    page.select_option("#role", "lead")
    page.click(".narrow form .iron.button")
    return page.locator("code").first.inner_text()


def fill_three(page: Page, field: str, texts: dict[str, str]) -> None:
    for language, text in texts.items():
        page.fill(f"[name='{field}.{language}']", text)


def save(page: Page) -> None:
    page.click(".save .iron.button")
    page.wait_for_url("**done=*")


def upload(page: Page, field: str, file: Path) -> None:
    """Chooses a file as a person does, and waits until it is ready."""
    place = page.locator(f"[data-medium='{field}']")
    before = place.locator(f"input[name='{field}']").input_value()
    place.locator("input[type=file]").set_input_files(file)
    page.wait_for_function(
        "([field, before]) => document.querySelector(`input[name='${field}']`).value !== before",
        arg=[field, before],
        timeout=60_000,
    )


def publish(page: Page) -> None:
    page.click(".bar-acts .amber.button")
    page.wait_for_url("**done=published*")


def test_from_an_invitation_to_a_booth_that_visitors_see(
    server: RunningServer, browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, f"{server.url}/fr/", locale="fr-BE") as page:
        code = invited(page, server)
    began = time.monotonic()
    with (
        standing(server, tmp_path) as visitor,
        opened(browser, f"{server.url}/fr/invitation", locale="fr-BE") as page,
    ):
        before = revision_of(server)
        _, old = visitor.sees(before)
        page.fill("#code", code.lower())
        page.click(".narrow .iron.button")
        page.fill("#new-login", "equipe-2")
        page.fill("#new-name", "Équipe 2")
        page.fill("#new-password", PASSWORD)
        page.click("text=Créer mon compte")
        page.wait_for_url(f"**/fr/studio/{BOOTH}*")

        studio = f"{server.url}/fr/studio/{BOOTH}"
        page.goto(f"{studio}/slots/pitch")
        fill_three(page, "pitch", TEXTS)
        save(page)
        page.goto(f"{studio}/slots/screen")
        fill_three(page, "panel:screen:title", {"fr": "Le film", "nl": "De film", "en": "The film"})
        upload(page, "panel:screen:picture", painted(tmp_path, "screen", GREEN))
        save(page)
        for number, colour in ((1, RED), (2, BLUE)):
            slot = f"poster-{number}"
            page.goto(f"{studio}/slots/{slot}")
            fill_three(page, f"panel:{slot}:title", {"fr": "Affiche", "nl": "Affiche", "en": "Poster"})
            fill_three(page, f"panel:{slot}:alt", {"fr": "Une couleur", "nl": "Een kleur", "en": "A colour"})
            upload(page, f"panel:{slot}:picture", painted(tmp_path, slot, colour))
            save(page)
        page.goto(f"{studio}/slots/documents")
        documents = page.locator("input[name$=':media']").count()
        fill_three(page, f"document:{documents - 1}:title", {"fr": "Dossier", "nl": "Map", "en": "File"})
        upload(page, f"document:{documents - 1}:media", paper(tmp_path))
        save(page)

        publish(page)
        heard, shown = visitor.sees(before + 1)
        assert heard <= HEARD_S
        for colour in (GREEN, RED, BLUE):
            assert share_of(shown, colour) > share_of(old, colour) + 0.002, colour

        page.goto(f"{studio}/slots/screen")
        upload(page, "film", films.write(tmp_path / "film.mp4"))
        save(page)
        page.goto(f"{studio}/slots/plinth")
        (tmp_path / "model.glb").write_bytes(models.glb(4))
        upload(page, "model", tmp_path / "model.glb")
        save(page)
        publish(page)
        heard, moving = visitor.sees(before + 2)
        assert heard <= HEARD_S
        assert np.abs(np.asarray(moving, dtype=np.int16) - np.asarray(shown, dtype=np.int16)).max() > 60
        assert time.monotonic() - began <= FIFTEEN_MINUTES_S

        for language, text in TEXTS.items():
            page.goto(f"{server.url}/{language}/booths/{BOOTH}")
            assert text in page.locator(".pitch").inner_text()
            assert page.locator(".pitch.elsewhere").count() == 0
            link = page.locator(".rows.tall a[href$='.pdf']").first.get_attribute("href")
            answer = page.request.get(f"{server.url}{link}")
            assert answer.body().startswith(b"%PDF")
