"""Talking by voice over a visit's replica: what goes up, who is heard, and how loud; the devices are synthetic."""

import pytest

from halles.ids import AvatarNumber, VisitId
from halles.protocol.messages import AvatarCard, AvatarsEntered, HallEntered, Message
from halles.protocol.voice_messages import Hearing, Listen, Speak, Voice, Voices, VoiceTold
from halles.world.look import Look
from halles.world.roles import Role
from halles_client.replay_voice import FIRST_NUMBER, Words
from halles_client.replica.replica import Replica
from halles_client.sound.mix import STAGE, Gains, fade
from halles_client.voice import LISTED_S, SHOWN_S, VoiceTalk
from tests.client.sound.test_codec import packets
from tests.client.sound.test_desk import Synthetic, desk_with
from tests.support.peer import LILLE
from tests.support.plans import PLANS

ADA, BOB = AvatarNumber(5), AvatarNumber(6)


class Talk:
    """A visit's voice in a hall with Ada 3 m to the east and Bob 7 m to the north, everybody looking north."""

    def __init__(self, *missing: str, hearing: Hearing = "nearby", on: bool = True) -> None:
        self.replica = Replica(PLANS.scenes)
        self.replica.apply(HallEntered(bytes(16), LILLE, AvatarNumber(1), 0, 0, 0, 0, 3), 0.0)
        here = tuple(
            AvatarCard(number, VisitId(name), name, Role.GUEST, "fr", Look(), False, x, y, 0)
            for number, name, x, y in ((ADA, "Ada", 300, 0), (BOB, "Bob", 0, 700))
        )
        self.replica.apply(AvatarsEntered(here), 0.0)
        self.devices = Synthetic(*missing)  # type: ignore[arg-type]
        self.desk = desk_with(self.devices)
        self.sent: list[Message] = []
        self.voice = VoiceTalk(self.replica, self.sent.append, self.desk)
        self.voice.switch(on=on)
        self.voice.told(VoiceTold(hearing))

    def hear(self, number: AvatarNumber, *, stage: bool = False) -> None:
        self.voice.heard(Voices((Voice(number, stage, 0, tuple(packets(4))),)))

    def gains(self) -> dict[int, Gains]:
        return dict(self.desk.hall._gains)


def test_it_is_off_until_switched_on_and_the_server_is_told_once_it_offers_voice() -> None:
    talk = Talk(on=False)
    assert talk.sent == []
    talk.hear(ADA)
    assert talk.voice.speaking() == ()
    talk.voice.switch(on=True)
    assert talk.sent == [Listen(True)]
    talk.voice.entered()
    assert talk.voice.hearing is None
    talk.voice.told(VoiceTold("nearby"))
    talk.voice.told(VoiceTold("stage"))
    talk.voice.switch(on=False)
    assert talk.sent == [Listen(True), Listen(True), Listen(False)]


def test_without_voice_on_the_server_no_device_is_opened() -> None:
    talk = Talk(on=False)
    talk.desk.switch(on=False)
    talk.desk.join()
    talk.voice.entered()
    talk.voice.switch(on=True)
    talk.desk.join()
    assert (talk.devices.open, talk.sent) == (0, [])


def test_what_is_said_while_the_key_is_held_goes_up_in_portions_that_follow_each_other() -> None:
    talk = Talk()
    talk.sent.clear()
    talk.devices.speak(2)
    talk.voice.hold(on=True)
    talk.devices.speak(1)
    talk.voice.step(1.0)
    assert talk.sent == [], "one frame waits for the next"
    talk.devices.speak(4)
    talk.voice.step(1.1)
    talk.voice.hold(on=False)
    talk.devices.speak(5)
    talk.voice.hold(on=True)
    talk.devices.speak(1)
    talk.voice.hold(on=False)
    talk.voice.step(1.2)
    spoken = [(m.sequence, len(m.frames)) for m in talk.sent if isinstance(m, Speak)]
    assert spoken == [(3, 3), (6, 2), (13, 1)]


@pytest.mark.parametrize("hearing", ["silenced", None])
def test_who_may_not_speak_sends_nothing(hearing: Hearing | None) -> None:
    talk = Talk()
    talk.voice.hold(on=True)
    if hearing is None:
        talk.voice.entered()
    else:
        talk.voice.told(VoiceTold(hearing))
    assert not talk.voice.holding
    talk.sent.clear()
    talk.voice.hold(on=True)
    talk.devices.speak(6)
    talk.voice.step(1.0)
    assert (talk.voice.holding, talk.sent) == (False, [])


def test_voices_come_from_where_people_stand_and_the_stage_from_nowhere() -> None:
    talk = Talk()
    talk.hear(ADA)
    talk.hear(BOB)
    talk.voice.step(0.1)
    gains = talk.gains()
    assert gains[ADA].right > 2 * gains[ADA].left
    assert gains[BOB].left == pytest.approx(gains[BOB].right) == pytest.approx(fade(7.0))
    talk.voice.mono = True
    talk.hear(BOB, stage=True)
    talk.voice.step(0.2)
    assert talk.gains() == {ADA: Gains(fade(3.0), fade(3.0)), BOB: Gains(STAGE, STAGE)}


def test_each_person_has_a_volume_for_this_stay_bounded_and_kept_in_another_hall() -> None:
    talk = Talk()
    assert [talk.voice.volume(VisitId("Ada"), -1) for _ in range(6)] == [0.75, 0.5, 0.25, 0.0, 0.0, 0.0]
    assert talk.voice.volume(VisitId("Bob"), 9) == 2.0
    talk.voice.entered()
    talk.voice.told(VoiceTold("nearby"))
    talk.hear(ADA)
    talk.voice.step(0.1)
    assert talk.gains()[ADA] == Gains(0.0, 0.0)


def test_who_speaks_is_told_while_they_do_and_stays_listed_for_a_while() -> None:
    talk = Talk()
    talk.voice.step(1.0)
    talk.hear(BOB)
    talk.voice.step(1.2)
    talk.hear(ADA)
    assert talk.voice.speaking() == (BOB, ADA)
    talk.voice.step(1.2 + SHOWN_S + 0.1)
    assert talk.voice.speaking() == ()
    assert talk.voice.listed() == (ADA, BOB)
    talk.voice.step(1.2 + LISTED_S + 0.1)
    assert talk.voice.listed() == ()


def test_without_any_device_one_still_sees_who_speaks() -> None:
    talk = Talk("microphone", "loudspeaker")
    assert talk.voice.missing == {"microphone", "loudspeaker"}
    talk.hear(ADA)
    talk.voice.step(0.1)
    assert talk.voice.speaking() == (ADA,)


def test_a_recorded_voice_is_heard_as_from_the_stage_where_voice_is_on_and_names_nobody_who_is_here() -> None:
    for on in (True, False):
        talk = Talk(on=on)
        talk.voice.replayed(Words(FIRST_NUMBER, 5, (packets(1)[0],)))
        talk.voice.step(1.0)
        assert talk.gains() == ({FIRST_NUMBER: Gains(STAGE, STAGE)} if on else {})
        assert talk.voice.listed() == ()


def test_what_one_says_says_whether_it_may_be_recorded() -> None:
    talk = Talk()
    for recorded in (False, True):
        talk.sent.clear()
        talk.voice.recorded = recorded
        talk.voice.hold(on=True)
        talk.devices.speak(2)
        talk.voice.step(1.0)
        assert [message.recorded for message in talk.sent if isinstance(message, Speak)] == [recorded]
