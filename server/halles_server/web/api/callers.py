"""Who calls the API: the account behind a token, and how often it may."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles_server.services.actor import Actor
from halles_server.services.limits import AddressBuckets
from halles_server.services.tokens import Tokens
from halles_server.web.actors import actor_of

_SCHEME = "bearer"


class Callers:
    """Looks tokens up and counts the calls of each account, whichever of its tokens it uses."""

    def __init__(self, tokens: Tokens, buckets: AddressBuckets, monotonic: Callable[[], float]) -> None:
        """Takes the buckets of accounts, and seconds that only grow."""
        self._tokens = tokens
        self._buckets = buckets
        self._monotonic = monotonic

    async def actor(self, request: Request) -> Actor | None:
        """Returns who calls; None without a token. Cookies are not looked at, so that no other site can call.

        Raises:
            HTTPException: 401 for a token that is none, or not any more.
            Rejection: RATE_LIMITED.
        """
        said = request.headers.get("authorization", "")
        if not said:
            return None
        scheme, _, secret = said.partition(" ")
        account = await self._tokens.who(secret.strip()) if scheme.lower() == _SCHEME else None
        if account is None:
            raise HTTPException(401)
        self.count(account.account)
        return actor_of(account)

    def count(self, account: AccountId) -> None:
        """Counts one thing that an account asks for, by a token or in its studio; ``Rejection`` RATE_LIMITED."""
        if wait_ms := self._buckets.take(self._monotonic(), account):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many calls of this account", wait_ms)
