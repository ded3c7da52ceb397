"""Recorded hosts as one visit sees them: fetched near, shown while nobody is there, gone at once when somebody is."""

import math
from collections.abc import Callable

import msgspec
import pytest

from halles.errors import HallesError, Unavailable
from halles.ids import AvatarNumber, BoothId, HallId, VisitId
from halles.protocol.booth_messages import BoothStaffed
from halles.protocol.host_messages import (
    HostReplayAt,
    HostReplayChanged,
    HostReplayRead,
    HostReplaysListed,
    ReadHostReplay,
)
from halles.protocol.messages import BoothCard, BoothsListed, HallEntered, Message, PoseBatch, Welcomed
from halles.world.geometry import place
from halles.world.host_replay import PAUSE_S, HostReplay
from halles.world.look import Look
from halles.world.roles import Role
from halles_client.recorded_hosts import AGAIN_S, HOSTS_CAP, RecordedHosts
from halles_client.replica.replica import Replica
from tests.support.hosts import LINES, box, recording
from tests.support.plans import PLANS

LILLE, BOOTH = HallId("lille"), BoothId("b1")
SLOTS = [slot.id for slot in PLANS.scenes[LILLE].slots]
REPLAY = recording(box(slot=SLOTS[0]))
PERIOD = REPLAY.seconds + PAUSE_S
NOW = 100.0


class Visitor:
    """A visit at a booth, what it asks for, and the clock of its server."""

    def __init__(self, booths: int = 1, away_m: float = 3.0) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.replica = Replica(PLANS.scenes)
        self.hosts = RecordedHosts(self.replica, lambda *row: self.asked.append(row))
        at = place(box(slot=SLOTS[0]), 0.0, away_m)
        entered = HallEntered(b"r" * 16, LILLE, AvatarNumber(7), round(at.x * 100), round(at.y * 100), 0, 0, 1)
        cards = [BoothCard(BoothId(f"b{n + 1}"), SLOTS[n], 1, "Studio", "company", 1, ()) for n in range(booths)]
        numbers = tuple(HostReplayAt(card.booth, 3) for card in cards)
        for message in (entered, BoothsListed(LILLE, tuple(cards)), HostReplaysListed(LILLE, numbers)):
            self.replica.apply(message, 0.0)
        self.clock(0.0)

    def clock(self, into: float) -> None:
        """The server's clock is ``into`` seconds into a showing at ``NOW``."""
        time_ms = round((10_000 * PERIOD + into) * 1000)
        self.replica.apply(PoseBatch(round(into * 20) + 1, time_ms, b"", b""), NOW)

    def answer(self, replay: HostReplay = REPLAY, number: int = 3, booth: BoothId = BOOTH) -> None:
        """Answers the newest request."""
        self.asked[-1][1](HostReplayRead(b"r" * 16, booth, number, "Eva", Look(), 1_700_000_000_000, replay))

    def seen(self, into: float) -> tuple[BoothId, ...]:
        """Who is shown a moment into a showing."""
        self.hosts.step(NOW + into)
        return tuple(host.booth for host in self.hosts.shown)


def test_a_host_is_fetched_once_shown_by_the_clock_and_says_its_lines() -> None:
    visitor = Visitor()
    assert visitor.seen(0.0) == ()
    assert visitor.seen(0.1) == ()
    assert [type(row[0]) for row in visitor.asked] == [ReadHostReplay]
    visitor.answer()
    assert visitor.seen(1.0) == (BOOTH,)
    (host,) = visitor.hosts.shown
    assert (host.name, host.line) == ("Eva", LINES[0])
    assert visitor.hosts.speaking == host
    other = Visitor()
    other.seen(0.0)
    other.answer()
    other.seen(1.0)
    assert other.hosts.shown[0].pose == host.pose, "all see the same moment"
    assert visitor.seen(3.0) == (BOOTH,)
    assert visitor.hosts.shown[0].line == LINES[1]
    assert math.dist(visitor.hosts.shown[0].pose[:2], host.pose[:2]) > 0.3
    assert visitor.seen(REPLAY.seconds + PAUSE_S / 2) == ()
    assert visitor.seen(PERIOD + 1.0) == (BOOTH,)


