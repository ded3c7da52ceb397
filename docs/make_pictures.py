"""Makes the pictures of docs/exhibit.*.md, docs/visit.*.md and docs/moderate.*.md by walking through the pages as people do.

Called as python docs/make_pictures.py, in about a minute. It starts a server of its own with the demonstration on free
ports and in a folder that is thrown away, needs Chromium and playwright as the tests do, and writes docs/pictures/*.webp.
What is typed here is from the demonstration (facts of the launch) or plainly a placeholder; nobody is named.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
POSTERS = ROOT / "assets" / "demo" / "posters"
BIN = Path(sys.executable).parent

BOOTH = "pole-images"
PASSWORD = "une phrase assez longue"
ZONE = "Europe/Brussels"
WIDTH, SCALE = 1280, 1.25
"""Of the window in points, and the picture's points to one of them: sharp on a dense screen, small in the tree."""
QUALITY = 80
MARGIN = 16
"""Points around a part of a page."""
LANGUAGES = ("fr", "nl", "en")

OPENING = {
    "fr": "Du lundi au vendredi, de 10\u202fh à 16\u202fh. Sonnez\u202f: quelqu’un de l’équipe vient.",
    "nl": "Van maandag tot vrijdag, van 10 tot 16 uur. Bel aan: er komt iemand van het team.",
}
CALL = {"fr": "L’appel à projets", "nl": "De projectoproep", "en": "The call for projects"}
REEL = {"fr": "Une bobine de film", "nl": "Een filmspoel", "en": "A reel of film"}
ROLE = {"fr": "Ingénierie d’affaires", "nl": "Business engineer", "en": "Business engineer"}
FIRST = "Le Pôle Images réunit le cinéma, l’audiovisuel, les jeux vidéo et les mondes virtuels, sur trois sites."
LIVE = "demo-coproductions"
QUESTIONS = (
    ("fr", "Un webdocumentaire peut-il être déposé par une école ?"),
    ("nl", "Kan een Belgische partner mee indienen?"),
    ("en", "Can a project be filed in English?"),
)
SECOND = "Le Pôle Images réunit près de 100 entreprises, 12 écoles et 6 laboratoires de recherche, sur trois sites."


@dataclass(frozen=True)
class Show:
    """A running server, and a browser that looks at it."""

    browser: Browser
    url: str
    data: Path

    def page(self, login: str = "", *, height: int = 900) -> Page:
        """Opens a window of its own, in which somebody has logged in."""
        context = self.browser.new_context(
            viewport={"width": WIDTH, "height": height},
            device_scale_factor=SCALE,
            locale="fr-BE",
            timezone_id=ZONE,
            reduced_motion="reduce",
        )
        page = context.new_page()
        if login:
            page.goto(f"{self.url}/fr/login")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("main form .button")
            page.wait_for_selector(".me .initial")
        return page

    def at(self, path: str, language: str = "fr") -> str:
        """Returns the address of a page."""
        return f"{self.url}/{language}{path}"

    def account(self, login: str, name: str, role: str) -> None:
        """Adds somebody, as an operator does."""
        command = [str(BIN / "halles-server"), "account", "add", login, "--name", name, "--role", role]
        subprocess.run(command, input=PASSWORD, text=True, check=True, env=_environment(self.data), timeout=120)


def main() -> None:
    """Walks through everything once, in the order in which the pictures need each other."""
    with tempfile.TemporaryDirectory(prefix="halles-pictures-") as folder, _show(Path(folder)) as show:
        show.account("organisation", "Organisation", "organiser")
        for number in (1, 2, 3):
            show.account(f"visite-{number}", f"Visite {number}", "visitor")
        lead = _invited(show)
        _filled(show, lead, Path(folder))
        other = _colleague(show, lead)
        _conflict(show, lead, other)
        _published(show, lead)
        _slots_opened(show, lead)
        visitor = _visited(show)
        _answered(show, lead, visitor)
        _away(show, lead)
        _conducted(show)
    for file in sorted(PICTURES.glob("*.webp")):
        print(f"{file.relative_to(ROOT)} {file.stat().st_size / 1000:.0f} kB")


# --- the exhibitor --------------------------------------------------------------------------------------------


