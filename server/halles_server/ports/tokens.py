"""Personal tokens, by which an account's programs use the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from halles.ids import AccountId
from halles_server.ports.people import Account

TokenId = NewType("TokenId", str)
"""A token's name in lists and forms, a UUID; not the secret."""


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """A token as its owner sees it afterwards: without its secret.

    Attributes:
        label: What it is for, in its owner's words.
        until: When it ends.
        used: When it was last used, within some minutes; None when never.
    """

    token: TokenId
    label: str
    made: datetime
    until: datetime
    used: datetime | None


class TokenStore(Protocol):
    """Personal tokens under their SHA-256."""

    async def add(self, account: AccountId, token_hash: bytes, label: str, days: int) -> None:
        """Stores a token and its audit row; ``Rejection`` OVER_BUDGET for one more than an account may have."""

    async def of(self, account: AccountId) -> tuple[PersonalToken, ...]:
        """Reads an account's live tokens, newest first."""

    async def account_of(self, token_hash: bytes) -> Account | None:
        """Returns whose live token this is, as the account is now, and marks it used."""

    async def remove(self, account: AccountId, token: TokenId) -> bool:
        """Ends one of an account's tokens, with an audit row; False when it has no such."""
