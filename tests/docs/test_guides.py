"""The guides for exhibitors, visitors and moderators: equal in three languages, true, with all pictures and links."""

import re
from pathlib import Path
from typing import Final

import pytest

from halles.world import booth, booth_edit, model_admission
from halles.world.text import LANGUAGES, Language
from halles_server.config import ServerConfig
from halles_server.media import documents, films, pictures, sounds
from halles_server.ports import cards, numbers
from halles_server.ports.media import BYTES_CAPS
from halles_server.services.cards import ANSWER_DAYS
from halles_server.services.media import BOOTH
from halles_server.storage.media import UNUSED_DAYS
from halles_server.web.language import read_catalogue, tongues, typeset

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = (*ROOT.glob("*.md"), *DOCS.glob("*.md"))

PICTURE_CAP, PICTURES_CAP = 160_000, 1_900_000
"""Bytes of one picture and of all of them, since everybody who clones the tree has them; three guides share them."""

GROUPS: Final = {"fr": "\u202f", "nl": ".", "en": ","}
MB: Final = 1_000_000

CONFIG: Final = ServerConfig()

LIMITS: Final = (
    (BYTES_CAPS["picture"] // MB, pictures.POINTS_CAP // 1_000_000),
    (BYTES_CAPS["document"] // MB, documents.PAGES_CAP),
    (BYTES_CAPS["film"] // MB, films.SECONDS_CAP // 60, films.LONG_SIDE, films.SHORT_SIDE),
    (BYTES_CAPS["sound"] // MB, sounds.SECONDS_CAP // 60),
    (
        BYTES_CAPS["model"] // MB,
        model_admission.TRIANGLES_CAP,
        model_admission.NODES_CAP,
        model_admission.IMAGES_CAP,
    ),
    (BOOTH.size // MB, BOOTH.triangles),
    (booth.NAME_CAP, booth.TITLE_CAP, booth.PANEL_CAP, booth_edit.TEXT_CAPS["alt"]),
    (len(booth.PANEL_SLOTS) - 1, booth.DOCUMENTS_CAP, booth.TEAM_CAP, booth.LINKS_CAP),
)
"""The table of files and limits, row by row."""

LASTS: Final = (
    CONFIG.invitation_days,
    CONFIG.ring_waits_s,
    CONFIG.meeting_request_h,
    ANSWER_DAYS,
    CONFIG.lead_days,
    cards.UNDO.total_seconds() / 60,
    numbers.DAYS_KEPT.days,
    UNUSED_DAYS,
)
"""The table of what lasts how long."""


def guide(name: str, code: str) -> str:
    return (DOCS / f"{name}.{code}.md").read_text(encoding="utf-8")


def tables(text: str) -> list[list[list[str]]]:
    """Returns a page's tables as rows of cells, without their heads."""
    found = re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE)
    return [[row.strip("|\n ").split(" | ") for row in table.splitlines()[2:]] for table in found]


def counts(cell: str, code: Language) -> tuple[int, ...]:
    """Returns the numbers in a cell as a language writes them."""
    return tuple(
        int(found) for found in re.findall(r"\d+", re.sub(rf"(?<=\d){re.escape(GROUPS[code])}(?=\d)", "", cell))
    )


def shape(text: str, code: str) -> list[str]:
    """Returns what kinds of things stand on a page one after the other, whatever the language."""
    kinds = []
    for line in text.splitlines():
        if line.startswith("#"):
            kinds.append(line.split()[0])
        elif line.startswith("!["):
            kinds.append(line.rpartition("(")[2].replace(f"-{code}.", "."))
        elif line.startswith("|"):
            kinds.append(f"row of {line.count('|')}")
    return kinds


@pytest.mark.parametrize("name", ["exhibit", "visit", "moderate"])
def test_a_guide_has_the_same_parts_pictures_and_rows_in_every_language(name: str) -> None:
    shapes = [shape(guide(name, code), code) for code in LANGUAGES]
    assert shapes[0].count("##") >= 9
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_limit_in_a_table_is_the_codes(code: Language) -> None:
    found = tables(guide("exhibit", code))
    limits = next(table for table in found if len(table) == len(LIMITS) and "PNG" in table[0][1])
    assert tuple(counts(row[-1], code) for row in limits) == LIMITS
    assert tuple(counts(row[-1], code) for row in found[-1]) == tuple((lasts,) for lasts in LASTS)


@pytest.mark.parametrize("code", LANGUAGES)
def test_how_long_recordings_are_kept_is_the_settings(code: Language) -> None:
    rows = tables(guide("moderate", code))[-1]
    assert [counts(row[1], code) for row in rows[:2]] == [(CONFIG.recording_days,), (CONFIG.unpublished_days,)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_slots_are_called_as_in_the_studio(code: Language) -> None:
    said = tongues()[code].catalogue.gettext
    slots = ("Header", "Pitch", "Good to know", "Screen", "Posters", "Plinth", "Documents", "Team", "Links")
    assert [row[0] for row in tables(guide("exhibit", code))[0]] == [said(slot) for slot in slots]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["exhibit", "visit", "moderate"])
def test_every_word_in_italics_is_one_of_the_pages(name: str, code: Language) -> None:
    forms: set[str] = set()
    for message in read_catalogue(code):
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        forms |= {re.sub(r"%\(\w+\)s", "…", typeset(code, str(text))) for text in strings}
    said = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", guide(name, code).replace("\n", " "))
    assert len(said) >= 15
    assert [word for word in said if word not in forms] == []


def test_every_link_of_a_guide_leads_to_a_file_and_a_part_of_it() -> None:
    broken = []
    for page in sorted({*DOCS.glob("exhibit*.md"), *DOCS.glob("visit*.md"), *DOCS.glob("moderate*.md")}):
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, part = target.partition("#")
            file = page.parent / path if path else page
            if not file.exists() or (part and part not in anchors(file)):
                broken.append(f"{page.name}: {target}")
    assert broken == []


def anchors(file: Path) -> set[str]:
    """Returns what the headings of a page are called in links to them."""
    text = file.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    named = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return named | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


def test_every_picture_is_used_and_small() -> None:
    used = {target for page in PAGES for target in re.findall(r"pictures/([\w.-]+)", page.read_text(encoding="utf-8"))}
    files = list((DOCS / "pictures").iterdir())
    assert {file.name for file in files} == used
    assert max(file.stat().st_size for file in files) <= PICTURE_CAP
    assert sum(file.stat().st_size for file in files) <= PICTURES_CAP
