"""Personal tokens: what an account's own programs use the API with, as that account and no more."""

from collections.abc import Callable
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles.world.booth import TITLE_CAP, clean_text
from halles_server.ports.people import Account
from halles_server.ports.tokens import PersonalToken, TokenId, TokenStore
from halles_server.services.admission import digest

PREFIX: Final = "halles_"
"""With which every token begins, so that one left in a file or a log is recognised."""

LASTS_DAYS: Final = (30, 90, 365)
"""For how long a token may be made."""

_SECRET_CAP: Final = 200
"""Characters of a token that are looked at."""


class Tokens:
    """What people do with their tokens."""

    def __init__(self, store: TokenStore, new_secret: Callable[[], str]) -> None:
        """Takes also a source of secrets: 256 random bits as URL-safe text."""
        self._store = store
        self._new_secret = new_secret

    async def make(self, account: AccountId, label: str, days: int) -> str:
        """Returns the secret of a new token, which is told only now.

        Raises:
            Rejection: INVALID_TEXT for its label, BAD_FIELD for another time than ``LASTS_DAYS``, OVER_BUDGET.
        """
        label = clean_text(label, TITLE_CAP, lines=False)
        if not label:
            raise Rejection(RejectionCode.INVALID_TEXT, "a token needs a label")
        if days not in LASTS_DAYS:
            raise Rejection(RejectionCode.BAD_FIELD, f"a token lasts one of {LASTS_DAYS} days")
        secret = PREFIX + self._new_secret()
        await self._store.add(account, digest(secret), label, days)
        return secret

    async def of(self, account: AccountId) -> tuple[PersonalToken, ...]:
        """Returns an account's live tokens, newest first."""
        return await self._store.of(account)

    async def remove(self, account: AccountId, token: str) -> None:
        """Ends a token at once; ``Rejection`` NOT_FOUND for one that is not this account's."""
        if not await self._store.remove(account, TokenId(token)):
            raise Rejection(RejectionCode.NOT_FOUND, "no such token")

    async def who(self, secret: str) -> Account | None:
        """Returns whose live token this is."""
        if not secret.startswith(PREFIX) or len(secret) > _SECRET_CAP:
            return None
        return await self._store.account_of(digest(secret))