def _invited(show: Show) -> Page:
    """The organiser makes a code; the exhibitor types it and has an account."""
    organiser = show.page("organisation")
    organiser.goto(show.at("/invitations"))
    organiser.select_option("#booth", BOOTH)
    organiser.select_option("#role", "lead")
    organiser.click("main form .iron.button")
    code = organiser.locator("#code").inner_text()
    lead = show.page()
    for language in LANGUAGES:
        lead.goto(show.at("/invitation", language))
        lead.fill("#code", code)
        lead.click("main form .iron.button")
        lead.wait_for_selector("#new-login")
        if language == "fr":
            keep(lead, "invitation", lead.locator("main .narrow"))
    lead.goto(show.at("/invitation"))
    lead.fill("#code", code)
    lead.click("main form .iron.button")
    _joined(lead, "equipe-1", "Équipe 1")
    return lead


def _joined(page: Page, login: str, name: str) -> None:
    page.fill("#new-login", login)
    page.fill("#new-name", name)
    page.fill("#new-password", PASSWORD)
    page.locator("form", has=page.locator("#new-login")).locator("button").click()
    page.wait_for_url(f"**/studio/{BOOTH}*")


def _filled(show: Show, lead: Page, folder: Path) -> None:
    """Fills the slots; one language of the opening notes stays empty, to show what visitors read instead."""
    _slot(show, lead, "opening", {f"opening.{code}": text for code, text in OPENING.items()})
    for language in LANGUAGES:
        lead.goto(_studio(show, "/slots/opening", language))
        keep(lead, f"studio-{language}")
    _slot(show, lead, "screen", {}, ("film", _film(folder)))
    _slot(show, lead, "plinth", _three("model_title", REEL), ("model", ROOT / "assets/demo/models/reel.glb"))
    _slot(show, lead, "documents", _three("document:0:title", CALL), ("document:0:media", _paper(folder)))
    lead.goto(_studio(show, "/slots/documents"))
    lead.locator("[data-medium='document:0:media'] input[type=file]").set_input_files(_too_much(folder))
    lead.wait_for_selector("[data-code]:not([hidden])")
    keep(lead, "refused", lead.locator(".row-group").first)
    _slot(show, lead, "team", {"team:0:name": "Équipe 1", **_three("team:0:line", ROLE)})


def _slot(show: Show, page: Page, slot: str, texts: dict[str, str], file: tuple[str, Path] | None = None) -> None:
    page.goto(_studio(show, f"/slots/{slot}"))
    for field, text in texts.items():
        page.fill(f"[name='{field}']", text)
    if file is not None:
        field, path = file
        page.locator(f"[data-medium='{field}'] input[type=file]").set_input_files(path)
        filled = "field => document.querySelector(`input[name='${field}']`).value !== ''"
        page.wait_for_function(filled, arg=field, timeout=90_000)
    page.click(".save .iron.button")
    page.wait_for_url("**done=*")


def _three(field: str, texts: dict[str, str]) -> dict[str, str]:
    return {f"{field}.{language}": text for language, text in texts.items()}


def _colleague(show: Show, lead: Page) -> Page:
    """The lead invites an editor."""
    lead.goto(_studio(show, "/staff"))
    lead.select_option("#role", "editor")
    lead.click("form.card .iron.button")
    code = lead.locator("#code").inner_text()
    other = show.page()
    other.goto(show.at("/invitation"))
    other.fill("#code", code)
    other.click("main form .iron.button")
    _joined(other, "equipe-2", "Équipe 2")
    lead.goto(_studio(show, "/staff"))
    keep(lead, "staff", lead.locator("main .narrow"))
    return other


def _conflict(show: Show, lead: Page, other: Page) -> None:
    """Both write the same text; who is slower sees both and keeps both."""
    for page in (lead, other):
        page.goto(_studio(show, "/slots/pitch"))
    other.fill("[name='pitch.fr']", SECOND)
    other.click(".save .iron.button")
    other.wait_for_url("**done=*")
    lead.fill("[name='pitch.fr']", FIRST)
    lead.click(".save .iron.button")
    lead.wait_for_selector(".conflict")
    keep(lead, "conflict", lead.locator(".conflict"))
    lead.click(".conflict button[value=mine]")
    lead.wait_for_url("**done=*")


