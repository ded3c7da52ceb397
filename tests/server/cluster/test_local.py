"""The bus within one process."""

import asyncio

from halles.ids import BoothId, HallId
from halles_server.cluster.local import LocalBus
from halles_server.ports import BoothChanged

EVENT = BoothChanged(HallId("lille"), BoothId("a"), 3)


def test_every_listener_hears_until_it_stops() -> None:
    async def run() -> None:
        bus, heard = LocalBus(), []

        async def first(event: BoothChanged) -> None:
            heard.append(("first", event))

        async def second(event: BoothChanged) -> None:
            heard.append(("second", event))

        stop = bus.listen(first)
        bus.listen(second)
        await bus.announce(EVENT)
        stop()
        stop()
        await bus.announce(EVENT)
        assert heard == [("first", EVENT), ("second", EVENT), ("second", EVENT)]

    asyncio.run(run())


def test_a_listener_that_fails_disturbs_neither_the_announcer_nor_the_others() -> None:
    async def run() -> None:
        bus, heard = LocalBus(), []

        async def broken(event: BoothChanged) -> None:
            raise ZeroDivisionError

        async def whole(event: BoothChanged) -> None:
            heard.append(event)

        bus.listen(broken)
        bus.listen(whole)
        await bus.announce(EVENT)
        assert heard == [EVENT]

    asyncio.run(run())
