import asyncio

import pytest

from halles_server.services.once_for_many import OnceForMany


class Source:
    """Counts how often it was read; each reading takes a turn of the loop and may fail."""

    def __init__(self) -> None:
        self.stored, self.readings, self.broken = "old", 0, False

    async def read(self) -> str:
        self.readings += 1
        found = self.stored
        await asyncio.sleep(0)
        if self.broken:
            raise OSError("away")
        return found


def test_all_who_ask_while_one_reads_share_the_next_reading() -> None:
    async def run() -> None:
        source = Source()
        shared = OnceForMany(source.read)
        assert await asyncio.gather(*(shared.get() for _ in range(100))) == ["old"] * 100
        assert source.readings == 2, "the first one's, which had begun, and one for all others"

    asyncio.run(run())


def test_nobody_gets_what_was_read_before_they_asked() -> None:
    async def run() -> None:
        source = Source()
        shared = OnceForMany(source.read)
        first = asyncio.ensure_future(shared.get())
        await asyncio.sleep(0)
        source.stored = "new"
        assert await shared.get() == "new"
        assert await first == "old"

    asyncio.run(run())


def test_who_reads_for_the_others_may_fail_or_go_and_the_next_one_reads() -> None:
    async def run() -> None:
        source = Source()
        shared = OnceForMany(source.read)
        source.broken = True
        failing = asyncio.ensure_future(shared.get())
        await asyncio.sleep(0)
        waiting = [asyncio.ensure_future(shared.get()) for _ in range(3)]
        with pytest.raises(OSError, match="away"):
            await failing
        source.broken = False
        waiting[0].cancel()
        assert await asyncio.gather(*waiting[1:]) == ["old"] * 2

    asyncio.run(run())
