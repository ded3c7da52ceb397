import asyncio
import threading

from halles.ids import HallId, VisitId
from halles.protocol.messages import ChatLine, Message, PeopleCounted, PoseBatch, Said
from halles.world.roles import Role
from halles_client.net.inbox import Inbox


def said(text: str) -> Said:
    return Said(ChatLine("hall", VisitId("v"), "Bo", Role.GUEST, 0, text, 0))


def batch(tick: int) -> PoseBatch:
    return PoseBatch(tick, tick * 50, b"", b"")


async def fill(inbox: Inbox, messages: list[Message]) -> None:
    for message in messages:
        await inbox.put(message)


def test_messages_come_out_in_order() -> None:
    inbox = Inbox()
    asyncio.run(fill(inbox, [said("a"), batch(1), said("b"), batch(2)]))
    assert inbox.drain() == [said("a"), batch(1), said("b"), batch(2)]
    assert inbox.drain() == []


def test_a_slow_application_loses_older_batches_and_nothing_else() -> None:
    inbox = Inbox(reliable_cap=100, latest_cap=3)
    messages: list[Message] = []
    for tick in range(50):
        messages += [batch(tick), said(str(tick)), PeopleCounted(((HallId("lille"), tick),))]
    asyncio.run(fill(inbox, messages))
    out = inbox.drain()
    assert [m.line.text for m in out if isinstance(m, Said)] == [str(tick) for tick in range(50)]
    assert [m.tick for m in out if isinstance(m, PoseBatch)] == [47, 48, 49]
    assert sum(isinstance(m, PeopleCounted) for m in out) == 3
    assert inbox.dropped == 94


def test_dropped_batches_take_no_room() -> None:
    inbox = Inbox(reliable_cap=4, latest_cap=2)

    async def long() -> None:
        await inbox.put(said("first"))
        for tick in range(10_000):
            await inbox.put(batch(tick))

    asyncio.run(long())
    assert len(inbox) < 64
    assert len(inbox.drain()) == 3


def test_the_reader_waits_for_room_when_too_much_reliable_waits() -> None:
    async def run() -> list[str]:
        inbox = Inbox(reliable_cap=3)
        filling = asyncio.create_task(fill(inbox, [said(str(n)) for n in range(10)]))
        texts: list[str] = []
        for _ in range(50):
            await asyncio.sleep(0.005)
            drained = inbox.drain()
            assert len(drained) <= 3
            texts += [m.line.text for m in drained if isinstance(m, Said)]
            if filling.done():
                break
        await filling
        return texts + [m.line.text for m in inbox.drain() if isinstance(m, Said)]

    assert asyncio.run(run()) == [str(n) for n in range(10)]


def test_another_thread_may_drain_meanwhile() -> None:
    inbox = Inbox(reliable_cap=8)
    out: list[Message] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set() or len(inbox):
            out.extend(inbox.drain())

    reader = threading.Thread(target=read)
    reader.start()
    asyncio.run(fill(inbox, [said(str(n)) for n in range(400)]))
    over.set()
    reader.join(10)
    assert [m.line.text for m in out if isinstance(m, Said)] == [str(n) for n in range(400)]
