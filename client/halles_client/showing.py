"""What is on screen of the world: hall, booths, people, names, camera and fade, drawn from a visit once a frame.

Only joins the parts of ``view``; each of them knows how to draw its own.
"""

import math
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from halles.ids import CROSSROADS, HallId, MediaId
from halles.world.movement import Gesture, Pose
from halles.world.scene import Scene
from halles.world.text import Language
from halles_client.language import speak
from halles_client.net.media import Face
from halles_client.recorded_hosts import ShownHost
from halles_client.replays import still
from halles_client.replica.crowd import Crowd
from halles_client.replica.live_sessions import Live
from halles_client.replica.replica import Replica
from halles_client.stage_board import Board, board
from halles_client.stage_people import StagePeople, chairs_shown
from halles_client.view.board_pictures import BoardRow, BoardText
from halles_client.view.board_view import BoardView
from halles_client.view.booth_view import BoothView
from halles_client.view.camera import FOV, FOV_CROSSROADS, Camera, Placement
from halles_client.view.crowd_rows import HOST_NUMBER, HostAvatar, OwnAvatar, with_ghosts, with_hosts
from halles_client.view.crowd_view import CrowdView
from halles_client.view.fade import Fade
from halles_client.view.film_view import FilmView
from halles_client.view.hud.pen import Rect
from halles_client.view.model_view import ModelView
from halles_client.view.name_tags import NameTags
from halles_client.view.plates import spot_on
from halles_client.view.scene_view import SceneView
from halles_client.view.sight_lines import SightLines
from halles_client.view.spare_memory import give_back
from halles_client.view.stage_view import StageView
from halles_client.view.steering import Ray
from halles_client.view.walk_mark import WalkMark
from halles_client.view.window import Window
from halles_client.visit import Visit

ROWS_SHOWN: Final = 8
"""Entries on a board at most; as many of them as fit."""

NAMES_EVERY_S: Final = 0.2
BOARD_EVERY_S: Final = 0.2
"""What stands on the screens is read anew this often: clocks run, captions grow old."""


class Shelf(Protocol):
    """Where media come from; both futures may get ``Unavailable``."""

    def fetch(self, media: MediaId, face: Face = "sheet") -> "Future[bytes]":
        """Fetches a picture, in one of its sizes, or a model."""

    def fetch_file(self, media: MediaId) -> "Future[Path]":
        """Fetches a film."""


