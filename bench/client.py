"""Frames per second of the view without a screen: a hall full of booths and a crowd in sight.

A software renderer works behind one's back, so every batch of frames ends with a read-back of the picture.
"""

import math
import time
from typing import Any

import numpy as np

from bench.page.figures import CROWD_MS, DRAW_CALLS, FPS
from bench.report import Result
from halles import resources
from halles.world.geometry import Floats
from halles.world.look import COATS, HAIRS, HEADS, SKINS, TROUSERS
from halles.world.movement import Pose
from halles.world.scene import Scene, parse
from halles_client.replica.crowd import Crowd
from halles_client.view.camera import Camera
from halles_client.view.crowd_view import CrowdView
from halles_client.view.presets import PresetName
from halles_client.view.scene_view import SceneView
from halles_client.view.window import open_window

BATCH = 20
BATCHES = 6


def run(hall: str, avatars: int, preset: PresetName) -> list[Result]:
    """Draws the hall from its door, towards the stage, with people walking in the main aisle."""
    file = resources.scenes() / f"{hall}.toml"
    scene = parse(file.read_text(encoding="utf-8"), file.name)
    window = open_window(offscreen=True, width=1280, height=720, preset=preset)
    started = time.perf_counter()
    rooms, people = SceneView(window, window.preset), CrowdView(window, window.preset)
    rooms.show(scene)
    window.step()
    loaded = time.perf_counter() - started
    camera = Camera(window, scene.field)
    spawn = scene.spawns[0]
    pose = Pose(spawn.x, spawn.y + 4.0, heading=math.radians(spawn.heading))
    crowd = _crowd(scene, avatars)
    camera.cut_to(pose)
    batches, python, waited = [], [], []
    for batch in range(BATCHES + 1):
        begun, drawn, passed = time.perf_counter(), 0.0, 0.0
        for _ in range(BATCH):
            # A software renderer's threads take the cores meanwhile, so this one's own time is told beside the clock's.
            before, clock = time.thread_time(), time.perf_counter()
            people.draw(crowd, pose.x, pose.y, 1 / 30)
            drawn, passed = drawn + time.thread_time() - before, passed + time.perf_counter() - clock
            window.step()
        window.picture()
        if batch:  # the first one warms up
            batches.append((time.perf_counter() - begun) / BATCH)
            python.append(drawn / BATCH)
            waited.append(passed / BATCH)
    return [
        Result(
            name=f"client, {hall}, {avatars} avatars, {preset}, 1280 x 720",
            clients=avatars,
            notes={
                FPS: 1 / float(np.median(batches)),
                "frames per second, worst batch": 1 / float(np.max(batches)),
                "frame ms, median": float(np.median(batches)) * 1000,
                CROWD_MS: float(np.median(python)) * 1000,
                "the same by the clock, ms": float(np.median(waited)) * 1000,
                DRAW_CALLS: draw_calls(people.root),
                "people drawn": people.drawn.total,
                "hall loaded in s": loaded,
                "driver": window.driver,
            },
        )
    ]


def draw_calls(root: Any) -> int:
    """Counts the draw calls that what hangs under a node takes with each frame.

    Each ``Geom`` of a node that is shown is one, whatever its number of instances: Panda3D hands it to the driver once.
    The crowd's nodes have no bounds to be culled by, so what is shown is drawn; name tags hang elsewhere.
    """
    nodes = root.find_all_matches("**/+GeomNode")
    return sum(node.node().get_num_geoms() for node in nodes if node.get_hidden_ancestor().is_empty())


def _crowd(scene: Scene, people: int) -> Crowd:
    """Returns people on free floor between the door and the stage."""
    rng = np.random.default_rng(11)
    x: Floats = np.zeros(0)
    y: Floats = np.zeros(0)
    corners = np.array(scene.outline)
    low, high = corners.min(axis=0), corners.max(axis=0)
    while x.size < people:
        more_x, more_y = rng.uniform(low[0], high[0], 500), rng.uniform(low[1], high[1], 500)
        free = scene.field.at(more_x, more_y) > 0.4
        x, y = np.concatenate([x, more_x[free]]), np.concatenate([y, more_y[free]])
    look = np.stack([rng.integers(0, top, people) for top in map(len, (COATS, TROUSERS, SKINS, range(HEADS), HAIRS))])
    return Crowd(
        number=np.arange(1, people + 1, dtype=np.uint16),
        x=x[:people].astype(np.float32),
        y=y[:people].astype(np.float32),
        z=np.zeros(people, dtype=np.float32),
        heading=rng.uniform(0, math.tau, people).astype(np.float32),
        speed=np.full(people, 1.4, dtype=np.float32),
        stride=rng.uniform(0, 10, people).astype(np.float32),
        gesture=np.zeros(people, dtype=np.uint8),
        look=look.T.astype(np.uint8),
        staff=np.zeros(people, dtype=np.bool_),
    )
