"""What every bus does, on both implementations; then what NATS alone can suffer, with the real program."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import structlog
from nats.aio.client import Client
from structlog.testing import capture_logs

from halles.ids import HallId
from halles_server.announcements import Announcement, ChatSaid, NodeSlab
from halles_server.cluster import bus as nats_bus
from halles_server.cluster import nats_server, subjects
from halles_server.cluster.bus import NatsBus
from halles_server.cluster.local import LocalBus
from halles_server.cluster.nats_server import NatsServer
from halles_server.config import ServerConfig
from halles_server.observability import Metrics
from halles_server.ports.nodes import Bus
from halles_server.secret import Secret
from tests.support.announcements import BOOTH, EACH, slab
from tests.support.nats import deployment, nats

__all__ = ["nats"]

Play = Callable[[Bus, Bus], Awaitable[None]]


@pytest.fixture(autouse=True)
def _warnings_are_heard() -> None:
    """Servers in other tests' threads have silenced the log."""
    structlog.reset_defaults()


def config(url: str, name: str = "") -> ServerConfig:
    return ServerConfig(bus_url=Secret(url), deployment=name or deployment())


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 -- a bus tells nobody of its state
            await asyncio.sleep(0.005)


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[NatsBus, NatsBus, Metrics]]:
    async with AsyncExitStack() as stack:
        shared, metrics = config(url), Metrics()
        one = await stack.enter_async_context(nats_bus.opened(shared, metrics))
        other = await stack.enter_async_context(nats_bus.opened(shared, Metrics()))
        await until(lambda: not one.trouble() and not other.trouble())
        yield one, other, metrics


@pytest.fixture(params=["local", "nats"])
def play(request: pytest.FixtureRequest) -> Callable[[Play], None]:
    """Plays a scene with two nodes' buses."""

    async def run(scene: Play) -> None:
        if request.param == "local":
            nodes: list[LocalBus] = []
            await scene(LocalBus(nodes), LocalBus(nodes))
        else:
            async with two(request.getfixturevalue("nats").url) as (one, other, _):
                await scene(one, other)

    return lambda scene: asyncio.run(run(scene))


# --- every bus ---------------------------------------------------------------------------------------------------


def test_what_is_announced_is_heard_by_every_node_and_by_oneself_at_once(play: Callable[[Play], None]) -> None:
    async def scene(one: Bus, other: Bus) -> None:
        mine: list[Announcement] = []
        theirs: list[Announcement] = []
        one.listen(mine.append)
        other.listen(theirs.append)
        one.announce(BOOTH)
        assert mine == [BOOTH]
        await until(lambda: theirs == [BOOTH])
        assert mine == [BOOTH], "no echo"

    play(scene)


def test_what_is_told_to_others_is_not_heard_by_oneself(play: Callable[[Play], None]) -> None:
    async def scene(one: Bus, other: Bus) -> None:
        mine: list[Announcement] = []
        theirs: list[Announcement] = []
        one.listen(mine.append)
        other.listen(theirs.append)
        for news in EACH:
            one.tell_others(news)
        await until(lambda: len(theirs) == len(EACH))
        assert mine == []
        assert sorted(map(repr, theirs)) == sorted(map(repr, EACH))

    play(scene)


def test_chat_is_heard_in_order(play: Callable[[Play], None]) -> None:
    async def scene(one: Bus, other: Bus) -> None:
        heard: list[int] = []

        def hear(news: Announcement) -> None:
            assert isinstance(news, ChatSaid)
            heard.append(news.x)

        other.listen(hear)
        said = next(news for news in EACH if isinstance(news, ChatSaid))
        for x in range(200):
            one.tell_others(ChatSaid(said.slot, said.incarnation, said.hall, said.line, x, 0))
        await until(lambda: len(heard) == 200)
        assert heard == list(range(200))

    play(scene)


def test_every_listener_hears_until_it_stops(play: Callable[[Play], None]) -> None:
    async def scene(one: Bus, other: Bus) -> None:
        heard: list[str] = []
        stop = one.listen(lambda news: heard.append("first"))
        one.listen(lambda news: heard.append("second"))
        one.announce(BOOTH)
        stop()
        stop()
        one.announce(BOOTH)
        assert heard == ["first", "second", "second"]

    play(scene)


def test_a_listener_that_fails_disturbs_neither_the_announcer_nor_the_others(play: Callable[[Play], None]) -> None:
    async def scene(one: Bus, other: Bus) -> None:
        heard: list[Announcement] = []

        def broken(news: Announcement) -> None:
            raise ZeroDivisionError

        one.listen(broken)
        one.listen(heard.append)
        other.listen(broken)
        other.listen(heard.append)
        with capture_logs():
            one.announce(BOOTH)
            await until(lambda: heard == [BOOTH, BOOTH])

    play(scene)


# --- NATS --------------------------------------------------------------------------------------------------------


def test_of_many_slabs_of_one_hall_the_newest_is_sent_and_the_others_are_counted(nats: NatsServer) -> None:
    async def run() -> None:
        async with two(nats.url) as (one, other, metrics):
            heard: list[Announcement] = []
            other.listen(heard.append)
            for tick in range(100):  # within one turn of the loop: nothing can be sent meanwhile
                one.tell_others(slab(tick))
                one.tell_others(slab(tick, HallId("hainaut")))
            await until(lambda: len(heard) == 2)
            assert {(news.hall, news.tick) for news in heard if isinstance(news, NodeSlab)} == {
                ("lille", 99),
                ("hainaut", 99),
            }
            assert metrics.registry.get_sample_value("halles_bus_dropped_total", {"reason": "replaced"}) == 198

    asyncio.run(run())


