"""Passwords: argon2id in one thread with a short queue, so that logins never starve the halls.

Parameters follow RFC 9106 scaled to a small server: 19 MiB, two passes, one lane, about 30 ms of a core.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from halles.errors import Rejection, RejectionCode

_R = TypeVar("_R")

QUEUE: Final = 32
"""Logins that may wait; the next is told to try later."""

PASSWORD_CAP: Final = 256
"""Characters; argon2 takes any length, our time does not. Of a longer guess one more is looked at, and never fits."""

SHORTEST: Final = 10
"""Characters of a new password."""


class Passwords:
    """Hashes and checks passwords beside the event loop."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")
        self._waiting = 0
        # Checked when the login is unknown, so that an answer takes as long either way.
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """Returns the hash of a new password.

        Raises:
            Rejection: INVALID_TEXT when it is too short or too long; TRY_LATER when too many wait.
        """
        if not SHORTEST <= len(password) <= PASSWORD_CAP:
            raise Rejection(RejectionCode.INVALID_TEXT, f"a password has {SHORTEST} to {PASSWORD_CAP} characters")
        return await self._run(self._hasher.hash, password)

    async def fits(self, password: str, stored: str | None) -> bool:
        """Tells whether a password is the stored one's; None, for nobody, takes as long and is False.

        Raises:
            Rejection: TRY_LATER when too many wait.
        """
        fits = await self._run(self._verify, password[: PASSWORD_CAP + 1], stored or self._nobody)
        return fits and stored is not None

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, stored: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., _R], *args: str) -> _R:
        if self._waiting >= QUEUE:
            raise Rejection(RejectionCode.TRY_LATER, "too many logins at once", retry_after_ms=2000)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
        finally:
            self._waiting -= 1
