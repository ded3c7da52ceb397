"""The demonstration's pictures: repeatable, of the right shape, and the tree holds what the script draws."""

from io import BytesIO
from random import Random

import pytest
from PIL import Image, ImageChops

from assets.make.pictures.canvas import Canvas, text_width, wrapped
from assets.make.pictures.facts import NOUNS
from assets.make.pictures.layouts import FAMILIES
from assets.make.pictures.palettes import on_ink, on_paper
from assets.make.pictures.slides import slides
from assets.make.posters import draw
from halles.resources import assets, scenes
from halles.world.scene import parse
from halles.world.text import LANGUAGES
from halles_server.services.demonstration_files import picture_name, read_booths

DEMO = assets() / "demo"
BOOTHS = {booth.id: booth for booth in read_booths(DEMO)}
SAMPLE = [
    ("pole-images", "poster-1"),
    ("appel-a-projets", "screen"),
    ("appel-a-projets", "poster-3"),
    ("crrav", "screen"),
    ("crrav", "poster-1"),
    ("le-fresnoy", "poster-1"),
    ("nuit-des-5-ecrans", "screen"),
    ("studio-01", "screen"),
    ("studio-52", "poster-2"),
    ("laboratoire-6", "poster-1"),
]


@pytest.mark.parametrize(("booth", "slot"), SAMPLE)
def test_the_tree_holds_what_the_script_draws(booth: str, slot: str) -> None:
    planned = next(one for name, one in BOOTHS.items() if name == booth)
    panel = next(panel for panel in planned.panels if panel.slot == slot)
    drawn = Image.open(BytesIO(draw(planned, panel).webp())).convert("RGB")
    kept = Image.open(DEMO / "posters" / picture_name(planned.id, slot)).convert("RGB")
    assert drawn.size == kept.size == ((640, 360) if slot == "screen" else (400, 600))
    # Pixels, not bytes: another version of the encoder may pack the same picture otherwise.
    assert ImageChops.difference(drawn, kept).getbbox() is None


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@pytest.mark.parametrize("shape", [(400, 450), (640, 280), (208, 360)])
@pytest.mark.parametrize("colours", [on_paper, on_ink])
def test_a_family_draws_something_in_every_shape_and_repeats_itself(family, shape, colours) -> None:  # type: ignore[no-untyped-def]
    def once() -> bytes:
        rng = Random("seed")
        palette = colours(4, rng)
        art = Canvas(*shape, palette.ground)
        family(art, palette, rng)
        return art.webp()

    picture = Image.open(BytesIO(once())).convert("RGB")
    ground = colours(4, Random("seed")).ground
    drawn = ImageChops.difference(picture, Image.new("RGB", picture.size, ground)).getbbox()
    assert drawn is not None
    assert drawn[2] - drawn[0] > shape[0] * 0.3
    assert drawn[3] - drawn[1] > shape[1] * 0.2
    assert once() == once()


def test_every_family_hangs_somewhere_and_no_booth_hangs_one_twice_among_its_posters() -> None:
    hung = {panel.art.partition(":")[2] for booth in BOOTHS.values() for panel in booth.panels}
    assert FAMILIES.keys() <= hung
    for booth in BOOTHS.values():
        posters = [panel.art for panel in booth.panels if panel.slot != "screen" and panel.art.startswith("family")]
        assert len(set(posters)) == len(posters), booth.id


def test_every_screen_of_every_plan_has_its_first_picture_in_its_shape() -> None:
    for hall in ("crossroads", "lille", "valenciennes", "hainaut"):
        for shown in parse((scenes() / f"{hall}.toml").read_text("utf-8"), hall).screens:
            with Image.open(DEMO / "screens" / f"{hall}-{shown.id}.webp") as image:
                assert image.width / image.height == pytest.approx(shown.width / shown.height, rel=0.01)
    assert {name for name, _ in slides()} == {file.name for file in (DEMO / "screens").iterdir()}


def test_lines_break_at_blanks_and_fit() -> None:
    lines = wrapped("Coproductions franco-belges et webdocumentaires", 30, "SemiBold", 260)
    assert " ".join(lines) == "Coproductions franco-belges et webdocumentaires"
    assert all(text_width(line, 30, "SemiBold") <= 260 or " " not in line for line in lines)


def test_the_cluster_s_figures_are_named_as_large_as_a_page_of_text_needs() -> None:
    for key, nouns in NOUNS.items():
        for language in LANGUAGES:
            said = nouns.within(language)
            assert text_width(said, 20, "Medium") <= 142, (key, said)
