import asyncio
from dataclasses import replace

import pytest

from halles.errors import Rejection
from halles.world.roles import Right, Role
from halles_server.services.booth_staff import BoothStaff
from halles_server.storage.booth_staff import BoothStaff as StoredStaff
from tests.support.booth_people import BOOTH, OTHER_BOOTH, account_of, booths_in, person


def test_a_right_at_a_booth_comes_from_its_staff_or_from_the_role(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            staff, zoe = BoothStaff(StoredStaff(database)), await person(database, "Zoë", staff_of=BOOTH)
            assert await staff.require(zoe, Right.SEE_NUMBERS, BOOTH) == account_of(zoe)
            assert await staff.serves(zoe, BOOTH)
            assert [member.name for member in await staff.members(BOOTH)] == ["Zoë"]
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await staff.require(zoe, Right.SEE_NUMBERS, OTHER_BOOTH)
            organiser = replace(await person(database, "Organiser"), role=Role.ORGANISER)
            assert await staff.require(organiser, Right.SEE_NUMBERS, BOOTH) == account_of(organiser)
            guest = replace(zoe, account=None, role=Role.GUEST)
            assert not await staff.serves(guest, BOOTH)
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await staff.require(guest, Right.SEE_NUMBERS, BOOTH)

    asyncio.run(play())
