import json
from collections import Counter, deque

import numpy as np
import pytest

from assets.make import schema
from halles import resources
from halles.errors import SceneError
from halles.ids import HallId, SlotId
from halles.world.geometry import FIELD_STEP
from halles.world.movement import RADIUS
from halles.world.scene import HALLS_CAP, Scene, parse, parse_show

HALLS = ("crossroads", "lille", "valenciennes", "hainaut")


def plan(name: str) -> Scene:
    return parse((resources.scenes() / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


@pytest.fixture(scope="module")
def show() -> dict[HallId, Scene]:
    return {HallId(name): plan(name) for name in HALLS}


def reached(scene: Scene, x: float, y: float) -> np.ndarray:
    """Floods the clearance field from a place over every sample where a person fits."""
    field = scene.field
    free = field.samples >= RADIUS
    seen = np.zeros_like(free)
    start = (round((y - field.y0) / FIELD_STEP), round((x - field.x0) / FIELD_STEP))
    seen[start] = True
    queue = deque([start])
    while queue:
        r, c = queue.popleft()
        for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if free[near] and not seen[near]:
                seen[near] = True
                queue.append(near)
    return seen


def is_reached(scene: Scene, seen: np.ndarray, x: float, y: float) -> bool:
    r, c = round((y - scene.field.y0) / FIELD_STEP), round((x - scene.field.x0) / FIELD_STEP)
    return bool(seen[r - 1 : r + 2, c - 1 : c + 2].any())


def test_the_four_plans_of_the_show_fit_each_other() -> None:
    assert set(parse_show({path.name: path.read_bytes() for path in resources.scenes().glob("*.toml")})) == set(HALLS)


def test_the_show_has_room_for_150_booths_in_three_sizes(show: dict[HallId, Scene]) -> None:
    assert sum(len(scene.slots) for scene in show.values()) >= 150
    for name in ("lille", "valenciennes", "hainaut"):
        sizes = Counter(slot.size for slot in show[HallId(name)].slots)
        assert sizes["S"] >= 20
        assert sizes["M"] >= 3
        assert sizes["L"] >= 2


@pytest.mark.parametrize("name", HALLS)
def test_every_booth_portal_and_stage_is_reached_on_foot_from_the_door(name: str) -> None:
    scene = plan(name)
    seen = reached(scene, scene.spawn("door").x, scene.spawn("door").y)
    for slot in scene.slots:
        assert is_reached(scene, seen, *slot.visitor_place()[0]), slot.id
    for row in (*scene.portals, *scene.spawns, *scene.floors):
        assert is_reached(scene, seen, row.x, row.y), row
    for stage in scene.stages:
        assert is_reached(scene, seen, *stage.audience_place()[0])


@pytest.mark.parametrize("name", ["lille", "valenciennes", "hainaut"])
def test_the_stage_is_entered_by_its_steps_only(name: str) -> None:
    scene = plan(name)
    stage = scene.stages[0]
    front = stage.y - stage.depth / 2
    crossing = np.arange(-stage.width / 2, stage.width / 2, 0.1)
    open_at = [x for x in crossing if scene.field.one(float(x), front + 0.1) >= RADIUS]
    assert open_at
    assert all(3.0 <= abs(x) <= 5.0 for x in open_at)
    assert scene.height(4.0, front - 0.85) < 0.1
    assert scene.height(4.0, front - 0.05) > 0.5
    assert scene.height(stage.x, stage.y) == pytest.approx(stage.height)


def test_passages_lead_there_and_back(show: dict[HallId, Scene]) -> None:
    for scene in show.values():
        for portal in scene.portals:
            there = show[HallId(portal.to)]
            back = next(row for row in there.portals if row.to == scene.id)
            assert there.portal_at(there.spawn(portal.arrive).x, there.spawn(portal.arrive).y) is None
            assert back.arrive in {spawn.id for spawn in scene.spawns}


def test_a_slot_and_a_portal_are_found_by_name_and_place() -> None:
    scene = plan("lille")
    slot = scene.slot(SlotId("D1"))
    assert slot is not None
    assert slot.size == "M"
    assert scene.slot(SlotId("Z9")) is None
    portal = scene.portals[0]
    found = scene.portal_at(portal.x, portal.y)
    assert found is not None
    assert found.to == "crossroads"


def test_the_schema_in_the_tree_is_that_of_the_type() -> None:
    written = (resources.scenes() / "schema.json").read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(schema.text()), "run python -m assets.make.schema"


GOOD = """id = "tiny"
name = { fr = "a", nl = "b", en = "c" }
region = { fr = "a", nl = "b", en = "c" }
subject = { fr = "a", nl = "b", en = "c" }
colour = "b4452f"
style = "crane"
outline = [[-10.0, -10.0], [10.0, -10.0], [10.0, 10.0], [-10.0, 10.0]]

[[spawns]]
id = "door"
x = 0.0
y = -8.0
heading = 0.0

[[slots]]
id = "A1"
size = "S"
x = -6.0
y = 0.0
heading = -90.0

[[slots]]
id = "A2"
size = "S"
x = -6.0
y = 3.0
heading = -90.0

[[portals]]
id = "out"
x = 0.0
y = -9.5
width = 2.0
depth = 0.8
heading = 0.0
to = "tiny"
arrive = "door"
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('style = "crane"', 'style = "cran"', 6, "Invalid enum value"),
        ('colour = "b4452f"', 'colour = "brick"', 5, "regex"),
        ('size = "S"\nx = -6.0\ny = 3.0', 'size = "S"\nx = "west"\ny = 3.0', 25, "Expected `float`"),
        ('id = "A2"\n', "", 22, "missing required field `id`"),
        ("heading = -90.0\n\n[[portals]]", "heading = -90.0\nhedding = 3\n\n[[portals]]", 22, "hedding"),
        ('id = "A2"', 'id = "A1"', 22, "used twice"),
        ("y = 3.0", "y = 2.0", 22, "stands on slot A1"),
        ("x = -6.0\ny = 3.0", "x = -9.5\ny = 3.0", 22, "outside the room"),
        ("y = -8.0", "y = 80.0", 9, "lies in a wall"),
        (
            "x = -6.0\ny = 3.0\nheading = -90.0",
            "x = -8.3\ny = 3.0\nheading = 90.0",
            22,
            "before slot A2",
        ),
        ("[-10.0, 10.0]]", "[-10.0, 10.0]", 7, "TOML"),
    ],
)
def test_a_broken_plan_is_refused_with_file_line_and_reason(old: str, new: str, line: int, reason: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(SceneError) as caught:
        parse(GOOD.replace(old, new), "tiny.toml")
    first = str(caught.value).splitlines()[0]
    assert first.startswith("tiny.toml")
    if reason != "TOML":
        assert f"tiny.toml:{line}:" in str(caught.value)
        assert reason in str(caught.value)
    else:
        assert "line" in first


def test_a_portal_into_nowhere_is_found_when_the_plans_are_read_together() -> None:
    with pytest.raises(SceneError) as caught:
        parse_show({"tiny.toml": GOOD.replace('to = "tiny"', 'to = "atlantis"').encode()})
    assert str(caught.value) == "tiny.toml:29: portal out leads to atlantis, which has no plan"
    with pytest.raises(SceneError) as caught:
        parse_show({"tiny.toml": GOOD.replace('arrive = "door"', 'arrive = "roof"').encode()})
    assert str(caught.value) == "tiny.toml:29: portal out arrives at tiny/roof, no such spawn"


def test_a_plan_is_called_like_its_file_so_that_none_replaces_another() -> None:
    with pytest.raises(SceneError) as caught:
        parse_show({"tiny.toml": GOOD.encode(), "copy.toml": b"# a copy\n" + GOOD.encode()})
    assert str(caught.value) == "copy.toml:2: the id tiny is not the file's name"


def test_every_broken_plan_of_a_show_is_named_at_once() -> None:
    files = {"a.toml": GOOD.replace('"crane"', '"cran"').encode(), "b.toml": b"\n\xff", "tiny.toml": GOOD.encode()}
    with pytest.raises(SceneError) as caught:
        parse_show(files)
    assert [line.partition(": ")[0] for line in str(caught.value).splitlines()] == ["a.toml:6", "b.toml:2"]


def test_a_show_has_no_more_halls_than_their_list_may_have() -> None:
    files = {f"hall-{n}.toml": GOOD.replace("tiny", f"hall-{n}").encode() for n in range(HALLS_CAP + 1)}
    with pytest.raises(SceneError, match=f"{HALLS_CAP + 1} halls, at most {HALLS_CAP} in a show"):
        parse_show(files)
