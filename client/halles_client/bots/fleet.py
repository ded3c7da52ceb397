"""Many bots in one process: links in one event loop, and one beat that walks them all in turn."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from halles.ids import HallId
from halles.world.look import COATS, HAIRS, HEADS, SKINS, TROUSERS, Look
from halles.world.scene import Scene
from halles.world.text import Language
from halles_client.bots.bot import Bot
from halles_client.bots.wayfinding import Ways
from halles_client.net.link import Credentials, Link
from halles_client.net.status import Phase

BEAT_S: Final = 0.1
"""Every bot walks this often."""

SLICES: Final = 5
"""The bots are walked in this many portions a beat, so that neither side sees bursts."""

ARRIVALS_PER_S: Final = 25.0

TELL_S: Final = 1.0
TROUBLE_S: Final = 5.0

LEAVE_S: Final = 2.0
"""Seconds for all to take leave."""

_NAMES: Final[tuple[tuple[Language, str], ...]] = (("fr", "Visiteur"), ("nl", "Bezoeker"), ("en", "Visitor"))


@dataclass(frozen=True, slots=True)
class Fleet:
    """What to send.

    Attributes:
        url: The server's websocket.
        count: How many.
        seed: The same seed walks the same ways, as far as the network lets it.
    """

    url: str
    count: int
    seed: int = 1


def credentials(index: int, seed: int) -> Credentials:
    """Returns who the bot of this index is."""
    rng = random.Random(f"{seed}/{index}/look")
    language, word = _NAMES[rng.choices((0, 1, 2), (5, 3, 2))[0]]
    look = Look(
        rng.randrange(len(COATS)),
        rng.randrange(len(TROUSERS)),
        rng.randrange(len(SKINS)),
        rng.randrange(HEADS),
        rng.randrange(len(HAIRS)),
    )
    return Credentials(f"{word} {index + 1}", language, look, bot=True)


async def run(fleet: Fleet, scenes: Mapping[HallId, Scene], tell: Callable[[str], None]) -> None:
    """Sends bots until all their links are over; cancelled, they leave.

    Args:
        fleet: What to send.
        scenes: All halls' plans.
        tell: Is given a line about how many are online, when that changes.
    """
    ways = {hall: Ways(scene) for hall, scene in scenes.items()}
    links: list[Link] = []
    bots: list[Bot] = []
    async with asyncio.TaskGroup() as group:
        beat = group.create_task(_walk(links, bots), name="bots walk")
        told = group.create_task(_tell(links, tell), name="bots told")
        running = []
        for index in range(fleet.count):
            link = Link(fleet.url, credentials(index, fleet.seed), rng=random.Random(f"{fleet.seed}/{index}/link"))
            bots.append(Bot(link, scenes, ways, fleet.seed * 100_003 + index))
            links.append(link)
            running.append(group.create_task(_late(index / ARRIVALS_PER_S, link), name=f"bot {index + 1}"))
        try:
            await asyncio.wait(running)
        except asyncio.CancelledError:
            for link in links:
                link.leave()
            await asyncio.wait(running, timeout=LEAVE_S)
            raise
        beat.cancel()
        told.cancel()


async def _late(wait_s: float, link: Link) -> None:
    await asyncio.sleep(wait_s)
    await link.run()


async def _walk(links: list[Link], bots: list[Bot]) -> None:
    """Walks a portion of the bots at each part of the beat, on an absolute schedule."""
    last: dict[int, float] = {}
    portion = 0
    due = time.monotonic()
    while True:
        due = max(due + BEAT_S / SLICES, time.monotonic() - BEAT_S)
        await asyncio.sleep(max(due - time.monotonic(), 0.0))
        now = time.monotonic()
        for index in range(portion, len(bots), SLICES):
            link = links[index]
            if link.status.phase is Phase.ONLINE or link.inbox:
                bots[index].beat(link.inbox.drain(), now, min(now - last.get(index, now), 0.25))
            last[index] = now
        portion = (portion + 1) % SLICES


async def _tell(links: list[Link], tell: Callable[[str], None]) -> None:
    """Tells when all are online or some are not any longer; while they arrive, and of trouble, every 5 s."""
    before, told_at = -1, time.monotonic()
    while True:
        await asyncio.sleep(TELL_S)
        online = sum(link.status.phase is Phase.ONLINE for link in links)
        if online != before and (online == len(links) or time.monotonic() - told_at >= TROUBLE_S):
            before, told_at = online, time.monotonic()
            reasons = {link.status.text for link in links if link.status.phase is not Phase.ONLINE and link.status.text}
            because = f" ({'; '.join(sorted(reasons)[:3])})" if reasons else ""
            tell(f"{online} of {len(links)} bots online{because}")
