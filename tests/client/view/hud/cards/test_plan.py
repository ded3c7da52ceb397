"""The map's projection: the room lies along the card, and a heading points where one walks."""

import math

import numpy as np
import pytest

from halles.resources import scenes
from halles.world.geometry import Point, facing
from halles.world.scene import Scene, parse
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud.cards import plan
from halles_client.view.hud.cards.frame import View, map_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import HudState, MapPlan
from halles_client.view.hud.ui import Ui

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


def test_everything_on_the_map_stays_on_its_card(scene: Scene) -> None:
    pen = Pen(GlyphSheet(), (1280, 720), 1.0)
    view = View(HudState(map=MapPlan(scene)), Ui(), speak("fr"), (1280, 720))
    plan.plan(pen, view)
    inner = plan.area(pen, view)
    assert inner is not None
    people = np.array([(slot.x, slot.y) for slot in scene.slots], dtype=np.float32).reshape(-1, 2)
    plan.dots(pen, plan.projection(scene, inner), Point(0, 0), 0.3, people)
    card, mesh = map_rect(pen, view), pen.drawing.mesh()
    corners = mesh[2:, :16].reshape(-1, 4, 4)[:, :, :2]
    assert corners[:, :, 0].min() >= card.x - 2
    assert corners[:, :, 0].max() <= card.x + card.w + 2
    assert corners[:, :, 1].min() >= card.y - 2
    assert corners[:, :, 1].max() <= card.y + card.h + 2
