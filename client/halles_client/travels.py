"""One visit's ways between halls: where it begins, what is being entered, and where one stands after a refusal.

Not here: how anybody walks within a hall (replica), how a passage looks (view).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from halles.errors import HallesError, Rejection, RejectionCode
from halles.ids import CROSSROADS
from halles.protocol.messages import EnterHall, HallEntered, Message
from halles.world.scene import Portal
from halles_client.config import Plans
from halles_client.net.requests import Ask, new_request_id
from halles_client.news import Missing, News
from halles_client.replica.replica import Replica

AGAIN_S: Final = 3.0
"""Before somebody in no hall, who was refused one, asks for one again."""


class Travels:
    """The ways of one visit.

    Attributes:
        to: The hall that is being entered, None while none is.
        place: The place in it, as in ``EnterHall``.
        took_ms: How long the last entry took, from asking to the answer.
        lost: Called when a hall could not be entered.
    """

    def __init__(self, replica: Replica, plans: Plans, ask: Ask, news: News, goal: tuple[str, str]) -> None:
        """Begins in no hall.

        Args:
            replica: What is known of the world.
            plans: All halls.
            ask: Asks the server.
            news: Where refusals are told.
            goal: Hall and place to go to first, as in ``EnterHall``.
        """
        self._replica, self._plans, self._ask, self._news = replica, plans, ask, news
        self._goal = goal
        self._linked: tuple[str, str] | None = None  # hall and booth of the link, while they are asked for
        self._missing: Missing | None = None
        self._in_portal: str | None = ""
        self._asked_at = self._now = self._not_before = 0.0
        self.to: str | None = None
        self.place = ""
        self.took_ms = 0.0
        self.lost: Callable[[], None] = lambda: None

    def begin(self, hall: str, place: str) -> None:
        """Asks to be somewhere, unless one is under way already."""
        if self.to is not None:
            return
        self.to, self.place, self._asked_at = hall, place, self._now
        self._ask(EnterHall(new_request_id(), hall, place), self._arrived, self._not_arrived)

    def entered(self) -> None:
        """A hall was entered, perhaps in the middle of a passage."""
        self._in_portal = ""

    def hear(self, now: float) -> None:
        """Says what time it is before answers are taken in."""
        self._now = now

    def step(self, now: float) -> None:
        """Goes into a hall where one is in none."""
        outside = self._replica.scene is None and self._replica.welcome is not None
        if outside and self.to is None and now >= self._not_before:
            self._enter_first()

    def portal(self) -> Portal | None:
        """Returns the passage that was stepped into since the last call, if any."""
        scene, own = self._replica.scene, self._replica.own
        if scene is None or own is None or self.to is not None:
            return None
        here = scene.portal_at(own.pose.x, own.pose.y)
        before, self._in_portal = self._in_portal, here.id if here is not None else None
        return here if here is not None and before is None else None

    def _enter_first(self) -> None:
        """Goes where the visit was meant to begin: the link's goal, else the crossroads, else any hall."""
        halls = [card.hall for card in self._replica.welcome.halls] if self._replica.welcome else []
        wanted, place = self._goal
        booth = place.removeprefix("booth:") if place.startswith("booth:") else ""
        self._linked = (wanted, booth) if booth else None
        if wanted not in self._plans.scenes:
            if wanted:
                self._missing = Missing("hall", wanted)
            wanted = CROSSROADS if CROSSROADS in self._plans.scenes else next(iter(halls), "")
        self._goal = ("", "")  # a goal that is refused is not asked for again
        self.begin(wanted, place)

    def _arrived(self, message: Message) -> None:
        self.to = self._linked = None
        if self._missing is not None and isinstance(message, HallEntered):
            missing, self._missing = replace(self._missing, instead=message.hall), None
            self._news.tell(RejectionCode.NOT_FOUND, missing=missing)
        self.took_ms = (self._now - self._asked_at) * 1000.0

    def _not_arrived(self, error: HallesError) -> None:
        self.to = None
        self.lost()
        if self._linked is not None and isinstance(error, Rejection) and error.code == RejectionCode.NOT_FOUND:
            hall, booth = self._linked
            self._missing = self._missing or Missing("booth", booth)
            self._goal, self._linked = (hall if hall in self._plans.scenes else "", ""), None
            return
        self._linked = None
        self._not_before = self._now + AGAIN_S
        self._news.refused(error)
