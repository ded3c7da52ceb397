"""The demonstration's files: whole, true to the launch's facts, and honest about what is an example."""

import hashlib
import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from assets.make import models
from halles.errors import ConfigError
from halles.ids import HallId, SlotId
from halles.resources import assets, scenes
from halles.world.model_admission import admit
from halles.world.scene import parse
from halles.world.text import LANGUAGES, Text
from halles_server.ports.booths import PreparedBooth
from halles_server.services.demonstration_files import picture_name, read_booths, read_demonstration

DEMO = assets() / "demo"
SHOW = read_demonstration(DEMO)
BOOTHS = {booth.booth: booth for booth in SHOW.booths}
FUND = {"CRRAV": 600_000, "DAE": 400_000, "CCIV": 350_000, "Wallimage": 250_000, "VAF": 250_000}

ONE_LANGUAGE_PITCHES = {"studio-07", "studio-23", "studio-48", "studio-66", "ecole-05"}
ONE_LANGUAGE_PANELS = {
    ("studio-03", "poster-2"),
    ("studio-14", "poster-2"),
    ("studio-31", "poster-1"),
    ("studio-52", "poster-2"),
    ("studio-77", "poster-1"),
    ("laboratoire-4", "poster-2"),
}


def texts(booth: PreparedBooth) -> list[Text]:
    content = booth.content
    return [content.pitch, *(text for panel in content.panels for text in (panel.title, panel.text, panel.alt))]


def written(text: Text) -> set[str]:
    return {language for language in LANGUAGES if text.within(language)}


def amounts(text: str) -> set[int]:
    """Every number with grouped thousands, however its language groups them; not a date."""
    grouped = r"(?<![\d.])\d{1,3}(?:[\u202f\u00a0.,]\d{3})+(?!\d)"
    return {int(re.sub(r"\D", "", found)) for found in re.findall(grouped, text)}


def test_the_directory_has_the_numbers_of_the_launch() -> None:
    kinds = Counter(booth.content.kind for booth in SHOW.booths if booth.demonstration)
    assert kinds == {"company": 98, "school": 12, "laboratory": 6}
    assert sum(not booth.demonstration for booth in SHOW.booths) == 11


def test_the_fund_is_the_launchs_to_the_euro() -> None:
    fund = tomllib.loads((DEMO / "facts.toml").read_text("utf-8"))["fund"]
    assert fund["funders"] == FUND
    assert fund["total"] == sum(FUND.values()) == 1_850_000
    assert fund["joint_share"] * len(fund["joint_funders"]) == fund["joint_total"] == 750_000


def test_every_amount_on_a_booth_is_an_amount_of_the_fund() -> None:
    known = {*FUND.values(), 1_850_000, 750_000, 2_500}
    for booth in SHOW.booths:
        for text in texts(booth):
            for language in LANGUAGES:
                assert amounts(text.within(language)) <= known, (booth.booth, text)


@pytest.mark.parametrize("funder", ["CRRAV", "CCIV", "Wallimage", "VAF"])
def test_a_funder_names_its_own_share_in_each_language(funder: str) -> None:
    pitch = BOOTHS[funder.lower()].content.pitch
    for language in LANGUAGES:
        assert FUND[funder] in amounts(pitch.within(language))


def test_the_call_lists_every_funder_and_the_total_in_each_language() -> None:
    screen = BOOTHS["appel-a-projets"].content.panel("screen")
    assert screen is not None
    for language in LANGUAGES:
        text = screen.text.within(language)
        assert amounts(text) == {*FUND.values(), 1_850_000}
        assert [name for name in FUND if name in text] == list(FUND)


def test_amounts_agree_between_the_languages_of_a_text() -> None:
    for booth in SHOW.booths:
        for text in texts(booth):
            assert len({frozenset(amounts(text.within(language))) for language in written(text)}) == 1


def test_every_text_is_complete_or_partial_on_purpose() -> None:
    for booth in SHOW.booths:
        content = booth.content
        assert (len(written(content.pitch)) == 1) == (booth.booth in ONE_LANGUAGE_PITCHES)
        assert written(content.pitch)
        for panel in content.panels:
            one = (booth.booth, panel.slot) in ONE_LANGUAGE_PANELS
            assert len(written(panel.title)) == len(written(panel.text)) == (1 if one else 3)
            assert len(written(panel.alt)) == 3
    assert ONE_LANGUAGE_PITCHES | {booth for booth, _ in ONE_LANGUAGE_PANELS} <= BOOTHS.keys()


