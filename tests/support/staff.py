"""Real services on a real database with one booth, and people of and outside its staff."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId, VisitId
from halles.world.booth import BoothContent
from halles.world.look import Look
from halles.world.roles import Role, StaffRole
from halles_server import assembly
from halles_server.announcements import Announcement
from halles_server.cluster.local import LocalBus
from halles_server.config import ServerConfig
from halles_server.ports.booths import PreparedBooth
from halles_server.ports.people import Account
from halles_server.services.actor import Actor
from halles_server.services.membership import OtherNodes
from halles_server.services.offered import Services
from halles_server.services.passwords import Passwords
from halles_server.storage import demonstration, pool
from halles_server.storage.accounts import Accounts

BOOTH, OTHER = BoothId("studio-07"), BoothId("studio-08")


@dataclass(frozen=True)
class Show:
    """What a test has: services, the database, and what was said on the bus."""

    services: Services
    database: pool.Database
    said: list[Announcement] = field(default_factory=list)

    async def account(self, login: str, role: Role = Role.VISITOR, *, visit: bool = False) -> Actor:
        """Adds an account and returns it as who asks, in a visit or not."""
        account = AccountId(str(uuid.uuid4()))
        await Accounts(self.database).create(Account(account, login, login.title(), role, "fr", Look()), "hash")
        return Actor(account, VisitId(f"visit-{login}") if visit else None, login.title(), role, "fr")

    async def staff(self, login: str, role: StaffRole, booth: BoothId = BOOTH) -> Actor:
        """Adds an account that is on a booth's staff."""
        actor = await self.account(login, Role.EXHIBITOR)
        assert actor.account is not None
        await Accounts(self.database).set_staff(actor.account, booth, role.value, "operator")
        return actor

    async def value(self, statement: str, *arguments: object) -> object:
        """Reads one value."""
        async with self.database.connection() as connection:
            return await connection.fetchval(statement, *arguments)

    async def execute(self, statement: str, *arguments: object) -> None:
        """Changes what nobody can: how late it is."""
        async with self.database.connection() as connection:
            await connection.execute(statement, *arguments)


def guest(name: str) -> Actor:
    """Returns a guest in a visit."""
    return Actor(None, VisitId(f"visit-{name}"), name, Role.GUEST, "fr")


def request() -> RequestId:
    """Returns a fresh key."""
    return RequestId(uuid.uuid4().bytes)


def prepared(booth: BoothId, slot: str, hall: str = "lille") -> PreparedBooth:
    """Returns a booth as a file describes it."""
    name = booth.replace("-", " ").title()
    return PreparedBooth(booth, booth, name, "", True, HallId(hall), SlotId(slot), BoothContent(name))


@asynccontextmanager
async def show(url: str, **settings: float) -> AsyncIterator[Show]:
    """Opens a show with two booths."""
    passwords, bus = Passwords(), LocalBus()
    try:
        async with pool.opened(url) as database:
            await demonstration.put(database, [prepared(BOOTH, "A1"), prepared(OTHER, "A2")])
            config = ServerConfig(**settings)  # type: ignore[arg-type]
            opened = Show(assembly.offered(config, database, OtherNodes(bus), passwords, {}), database)
            bus.listen(opened.said.append)
            yield opened
    finally:
        passwords.close()


Scene = Callable[[Show], Awaitable[None]]


async def play(url: str, scene: Scene, **settings: float) -> None:
    """Plays a scene in a show of its own."""
    async with show(url, **settings) as opened:
        await scene(opened)
