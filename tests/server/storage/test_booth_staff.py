import asyncio

from halles_server.storage.booth_staff import BoothStaff
from tests.support.booth_people import BOOTH, OTHER_BOOTH, account_of, booths_in, person


def test_staff_serve_their_booth_and_no_other(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            staff = BoothStaff(database)
            zoe = await person(database, "Zoë", staff_of=BOOTH)
            ana = await person(database, "Ana", staff_of=BOOTH)
            guest = await person(database, "Visitor")
            assert await staff.serves(account_of(zoe), BOOTH)
            assert not await staff.serves(account_of(zoe), OTHER_BOOTH)
            assert not await staff.serves(account_of(guest), BOOTH)
            assert [member.name for member in await staff.members(BOOTH)] == ["Ana", "Zoë"]
            assert await staff.all() == {account_of(one): frozenset({BOOTH}) for one in (ana, zoe)}

    asyncio.run(play())
