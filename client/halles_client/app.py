"""The client with a screen: one window, one visit, one loop. Joins visit, view and HUD; decides nothing about either.

A frame is: what the server said → hands → own step → the server; then the world and the HUD are drawn.
"""

import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from halles.ids import CROSSROADS, LiveSessionId
from halles.protocol.close_codes import CloseCode
from halles.world.booth import media_kind
from halles.world.look import Look
from halles.world.movement import Intent, Pose
from halles_client import config, hud_feed
from halles_client.config import Address, Plans, Settings
from halles_client.heeding import Heeding, heed
from halles_client.language import nearest
from halles_client.net.link import Credentials
from halles_client.net.media import Media
from halles_client.net.status import Phase
from halles_client.net.thread import LinkThread
from halles_client.showing import Showing
from halles_client.sound.desk import SoundDesk
from halles_client.view.controls import Controls, Wish
from halles_client.view.hud import events
from halles_client.view.hud import state as hud
from halles_client.view.hud.hud import Hud
from halles_client.view.presets import TIMED_FRAMES, stepped
from halles_client.view.window import Window
from halles_client.visit import Visit

Hands = Callable[[float, Pose], Wish]
"""What somebody wants for the next seconds at a pose: keyboard and pointer, or a tour."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the client starts with.

    Attributes:
        address: Where to go.
        plans: All halls.
        settings: What was remembered.
        settings_file: Where to remember, None for nowhere.
        media: Where pictures are kept.
    """

    address: Address
    plans: Plans
    settings: Settings
    settings_file: Path | None
    media: Path


