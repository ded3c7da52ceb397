"""Colours: computed from the tokens, since no checker reads text in SVG."""

import gzip
import re
from itertools import product

import pytest

from halles.world import colour
from halles.world.booth import ACCENTS
from halles.world.look import COATS
from halles_server.bootstrap import read_scenes
from halles_server.web.shelf import INK, PAPER, SCRIPTS, STATIC, Shelf, lettered, readable_on, tokens

STYLE = (STATIC / "pages.css").read_text(encoding="utf-8")


def contrast(first: str, second: str) -> float:
    return colour.contrast(colour.channels(first), colour.channels(second))


def with_imports(roots: tuple[str, ...]) -> set[str]:
    """Follows what scripts import at once; what they load later is a root of the page that needs it."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(r'from "\./([^"]+)"', (STATIC / name).read_text(encoding="utf-8"))
    return found


def colours(scheme: str) -> dict[str, str]:
    """Reads the tokens of the stylesheet as they hold in light or dark."""
    roots = re.findall(r":root \{(.*?)\}", STYLE, re.S)[: 2 if scheme == "dark" else 1]
    rows = [row for root in roots for row in re.findall(r"--([a-z-]+): (#[0-9a-f]{6}|var\(--[a-z-]+\));", root)]
    found = dict(rows)
    return {name: found.get(value[6:-1], value).lstrip("#") for name, value in rows}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_on_every_ground(scheme: str) -> None:
    of = colours(scheme)
    for text, ground in product(("text", "second", "third", "bad", "warn"), ("ground", "surface", "sunk")):
        assert contrast(of[text], of[ground]) >= 4.5, (text, ground)
    assert contrast(of["on-iron"], of["iron"]) >= 4.5
    for edge in ("edge", "strong"):
        assert contrast(of[edge], of["surface"]) >= 3, edge
        assert contrast(of[edge], of["ground"]) >= 3, edge
    assert contrast(of["ring"], of["ground"]) >= 3


@pytest.mark.parametrize("accent", ACCENTS)
def test_a_slots_letters_are_readable_on_its_accent(accent: str) -> None:
    assert contrast(PAPER, accent) >= 4.5


def test_a_halls_number_is_readable_on_its_colour() -> None:
    scenes, _ = read_scenes()
    for scene in scenes.values():
        assert contrast(readable_on(scene.colour), scene.colour) >= 4.5, scene.id
        assert f'[data-hall="{scene.id}"]{{--hall:#{scene.colour}' in tokens(scenes)


def test_the_stylesheets_paper_and_ink_are_those_that_are_computed_with() -> None:
    assert f"--ink: #{INK}; --paper: #{PAPER}" in STYLE


@pytest.mark.parametrize("coat", COATS)
def test_a_letter_on_a_coat_is_readable_and_the_coat_keeps_its_colour_where_it_can(coat: str) -> None:
    worn = lettered(coat)
    assert contrast(readable_on(worn), worn) >= 4.5
    assert (worn == coat) == (contrast(readable_on(coat), coat) >= 4.5)


def test_every_script_is_on_the_shelf_and_imports_the_others_by_their_served_names() -> None:
    scenes, _ = read_scenes()
    shelf = Shelf(scenes)
    assert {file.name for file in STATIC.glob("*.js")} == set(SCRIPTS)
    imported = set()
    for name in SCRIPTS:
        item = shelf.take(shelf.address(name).removeprefix("/static/"))
        assert item is not None
        found = re.findall(r'"\./([^"]+)"', item.data.decode())
        assert len(found) == len(re.findall(r'"\./', (STATIC / name).read_text(encoding="utf-8")))
        assert all(shelf.take(served) for served in found), name
        imported |= {served.partition(".")[0] for served in found}
    assert imported == {name.partition(".")[0] for name in SCRIPTS} - {
        "replay",
        "pages",
        "presence",
        "satchel",
        "preview",
        "studio",
        "upload",
    }


@pytest.mark.parametrize(
    ("page", "roots"),
    [
        ("a hall", ("pages.js", "presence.js", "live.js", "bell.js", "booths.js", "plan.js")),
        ("a booth", ("pages.js", "presence.js", "live.js", "bell.js", "booths.js")),
        ("a live session", ("pages.js", "presence.js", "live.js", "stage.js")),
        ("a console", ("pages.js", "presence.js", "live.js", "stage.js", "console.js", "backstage.js")),
        ("a studio", ("pages.js", "presence.js", "live.js", "bell.js", "studio.js", "preview.js", "upload.js")),
        ("a replay", ("pages.js", "presence.js", "live.js", "bell.js", "replay.js")),
    ],
)
def test_the_scripts_of_a_page_weigh_no_more_than_it_may_send(page: str, roots: tuple[str, ...]) -> None:
    weights = {name: len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in with_imports(roots)}
    assert sum(weights.values()) <= 40_000, (page, weights)


def test_a_page_that_is_only_read_loads_few_scripts() -> None:
    reading = with_imports(("pages.js", "presence.js"))
    assert sum(len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in reading) <= 6_000, reading
