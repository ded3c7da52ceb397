"""The tour: a client without a screen that walks through all halls and leaves a picture of each stop.

It moves as a person does: intents through the shared rule, moves over the socket, passages walked through, the booth
walked up to and opened with its key. What it sees is drawn by the same ``App``; between stops few frames are drawn.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from halles.errors import ConfigError, HallesError
from halles.ids import CROSSROADS, HallId
from halles.protocol.messages import BoothCard
from halles.world.geometry import Point, facing, heading_to, place
from halles.world.movement import RUN_SPEED, Intent, Pose
from halles.world.scene import Portal, Scene
from halles_client.app import App, Setting
from halles_client.bots.walker import Walker
from halles_client.bots.wayfinding import Ways
from halles_client.net.failures import Cause
from halles_client.net.link import Credentials
from halles_client.net.status import Phase
from halles_client.view.controls import Wish
from halles_client.view.window import Window
from halles_client.visit import Visit

BEAT_S: Final = 1 / 20
"""Between two steps; the server judges speed by its own clock, so a tour cannot be faster than running."""

GLANCE_S: Final = 2.0
"""On the way a frame is drawn this often only: a software driver takes a tenth of a second for one."""

SETTLE_FRAMES: Final = 4
SETTLE_MOST_S: Final = 12.0
PASS_MOST_S: Final = 10.0
_ELBOW_M: Final = 2.2

ENTER_MOST_S: Final = 30.0

_HOPELESS: Final[frozenset[Cause]] = frozenset({"refused", "no host", "another server", "untrusted"})
"""Why somebody who was never let in is not going to be: waiting is for servers that are slow or full."""

_PICTURE_WORTH_M: Final = 4.0
_BESIDE_M: Final = 1.0
_BEFORE_BOOTH_M: Final = 2.2
_BEFORE_STAGE_M: Final = 11.0
_LOOK_UP: Final = math.radians(5.0)

_GREETING: Final = {"fr": "Bonjour à tous !", "nl": "Dag allemaal!", "en": "Hello, everybody!"}


class StopNotReached(HallesError):
    """The tour could not get somewhere; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What was seen at one stop."""

    file: str
    hall: str
    people: int
    booths: int
    ms: float
    what: str


class Tour:
    """One tour in one window."""

    def __init__(self, window: Window, setting: Setting, who: Credentials, folder: Path) -> None:
        self._window, self._setting, self._folder = window, setting, folder
        self._app = App(window, setting, who)
        self._app.hands = self._hands
        self._language = who.language
        self._walker: Walker | None = None
        self._ways: dict[HallId, Ways] = {}
        self._drawn = 0.0
        self._before = time.monotonic()
        self._stops = 0
        self._pitch = 0.0
        self._greeted = 0

    def run(self, tell: Callable[[Stop], None]) -> None:
        """Walks the whole tour.

        Args:
            tell: Is given each stop as soon as its picture is written.

        Raises:
            StopNotReached: With the stop and the reason.
            ConfigError: A picture cannot be written.
        """
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        self._until(lambda: self._scene() is not None, ENTER_MOST_S, "the crossroads were not entered")
        tell(self._picture("lobby", "arrival"))
        halls = [portal.to for portal in self._plan(CROSSROADS).portals]
        for hall in sorted(halls, key=lambda name: ("lille", "valenciennes", "hainaut", name).index(name)):
            self._walk_into(hall)
            tell(self._picture(hall, "the main aisle"))
            if hall == "lille":
                tell(self._booth())
            if hall == "hainaut":
                tell(self._stage())
            else:
                self._walk_into(CROSSROADS)

    def close(self) -> None:
        """Takes leave."""
        self._app.close()

    # --- stops ----------------------------------------------------------------------------------------------

    def _booth(self) -> Stop:
        """Walks to the nearest booth with pictures and opens its sheet."""
        scene, card = self._here(), self._nearest_booth()
        slot = scene.slot(card.slot)
        if slot is None:
            raise StopNotReached(f"{scene.id}: the plan has no slot {card.slot}")
        spot = place(slot.box, _BESIDE_M, slot.box.depth / 2 + _BEFORE_BOOTH_M)
        self._walk(spot, heading_to(*spot, slot.x, slot.y), f"booth {card.name}")
        near = self._visit.booths.near()
        if near is None or near.booth != card.booth:
            raise StopNotReached(f"{scene.id}: before booth {card.name} there is {near.name if near else 'no booth'}")
        self._beat(draw=True)
        self._app.hud.key("e")
        self._until(self._sheet_read, ENTER_MOST_S, f"the sheet of {card.name} did not open")
        stop = self._picture(f"{scene.id}-booth", card.name)
        self._visit.booths.close()
        return stop

    def _stage(self) -> Stop:
        scene = self._here()
        if not scene.stages:
            raise StopNotReached(f"{scene.id} has no stage")
        box = scene.stages[0].box
        spot = place(box, 0.0, box.depth / 2 + _BEFORE_STAGE_M)
        self._walk(spot, heading_to(*spot, box.x, box.y), f"the stage of {scene.id}")
        self._pitch = _LOOK_UP
        return self._picture(f"{scene.id}-stage", "before the stage")

    def _walk_into(self, hall: str) -> None:
        """Walks through the passage to a hall."""
        scene, before = self._here(), self._visit.replica.entered
        portal: Portal | None = next((row for row in scene.portals if row.to == hall), None)
        if portal is None:
            raise StopNotReached(f"{scene.id} has no passage to {hall}")

        def gone() -> bool:
            # Both: where frames are slow, one may have arrived before anybody saw one leave.
            return self._visit.travelling is not None or self._visit.replica.entered > before

        self._walk(Point(portal.x, portal.y), None, f"the passage to {hall}", gone)
        self._until(
            lambda: self._visit.replica.entered > before and self._scene() == self._plan(HallId(hall)),
            ENTER_MOST_S,
            f"{hall} was not entered",
        )

    def _picture(self, name: str, what: str) -> Stop:
        """Says hello, waits until all that belongs to the place is drawn, then writes the picture."""
        if self._greeted != self._visit.replica.entered:
            self._greeted = self._visit.replica.entered
            self._visit.own_lines.say("nearby", _GREETING[self._language])
        self._let_pass()
        began, frames = time.monotonic(), 0
        while frames < SETTLE_FRAMES or (not self._settled() and time.monotonic() - began < SETTLE_MOST_S):
            self._beat(draw=True)
            frames += 1
        self._stops += 1
        file = self._folder / f"{self._stops}-{name}.png"
        with _writing(file):
            self._window.screenshot(file)
        replica = self._visit.replica
        took_ms = self._visit.travels.took_ms
        return Stop(file.name, replica.hall or "", replica.present, len(replica.booths), took_ms, what)

    def _let_pass(self) -> None:
        """Waits a little until nobody stands in the picture's way."""
        began = time.monotonic()
        while time.monotonic() - began < PASS_MOST_S and self._crowded():
            self._beat()

    def _crowded(self) -> bool:
        own = self._own()
        ahead = facing(own.heading)
        near = self._visit.replica.timeline.sample(time.monotonic())
        dx, dy = near.x - own.x, near.y - own.y
        return bool(((dx * ahead.x + dy * ahead.y > -3.0) & (dx * dx + dy * dy < _ELBOW_M**2)).any())

    # --- walking --------------------------------------------------------------------------------------------

    def _walk(self, goal: Point, heading: float | None, what: str, over: Callable[[], bool] = lambda: False) -> None:
        """Walks somewhere, at most once round again after being stuck."""
        for _ in range(2):
            own, scene = self._own(), self._here()
            ways = self._ways.setdefault(scene.id, Ways(scene))
            path = ways.path(Point(own.x, own.y), goal)
            if not path:
                raise StopNotReached(f"{scene.id}: no way leads to {what}")
            self._walker = Walker(path, heading, run=True)
            limit = 15.0 + 2.0 * _length(Point(own.x, own.y), path) / RUN_SPEED
            self._until(lambda: over() or self._walked(), limit, f"{what} was not reached")
            arrived, self._walker = self._walker.arrived, None
            if arrived or over():
                return
        raise StopNotReached(f"the way to {what} is blocked")

    def _walked(self) -> bool:
        return self._walker is None or self._walker.arrived or self._walker.stuck

    def _hands(self, dt: float, pose: Pose) -> Wish:
        own = self._visit.replica.own
        if self._walker is None or own is None:
            return Wish(Intent(), pitch=self._pitch)
        return Wish(self._walker.intent(own.pose, dt), pitch=self._pitch)

    def _until(self, condition: Callable[[], bool], limit_s: float, otherwise: str) -> None:
        """Goes on until something is so.

        Raises:
            StopNotReached: It was not so within ``limit_s`` seconds, the link closed, or there is no show to enter.
        """
        began = time.monotonic()
        while not condition():
            status = self._visit.status
            if status.phase is Phase.CLOSED:
                raise StopNotReached(
                    f"{otherwise}: the server closed with {status.code} {status.reason or status.text}"
                )
            if not status.lost_at and status.failure is not None and status.failure.cause in _HOPELESS:
                raise StopNotReached(f"{otherwise}: {status.text}")
            if time.monotonic() - began > limit_s:
                because = f" ({status.text})" if status.phase is not Phase.ONLINE and status.text else ""
                raise StopNotReached(f"{otherwise} within {limit_s:.0f} s{because}")
            self._beat()

    def _beat(self, *, draw: bool = False) -> None:
        due = self._before + BEAT_S
        time.sleep(max(due - time.monotonic(), 0.0))
        now = time.monotonic()
        dt, self._before = now - self._before, now
        self._app.advance(now, dt)
        if draw or now - self._drawn > GLANCE_S:
            self._drawn = now
            self._app.draw(now, dt)

    # --- what is known --------------------------------------------------------------------------------------

    @property
    def _visit(self) -> Visit:
        visit = self._app.visit
        if visit is None:
            raise StopNotReached("nobody was let in")
        return visit

    def _scene(self) -> Scene | None:
        return self._visit.replica.scene

    def _here(self) -> Scene:
        scene = self._scene()
        if scene is None:
            raise StopNotReached("the hall was lost")
        return scene

    def _own(self) -> Pose:
        own = self._visit.replica.own
        if own is None:
            raise StopNotReached("the place was lost")
        return own.pose

    def _plan(self, hall: HallId) -> Scene:
        return self._setting.plans.scenes[hall]

    def _nearest_booth(self) -> BoothCard:
        """Returns a booth near by that has much to show."""
        scene, own = self._here(), self._own()
        self._until(lambda: bool(self._visit.replica.booths), ENTER_MOST_S, f"{scene.id} listed no booths")

        def distance(card: BoothCard) -> float:
            slot = scene.slot(card.slot)
            return math.hypot(slot.x - own.x, slot.y - own.y) if slot is not None else math.inf

        cards = self._visit.replica.booths.values()
        return min(cards, key=lambda card: distance(card) - _PICTURE_WORTH_M * len(card.pictures))

    def _sheet_read(self) -> bool:
        return self._visit.booths.sheet is not None and self._visit.booths.sheet.read is not None

    def _settled(self) -> bool:
        """Tells whether nothing that was asked for is still on its way."""
        return not self._app.showing.fade.busy and self._visit.settled and self._app.showing.settled


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None


def _length(start: Point, path: tuple[Point, ...]) -> float:
    return sum(math.dist(a, b) for a, b in zip((start, *path), path, strict=False))
