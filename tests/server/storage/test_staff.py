"""Who serves which booth."""

import asyncio

from halles_server.storage.staff import Staff
from tests.support.booth_people import BOOTH, account_of, booths_in, person


def test_it_is_told_which_booths_each_member_serves(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            zoe = await person(database, "Zoë", staff_of=BOOTH)
            ana = await person(database, "Ana", staff_of=BOOTH)
            await person(database, "Visitor")
            assert await Staff(database).all() == {account_of(one): frozenset({BOOTH}) for one in (ana, zoe)}

    asyncio.run(play())
