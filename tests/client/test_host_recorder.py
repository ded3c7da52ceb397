"""Recording oneself: who may, what is taken, and that nothing is sent before one has agreed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from halles.errors import HallesError, Rejection
from halles.ids import AvatarNumber, BoothId, HallId, VisitId
from halles.protocol.booth_messages import StaffedBy, StaffTold
from halles.protocol.host_messages import HostReplayAt, HostReplaysListed, KeepHostReplay
from halles.protocol.messages import BoothCard, BoothsListed, ChatLine, Correction, Done, HallEntered, Message
from halles.world.geometry import place
from halles.world.host_replay import LINE_CAP, LINES_CAP, SECONDS_CAP, HostMotion, checked
from halles.world.movement import Gesture, Intent
from halles.world.roles import Role
from halles_client.host_recorder import KEPT_SHOWN_S, HostRecorder
from halles_client.replica.replica import Replica
from tests.support.hosts import box
from tests.support.plans import PLANS

LILLE, BOOTH = HallId("lille"), BoothId("b1")
SCENE = PLANS.scenes[LILLE]
SLOT = SCENE.slots[0]
BOX = box(slot=SLOT.id)


class Host:
    """Somebody who stands before a booth, with beats by a clock of their own."""

    def __init__(self, *, served: bool = True, front: float = BOX.depth / 2 + 0.8) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refused: list[HallesError] = []
        self.replica = Replica(PLANS.scenes)
        self.recorder = HostRecorder(self.replica, lambda *row: self.asked.append(row), self.refused.append)
        self.now = 50.0
        at = place(BOX, 0.0, front)
        entered = HallEntered(b"r" * 16, LILLE, AvatarNumber(7), round(at.x * 100), round(at.y * 100), 0, 0, 1)
        card = BoothCard(BOOTH, SLOT.id, 1, "Studio", "company", 1, ())
        for message in (entered, BoothsListed(LILLE, (card,))):
            self.replica.apply(message, self.now)
        if served:
            self.replica.apply(
                StaffTold(tuple(StaffedBy(BoothId(booth), booth, HallId("lille")) for booth in ("elsewhere", BOOTH))),
                self.now,
            )
        self.recorder.step(self.now)

    def say(self, text: str, time_ms: int = 1) -> None:
        self.recorder.said(ChatLine("hall", VisitId("v"), "Eva", Role.EXHIBITOR, 1, text, time_ms))

    def go(self, seconds: float, beat: float = 0.05, intent: Intent = Intent()) -> None:  # noqa: B008 - frozen
        own = self.replica.own
        assert own is not None
        for _ in range(round(seconds / beat)):
            own.advance(intent, beat)
            self.now += beat
            self.recorder.step(self.now)


def test_only_who_serves_the_booth_and_stands_at_it_is_offered_to_be_recorded() -> None:
    assert Host().recorder.progress.booth is not None
    for stranger in (Host(served=False), Host(front=12.0)):
        assert stranger.recorder.progress.booth is None
        stranger.recorder.toggle("fr")
        assert stranger.recorder.state == "off"
    host = Host()
    host.replica.apply(StaffTold(()), host.now)
    assert host.recorder.progress.booth is None


@pytest.mark.parametrize("beat", [0.01, 0.05, 0.7])
def test_what_was_walked_and_said_is_what_is_sent_and_only_after_one_has_agreed(beat: float) -> None:
    host = Host()
    recorder, own = host.recorder, host.replica.own
    assert own is not None
    began = own.pose
    recorder.toggle("nl")
    host.go(1.4, beat, Intent(right=0.5))
    host.say("Dag allemaal")
    own.make(Gesture.TALK)
    host.go(2.1, beat)
    recorder.toggle("nl")
    assert recorder.state == "asking"
    assert host.asked == [], "nothing was sent yet"
    recorder.agree()
    message = host.asked[-1][0]
    assert isinstance(message, KeepHostReplay)
    assert (message.booth, message.consent) == (BOOTH, True)
    replay = checked(message.replay, BOX, SCENE.field)
    assert [(line.language, line.text) for line in replay.lines] == [("nl", "Dag allemaal")]
    assert replay.lines[0].at_ms == pytest.approx(1400, abs=5)
    motion = HostMotion(replay, BOX)
    assert motion.at(0.0)[:2] == pytest.approx((began.x, began.y), abs=0.01)
    assert motion.at(99.0)[:2] == pytest.approx((own.pose.x, own.pose.y), abs=0.01)
    assert motion.at(99.0).gesture is Gesture.TALK
    host.asked[-1][1](Done(b"r" * 16, 3))
    assert recorder.state == "kept"
    host.go(KEPT_SHOWN_S + 0.1)
    assert recorder.state == "off"


def test_what_is_thrown_away_or_too_short_is_never_sent() -> None:
    host = Host()
    host.recorder.toggle("fr")
    host.go(1.0)
    host.recorder.toggle("fr")
    assert host.recorder.state == "off", "a key pressed twice is no recording"
    for seconds in (1.0, 5.0):
        host.recorder.toggle("fr")
        host.go(seconds)
        if seconds > 3.0:
            host.recorder.toggle("fr")
            assert host.recorder.state == "asking"
        host.recorder.discard()
        assert host.recorder.state == "off"
        host.recorder.agree()
    assert host.asked == []


def test_a_recording_ends_by_itself_in_time_at_the_booths_edge_and_where_one_is_put_elsewhere() -> None:
    host = Host()
    host.recorder.toggle("fr")
    host.go(SECONDS_CAP + 1.0, 0.2)
    assert host.recorder.state == "asking"
    assert host.recorder.progress.seconds == SECONDS_CAP
    away = Host()
    away.recorder.toggle("fr")
    away.go(4.0)
    assert away.replica.own is not None
    pose = away.replica.own.pose
    away.replica.apply(Correction(1, round(pose.x * 100) + 200, round(pose.y * 100), 0, 0, "too-far"), away.now)
    away.go(0.05)
    assert away.recorder.state == "asking"


@pytest.mark.parametrize("hall", [LILLE, HallId("hainaut")])
def test_what_was_recorded_before_a_break_or_another_hall_is_asked_about_and_can_be_kept(hall: HallId) -> None:
    host = Host()
    host.recorder.toggle("fr")
    host.go(4.0)
    host.say("Bonjour")
    host.replica.apply(HallEntered(b"r" * 16, hall, AvatarNumber(7), 0, 0, 0, 0, 1), host.now)
    host.go(0.1)
    assert host.recorder.state == "asking"
    progress = host.recorder.progress
    assert progress.booth is not None, "its card is drawn"
    assert (progress.booth.booth, progress.lines) == (BOOTH, 1)
    host.recorder.agree()
    message = host.asked[-1][0]
    assert isinstance(message, KeepHostReplay)
    assert checked(message.replay, BOX, SCENE.field).seconds >= 4.0


def test_a_line_that_comes_a_second_time_is_in_the_recording_once() -> None:
    host = Host()
    host.recorder.toggle("fr")
    host.say("Bonjour", 1)
    host.say("Bonjour", 1)
    host.say("Bonjour", 2)
    assert host.recorder.progress.lines == 2, "whoever says it again has said it twice"


def test_a_step_longer_than_a_recording_may_have_ends_it_and_loses_nothing_before_it() -> None:
    host = Host()
    host.recorder.toggle("fr")
    host.go(4.0)
    for seq in (1, 2):  # either is less than a jump, both are farther than anybody runs between two poses
        assert host.replica.own is not None
        pose = host.replica.own.pose
        host.replica.apply(Correction(seq, round(pose.x * 100) + 40, round(pose.y * 100), 0, 0, "too-far"), host.now)
        host.go(0.05)
    host.go(1.0)
    assert host.recorder.state == "asking"
    assert host.refused == []


def test_long_lines_are_cut_between_words_and_too_many_end_the_recording_rather_than_to_be_lost() -> None:
    host = Host()
    host.recorder.toggle("fr")
    host.go(4.0)
    host.say("mot " * 100)
    assert host.recorder.progress.lines == 2
    for number in range(LINES_CAP):
        host.say(f"line {number}")
    assert host.recorder.state == "asking"
    host.recorder.agree()
    message = host.asked[-1][0]
    assert isinstance(message, KeepHostReplay)
    assert len(message.replay.lines) == LINES_CAP
    assert message.replay.seconds >= 7.0, "the last one can be read"
    assert max(len(line.text) for line in message.replay.lines) <= LINE_CAP


def test_who_is_refused_is_told_why_and_may_try_again_and_is_told_what_would_be_replaced() -> None:
    host = Host()
    host.replica.apply(HostReplaysListed(LILLE, (HostReplayAt(BOOTH, 2),)), host.now)
    host.recorder.toggle("fr")
    host.go(4.1)
    assert host.recorder.progress == replace(host.recorder.progress, state="recording", seconds=4, replaces=True)
    host.recorder.toggle("fr")
    host.recorder.agree()
    host.asked[-1][2](Rejection("FORBIDDEN", "no"))
    assert host.recorder.state == "asking"
    assert len(host.refused) == 1
    host.recorder.agree()
    assert len(host.asked) == 2
