"""Entries in the programme of the page door's show."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from halles.ids import AccountId, HallId, LiveSessionId, RequestId
from halles.world.text import Text
from halles_server.ports.meetings import Period
from halles_server.ports.programme import Entry, Speaker, WorkingGroup
from halles_server.services.actor import Actor
from halles_server.services.programme import Wanted
from halles_server.storage.accounts import Accounts
from halles_server.storage.groups import Groups
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme
from halles_server.web.actors import actor_of
from tests.support.page_door import LOGIN, PASSWORD, PageDoor

_days = itertools.count(3)
"""Each entry has a day of its own, so that no two tests want one stage."""


async def furnished(database: Database) -> None:
    """A working group, what it leads now in Valenciennes, and something later, some cancelled: by names known."""
    author = AccountId(await database_account(database))
    group = WorkingGroup("web", Text("Webdocumentaires", "Webdocumentaires", "Web documentaries"), Text("Un thème."))
    await Groups(database).put(author, request_id(), group)
    store, now = Programme(database), datetime.now(UTC).replace(microsecond=0)
    debate = Entry(
        LiveSessionId("debate"),
        Text("Le webdocumentaire, et après ?"),
        Text("Ce que change l’écran.\n\nDeux heures, mains levées."),
        HallId("valenciennes"),
        "stage",
        Period(now - timedelta(minutes=5), now + timedelta(minutes=55)),
        "fr",
        working_group="web",
        speakers=(Speaker("Intervenante 1 (démonstration)", "École 01"), Speaker("Intervenant 2 (démonstration)")),
    )
    later = Period(now + timedelta(hours=20), now + timedelta(hours=21))
    for entry in (
        debate,
        replace(debate, session=LiveSessionId("talk"), title=Text(nl="Samen produceren"), during=later, speakers=()),
        replace(debate, session=LiveSessionId("off"), hall=HallId("hainaut"), during=later, access="members"),
    ):
        await store.write(author, request_id(), entry)
    await store.cancel(author, request_id(), LiveSessionId("off"), 1)


async def database_account(database: Database) -> str:
    """The organiser's account."""
    found = await Accounts(database).by_login(LOGIN)
    assert found is not None
    return found[0].account


def request_id() -> RequestId:
    """A fresh idempotency key."""
    return RequestId(uuid4().bytes)


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
    written = door.opened.services.programme.write(planner(door), request_id(), wanted)
    return door.do(written).session
