"""People at booths for tests: a database with two booths, accounts, and their staff; browsers that are logged in."""

import itertools
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

import httpx

from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId
from halles.world.booth import BoothContent
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.ports.booths import PreparedBooth
from halles_server.ports.people import Account
from halles_server.services.actor import Actor
from halles_server.storage import demonstration, pool
from halles_server.storage.accounts import Accounts
from tests.support.page_door import PageDoor

BOOTH, OTHER_BOOTH = BoothId("studio"), BoothId("school")
PASSWORD = "une longue phrase"

_numbers = itertools.count(1)


class StoppedClock:
    """A clock that shows one time until it is set: implements ``ports.Clock``."""

    def __init__(self, wall: datetime | None = None) -> None:
        self.at = wall or datetime.now(UTC)
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return self.at

    def go(self, **span: float) -> None:
        """Lets time pass."""
        self.at += timedelta(**span)
        self.seconds += timedelta(**span).total_seconds()


def request_id() -> RequestId:
    """A fresh idempotency key."""
    return RequestId(uuid.uuid4().bytes)


@asynccontextmanager
async def booths_in(url: str) -> AsyncIterator[pool.Database]:
    """Opens a database and puts two booths into it."""
    async with pool.opened(url) as database:
        prepared = [
            PreparedBooth(booth, booth, booth.title(), "hdf", True, HallId("lille"), SlotId(slot), content)
            for booth, slot, content in (
                (BOOTH, "A1", BoothContent("Studio")),
                (OTHER_BOOTH, "A2", BoothContent("School", "school")),
            )
        ]
        await demonstration.put(database, prepared)
        yield database


async def person(
    database: pool.Database, name: str, *, staff_of: BoothId | None = None, language: Language = "fr"
) -> Actor:
    """Adds somebody, perhaps to a booth's staff."""
    account = AccountId(str(uuid.uuid4()))
    stored = Account(account, f"{name}-{next(_numbers)}", name, Role.VISITOR, language, Look())
    await Accounts(database).create(stored, "hash")
    if staff_of is not None:
        await Accounts(database).set_staff(account, staff_of, "staff", "test")
    return Actor(account, None, name, Role.VISITOR, language)


def account_of(actor: Actor) -> AccountId:
    """The account of somebody who has one."""
    assert actor.account is not None
    return actor.account


def newcomer(door: PageDoor, name: str, *, staff_of: str = "", role: Role = Role.VISITOR) -> tuple[str, AccountId]:
    """Adds somebody to the page door's show; returns the login and the account."""
    login = f"{name.lower()}-{next(_numbers)}"
    account = door.do(door.opened.services.admission.create_account(login, name, role, PASSWORD, "fr"))
    if staff_of:
        door.do(Accounts(door.opened.database).set_staff(account.account, BoothId(staff_of), "staff", "test"))
    return login, account.account


@contextmanager
def browsing(door: PageDoor, login: str) -> Iterator[httpx.Client]:
    """A browser that is logged in and sends forms as our pages do."""
    with door.client(origin=door.url) as client:
        form = {"form": field_of(client.get("/fr/login").text, "form"), "login": login, "password": PASSWORD}
        assert client.post("/fr/login", data=form).status_code == 303
        yield client


@contextmanager
def logged_in(door: PageDoor, name: str, *, staff_of: str = "") -> Iterator[httpx.Client]:
    """A browser of somebody new."""
    login, _ = newcomer(door, name, staff_of=staff_of)
    with browsing(door, login) as client:
        yield client


def field_of(html: str, name: str) -> str:
    """The value of the first hidden field of a name."""
    found = html.split(f'name="{name}" value="', 1)
    assert len(found) == 2, f"no field {name}"
    return found[1].partition('"')[0]


def send(client: httpx.Client, page: str, to: str, /, **fields: str) -> httpx.Response:
    """Opens a page and posts one of its forms, with the token and the request's key that stand there."""
    html = client.get(page).text
    key = {"request": field_of(html, "request")} if 'name="request"' in html else {}
    return client.post(to, data={"form": field_of(html, "form"), **key, **fields})
