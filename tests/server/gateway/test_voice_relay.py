"""What the relay holds between two ticks: bounded, joined, and gone once it was delivered."""

from halles.ids import AvatarNumber
from halles.protocol.voice_messages import FRAMES_HEARD, Speak, Voice
from halles_server.announcements import VOICES
from halles_server.gateway.voice_relay import HEARD, VoiceRelay
from halles_server.hall.hall import Hall
from tests.server.hall.test_hall import Somebody, room

HALL = room().id


def frames(*numbers: int) -> tuple[bytes, ...]:
    return tuple(bytes([0x78, number]) for number in numbers)


def said(relay: VoiceRelay, *portions: Speak, number: int = 1, stage: bool = False) -> tuple[Voice, ...]:
    """Says portions between two ticks."""
    for portion in portions:
        relay.say(HALL, AvatarNumber(number), portion, stage=stage)
    return relay.begin(HALL)


def test_portions_that_follow_each_other_are_one_and_begin_tells_them_once() -> None:
    relay = VoiceRelay()
    assert relay.begin(HALL) == ()
    (voice,) = said(relay, Speak(7, frames(1, 2)), Speak(9, frames(3)))
    assert voice == Voice(AvatarNumber(1), False, 7, frames(1, 2, 3))
    assert relay.begin(HALL) == ()


def test_of_too_many_frames_the_oldest_go_and_after_a_gap_what_came_before() -> None:
    relay = VoiceRelay()
    (voice,) = said(relay, *(Speak(3 * i, frames(3 * i, 3 * i + 1, 3 * i + 2)) for i in range(4)))
    assert (voice.sequence, len(voice.frames)) == (12 - FRAMES_HEARD, FRAMES_HEARD)
    (voice,) = said(relay, Speak(20, frames(1)), Speak(90, frames(2)))
    assert (voice.sequence, voice.frames) == (90, frames(2))


def test_numbers_go_on_at_zero() -> None:
    (voice,) = said(VoiceRelay(), Speak(2**32 - 1, frames(1)), Speak(0, frames(2)))
    assert (voice.sequence, voice.frames) == (2**32 - 1, frames(1, 2))


def test_of_too_many_speakers_those_who_came_first_are_heard_and_the_stage_in_any_case() -> None:
    relay = VoiceRelay()
    for number in range(1, VOICES + 5):
        relay.say(HALL, AvatarNumber(number), Speak(0, frames(1)), stage=False)
    relay.say(HALL, AvatarNumber(900), Speak(0, frames(1)), stage=True)
    voices = relay.begin(HALL)
    assert len(voices) == VOICES
    assert voices[-1].number == 900


def test_what_other_nodes_tell_is_bounded_and_all_is_forgotten_with_the_tick() -> None:
    relay, hall = VoiceRelay(), Hall(room())
    ears = hall.enter(Somebody(), 0.0, 0.0, 0.0, 0.0).number
    mouths = [hall.enter(Somebody(), 1.0, 0.0, 0.0, 0.0).number for _ in range(2)]
    relay.others_said(HALL, [Voice(AvatarNumber(n), False, 0, frames(1)) for n in range(100, 100 + 2 * HEARD)])
    assert relay.deliver(hall, {ears}) == [], "none of them is here"
    said(relay, Speak(0, frames(1)), number=mouths[0])
    relay.others_said(HALL, [Voice(mouths[1], False, 5, frames(2))])
    (portion,) = relay.deliver(hall, {ears})
    assert portion.hearers == [ears]
    assert [voice.number for voice in portion.voices] == mouths
    assert relay.deliver(hall, {ears}) == ()


def test_what_nobody_listens_to_is_forgotten_as_well() -> None:
    relay, hall = VoiceRelay(), Hall(room())
    ears = hall.enter(Somebody(), 0.0, 0.0, 0.0, 0.0).number
    mouth = hall.enter(Somebody(), 1.0, 0.0, 0.0, 0.0).number
    said(relay, Speak(0, frames(1)), number=mouth)
    assert relay.deliver(hall, ()) == ()
    assert relay.deliver(hall, {ears}) == ()
