"""A visitor walks past every booth of a full hall: what the client holds on the way, and what drawing it costs.

The server, its Postgres and the uploads are real; the client is the real one, drawn without a screen. Memory is read
from the system, texture bytes from Panda3D's own record of what the driver holds.
"""

import gc
import math
import multiprocessing
import re
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil
from panda3d.core import StringStream

from bench import folders, full_hall, serving
from bench.report import Note, Result
from halles.ids import CROSSROADS
from halles.world.geometry import Point, heading_to, place
from halles.world.movement import Intent, Pose
from halles.world.scene import Scene
from halles_client import config
from halles_client.app import App, Setting
from halles_client.bots.walker import Walker
from halles_client.bots.wayfinding import Ways
from halles_client.net.link import Credentials
from halles_client.view.controls import Wish
from halles_client.view.presets import PresetName
from halles_client.view.window import Window, open_window

BEFORE_M: Final = 1.6
"""So far before a booth's front one passes."""
LOOK_EVERY_S: Final = 0.5
"""Between two looks at the memory."""
ENTER_S: Final = 30.0
WALK_S: Final = 240.0
"""The walk is given up then, and the figures are void."""
SETTLE_S: Final = 20.0
LEFT_S: Final = 3.0
"""In the crossroads, before it is said what is left."""
BATCH, BATCHES = 15, 4
READ_EVERY: Final = 10
"""Frames after which the picture is read back: without a screen nothing else makes a software driver finish what it has
queued, and that grows by two megabytes a frame."""
PARTS: Final = ("booths", "models", "films")
"""Nodes under ``render`` that hold what booths show."""

PLAYER: Final = str(Path("films") / "child.py")

TEXTURES: Final = "textures, peak MB"
PICTURES: Final = "booths' pictures, peak MB"
RESIDENT: Final = "resident, peak MB"
TRIANGLES: Final = "models' triangles, peak"
RATIO: Final = "frame with all booths show / without"


@dataclass(slots=True)
class Held:
    """What the client held, the most of each that was seen; bytes."""

    textures: int = 0
    pictures: int = 0
    resident: int = 0
    children: int = 0
    triangles: int = 0
    frames: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    def look(self, window: Window, app: App) -> None:
        """Adds what is held now."""
        this = psutil.Process()
        films = sum(playing())
        self.textures = max(self.textures, texture_bytes(window))
        self.pictures = max(self.pictures, app.showing.picture_bytes)
        self.resident = max(self.resident, int(this.memory_info().rss))
        self.children = max(self.children, films)
        self.triangles = max(self.triangles, triangles(window.base.render.find("models")))


def run(hall: str, preset: PresetName) -> list[Result]:
    """Fills a hall and walks past all its booths."""
    window = open_window(offscreen=True, width=1280, height=720, preset=preset)
    with folders.passing() as folder, serving.running(core=None, data=Path(folder) / "data", demo=True) as server:
        begun = time.monotonic()
        # In a process of its own: what making and sending files takes is not the client's.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
            full = apart.submit(full_hall.fill, server.url, Path(folder) / "data", hall).result()
        filled_s = time.monotonic() - begun
        with _visiting(window, f"{server.world}#{hall}", Path(folder) / "cache") as visitor:
            result = visitor.measure(full)
    window.close()
    notes: dict[str, Note] = {"MB uploaded": full.uploaded / 1e6, "s to fill": filled_s, "driver": window.driver}
    return [
        Result(
            result.name + f", {preset}, 1280 x 720",
            seconds=result.seconds,
            valid=result.valid,
            notes=result.notes | notes,
        )
    ]


@contextmanager
def _visiting(window: Window, url: str, cache: Path) -> Iterator["Visitor"]:
    setting = Setting(config.address(url), config.plans(), config.Settings(preset=window.preset.name), None, cache)
    visitor = Visitor(window, App(window, setting, Credentials("Camille", "en")))
    try:
        yield visitor
    finally:
        visitor.app.close()


