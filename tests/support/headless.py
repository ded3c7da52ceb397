"""Visitors without a screen at the real server, driven beat by beat."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from halles.world.look import Look
from halles.world.movement import Intent
from halles_client.net.link import Credentials
from halles_client.net.media import Media
from halles_client.net.thread import LinkThread
from halles_client.visit import Visit
from tests.support.plans import PLANS
from tests.support.serving import RunningServer

BEAT_S = 0.01


class Client:
    """A visit with hands, without a screen."""

    def __init__(self, visit: Visit, link: LinkThread) -> None:
        self.visit, self.link = visit, link
        self.intent = Intent()
        self._before = time.monotonic()

    def beat(self) -> None:
        now = time.monotonic()
        self.visit.hear(now)
        self.visit.walk(self.intent, 0.0, now, now - self._before)
        self._before = now

    @property
    def place(self) -> tuple[float, float]:
        assert self.visit.replica.own is not None
        return self.visit.replica.own.pose.x, self.visit.replica.own.pose.y


@contextmanager
def joined(
    server: RunningServer, folder: Path, name: str, goal: tuple[str, str] = ("", ""), who: Credentials | None = None
) -> Iterator[Client]:
    link = LinkThread(server.world, who or Credentials(name, "fr", Look(3)))
    media = Media(server.world, folder)
    client = Client(Visit(link, PLANS, media, goal), link)
    try:
        until(lambda: client.visit.replica.scene is not None, client)
        yield client
    finally:
        link.close()
        media.close()


def until(condition: Callable[[], object], *clients: Client, limit_s: float = 10.0) -> float:
    """Beats the clients until something is so; returns the seconds that it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < limit_s, "it did not become so in time"
        for client in clients:
            client.beat()
        time.sleep(BEAT_S)
    return time.monotonic() - began