def test_a_host_leaves_when_somebody_is_there_and_when_the_recording_is_gone_or_another() -> None:
    visitor = Visitor()
    visitor.seen(0.0)
    visitor.answer()
    visitor.replica.apply(BoothStaffed(BOOTH, "here"), NOW)
    assert visitor.seen(1.0) == ()
    for state in ("elsewhere", "back", "away"):
        visitor.replica.apply(BoothStaffed(BOOTH, state), NOW)
        assert visitor.seen(1.0) == (BOOTH,)
    visitor.replica.apply(HostReplayChanged(BOOTH, 4), NOW)
    assert visitor.seen(1.0) == ()
    assert len(visitor.asked) == 2
    visitor.answer(number=4)
    assert visitor.seen(1.1) == (BOOTH,)
    visitor.replica.apply(HostReplayChanged(BOOTH, 0), NOW)
    assert visitor.seen(1.2) == ()
    assert len(visitor.asked) == 2


def test_nothing_is_fetched_from_afar_nor_asked_again_at_once_when_it_cannot_be_had() -> None:
    assert Visitor(away_m=21.0).seen(0.0) == ()
    far = Visitor(away_m=21.0)
    far.seen(0.0)
    assert far.asked == []
    visitor = Visitor()
    visitor.seen(0.0)
    visitor.asked[-1][2](Unavailable("gone"))
    visitor.seen(AGAIN_S - 0.1)
    assert len(visitor.asked) == 1
    visitor.seen(AGAIN_S)
    assert len(visitor.asked) == 2


@pytest.mark.parametrize(
    "replay",
    [
        HostReplay(4000, b""),
        HostReplay(4000, b"\xff" * 126),
        HostReplay(0, b""),
        msgspec.structs.replace(REPLAY, poses=b"\x00\x7f" * 63),
    ],
)
def test_what_cannot_be_a_recording_is_not_shown(replay: HostReplay) -> None:
    visitor = Visitor()
    visitor.seen(0.0)
    visitor.answer(replay)
    assert visitor.seen(1.0) == ()


def test_so_many_are_shown_at_once_each_in_a_place_of_its_own() -> None:
    visitor = Visitor(booths=len(SLOTS[:8]))
    visitor.seen(0.0)
    assert len(visitor.asked) == HOSTS_CAP
    for message, done, _ in list(visitor.asked):
        assert isinstance(message, ReadHostReplay)
        slot = SLOTS[int(message.booth[1:]) - 1]
        replay = recording(box(slot=slot))
        done(HostReplayRead(b"r" * 16, BoothId(message.booth), 3, "Eva", Look(), 0, replay))
    visitor.hosts.step(NOW + 1.0)
    assert len({host.place for host in visitor.hosts.shown}) == len(visitor.hosts.shown) == HOSTS_CAP


def test_what_was_fetched_is_forgotten_with_the_hall() -> None:
    visitor = Visitor()
    visitor.seen(0.0)
    late = visitor.asked[-1][1]
    visitor.replica.apply(HallEntered(b"r" * 16, HallId("hainaut"), AvatarNumber(7), 0, 0, 0, 0, 1), NOW)
    late(HostReplayRead(b"r" * 16, BOOTH, 3, "Eva", Look(), 0, REPLAY))
    assert visitor.seen(1.0) == ()


def test_who_is_alone_in_a_hall_and_hears_of_nobody_sees_the_host_move_all_the_same() -> None:
    visitor = Visitor()
    alone = Replica(PLANS.scenes)
    welcome = Welcomed(1, VisitId("v"), "t", "Zo", Role.GUEST, "fr", Look(), (), 20, server_time_ms=5_000_000)
    alone.apply(welcome, NOW)
    at = place(box(slot=SLOTS[0]), 0.0, 3.0)
    for hall in ("hainaut", LILLE):
        entered = HallEntered(b"r" * 16, HallId(hall), AvatarNumber(7), round(at.x * 100), round(at.y * 100), 0, 0, 1)
        alone.apply(entered, NOW)
    alone.apply(BoothsListed(LILLE, tuple(visitor.replica.booths.values())), NOW)
    alone.apply(HostReplaysListed(LILLE, (HostReplayAt(BOOTH, 3),)), NOW)
    asked: list[Callable[[Message], None]] = []
    hosts = RecordedHosts(alone, lambda message, done, failed: asked.append(done))
    hosts.step(NOW)
    asked[0](HostReplayRead(b"r" * 16, BOOTH, 3, "Eva", Look(), 0, REPLAY, 4_999_000))
    hosts.step(NOW)
    first = hosts.shown[0]
    assert first.line == LINES[0]
    hosts.step(NOW + 2.0)
    assert hosts.shown[0].line == LINES[1]
    assert hosts.shown[0].pose.stride > first.pose.stride
