"""People known to the database: accounts, the logins of their browsers, tickets from a page into the world."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

from halles.ids import AccountId
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.ports.standing import NO_STANDING, Standing


@dataclass(frozen=True, slots=True)
class Account:
    """A person known to the database."""

    account: AccountId
    login: str
    name: str
    role: Role
    language: Language
    look: Look
    standing: Standing = NO_STANDING


class AccountStore(Protocol):
    """Accounts and the logins of their browsers."""

    async def by_login(self, login: str) -> tuple[Account, str] | None:
        """Reads an account and its password's argon2 hash, by login without regard to case."""

    async def read(self, account: AccountId) -> Account | None:
        """Reads one by its id."""

    async def create(self, account: Account, password_hash: str) -> None:
        """Stores a new account; ``Rejection`` NAME_TAKEN."""

    async def set_password(self, account: AccountId, password_hash: str, actor: str) -> None:
        """Replaces a password's hash and ends every web login of the account."""

    async def guarded_names(self, roles: Collection[Role]) -> frozenset[str]:
        """Returns the names of the accounts with these roles, of all organisations and of all booths."""


class LoginStore(Protocol):
    """Web logins: what a browser's cookie stands for (trust.md calls them web sessions)."""

    async def open(self, token_hash: bytes, account: AccountId) -> None:
        """Stores a login; the account's oldest ends when it has more than 5."""

    async def account_of(self, token_hash: bytes, soon_idle: Collection[Role]) -> Account | None:
        """Returns whose live login this is (12 h, idle 2 h; these roles 30 min) and marks it used."""

    async def close(self, token_hash: bytes) -> None:
        """Ends a login."""


TICKET_S: Final = 60
"""Seconds that a ticket lives."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who comes in from a page's "open in 3D", by a secret that works once.

    Where to is part of the address that the page gives (``#hall/booth``), since it is no secret.

    Attributes:
        device: SHA-256 of what the browser keeps; None where it keeps nothing yet.
    """

    account: AccountId | None
    name: str
    language: Language
    look: Look
    device: bytes | None = None


class TicketStore(Protocol):
    """Single-use tickets from page to client, good for ``TICKET_S``."""

    async def issue(self, secret_hash: bytes, ticket: Ticket) -> None:
        """Stores a ticket under its secret's SHA-256."""

    async def take(self, secret_hash: bytes) -> Ticket | None:
        """Uses a ticket up; None when there is none, it is too old or was used."""
