"""Something large is made once for all who ask, in a thread, and again when what it is made of has changed."""

import asyncio
import threading

import pytest

from halles_server.services.made_once import MadeOnce


class Stored:
    """What is made of: counts how often it was read whole and made; a making waits until it may go on."""

    def __init__(self) -> None:
        self.mark, self.readings, self.makings = 1, 0, 0
        self.broken = False
        self.began, self.may_go_on = threading.Event(), threading.Event()
        self.may_go_on.set()
        self._making = threading.Lock()

    async def read_mark(self) -> object:
        return self.mark

    async def read(self) -> "Stored":
        self.readings += 1
        if self.broken:
            raise OSError("away")
        return self

    def __call__(self) -> tuple[int, bool]:
        """Makes it; tells of which state, and whether beside the loop."""
        mark = self.mark
        assert self._making.acquire(blocking=False), "one at a time"
        self.makings += 1
        self.began.set()
        self.may_go_on.wait(10)
        self._making.release()
        return mark, threading.current_thread() is not threading.main_thread()


def test_a_dozen_who_ask_at_once_have_it_made_once_beside_the_loop_and_again_after_a_change() -> None:
    async def run() -> None:
        stored = Stored()
        made = MadeOnce(stored.read_mark, stored.read)
        assert set(await asyncio.gather(*(made.get() for _ in range(12)))) == {(1, True)}
        assert await made.get() == (1, True)
        assert (stored.readings, stored.makings) == (1, 1)
        stored.mark = 2
        assert await made.get() == (2, True)
        assert (stored.readings, stored.makings) == (2, 2)

    asyncio.run(run())


def test_whoever_goes_leaves_the_making_to_the_others_and_a_newer_one_waits_for_the_older() -> None:
    async def run() -> None:
        stored = Stored()
        stored.may_go_on.clear()
        made = MadeOnce(stored.read_mark, stored.read)
        gone = asyncio.ensure_future(made.get())
        await asyncio.to_thread(stored.began.wait, 10)
        gone.cancel()
        same = asyncio.ensure_future(made.get())
        await asyncio.sleep(0)
        stored.mark = 2
        newer = asyncio.ensure_future(made.get())
        await asyncio.sleep(0)
        stored.may_go_on.set()
        assert await asyncio.gather(same, newer) == [(1, True), (2, True)]
        assert stored.makings == 2

    asyncio.run(run())


def test_what_could_not_be_read_is_read_again_by_the_next_who_asks() -> None:
    async def run() -> None:
        stored = Stored()
        made = MadeOnce(stored.read_mark, stored.read)
        stored.broken = True
        with pytest.raises(OSError, match="away"):
            await made.get()
        stored.broken = False
        assert await made.get() == (1, True)

    asyncio.run(run())