class Showing:
    """The world in one window.

    Attributes:
        fade: The dark between two places.
        camera: None before the first hall.
        hall: Which hall is on screen.
        language: In which words are written over heads.
    """

    def __init__(self, window: Window, media: Shelf, *, reduced_motion: bool = False, ui_scale: float = 1.0) -> None:
        self._window = window
        self._reduced = reduced_motion
        self._scene_view = SceneView(window, window.preset)
        self._booths = BoothView(window, window.preset, media.fetch)
        self._models = ModelView(window, media.fetch, still=reduced_motion)
        self._films = FilmView(window, media.fetch_file)
        self._stage = StageView(window, media.fetch, media.fetch_file)
        self._on_stage = StagePeople()
        self._live_board: tuple[Live, Language, float, Board] | None = None
        self._board = BoardView(window)
        self._board_key: object = None
        self._crowd = CrowdView(window, window.preset)
        self._crowd.reduced_motion = reduced_motion
        self._tags = NameTags(window, ui_scale)
        self._mark = WalkMark(window)
        self.fade = Fade(window)
        self.camera: Camera | None = None
        self.hall: HallId | None = None
        self.language: Language = "fr"
        self._booths_seen = -1
        self._staffed_seen = -1
        self._lines: SightLines | None = None
        self._names: dict[int, str] = {}
        self._names_at = -math.inf
        self._stride = 0.0

    @property
    def settled(self) -> bool:
        """Whether every picture that belongs on screen is there."""
        return self._booths.settled and self._models.settled and self._stage.settled

    @property
    def picture_bytes(self) -> int:
        """What booths' pictures take of the driver's memory."""
        return self._booths.picture_bytes

    def show_hall(self, scene: Scene, pose: Pose) -> None:
        """Puts a hall on screen and looks from ``pose``; loading takes under a second.

        Raises:
            SceneError: The hall was never baked.
        """
        if self.hall != scene.id:
            self._booths.clear()
            self._models.show(scene, {})
            self._films.show(scene, {})
            self._board.enter(scene)
            self._board_key = None
            self._scene_view.show(scene)
            self._stage.show_hall(scene, self._scene_view.stage_light)
            give_back()  # it is dark now
            self.hall = scene.id
            self._lines = SightLines(scene)
            self._booths_seen = -1
        if self.camera is None:
            self.camera = Camera(self._window, scene.field)
            self.camera.reduced_motion = self._reduced
        self.camera.field = scene.field
        self.camera.set_fov(FOV_CROSSROADS if scene.id == CROSSROADS else FOV)
        self.camera.cut_to(pose)

    def spot_on_screen(self, ray: Ray) -> tuple[float, float] | None:
        """Returns where a ray meets the main screen of the stage, shares from its left top."""
        screen = self._stage.screens.place
        return spot_on(screen, ray) if screen is not None else None

    def mark(self, place: tuple[float, float, float] | None) -> None:
        """Shows on the floor where a click leads, or nothing."""
        self._mark.show(place)

    def turn_model(self, degrees: float) -> None:
        """Turns the model on the counter that one stands at."""
        self._models.turn(degrees)

    def draw(self, visit: Visit, pose: Pose, pitch: float, now: float, dt: float, avoid: tuple[Rect, ...]) -> Crowd:
        """Draws one frame's world and returns the crowd as shown, without recorded hosts: they are nobody.

        Args:
            visit: Whose.
            pose: Where oneself is shown.
            pitch: Where one looks, radians.
            now: Render time's clock.
            dt: Seconds since the last frame.
            avoid: The HUD's cards: no name tag there.
        """
        replica = visit.replica
        people = replica.timeline.sample(now)
        if self.camera is None:
            return people
        self._on_stage.look(replica)
        crowd = with_hosts(self._on_stage.seated(people), [_avatar(host) for host in visit.hosts.shown])
        crowd = with_ghosts(crowd, visit.replays.crowd())
        self._show_booths(visit, now)
        self._show_stage(visit, now)
        self._show_board(visit, now)
        seen = self.camera.follow(pose, pitch, dt, seated=pose.gesture is Gesture.SIT)
        own = None if self.camera.first_person else self._own(replica, pose, dt)
        drawn = self._crowd.draw(crowd, seen.x, seen.y, dt, own)
        if now - self._names_at >= NAMES_EVERY_S:
            self._names_at = now
            self._names = self._seen_names(visit, crowd, seen)
        self._tags.draw(crowd, self._names, drawn, avoid, self._on_stage.speaking | visit.replays.speaking())
        return people

    def close(self) -> None:
        """Takes everything off the window."""
        self._tags.close()
        self._mark.close()
        self._crowd.close()
        self._films.close()
        self._stage.close()
        self._board.close()
        self._models.close()
        self._booths.close()
        self._scene_view.clear()
        self.fade.close()

    def _show_booths(self, visit: Visit, now: float) -> None:
        replica = visit.replica
        if replica.booths_seen != self._booths_seen:
            self._booths_seen = replica.booths_seen
            self._scene_view.set_accents({card.slot: card.accent for card in replica.booths.values()})
            if replica.scene is not None:
                self._booths.show(replica.scene, replica.booths)
                self._models.show(replica.scene, replica.booths)
                self._films.show(replica.scene, replica.booths)
        if replica.own is not None:
            self._booths.step(replica.own.pose.x, replica.own.pose.y, now)
            self._models.step(replica.own.pose.x, replica.own.pose.y, now)
            clock = replica.timeline.server_time(now)
            self._films.step(replica.own.pose.x, replica.own.pose.y, now, clock)
        if replica.staffed_seen != self._staffed_seen:
            self._staffed_seen = replica.staffed_seen
            self._booths.set_staffed({booth: row.state for booth, row in replica.staffed.items()})

    def _show_stage(self, visit: Visit, now: float) -> None:
        """Shows what goes on here, else what is watched again."""
        replica, replays = visit.replica, visit.replays
        live, scene, server_ms = replica.live.first, replica.scene, replica.live.server_ms(now)
        again = live is None and replays.live is not None
        if live is None and replays.live is not None:
            live, server_ms = still(replays.live, replays.position_ms, pace=replays.pace)
        stage, shown = None, None
        if live is not None and scene is not None:
            shown = self._board_of(live, server_ms, now)
            if again and shown.side is not None:  # nobody takes part in what was
                shown = replace(shown, side=replace(shown.side, hint=""))
            stage = next((row for row in scene.stages if row.id == live.about.stage), None)
        self._stage.step(shown, stage, chairs_shown(live.state) if live is not None else 0, now)

    def _board_of(self, live: Live, server_ms: int, now: float) -> Board:
        """Returns what the stage shows, made anew when something was told, where a film runs, and for its clocks."""
        made = self._live_board
        same = made is not None and made[0] is live and made[1] == self.language and made[3].film is None
        if made is not None and same and 0.0 <= now - made[2] < BOARD_EVERY_S:
            return made[3]
        shown = board(live, self.language, server_ms, now)
        self._live_board = live, self.language, now, shown
        return shown

    def _show_board(self, visit: Visit, now: float) -> None:
        """Writes the programme on this hall's board, looked at four times a minute: in the crossroads all halls'."""
        scene = visit.replica.scene
        key = (self.hall, self.language, visit.programme.seen, visit.programme.now_ms(now) // 15_000)
        if scene is None or scene.id != self.hall or key == self._board_key or not self._board.has_board:
            return
        self._board_key = key
        _, everywhere = speak(self.language), scene.id == CROSSROADS
        welcome = visit.replica.welcome
        names = {card.hall: card.name.read(self.language)[0] for card in welcome.halls} if welcome else {}
        on = _("Now")
        rows = tuple(
            BoardRow(
                f"{on} · {row.when}" if row.on else row.when,
                row.title,
                row.where if everywhere else "",
                row.on,
            )
            for row in visit.programme.rows(self.language, names, now)
            if everywhere or row.hall == scene.id
        )
        title = _("Now and next") if everywhere else _("Programme")
        self._board.show(BoardText(title, _("Nothing more is planned."), rows[:ROWS_SHOWN], scene.colour))

    def _own(self, replica: Replica, pose: Pose, dt: float) -> OwnAvatar | None:
        if replica.own is None or replica.welcome is None:
            return None
        speed = replica.own.speed
        self._stride = math.fmod(self._stride + speed * dt, 1000.0)
        look = replica.welcome.look
        return OwnAvatar(pose.x, pose.y, pose.z, pose.heading, speed, self._stride, pose.gesture, look)

    def _seen_names(self, visit: Visit, crowd: Crowd, seen: Placement) -> dict[int, str]:
        """Returns the names of those whom no wall hides, by number."""
        if self._lines is None:
            return {}
        visible = self._lines.visible(seen.x, seen.y, crowd.x.astype(np.float64), crowd.y.astype(np.float64))
        names = names_of(visit, self.language)
        tagged = [*crowd.number[visible].tolist(), *self._on_stage.speaking, *visit.replays.speaking()]
        return {number: names[number] for number in tagged if number in names}


def names_of(visit: Visit, language: Language) -> dict[int, str]:
    """Returns what stands over each head, by number; over a recorded host's, that it is one."""
    _ = speak(language)
    recorded = _("recorded")
    names = {number: card.name for number, card in visit.replica.people.items()}
    names |= {number: f"{recorded} · {name}" for number, name in visit.replays.names().items()}
    return names | {HOST_NUMBER - host.place: f"{recorded} · {host.name}" for host in visit.hosts.shown}


def _avatar(host: ShownHost) -> HostAvatar:
    pose = host.pose
    return HostAvatar(
        HOST_NUMBER - host.place,
        pose.x,
        pose.y,
        host.z,
        pose.heading,
        pose.speed,
        math.fmod(pose.stride, 1000.0),
        pose.gesture,
        host.look,
    )
