"""Host and visitor with real links to a real server: recorded by one, seen by the other once the booth is empty."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from halles.ids import BoothId
from halles.world.look import Look
from halles.world.movement import Gesture, Intent
from halles_client.net.link import Credentials
from halles_client.net.media import Media
from halles_client.net.thread import LinkThread
from halles_client.visit import Visit
from tests.server.gateway.test_bells import BOOTH, PASSWORD, Show
from tests.support.plans import PLANS
from tests.support.postgres import database_url, postgres
from tests.support.serving import real_server

__all__ = ["database_url", "postgres"]


@dataclass
class Client:
    """A client without a screen."""

    visit: Visit

    def until(self, done: Callable[[Visit], object], *others: "Client", intent: Intent | None = None) -> None:
        """Beats until something holds."""
        end = time.monotonic() + 20.0
        while not done(self.visit):
            assert time.monotonic() < end, "too long"
            for client in (self, *others):
                now = time.monotonic()
                client.visit.hear(now)
                client.visit.walk(intent or Intent(), 0.0, now, 0.02)
            time.sleep(0.02)


def client(world: str, who: Credentials, folder: Path, place: str) -> tuple[LinkThread, Client]:
    link = LinkThread(world, who)
    return link, Client(Visit(link, PLANS, Media(world, folder), ("lille", place)))


def test_a_host_records_itself_leaves_and_is_seen_walking_and_talking_until_it_is_back(
    database_url: str, tmp_path: Path
) -> None:
    with real_server(demo=True, database_url=database_url) as server:
        Show(server).hire("eva")
        account = Credentials("eva", "fr", Look(), way="account", secret=PASSWORD)
        host_link, host = client(server.world, account, tmp_path, f"booth:{BOOTH}")
        link, visitor = client(server.world, Credentials("Ada", "nl", Look()), tmp_path, f"booth:{BOOTH}")
        booth = BoothId(BOOTH)
        try:
            host.until(lambda visit: visit.recorder.progress.booth, visitor)
            recorder = host.visit.recorder
            recorder.toggle("fr")
            host.visit.own_lines.say("nearby", "Bonjour à tous")
            host.visit.make(Gesture.TALK)
            host.until(lambda _: recorder.progress.lines == 1 and recorder.progress.seconds >= 3, visitor)
            recorder.toggle("fr")
            assert recorder.state == "asking"
            recorder.agree()
            host.until(lambda _: recorder.state == "kept", visitor)
            visitor.until(lambda visit: booth in visit.replica.host_replays, host)
            visitor.until(lambda visit: visit.replica.staffed.get(booth), host)
            assert visitor.visit.hosts.shown == (), "somebody is there"
            host.visit.travel("crossroads", "")
            visitor.until(lambda visit: visit.hosts.speaking, host)
            shown = visitor.visit.hosts.speaking
            assert shown is not None
            assert (shown.name, shown.line and shown.line.text) == ("Eva", "Bonjour à tous")
            assert shown.pose.gesture in (Gesture.TALK, Gesture.NONE)
            host.visit.travel("lille", f"booth:{BOOTH}")
            visitor.until(lambda visit: not visit.hosts.shown, host)
            visitor.until(lambda visit: visit.replica.staffed[booth].state == "here", host)
            assert visitor.visit.hosts.shown == ()
            assert not visitor.visit.trouble
        finally:
            host_link.close()
            link.close()
