"""Who comes in, and how often one address may try, against the real database."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from halles.errors import Rejection, RemoteProtocolError
from halles.protocol.messages import Hello
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.people import Ticket
from halles_server.services.admission import Admission, Gate, Stores
from halles_server.services.limits import AddressBuckets
from halles_server.services.login_failures import FOR_ACCOUNT, LoginFailures
from halles_server.services.passwords import Passwords
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts, Logins
from halles_server.storage.sanctions import Sanctions
from halles_server.storage.tickets import Tickets
from halles_server.storage.visits import Visits
from tests.support.wire import guest

PASSWORD = "a long enough password"


class HandClock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@dataclass(frozen=True)
class Door:
    admission: Admission
    clock: HandClock


def play(database_url: str, scene: Callable[[Door], Awaitable[None]], *, rate: float = 10.0, burst: int = 256) -> None:
    """Plays a scene before an admission of its own, with the account ``zoe``."""

    async def run() -> None:
        passwords, clock = Passwords(), HandClock()
        secrets = (f"{number:05}-secret-of-a-test-that-nobody-knows" for number in range(10_000))
        try:
            async with pool.opened(database_url) as database:
                visits = Visits(database, resume_s=60, unseen_s=5)
                stores = Stores(Accounts(database), Logins(database), Tickets(database), visits, Sanctions(database))
                gate = Gate(clock, LoginFailures(clock), AddressBuckets(rate, burst), guests=True)
                admission = Admission(stores, passwords, gate, lambda: next(secrets), uuid4)
                await admission.create_account("zoe", "Zoé", Role.EXHIBITOR, PASSWORD, "nl")
                await scene(Door(admission, clock))
        finally:
            passwords.close()

    asyncio.run(run())


def account(secret: str) -> Hello:
    return guest("zoe", way="account", secret=secret)


async def outcome(coming: Awaitable[object]) -> str:
    try:
        await coming
    except Rejection as refusal:
        return refusal.code
    except RemoteProtocolError as refusal:
        return str(int(refusal.close_code))
    return "in"


def test_of_thirty_guesses_at_once_no_more_are_tried_than_may_fail(database_url: str) -> None:
    async def scene(door: Door) -> None:
        guesses = (door.admission.admit(account(f"guess number {i}"), "192.0.2.1") for i in range(15))
        web = (door.admission.open_login("ZOE", f"guess {i}", "192.0.2.1") for i in range(15))
        outcomes = Counter(await asyncio.gather(*(outcome(one) for one in (*guesses, *web))))
        assert outcomes["4401"] + outcomes["FORBIDDEN"] == FOR_ACCOUNT
        assert outcomes["TRY_LATER"] == 30 - FOR_ACCOUNT
        assert await outcome(door.admission.admit(account(PASSWORD), "192.0.2.1")) == "RATE_LIMITED"
        assert await outcome(door.admission.admit(account(PASSWORD), "192.0.2.2")) == "in"

    play(database_url, scene)


def test_a_right_password_costs_no_attempt(database_url: str) -> None:
    async def scene(door: Door) -> None:
        for _ in range(FOR_ACCOUNT + 2):
            assert await outcome(door.admission.open_login("zoe", PASSWORD, "192.0.2.1")) == "in"

    play(database_url, scene)


def test_a_school_comes_in_at_once_and_a_script_is_told_to_come_later(database_url: str) -> None:
    async def scene(door: Door) -> None:
        admit = door.admission.admit
        first = await admit(guest("First"), "192.0.2.1")
        assert [await outcome(admit(guest(f"Pupil {i}"), "192.0.2.1")) for i in range(2)] == ["in"] * 2
        with pytest.raises(Rejection) as refused:
            await admit(guest("One more"), "192.0.2.1")
        assert refused.value.code == "TRY_LATER"
        assert 1000 <= refused.value.retry_after_ms <= 5000
        assert await outcome(admit(guest("Elsewhere"), "192.0.2.2")) == "in"
        again = guest("", way="resume", secret=first.resume)
        assert await outcome(admit(again, "192.0.2.1")) == "in", "who returns is no newcomer"
        door.clock.now += 0.51
        assert await outcome(admit(guest("Later"), "192.0.2.1")) == "in"

    play(database_url, scene, rate=2.0, burst=3)


def test_no_guest_sounds_like_the_show_at_either_door_and_staff_may(database_url: str) -> None:
    async def scene(door: Door) -> None:
        assert await outcome(door.admission.admit(guest("Mоderator"), "192.0.2.1")) == "NAME_TAKEN"
        assert await outcome(door.admission.issue_ticket(Ticket(None, "pôle images", "fr", Look()))) == "NAME_TAKEN"
        await door.admission.create_account("admin", "Admin", Role.ORGANISER, PASSWORD, "fr")
        hello = guest("admin", way="account", secret=PASSWORD)
        assert (await door.admission.admit(hello, "192.0.2.1")).record.name == "Admin"

    play(database_url, scene)


def test_a_ticket_carries_name_language_and_look_from_the_page(database_url: str) -> None:
    async def scene(door: Door) -> None:
        ticket = Ticket(None, " Ada  L. ", "nl", Look(1, 2, 3, 1, 0))
        secret = await door.admission.issue_ticket(ticket)
        hello = guest("", way="ticket", secret=secret, language="en", look=Look())
        record = (await door.admission.admit(hello, "192.0.2.1")).record
        assert (record.name, record.language, record.look) == ("Ada L.", "nl", Look(1, 2, 3, 1, 0))
        assert await outcome(door.admission.admit(hello, "192.0.2.1")) == "4401"

    play(database_url, scene)


def test_a_new_password_replaces_the_old_and_ends_web_logins(database_url: str) -> None:
    async def scene(door: Door) -> None:
        admission = door.admission
        cookie, _ = await admission.open_login("zoe", PASSWORD, "192.0.2.1")
        assert (await admission.set_password("ZOE", "another long password", "operator")).login == "zoe"
        assert await admission.who(cookie) is None
        assert await outcome(admission.open_login("zoe", PASSWORD, "192.0.2.1")) == "FORBIDDEN"
        assert await outcome(admission.open_login("zoe", "another long password", "192.0.2.1")) == "in"
        assert await outcome(admission.set_password("nobody", PASSWORD, "operator")) == "NOT_FOUND"
        assert await outcome(admission.set_password("zoe", "short", "operator")) == "INVALID_TEXT"

    play(database_url, scene)
