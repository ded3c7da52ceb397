"""One connection's requests."""

import asyncio

from halles.protocol.messages import ListPeople, Message
from halles_server.gateway.request_queue import CAP, RequestQueue


def test_requests_are_carried_out_one_after_another_in_order() -> None:
    async def run() -> None:
        done: list[float] = []
        under_way = 0

        async def carry_out(message: Message, arrived: float) -> None:
            nonlocal under_way
            under_way += 1
            assert under_way == 1
            await asyncio.sleep(0)
            done.append(arrived)
            under_way -= 1

        async with asyncio.TaskGroup() as tasks:
            queue = RequestQueue(tasks, carry_out)
            assert all(queue.put(ListPeople(), float(i)) for i in range(10))
            assert queue.busy
        assert done == [float(i) for i in range(10)]
        assert not queue.busy

    asyncio.run(run())


def test_too_many_are_refused_and_what_waits_can_be_forgotten() -> None:
    async def run() -> None:
        done: list[float] = []
        gate = asyncio.Event()

        async def carry_out(message: Message, arrived: float) -> None:
            await gate.wait()
            done.append(arrived)

        async with asyncio.TaskGroup() as tasks:
            queue = RequestQueue(tasks, carry_out)
            assert queue.put(ListPeople(), -1.0)
            await asyncio.sleep(0)
            assert all(queue.put(ListPeople(), float(i)) for i in range(CAP))
            assert not queue.put(ListPeople(), 0.0)
            queue.clear()
            gate.set()
        assert done == [-1.0]

    asyncio.run(run())
