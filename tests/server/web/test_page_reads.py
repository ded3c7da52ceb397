"""Page reads that count, and those that do not."""

import asyncio
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from starlette.requests import Request

from halles.ids import BoothId
from halles_server.services.booth_staff import BoothStaff
from halles_server.services.numbers import Numbers
from halles_server.storage.booth_staff import BoothStaff as StoredStaff
from halles_server.storage.numbers import Numbers as StoredNumbers
from halles_server.web.page_reads import AGAIN_S, PageReads
from tests.support.booth_people import BOOTH, OTHER_BOOTH, StoppedClock, booths_in, logged_in
from tests.support.page_door import PageDoor

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"


def asked(agent: str = FIREFOX, address: str = "192.0.2.1", method: str = "GET", **headers: str) -> Request:
    rows = {"user-agent": agent, **headers} if agent else headers
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in rows.items()]
    return Request({"type": "http", "method": method, "path": "/", "headers": raw, "client": (address, 1)})


def test_each_reader_counts_once_in_ten_minutes_and_programs_never(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            stored, clock = StoredNumbers(database), StoppedClock()
            staff = BoothStaff(StoredStaff(database))
            numbers = Numbers(stored, staff, clock, ZoneInfo("UTC"), uuid4)
            reads = PageReads(numbers, clock.monotonic)

            async def count() -> int:
                await numbers.store()
                return sum(tally.count for tally in await stored.days(BOOTH, "UTC"))

            for request in (asked(), asked(), asked(SAFARI), asked(address="192.0.2.2")):
                reads.note(request, BOOTH, "nl")
            assert await count() == 3
            reads.note(asked(), OTHER_BOOTH, "nl")
            assert await count() == 3
            clock.go(seconds=AGAIN_S)
            reads.note(asked(), BOOTH, "nl")  # still reading
            clock.go(seconds=AGAIN_S)
            reads.note(asked(), BOOTH, "nl")
            assert await count() == 3
            clock.go(seconds=AGAIN_S + 1)
            reads.note(asked(), BOOTH, "nl")
            assert await count() == 4
            for nobody in (
                asked("Googlebot/2.1"),
                asked("curl/8.5.0"),
                asked(""),
                asked(address="192.0.2.9", method="HEAD"),
                asked(address="192.0.2.9", sec_purpose="prefetch;prerender"),
            ):
                reads.note(nobody, BOOTH, "nl")
            assert await count() == 4

    asyncio.run(play())


@pytest.mark.parametrize(("staff_of", "more"), [("", 1), ("studio-30", 0)])
def test_a_booths_page_counts_its_readers_but_not_its_staff(page_door: PageDoor, staff_of: str, more: int) -> None:
    numbers, stored = page_door.opened.services.numbers, StoredNumbers(page_door.opened.database)

    def opened() -> int:
        page_door.do(numbers.store())
        return sum(
            tally.count for tally in page_door.do(stored.days(BoothId("studio-30"), "UTC")) if tally.kind == "opened"
        )

    with logged_in(page_door, "Reader", staff_of=staff_of) as client:
        before = opened()
        assert client.get("/nl/booths/studio-30", headers={"user-agent": f"Firefox{staff_of}"}).status_code == 200
        assert client.get("/nl/booths/studio-30/card", headers={"user-agent": "Firefox"}).status_code == 200
        assert opened() - before == more
