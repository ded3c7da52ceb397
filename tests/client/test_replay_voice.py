"""Recorded voices: each frame once, when its moment comes; nothing after a jump but what comes from then on."""

from halles.world import live_voice
from halles.world.live_voice import FRAME_MS, Spoken, VoicePortion
from halles_client.replay_voice import FIRST_NUMBER, PORTIONS_CAP, ReplayVoice, Words

BEGUN = 1_700_000_000_000


def portion(begun_ms: int, frames: int = 500, key: str = "aada") -> VoicePortion:
    packed = live_voice.pack(Spoken(place, bytes([place % 256, 1])) for place in range(frames))
    return VoicePortion(begun_ms, key, packed)


def heard(voice: ReplayVoice, start: int, end: int, step: int = 16) -> list[Words]:
    return [words for at in range(start, end, step) for words in voice.due(BEGUN + at, playing=True)]


def test_every_frame_is_heard_once_and_in_order_over_portions_and_minutes() -> None:
    voice = ReplayVoice()
    voice.put(0, portion(BEGUN + 55_000))
    voice.put(1, portion(BEGUN + 55_000))  # comes with both minutes
    voice.put(1, portion(BEGUN + 65_000, 10))
    words = heard(voice, 54_000, 66_000)
    first = (BEGUN + 55_000) // FRAME_MS
    assert [one.sequence for one in words] == [(first + n) % 2**32 for n in range(510)]
    assert {one.number for one in words} == {FIRST_NUMBER}


def test_after_a_jump_it_begins_at_the_new_moment_and_while_it_stands_still_there_is_silence() -> None:
    voice = ReplayVoice()
    voice.put(0, portion(BEGUN))
    assert heard(voice, 0, 1000)
    assert voice.due(BEGUN + 1000, playing=False) == []
    (words, *_) = heard(voice, 7000, 7050)
    assert words.sequence == ((BEGUN + 7000) // FRAME_MS) % 2**32
    assert len(heard(voice, 2000, 2064)) <= 8, "what lies between two moments is not heard at once"


def test_two_speakers_have_two_numbers_and_forgotten_minutes_are_silent() -> None:
    voice = ReplayVoice()
    voice.put(3, portion(BEGUN, key="aada"))
    voice.put(3, portion(BEGUN, key="abob"))
    assert {words.number for words in heard(voice, 0, 100)} == {FIRST_NUMBER, FIRST_NUMBER + 1}
    voice.keep({4})
    assert heard(voice, 100, 200) == []


def test_what_cannot_be_read_or_is_too_much_is_left_out() -> None:
    voice = ReplayVoice()
    voice.put(0, VoicePortion(BEGUN, "aada", b"\x00\x00\xff"))
    assert heard(voice, 0, 100) == []
    for number in range(PORTIONS_CAP + 5):
        voice.put(0, portion(BEGUN + number, 1, f"a{number:03}"))
    assert len(heard(voice, 0, 1000, step=10)) == PORTIONS_CAP