class Visitor:
    """Somebody who walks, drawn as fast as it goes."""

    def __init__(self, window: Window, app: App) -> None:
        self.window, self.app = window, app
        self.app.hands = self._hands
        self._walker: Walker | None = None
        self._before = time.monotonic()
        self._drawn = 0

    def measure(self, full: full_hall.Full) -> Result:
        """Walks past all booths, stands still in their midst, and leaves."""
        self._until(lambda: self.app.visit is not None and self.app.visit.replica.scene == full.scene, ENTER_S)
        held, begun = Held(), time.monotonic()
        before = psutil.Process().memory_info().rss
        passed = self._pass_all(full.scene, full.booths, held)
        walked = time.monotonic() - begun
        self._until(lambda: self.app.showing.settled, SETTLE_S)
        held.look(self.window, self.app)
        shown, bare = self._frame_s(), self._frame_s_without()
        notes = _told(held) | {
            "resident on arrival MB": before / 1e6,
            RATIO: shown / bare,
            "frame ms, all shown": shown * 1e3,
            "frame ms, without": bare * 1e3,
            "booths passed": passed,
        }
        self._leave()
        notes |= {
            "after leaving, textures MB": texture_bytes(self.window) / 1e6,
            "after leaving, resident MB": psutil.Process().memory_info().rss / 1e6,
            "after leaving, film processes": len(playing()),
        }
        booths = len(full.booths)
        return Result(f"{booths} full booths, {full.scene.id}", seconds=walked, valid=passed == booths, notes=notes)

    def _pass_all(self, scene: Scene, slots: tuple[str, ...], held: Held) -> int:
        """Walks from booth to booth, always to the nearest that is left; returns how many were passed."""
        ways, until, looked, passed = Ways(scene), time.monotonic() + WALK_S, 0.0, 0
        left = [slot for slot in scene.slots if slot.id in slots]
        while left and time.monotonic() < until:
            own = self._own()
            slot = min(left, key=lambda slot: math.dist((slot.x, slot.y), (own.x, own.y)))
            left.remove(slot)
            goal = place(slot.box, 0.0, slot.box.depth / 2 + BEFORE_M)
            self._walker = Walker(ways.path(Point(own.x, own.y), goal), heading_to(*goal, slot.x, slot.y), run=True)
            while not (self._walker.arrived or self._walker.stuck) and time.monotonic() < until:
                # Other threads and programs take the cores meanwhile: this one's own time beside the clock's.
                spent = time.thread_time()
                held.frames.append(self._frame())
                held.own.append(time.thread_time() - spent)
                if time.monotonic() - looked > LOOK_EVERY_S:
                    held.look(self.window, self.app)
                    looked = time.monotonic()
            passed += math.dist((slot.x, slot.y), (self._own().x, self._own().y)) < slot.box.depth + 2 * BEFORE_M
        self._walker = None
        return passed

    def _leave(self) -> None:
        """Goes back to the crossroads and waits until nothing more is freed."""
        self.app.travel(CROSSROADS, "")
        self._until(lambda: self.app.showing.hall == CROSSROADS, ENTER_S)
        until = time.monotonic() + LEFT_S
        self._until(lambda: time.monotonic() > until, ENTER_S)
        gc.collect()
        self._frame()

    def _frame_s_without(self) -> float:
        roots = [self.window.base.render.find(name) for name in PARTS]
        for root in roots:
            root.stash()
        try:
            return self._frame_s()
        finally:
            for root in roots:
                root.unstash()

    def _frame_s(self) -> float:
        """Returns the median of a frame's seconds; a software driver works behind one's back, so batches end read."""
        took = []
        for _ in range(BATCHES + 1):
            begun = time.perf_counter()
            for _ in range(BATCH):
                self._frame()
            self.window.picture()
            took.append((time.perf_counter() - begun) / BATCH)
        return float(np.median(took[1:]))

    def _frame(self) -> float:
        """Lives and draws one frame; returns its seconds."""
        now = time.monotonic()
        dt, self._before = now - self._before, now
        self.app.advance(now, dt)
        self.app.draw(now, dt)
        self._drawn += 1
        if not self._drawn % READ_EVERY:
            self.window.picture()
        return time.monotonic() - now

    def _until(self, condition: Any, limit_s: float) -> None:
        until = time.monotonic() + limit_s
        while not condition() and time.monotonic() < until:
            self._frame()

    def _own(self) -> Pose:
        visit = self.app.visit
        if visit is None or visit.replica.own is None:
            raise SystemExit("the visitor was not let in")
        return visit.replica.own.pose

    def _hands(self, dt: float, pose: Pose) -> Wish:
        return Wish(Intent() if self._walker is None else self._walker.intent(pose, dt))


def _told(held: Held) -> dict[str, Note]:
    frames, own = np.array(held.frames) * 1e3, np.array(held.own) * 1e3
    return {
        TEXTURES: held.textures / 1e6,
        PICTURES: held.pictures / 1e6,
        RESIDENT: held.resident / 1e6,
        "film's process, peak MB": held.children / 1e6,
        TRIANGLES: held.triangles,
        "fps on the way": 1e3 / float(np.median(frames)),
        "frame ms on the way, p99": float(np.percentile(frames, 99)),
        "frame ms on the way, worst": float(frames.max()),
        "this thread's ms of a frame, median": float(np.median(own)),
        "the same, p99": float(np.percentile(own, 99)),
        "the same, worst": float(own.max()),
    }


def playing() -> list[int]:
    """Returns the resident bytes of each film's process; one that is just ending is none."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if any(PLAYER in word for word in child.cmdline()):
                found.append(int(child.memory_info().rss))
    return found


def texture_bytes(window: Window) -> int:
    """Returns the bytes of all textures that the driver holds, as it tells them, seen or not."""
    said = StringStream()
    window.base.win.gsg.prepared_objects.show_residency_trackers(said)
    textures = said.data.decode().partition("Textures:")[2].partition("Vertex buffers:")[0]
    return sum(int(size) for size in re.findall(r"resident:\s+\d+ objects, consuming (\d+) bytes", textures))


def triangles(root: Any) -> int:
    """Counts the triangles of what hangs under a node."""
    geoms = [geom for node in root.find_all_matches("**/+GeomNode") for geom in node.node().get_geoms()]
    return sum(
        geom.get_primitive(number).get_num_faces() for geom in geoms for number in range(geom.get_num_primitives())
    )