class App:
    """The running client.

    Attributes:
        hud: What lies over the world.
        showing: The world on screen.
        visit: The visit, None at the door.
        hands: Who moves; keyboard and pointer unless somebody else is put here.
        done: The person has left.
    """

    def __init__(self, window: Window, setting: Setting, who: Credentials | None = None) -> None:
        """Opens at the door, or straight into the visit when it is known who comes."""
        self._window, self._setting = window, setting
        settings = setting.settings
        self._settings = settings
        language = who.language if who else settings.language or nearest(config.locale_name())
        self.hud = Hud(window, language, settings.ui_scale)
        self._media = Media(setting.address.url, setting.media)
        self._sound = SoundDesk()
        self.showing = self._new_showing()
        self._frames_ms: list[float] = []
        self._controls = Controls(window, self.hud.covers)
        self.hands: Hands = self._controls.intent
        self._link: LinkThread | None = None
        self.visit: Visit | None = None
        self._feed: hud_feed.HudFeed | None = None
        # The page's language counts, unless somebody has chosen one here.
        self._heeds_page = who is not None and who.way == "ticket" and settings.language is None
        self._door = None if who else hud.Door(settings.name, settings.look or Look())
        self._entered, self._to_watch = 0, ""
        self._pose = Pose(0.0, 0.0)
        self._wish = Wish(Intent())
        self._refusals = 0
        self.done = False
        self._look_in()
        if who is not None:
            self._begin(who)

    def run(self) -> None:
        """Goes on until the person leaves or closes the window."""
        before = time.monotonic()
        while not self.done and not self._window.base.win.is_closed():
            now = time.monotonic()
            self.advance(now, now - before)
            self.draw(now, now - before)
            before = now

    def advance(self, now: float, dt: float) -> None:
        """Hears, walks, tells and heeds the HUD; draws nothing."""
        self.showing.fade.step(dt)
        for event in self.hud.events():
            self._heed(event)
        visit = self.visit
        if visit is None:
            return
        visit.hear(now)
        self._follow_link(visit)
        if visit.replica.entered != self._entered:
            self._arrive(visit)
        self._controls.suspended = self.hud.focused
        wish = self.hands(dt, self._pose)
        if self.showing.fade.busy or visit.travelling is not None:
            wish = replace(wish, intent=Intent())
        self._take(visit, wish)
        self._wish = wish
        self._pose = visit.walk(wish.intent, wish.turned, now, dt) or self._pose
        portal = visit.travels.portal()
        if portal is not None:
            self.travel(portal.to, f"spawn:{portal.arrive}")
        elif not self.showing.fade.busy and visit.travelling is None and (goal := visit.replays.goal()) is not None:
            self.travel(*goal)
        elif visit.travelling is None and self._entered == visit.replica.entered and self.visit is not None:
            self.showing.fade.release()

    def draw(self, now: float, dt: float) -> None:
        """Draws one frame."""
        visit, others = self.visit, np.zeros((0, 2), dtype=np.float32)
        if visit is not None and visit.replica.scene is not None:
            self.showing.language = self.hud.language
            crowd = self.showing.draw(visit, self._pose, self._wish.pitch, now, dt, self.hud.rectangles())
            others = np.stack([crowd.x, crowd.y], axis=1)
        self.showing.mark(self._wish.walking_to if visit is not None else None)
        self.hud.show(self._state(now))
        self.hud.locate(self._pose.x, self._pose.y, self._pose.heading, others)
        self.hud.step(now)
        self._window.step()
        self._keep_pace(dt)

    def travel(self, hall: str, place: str) -> None:
        """Goes somewhere through the dark."""
        visit = self.visit
        if visit is not None and visit.travelling is None and not self.showing.fade.busy:
            self._controls.stop()
            self.showing.fade.begin(lambda: self._depart(visit, hall, place))

    def close(self) -> None:
        """Takes leave of the server and frees the window's parts."""
        if self._link is not None:
            self._link.close()
        self._sound.switch(on=False)
        self._sound.join()
        self._media.close()
        self._controls.close()
        self.hud.close()
        self.showing.close()

    # --- the machine ----------------------------------------------------------------------------------------

    def _new_showing(self) -> Showing:
        reduced, scale = self._settings.reduced_motion, self._settings.ui_scale
        return Showing(self._window, self._media, reduced_motion=reduced, ui_scale=scale)

    def _keep_pace(self, dt: float) -> None:
        """Draws less from now on where the first frames were slow, unless somebody has chosen how much is drawn."""
        if len(self._frames_ms) >= TIMED_FRAMES or self.showing.fade.busy or self._settings.preset is not None:
            return
        self._frames_ms.append(dt * 1000.0)
        if len(self._frames_ms) < TIMED_FRAMES:
            return
        fitting = stepped(self._window.preset, self._frames_ms)
        if fitting is not self._window.preset:
            hall = self._setting.plans.scenes.get(self.showing.hall) if self.showing.hall is not None else None
            self._window.draw_as(fitting)
            self.showing.close()
            self.showing = self._new_showing()
            if hall is not None:
                self.showing.show_hall(hall, self._pose)

    # --- the door -------------------------------------------------------------------------------------------

    def _look_in(self) -> None:
        """Shows the crossroads behind the card at the door."""
        scene = self._setting.plans.scenes.get(CROSSROADS)
        if scene is not None:
            spawn = scene.spawns[0]
            self._pose = Pose(spawn.x, spawn.y, 0.0, np.deg2rad(spawn.heading))
            self.showing.show_hall(scene, self._pose)

    def _begin(self, who: Credentials) -> None:
        address = self._setting.address
        if self._link is not None:
            self._link.close()
        self._link = LinkThread(address.url, who)
        draft = address.booth if address.draft else ""
        goal, plans = (address.hall, address.place), self._setting.plans
        self.visit = Visit(self._link, plans, self._media, goal, draft=draft, sound=self._sound)
        self.visit.voice.mono = self._settings.mono
        self.visit.voice.switch(on=self._settings.voice)
        self._feed = hud_feed.HudFeed(self.visit, self.hud.language, address.url)
        self._entered, self._to_watch = 0, address.replay
        if self._door is not None:
            self._door = replace(self._door, name=who.name, look=who.look, busy=True, refusal=None)

    def _follow_link(self, visit: Visit) -> None:
        """Opens the door once the visit stands in a hall; a refusal at the door is shown there."""
        status, welcome = visit.status, visit.replica.welcome
        if self._link is not None and status.phase is Phase.ONLINE:
            self._media.come_from(self._link.address)
        if self._heeds_page and welcome is not None:
            self._heeds_page = False
            self.hud.speak(welcome.language)
        if visit.replica.scene is not None:
            self._door = None
        elif status.phase is Phase.CLOSED and self._door is not None and status.code == CloseCode.NOT_ADMITTED:
            self._refusals += 1
            refusal = hud.Refusal(self._refusals, status.reason or "UNAVAILABLE")
            self._door = replace(self._door, busy=False, refusal=refusal)
            self.visit = self._feed = None

    def _step_back(self) -> None:
        """Waits at the door no longer; the link ends by itself, so that nobody waits for a silent server."""
        if self._link is not None and self._door is not None and self._door.busy:
            self._link.leave()
            self._link = self.visit = self._feed = None
            self._sound.switch(on=False)
            self._door = replace(self._door, busy=False)

    def _enter_at_door(self, event: events.EnteredAtDoor) -> None:
        self._remember(name=event.name, look=event.look, language=event.language)
        self._begin(Credentials(event.name, event.language, event.look, device=self._settings.device))

    # --- halls ----------------------------------------------------------------------------------------------

    def _depart(self, visit: Visit, hall: str, place: str) -> None:
        visit.booths.close()
        visit.travel(hall, place)
        self.showing.fade.hold()

    def _arrive(self, visit: Visit) -> None:
        self._entered = visit.replica.entered
        scene, own = visit.replica.scene, visit.replica.own
        if scene is not None and own is not None:
            self._pose = own.pose
            self.showing.show_hall(scene, own.pose)
            self._controls.stop()
            self._controls.look_level()
            self._controls.height = scene.height
            if self._to_watch:
                visit.replays.open(LiveSessionId(self._to_watch))
                self._to_watch = ""

    # --- hands and HUD --------------------------------------------------------------------------------------

    def _take(self, visit: Visit, wish: Wish) -> None:
        visit.hold_to_speak(on=wish.speaking)
        visit.point(self.showing.spot_on_screen(wish.pointing) if wish.pointing is not None else None)
        if wish.model_turned:
            self.showing.turn_model(wish.model_turned)
        if self.showing.camera is not None:
            if wish.zoom:
                self.showing.camera.zoom(wish.zoom)
            if wish.change_view:
                self.showing.camera.toggle()

    def _state(self, now: float) -> hud.HudState:
        if self._feed is None:
            return hud.HudState(door=self._door)
        self._feed.language = self.hud.language
        shown = self._feed.state(now, listing=self.hud.listing)
        return replace(shown, door=self._door) if self._door is not None else shown

    def _heed(self, event: events.HudEvent) -> None:
        visit = self.visit
        match event:
            case events.EnteredAtDoor():
                self._enter_at_door(event)
            case events.WentBack():
                self._step_back()
            case events.ChangedLanguage(language):
                self._remember(language=language)
            case events.ChangedScale(ui_scale):
                self._remember(ui_scale=ui_scale)
            case events.OpenedLink(url) if url.startswith("https://"):
                webbrowser.open(url)
            case events.OpenedDocument(media) if media_kind(media) == "document":
                webbrowser.open(self._media.address(media))
            case events.TriedAgain():
                self._try_again()
            case events.Left():
                self.done = True
            case _ if visit is not None:
                heed(event, Heeding(visit, self.travel, self._remember, self.hud.language))

    def _try_again(self) -> None:
        if self._link is not None and self._link.status.phase is not Phase.CLOSED:
            self._link.hasten()
            return
        self.visit = self._feed = None
        self._sound.switch(on=False)
        self._door = hud.Door(self._settings.name, self._settings.look or Look())

    def _remember(self, **changes: object) -> None:
        self._settings = config.changed(self._settings, **changes)
        if self._setting.settings_file is not None:
            config.save_settings(self._settings, self._setting.settings_file)
