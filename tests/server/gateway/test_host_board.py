"""Recorded hosts on a real server: recorded by the staff, told to the hall, fetched by who comes near, and gone."""

import time
from collections.abc import Iterator

import pytest

from halles.ids import BoothId
from halles.protocol.booth_messages import StaffTold
from halles.protocol.host_messages import (
    HostReplayChanged,
    HostReplayRead,
    HostReplaysListed,
    KeepHostReplay,
    ReadHostReplay,
)
from halles.protocol.messages import Done, Rejected
from halles.world.host_replay import period
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_bells import BOOTH, PASSWORD, Show
from tests.support.hosts import box, recording
from tests.support.wire import Peer, guest, request_id


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(demo=True, sweep_s=1.0) as server:
        yield Show(server)


def test_a_recording_is_told_to_the_hall_at_once_fetched_by_who_wants_it_and_forgotten_when_deleted(
    show: Show,
) -> None:
    hello = show.hire("eva")
    slot = show.server.do(lambda server: server.services.booths.read(BoothId(BOOTH))).slot
    replay = recording(box("lille", slot))
    with Peer(show.port) as watcher, Peer(show.port) as host:
        welcomed, met = watcher.welcome(guest("Watcher")), time.monotonic()
        watcher.enter("lille")
        assert watcher.expect(HostReplaysListed).booths == ()
        host.welcome(hello)
        assert [row.booth for row in host.expect(StaffTold).booths] == [BOOTH]
        host.send(KeepHostReplay(request_id(), BOOTH, replay))
        assert host.expect(Rejected).code == "FORBIDDEN"
        key, began = request_id(), time.monotonic()
        host.send(KeepHostReplay(key, BOOTH, replay, consent=True))
        number = host.expect(Done).number
        told = watcher.expect(HostReplayChanged)
        assert (told.booth, told.number) == (BOOTH, number)
        assert time.monotonic() - began < 1.0
        host.send(KeepHostReplay(key, BOOTH, replay, consent=True))
        assert host.expect(Done).number == number
        watcher.send(ReadHostReplay(request_id(), BOOTH))
        read = watcher.expect(HostReplayRead)
        assert (read.number, read.name, read.replay) == (number, "Eva", replay)
        clock = welcomed.server_time_ms + (time.monotonic() - met) * 1000
        since = (clock - read.begun_ms) / 1000 - (time.time() - read.recorded_ms / 1000)
        off = since % period(replay)
        assert min(off, period(replay) - off) < 0.2, "a showing began when it was recorded, whatever the node's clock"
        with Peer(show.port) as newcomer:
            newcomer.welcome(guest("Newcomer"))
            newcomer.enter("lille")
            assert [(row.booth, row.number) for row in newcomer.expect(HostReplaysListed).booths] == [(BOOTH, number)]
            newcomer.send(KeepHostReplay(request_id(), BOOTH, replay, consent=True))
            assert newcomer.expect(Rejected).code == "FORBIDDEN"
        show.change("DELETE FROM host_replays")
        told = watcher.expect(HostReplayChanged)
        assert (told.booth, told.number) == (BOOTH, 0), "the sweep finds what nobody announced"
        watcher.send(ReadHostReplay(request_id(), BOOTH))
        assert watcher.expect(Rejected).code == "NOT_FOUND"


def test_a_bot_is_nobodys_host_and_a_visitor_serves_no_booth(show: Show) -> None:
    show.hire("robot")
    with Peer(show.port) as bot, Peer(show.port) as visitor:
        bot.welcome(guest("robot", way="account", secret=PASSWORD, kind="bot"))
        bot.send(KeepHostReplay(request_id(), BOOTH, recording(box()), consent=True))
        assert bot.expect(Rejected).code == "FORBIDDEN"
        visitor.welcome(guest("Visitor"))
        assert not [m for m in visitor.messages(0.8) if isinstance(m, StaffTold)]
