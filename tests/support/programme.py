"""Entries of the programme for tests: the service on a real database, and what an organiser writes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from halles.ids import HallId
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.cluster.local import LocalBus
from halles_server.ports.people import Account
from halles_server.services.actor import Actor
from halles_server.services.programme import Programme, ShowClock, Wanted
from halles_server.storage.accounts import Accounts
from halles_server.storage.groups import Groups
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme as Stored
from tests.support.booth_people import StoppedClock, account_of, booths_in, person
from tests.support.plans import PLANS

ZONE = ZoneInfo("Europe/Brussels")
LILLE = HallId("lille")


def tomorrow() -> date:
    """A day to come."""
    return (datetime.now(UTC) + timedelta(days=2)).date()


def wanted(title: str = "Le webdocumentaire", hour: int = 10, minutes: int = 60) -> Wanted:
    """What an organiser writes."""
    return Wanted(Text(title), Text(), LILLE, "stage", tomorrow(), time(hour), minutes, "fr")


def programme_of(database: Database, bus: LocalBus | None = None, clock: StoppedClock | None = None) -> Programme:
    """The service."""
    scenes = PLANS.scenes
    wall = ShowClock(clock or StoppedClock(), ZONE)
    return Programme(Stored(database), Groups(database), scenes, bus or LocalBus(), wall)


async def organiser(database: Database) -> Actor:
    """Somebody who plans."""
    return replace(await person(database, "Organiser"), role=Role.ORGANISER)


async def login_of(database: Database, actor: Actor) -> str:
    """The login of somebody."""
    stored = await Accounts(database).read(account_of(actor))
    assert isinstance(stored, Account)
    return stored.login


def played(url: str, play: Callable[[Database], Awaitable[None]]) -> None:
    """Runs a play on a database of its own."""

    async def run() -> None:
        async with booths_in(url) as database:
            await play(database)

    asyncio.run(run())
