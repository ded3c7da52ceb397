"""The map's projection: the room lies along the card, and a heading points where one walks."""

import math

import numpy as np
import pytest

from halles.ids import SlotId
from halles.resources import scenes
from halles.world.geometry import Point, facing
from halles.world.scene import Scene, parse
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.acts import Sheet
from halles_client.view.hud.cards import bar, plan, top
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Act, Pen, Rect
from halles_client.view.hud.state import HudState, MapBooth, MapPlan, Result
from halles_client.view.hud.ui import Ui
from tests.support.hud_cards import NotingPen

AREA = Rect(100, 200, 196, 102)


@pytest.fixture(params=sorted(path.name for path in scenes().glob("*.toml")))
def scene(request: pytest.FixtureRequest) -> Scene:
    return parse((scenes() / request.param).read_text(), request.param)


def test_the_whole_room_is_on_the_map(scene: Scene) -> None:
    fit = plan.projection(scene, AREA)
    places = [fit.at(*corner) for corner in scene.outline] + [fit.at(slot.x, slot.y) for slot in scene.slots]
    for x, y in places:
        assert AREA.x - 0.5 <= x <= AREA.x + AREA.w + 0.5
        assert AREA.y - 0.5 <= y <= AREA.y + AREA.h + 0.5
    width = max(x for x, _ in places) - min(x for x, _ in places)
    height = max(y for _, y in places) - min(y for _, y in places)
    assert width == pytest.approx(AREA.w) or height == pytest.approx(AREA.h)


@pytest.mark.parametrize("heading", [0.0, 0.7, math.pi / 2, -2.5])
def test_a_heading_points_where_a_step_leads(scene: Scene, heading: float) -> None:
    fit = plan.projection(scene, AREA)
    ahead = facing(heading)
    (x0, y0), (x1, y1) = fit.at(0, 0), fit.at(ahead.x, ahead.y)
    turn = fit.angle(heading)
    assert (x1 - x0) / fit.scale == pytest.approx(math.sin(turn))
    assert (y1 - y0) / fit.scale == pytest.approx(-math.cos(turn))


def shown(scene: Scene) -> MapPlan:
    booths = tuple(MapBooth(SlotId(slot.id), 1, f"Studio {slot.id}", f"id-{slot.id}") for slot in scene.slots)
    return MapPlan(scene, booths, tuple((door.id, door.to.title()) for door in scene.portals))


def large(scene: Scene, size: tuple[int, int, float] = (1280, 720, 1.0), hover: Act = None) -> tuple[NotingPen, View]:
    pen = NotingPen(size, hover=hover)
    view = View(HudState(map=shown(scene)), Ui(sheet="map", scale=size[2]), speak("fr"), size[:2])
    plan.plan(pen, view)
    return pen, view


def test_the_large_map_names_booths_doors_and_stage(scene: Scene) -> None:
    pen, _ = large(scene)
    assert {slot.id for slot in scene.slots} <= set(pen.written)
    assert {door.to.title() for door in scene.portals} <= set(pen.written)
    assert len(scene.stages) <= sum("Scène" in text for text in pen.written)
    assert {target.act for target in pen.drawing.targets} == {
        acts.Go(Result("booth", f"id-{slot.id}", f"Studio {slot.id}")) for slot in scene.slots
    }


def test_no_door_is_named_over_the_place_where_one_comes_in(scene: Scene) -> None:
    pen, view = large(scene)
    inner = plan.area(pen, view)
    assert inner is not None
    fit = plan.projection(scene, inner)
    pills = [row for row in pen.drawing.mesh() if row[18] == 12 and np.allclose(row[22:26], tokens.PAPER)]
    assert len(pills) == len(scene.portals)
    for spawn in scene.spawns:
        x, y = fit.at(spawn.x, spawn.y)
        for pill in pills:
            assert not (pill[0] <= x <= pill[4] and pill[1] <= y <= pill[9])


def test_the_booth_under_the_pointer_is_named_below_the_large_map() -> None:
    scene = parse((scenes() / "lille.toml").read_text(), "lille.toml")
    act = acts.Go(Result("booth", "id-A2", "Studio A2"))
    assert "Studio A2" not in large(scene)[0].written
    assert "Studio A2" in large(scene, hover=act)[0].written


@pytest.mark.parametrize("size", [(1280, 720, 1.0), (1920, 1080, 1.5), (900, 600, 1.0), (2560, 1440, 2.0)])
def test_the_large_map_lies_between_the_top_row_and_the_keys(scene: Scene, size: tuple[int, int, float]) -> None:
    pen, view = large(scene, size)
    (card,) = pen.drawing.covers
    beside = Pen(GlyphSheet(), size[:2], size[2])
    for other in (top.place, top.search, bar.bar):
        other(beside, view)
    for rect in beside.drawing.covers:
        assert card.y >= rect.y + rect.h or card.y + card.h <= rect.y
    for target in pen.drawing.targets:
        assert card.holds(target.rect.x, target.rect.y)
        assert card.holds(target.rect.x + target.rect.w - 1, target.rect.y + target.rect.h - 1)


@pytest.mark.parametrize("sheet", ["", "map"])
def test_everything_on_the_map_stays_on_its_card(scene: Scene, sheet: Sheet) -> None:
    pen = Pen(GlyphSheet(), (1280, 720), 1.0)
    view = View(HudState(map=shown(scene)), Ui(sheet=sheet), speak("fr"), (1280, 720))
    plan.plan(pen, view)
    inner = plan.area(pen, view)
    assert inner is not None
    people = np.array([(slot.x, slot.y) for slot in scene.slots], dtype=np.float32).reshape(-1, 2)
    plan.dots(pen, plan.projection(scene, inner), Point(0, 0), 0.3, people, large=sheet == "map")
    card, mesh = pen.drawing.covers[0], pen.drawing.mesh()
    corners = mesh[2:, :16].reshape(-1, 4, 4)[:, :, :2]
    assert corners[:, :, 0].min() >= card.x - 2
    assert corners[:, :, 0].max() <= card.x + card.w + 2
    assert corners[:, :, 1].min() >= card.y - 2
    assert corners[:, :, 1].max() <= card.y + card.h + 2