def _published(show: Show, lead: Page) -> None:
    """Compares, looks, and publishes."""
    lead.goto(_studio(show, "/revisions?from=0&to=8"))
    keep(lead, "revisions", lead.locator("main .middle"), most=560)
    lead.goto(_studio(show, "/preview"))
    keep(lead, "preview")
    lead.goto(_studio(show, "/slots/pitch"))
    lead.click(".bar-acts .amber.button")
    lead.wait_for_url("**done=published*")


def _slots_opened(show: Show, lead: Page) -> None:
    lead.goto(_studio(show, "/meetings"))
    lead.fill("#day", str(datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=3)))
    lead.fill("#from", "10:00")
    lead.fill("#to", "12:00")
    lead.locator("form", has=lead.locator("#day")).locator("button").click()
    lead.wait_for_selector(".done:not(:empty)")


def _answered(show: Show, lead: Page, visitor: Page) -> None:
    """The lead reads leads, adds a tag and a note, and confirms a meeting."""
    lead.goto(_studio(show, "/leads"))
    lead.locator(".ledger a").first.click()
    lead.fill("#tag", "webdoc")
    lead.locator("form", has=lead.locator("#tag")).locator("button").click()
    lead.wait_for_selector(".tags li")
    lead.goto(_studio(show, "/leads"))
    keep(lead, "leads", lead.locator("main"))
    lead.goto(_studio(show, "/meetings"))
    keep(lead, "meetings", lead.locator("main .narrow"), most=560)
    lead.locator("button[value=confirm]").first.click()
    lead.wait_for_selector(".done:not(:empty)")
    visitor.goto(show.at("/me/agenda"))
    keep(visitor, "agenda", visitor.locator("main .narrow"), most=460)


def _away(show: Show, lead: Page) -> None:
    """Somebody says when they are back."""
    lead.goto(_studio(show, "/bell"))
    lead.select_option("#minutes", "90")
    lead.locator("form", has=lead.locator("#minutes")).locator("button").click()
    lead.wait_for_selector(".is-back")
    keep(lead, "bell", lead.locator("main .narrow"))


# --- the visitor ----------------------------------------------------------------------------------------------


def _visited(show: Show) -> Page:
    """Three visitors find the booth, give their card and ask for a slot."""
    for number in (3, 2, 1):
        page = show.page(f"visite-{number}")
        page.goto(show.at("/me/card"))
        page.fill("#card-organisation", f"École 0{number} (démonstration)")
        page.fill("#card-mail", f"visite-{number}@exemple.invalid")
        page.click("main form .iron.button")
        page.wait_for_selector(".done:not(:empty)")
        page.goto(show.at(f"/booths/{BOOTH}/card"))
        page.locator("input[name=purpose]").nth(number % 2).check()
        if number == 1:
            for language in LANGUAGES:
                page.goto(show.at(f"/booths/{BOOTH}/card", language))
                keep(page, f"card-{language}", page.locator("main .narrow"))
        page.click("main form .iron.button")
        page.wait_for_selector("[role=status]")
    page.goto(show.at("/booths?q=studoi+07"))
    keep(page, "search", most=400)
    page.goto(show.at(f"/booths/{BOOTH}"))
    keep(page, "booth")
    page.goto(show.at(f"/booths/{BOOTH}/meetings"))
    page.locator("input[name=slot]").nth(1).check()
    page.fill("#subject", "Déposer un dossier de webdocumentaire")
    keep(page, "slots", page.locator("main .narrow"))
    page.click("main form .iron.button")
    page.wait_for_url("**/agenda*")
    page.goto(show.at("/me/consents"))
    keep(page, "consents", page.locator("main"))
    return page


# --- the host of a live session -------------------------------------------------------------------------------


def _conducted(show: Show) -> None:
    """The organiser opens a live session of the demonstration; visitors raise hands and ask; it ends and is published."""
    host = show.page("organisation", height=1000)
    console = show.at(f"/console/{LIVE}")
    for step in ("open-doors", "start"):
        _act(host, console, f"step {step}")
    for number, (language, question) in enumerate(QUESTIONS, start=1):
        page = show.page(f"visite-{number}")
        live = show.at(f"/live/{LIVE}")
        _act(page, live, "raise-hand")
        page.fill("#ask-text", question)
        page.select_option("#ask-language", language)
        page.locator("form", has=page.locator("#ask-text")).locator("button").last.click()
        page.wait_for_load_state()
    host.goto(console)
    host.locator("[data-list=hands] button[value^=give-floor]").nth(1).click()
    host.wait_for_load_state()
    host.goto(console)
    keep(host, "console", most=960)
    way = host.locator("[data-list=hands] a[data-judge]").first.get_attribute("href")
    host.goto(f"{show.url}{way}&kind=silence")
    keep(host, "sanction", host.locator("#judge"))
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(live)
    keep(page, "live-phone", most=800, window=390)
    for step in ("close", "end", "publish"):
        _act(host, console, f"step {step}")
    host.goto(show.at(f"/live/{LIVE}/replay"))
    keep(host, "replay")


