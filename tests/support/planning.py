"""Entries in the programme of the page door's show."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import uuid4

from halles.ids import HallId, LiveSessionId, RequestId
from halles.world.text import Text
from halles_server.services.actor import Actor
from halles_server.services.programme import Wanted
from halles_server.web.actors import actor_of
from tests.support.page_door import LOGIN, PASSWORD, PageDoor

_days = itertools.count(3)
"""Each entry has a day of its own, so that no two tests want one stage."""


def planner(door: PageDoor) -> Actor:
    """The show's organiser."""
    _, account = door.do(door.opened.services.admission.open_login(LOGIN, PASSWORD, "192.0.2.9"))
    return actor_of(account)


def planned(door: PageDoor, title: str, *, hall: str = "lille", now: bool = False, **more: Any) -> LiveSessionId:
    """Plans an entry: on a day of its own, or on now."""
    zone = door.opened.config.zone
    start = door.opened.services.clock.wall().astimezone(zone) + (
        timedelta(minutes=-3) if now else timedelta(days=next(_days))
    )
    hour = start.time().replace(second=0, microsecond=0, tzinfo=None)
    wanted = Wanted(Text(title), Text(), HallId(hall), "stage", start.date(), hour, 60, "fr", **more)
    written = door.opened.services.programme.write(planner(door), RequestId(uuid4().bytes), wanted)
    return door.do(written).session
