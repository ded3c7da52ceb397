import asyncio

import pytest

from halles.errors import Rejection
from halles_server.services import passwords
from halles_server.services.passwords import Passwords


def test_a_password_fits_its_own_hash_only() -> None:
    async def check() -> None:
        kept = Passwords()
        try:
            stored = await kept.hash("correct horse 1")
            assert stored.startswith("$argon2id$")
            assert await kept.fits("correct horse 1", stored)
            assert not await kept.fits("correct horse 2", stored)
            assert not await kept.fits("nobody has this password", None)
            assert not await kept.fits("correct horse 1", "not a hash")
        finally:
            kept.close()

    asyncio.run(check())


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_short_and_endless_passwords_are_refused(password: str) -> None:
    kept = Passwords()
    with pytest.raises(Rejection) as refusal:
        asyncio.run(kept.hash(password))
    kept.close()
    assert refusal.value.code == "INVALID_TEXT"


def test_more_logins_than_the_queue_holds_are_told_to_try_later() -> None:
    async def flood() -> list[object]:
        kept = Passwords()
        try:
            tries = [kept.fits("guess number one", None) for _ in range(passwords.QUEUE + 3)]
            return await asyncio.gather(*tries, return_exceptions=True)
        finally:
            kept.close()

    answers = asyncio.run(flood())
    refused = [answer for answer in answers if isinstance(answer, Rejection)]
    assert len(refused) == 3
    assert all(refusal.code == "TRY_LATER" and refusal.retry_after_ms for refusal in refused)