def test_a_placeholder_says_so_in_every_language_that_it_speaks() -> None:
    signs = {"fr": "démonstration", "nl": "demonstratie", "en": "demonstration"}
    for booth in SHOW.booths:
        for language in written(booth.content.pitch):
            assert signs[language] in booth.content.pitch.within(language).lower()  # type: ignore[arg-type,index]


def test_a_placeholder_names_itself_and_nobody_else() -> None:
    for booth in SHOW.booths:
        if booth.demonstration:
            assert re.fullmatch(r"Studio \d\d|École \d\d|Laboratoire \d", booth.content.name)
            for language in written(booth.content.pitch):
                assert booth.content.pitch.within(language).startswith(booth.content.name)  # type: ignore[arg-type]


def test_french_has_its_narrow_blanks_and_apostrophes() -> None:
    for booth in SHOW.booths:
        for text in texts(booth):
            assert not re.search(r"[ \w][:;!?€»](?:\s|$)", text.fr), text.fr
            assert "'" not in text.fr + text.nl + text.en


def test_every_booth_stands_on_a_slot_of_its_own_and_bodies_on_large_ones() -> None:
    taken: set[tuple[HallId, SlotId]] = set()
    for hall in {booth.hall for booth in SHOW.booths}:
        plan = parse((scenes() / f"{hall}.toml").read_text("utf-8"), f"{hall}.toml")
        for booth in (booth for booth in SHOW.booths if booth.hall == hall):
            slot = plan.slot(booth.slot)
            assert slot is not None, f"{hall} has no slot {booth.slot}: run assets.make.directory"
            assert booth.demonstration or slot.size in {"M", "L"}
            posters = sum(panel.slot.startswith("poster") for panel in booth.content.panels)
            assert posters == {"S": 2, "M": 4, "L": 6}[slot.size], booth.booth
            taken.add((booth.hall, booth.slot))
    assert len(taken) == len(SHOW.booths)
    assert {hall for hall, _ in taken} == {"lille", "valenciennes", "hainaut"}


def test_every_picture_is_there_and_is_the_one_that_is_named() -> None:
    hung = {panel.picture for booth in SHOW.booths for panel in booth.content.panels}
    assert "" not in hung
    shown = {booth.content.model for booth in SHOW.booths if booth.content.model}
    assert len(shown) == 4
    assert hung | shown == {picture.media for picture in SHOW.pictures}
    for picture in SHOW.pictures:
        assert picture.media == f"{hashlib.sha256(picture.file.read_bytes()).hexdigest()}{picture.file.suffix}"
    names = {picture_name(booth.booth, panel.slot) for booth in SHOW.booths for panel in booth.content.panels}
    assert {file.name for file in (DEMO / "posters").iterdir()} == names


def test_the_models_come_in_as_an_exhibitors_would_and_stay_small() -> None:
    for name in models.MAKERS:
        data = (DEMO / "models" / f"{name}.glb").read_bytes()
        assert admit(data).data == data
    assert sum(file.stat().st_size for file in (DEMO / "models").iterdir()) < 600_000


def test_the_pictures_stay_small() -> None:
    files = [*(DEMO / "posters").iterdir(), *(DEMO / "screens").iterdir()]
    assert sum(file.stat().st_size for file in files) < 6_000_000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("*.webp")))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("bodies.toml", "accent = 0", "accent = 10", "bodies.toml"),
        ("bodies.toml", 'name = "VAF"', 'nome = "VAF"', "bodies.toml"),
        ("bodies.toml", 'also = ["missions"', 'also = ["absent"', "absent"),
        ("bodies.toml", 'art = "five"', 'art = "six"', "six"),
        ("bodies.toml", 'slot = "screen"', 'slot = "ceiling"', "ceiling"),
        ("placeholders.toml", "craft-sound", "craft-absent", "craft-absent"),
        ("placeholders.toml", 'id = "studio-02"', 'id = "studio-01"', "used twice: studio-01"),
        ("placement.toml", '"studio-02"', '"studio-01"', "studio-01 stands in two places"),
        ("placement.toml", '"studio-02"', '"nobody"', "nothing for studio-02"),
        ("pictures.toml", "[studio-02]", "[studio-02x]", "nothing for studio-02"),
        ("texts.toml", "[sentence.company]", "[sentence.company", "texts.toml"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_reason(
    copy: Path, file: str, old: str, new: str, said: str
) -> None:
    text = (copy / file).read_text("utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError, match=re.escape(said)):
        read_demonstration(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "art.toml").unlink()
    with pytest.raises(ConfigError, match=r"art\.toml"):
        read_booths(copy)