def _act(page: Page, address: str, words: str) -> None:
    """Presses a button of a live session's page."""
    page.goto(address)
    page.locator(f"button[name=do][value='{words}']:visible").first.click()
    page.wait_for_load_state()


# --- pictures, files, the server ------------------------------------------------------------------------------


def keep(page: Page, name: str, part: Locator | None = None, most: int = 900, window: int = WIDTH) -> None:
    """Takes a picture of the window, or of a part of the page down to so many points."""
    shown = (
        "i => i.getAttribute('src') && i.loading !== 'lazy'"  # a screen without a slide has an image without a source
    )
    page.evaluate(f"() => Promise.all([...document.images].filter({shown}).map(i => i.decode()))")
    if part is None:
        shot = page.screenshot(clip={"x": 0, "y": 0, "width": window, "height": most})
    else:
        box = part.bounding_box()
        assert box is not None, name
        margin = MARGIN if box["x"] else 0  # what is as wide as the window has its own
        left, top = box["x"] - margin, max(0, box["y"] - margin)
        height = min(box["height"], most) + 2 * margin
        page.set_viewport_size({"width": WIDTH, "height": round(max(900, top + height))})
        width = min(WIDTH - left, box["width"] + 2 * margin)
        shot = page.screenshot(clip={"x": left, "y": top, "width": width, "height": height})
        page.set_viewport_size({"width": WIDTH, "height": 900})
    with Image.open(BytesIO(shot)) as picture:
        picture.convert("RGB").save(PICTURES / f"{name}.webp", quality=QUALITY, method=6)


def _studio(show: Show, path: str, language: str = "fr") -> str:
    return show.at(f"/studio/{BOOTH}{path}", language)


def _paper(folder: Path) -> Path:
    """A document of three pages: posters of the demonstration about the call for projects."""
    pages = [Image.open(POSTERS / f"appel-a-projets.poster-{number}.webp").convert("RGB") for number in (1, 2, 3)]
    pages[0].save(folder / "appel.pdf", save_all=True, append_images=pages[1:])
    return folder / "appel.pdf"


def _too_much(folder: Path) -> Path:
    """A document of more pages than there may be."""
    pages = [Image.new("RGB", (60, 84), "white")] * 61
    pages[0].save(folder / "trop.pdf", save_all=True, append_images=pages[1:])
    return folder / "trop.pdf"


def _film(folder: Path) -> Path:
    """A film of four seconds: the screen of the "Nuit des 5 écrans", which gets lighter."""
    with Image.open(POSTERS / "nuit-des-5-ecrans.screen.webp") as picture:
        still = np.asarray(picture.convert("RGB").resize((640, 360)), dtype=np.float32)
    with av.open(str(folder / "nuit.mp4"), "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=15, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(60):
            light = (still * (0.7 + 0.3 * number / 60)).astype(np.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(light, format="rgb24")))
        film.mux(stream.encode())
    return folder / "nuit.mp4"


@contextmanager
def _show(folder: Path) -> Iterator[Show]:
    data = folder / "var"
    command = [str(BIN / "halles-server"), "serve", "--demo", "--port", "0", "--metrics-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment(data)) as server:
        try:
            assert server.stdout is not None
            ready = next(line for line in server.stdout if line.startswith("ready "))
            with sync_playwright() as playwright:
                chromium = shutil.which("chromium") or shutil.which("google-chrome")
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
                yield Show(browser, ready.split()[1], data)
                browser.close()
        finally:
            server.terminate()


def _environment(data: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("HALLES_")}
    return {**others, "HALLES_DATA": str(data), "HALLES_LOG_LEVEL": "error", "HALLES_TIME_ZONE": ZONE}


if __name__ == "__main__":
    main()