def test_what_waits_in_order_is_bounded_and_the_oldest_goes(nats: NatsServer) -> None:
    async def run() -> None:
        async with two(nats.url) as (one, other, metrics):
            heard: list[Announcement] = []
            other.listen(heard.append)
            for _ in range(nats_bus.WAITING_CAP + 50):
                one.tell_others(BOOTH)
            await until(lambda: len(heard) >= nats_bus.WAITING_CAP - 50)
            assert metrics.registry.get_sample_value("halles_bus_dropped_total", {"reason": "unsent"}) == 50

    asyncio.run(run())


def test_deployments_on_one_nats_do_not_hear_each_other(nats: NatsServer) -> None:
    async def run() -> None:
        async with two(nats.url) as (one, _, _), two(nats.url) as (three, four, _):
            strange: list[Announcement] = []
            heard: list[Announcement] = []
            three.listen(strange.append)
            one.tell_others(BOOTH)
            four.tell_others(slab(7))
            three.listen(heard.append)
            await until(lambda: heard)
            assert strange == heard == [slab(7)]

    asyncio.run(run())


def test_what_is_no_announcement_is_counted_and_disturbs_nothing(nats: NatsServer) -> None:
    async def run() -> None:
        async with two(nats.url) as (one, other, metrics):
            heard: list[Announcement] = []
            one.listen(heard.append)
            client = Client()
            await client.connect(nats.url)
            for data in (b"", b"\xc1", b"\x93\x01\x02\x03", bytes(100_000)):
                await client.publish(subjects.subject(one._deployment, BOOTH), data)
            await client.close()
            unreadable = lambda: metrics.registry.get_sample_value(  # noqa: E731
                "halles_bus_dropped_total", {"reason": "unreadable"}
            )
            await until(lambda: unreadable() == 4)
            other.tell_others(BOOTH)
            await until(lambda: heard == [BOOTH])

    asyncio.run(run())


def test_without_a_bus_announcing_neither_raises_nor_waits_and_it_is_told_once_and_counted() -> None:
    async def run() -> None:
        metrics = Metrics()
        with capture_logs() as logs:
            async with nats_bus.opened(config("nats://127.0.0.1:1"), metrics) as bus:
                heard: list[Announcement] = []
                bus.listen(heard.append)
                began = time.perf_counter()
                for tick in range(10_000):
                    bus.announce(slab(tick))
                assert time.perf_counter() - began < 1.0
                assert len(heard) == 10_000, "this node hears itself all the same"
                assert "does not answer" in bus.trouble()
                await asyncio.sleep(1.3)  # three tries
        assert [row["event"] for row in logs] == ["bus gone"]
        assert metrics.registry.get_sample_value("halles_bus_dropped_total", {"reason": "gone"}) == 10_000

    asyncio.run(run())


def test_a_bus_that_was_away_is_joined_again_and_nothing_old_is_heard() -> None:
    async def run() -> None:
        with nats_server.running() as first:
            url = first.url
            async with two(url) as (one, other, _):
                heard: list[Announcement] = []
                other.listen(heard.append)
                first.process.kill()
                first.process.wait()
                await until(lambda: one.trouble() and other.trouble())
                one.tell_others(slab(1))
                token, _, address = url.removeprefix("nats://").partition("@")
                with nats_server.running(int(address.rpartition(":")[2]), token):
                    began = time.monotonic()
                    await until(lambda: not one.trouble() and not other.trouble())
                    assert time.monotonic() - began < 2.0
                    one.tell_others(slab(2))
                    await until(lambda: heard)
                    assert heard == [slab(2)]

    asyncio.run(run())


def test_a_frozen_bus_counts_as_gone_and_what_it_kept_back_is_little() -> None:
    async def run() -> None:
        with nats_server.running() as server:
            async with two(server.url) as (one, other, _):
                heard: list[int] = []

                def hear(news: Announcement) -> None:
                    assert isinstance(news, NodeSlab)
                    heard.append(news.tick)

                other.listen(hear)
                server.process.send_signal(signal.SIGSTOP)
                ticks = iter(range(100_000))

                def still() -> bool:
                    one.tell_others(slab(next(ticks)))
                    return not one.trouble()

                await until(lambda: not still(), 6.0)
                server.process.send_signal(signal.SIGCONT)
                await until(lambda: not one.trouble() and not other.trouble())
                one.tell_others(slab(100_000))
                await until(lambda: 100_000 in heard)

    asyncio.run(run())


def test_a_wrong_token_is_no_reason_to_stop_trying(nats: NatsServer) -> None:
    async def run() -> None:
        wrong = "nats://wrong@" + nats.url.partition("@")[2]
        with capture_logs() as logs:
            async with nats_bus.opened(config(wrong), Metrics()) as bus:
                await asyncio.sleep(1.2)
                assert bus.trouble()
        assert [row["event"] for row in logs] == ["bus gone"]
        assert "wrong" not in str(logs)

    asyncio.run(run())
