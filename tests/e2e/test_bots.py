"""Bots at the real server: they spread over the halls, walk without being overruled, and are known to be bots."""

import asyncio
import math
from collections import Counter

from halles.protocol.messages import Correction
from halles_client.bots.bot import Bot
from halles_client.bots.fleet import BEAT_S, credentials
from halles_client.bots.wayfinding import Ways
from halles_client.net.link import Link
from halles_client.net.status import Phase
from tests.support.plans import PLANS
from tests.support.postgres import demo_url, postgres
from tests.support.serving import RunningServer, real_server

__all__ = ["demo_url", "postgres"]

COUNT = 12
SECONDS = 10.0


def test_bots_walk_from_booth_to_booth_and_the_server_never_overrules_them(demo_url: str) -> None:
    with real_server(demo=True, database_url=demo_url) as server:
        asyncio.run(_walk(server))


async def _walk(server: RunningServer) -> None:
    scenes = PLANS.scenes
    ways = {hall: Ways(scene) for hall, scene in scenes.items()}
    links = [Link(server.world, credentials(index, 7)) for index in range(COUNT)]
    bots = [Bot(link, scenes, ways, index) for index, link in enumerate(links)]
    corrections = 0
    walked = [0.0] * COUNT
    before: list[tuple[str, float, float] | None] = [None] * COUNT
    async with asyncio.TaskGroup() as group:
        for link in links:
            group.create_task(link.run())
        loop = asyncio.get_running_loop()
        end = loop.time() + SECONDS
        while loop.time() < end:
            for index, (link, bot) in enumerate(zip(links, bots, strict=True)):
                messages = link.inbox.drain()
                # A landing that the server decided is told as a correction, too; it comes with an entry.
                corrections += sum(isinstance(message, Correction) for message in messages)
                bot.beat(messages, loop.time(), BEAT_S)
                own, hall = bot.replica.own, bot.replica.hall
                now = (hall or "", own.pose.x, own.pose.y) if own is not None else None
                last, before[index] = before[index], now
                if now is not None and last is not None and now[0] == last[0]:
                    walked[index] += math.dist(now[1:], last[1:])
            await asyncio.sleep(BEAT_S)
        assert all(link.status.phase is Phase.ONLINE for link in links)
        halls = Counter(bot.replica.hall for bot in bots)
        assert len(halls) >= 3
        crowded = max(bots, key=lambda bot: len(bot.replica.people))
        assert all(card.bot for card in crowded.replica.people.values())
        for link in links:
            link.leave()
    assert sum(metres > 2.0 for metres in walked) >= COUNT // 2
    assert corrections <= COUNT  # at most the jump at the start


def test_a_bot_without_a_server_waits_and_says_nothing_wrong() -> None:
    async def run() -> None:
        scenes = PLANS.scenes
        link = Link("ws://127.0.0.1:1/world", credentials(0, 1))
        bot = Bot(link, scenes, {}, 1)
        running = asyncio.create_task(link.run())
        for _ in range(5):
            bot.beat(link.inbox.drain(), 0.0, BEAT_S)
            await asyncio.sleep(0.01)
        link.leave()
        await asyncio.wait_for(running, 3)

    asyncio.run(run())
