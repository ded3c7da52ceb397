"""One bot: a visit that walks from booth to booth, on the same replica, prediction and uplink as a person's client."""

import random
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Final, Protocol

from halles.errors import Rejection, Unavailable
from halles.ids import HallId
from halles.protocol.messages import EnterHall, Message, Move, Say, Welcomed
from halles.world.geometry import Point
from halles.world.movement import Gesture, Intent
from halles.world.scene import Scene, Slot
from halles.world.text import Language
from halles_client.bots.plan import Errand, next_errand
from halles_client.bots.walker import Walker
from halles_client.bots.wayfinding import Ways
from halles_client.net.requests import new_request_id
from halles_client.net.uplink import Uplink
from halles_client.replica.prediction import Prediction
from halles_client.replica.replica import Replica

_RETRY_S: Final = 3.0
"""Seconds before a refused entry is asked again."""


class Wire(Protocol):
    """What a bot needs of a link."""

    def ask(self, message: Message) -> "Future[Message]":
        """Sends a request."""

    def send(self, message: Move) -> None:
        """Sends a move."""


class Bot:
    """One visitor without a screen; ``beat`` is called about ten times a second."""

    def __init__(self, wire: Wire, scenes: Mapping[HallId, Scene], ways: Mapping[HallId, Ways], seed: int) -> None:
        self._wire, self._ways = wire, ways
        self._halls = sorted(scenes)
        self._spawns = {hall: [spawn.id for spawn in scene.spawns] for hall, scene in scenes.items()}
        self._rng = random.Random(seed)
        self.replica = Replica(scenes, watches=False)
        self._uplink: Uplink | None = None
        self._errand: Errand | None = None
        self._walker: Walker | None = None
        self._stay_until = 0.0
        self._asked: Future[Message] | None = None
        self._not_before = 0.0
        self._entered = 0
        self._spread = True

    def beat(self, messages: list[Message], now: float, dt: float) -> None:
        """Takes in what the server said, walks for ``dt`` seconds and reports.

        Raises:
            RemoteProtocolError: The server broke the protocol.
        """
        for message in messages:
            self.replica.apply(message, now)
            if isinstance(message, Welcomed) and self._uplink is None:
                self._uplink = Uplink(min(message.tick_hz, 10))
        if self.replica.entered != self._entered:
            self._entered = self.replica.entered
            self._arrive(now)
        own, uplink = self.replica.own, self._uplink
        if self._waits_for_hall(now) or own is None or uplink is None:
            return
        intent = self._intent(own, now, dt)
        own.advance(intent, dt)
        move = uplink.due(now, own.pose, running=intent.run and intent.forward > 0)
        if move is not None:
            self._wire.send(move)

    # --- halls ----------------------------------------------------------------------------------------------

    def _arrive(self, now: float) -> None:
        self._errand = self._walker = None
        self._stay_until = now + self._rng.uniform(0.0, 0.5)
        if self._uplink is not None:
            self._uplink.entered(now)

    def _waits_for_hall(self, now: float) -> bool:
        """Sees to it that the bot is in some hall; tells whether one is being entered."""
        if self._asked is not None:
            if not self._asked.done():
                return True
            with suppress(Rejection, Unavailable):
                self._asked.result()
                self._not_before = 0.0
            self._asked = None
        if self.replica.scene is None and self.replica.welcome is not None and now >= self._not_before:
            hall = self._rng.choice(self._halls)
            self._enter(hall, f"spawn:{self._rng.choice(self._spawns[hall])}", now)
        elif self._spread and self.replica.booths:
            self._spread = False  # at first, bots stand all over a hall and do not queue at its door
            self._enter(self.replica.hall or "", f"booth:{self._rng.choice(sorted(self.replica.booths))}", now)
        return self._asked is not None

    def _enter(self, hall: str, place: str, now: float) -> None:
        self._not_before = now + _RETRY_S
        self._asked = self._wire.ask(EnterHall(new_request_id(), hall, place))

    # --- errands --------------------------------------------------------------------------------------------

    def _intent(self, own: Prediction, now: float, dt: float) -> Intent:
        scene = self.replica.scene
        if scene is None or now < self._stay_until:
            return Intent()
        portal = self._errand.portal if self._errand is not None else None
        if portal is not None and portal.box.contains(own.pose.x, own.pose.y, -0.1) and now >= self._not_before:
            self._enter(portal.to, f"spawn:{portal.arrive}", now)
            return Intent()
        if self._walker is None:
            self._set_out(scene, own)
            return Intent()
        intent = self._walker.intent(own.pose, dt)
        if self._walker.arrived and self._errand is not None:
            self._stay_until = now + self._errand.stay_s
            own.make(self._errand.gesture)
            if self._errand.line:
                self._wire.ask(Say(new_request_id(), "nearby", self._errand.line))
        if self._walker.arrived or self._walker.stuck:
            self._errand = self._walker = None
        return intent

    def _set_out(self, scene: Scene, own: Prediction) -> None:
        own.make(Gesture.NONE)
        self._errand = next_errand(scene, self._occupied(scene), self._rng, self._language())
        if self._errand is None:
            return
        path = self._ways[scene.id].path(Point(own.pose.x, own.pose.y), self._errand.goal)
        if not path:
            self._errand = None
            return
        self._walker = Walker(path, self._errand.heading, run=self._errand.run)
        if self._errand.portal is not None:
            self._errand = replace(self._errand, stay_s=0.0)

    def _language(self) -> Language:
        return self.replica.welcome.language if self.replica.welcome is not None else "fr"

    def _occupied(self, scene: Scene) -> tuple[Slot, ...]:
        taken = {card.slot for card in self.replica.booths.values()}
        return tuple(slot for slot in scene.slots if slot.id in taken)
