"""What one hears of several speakers, block by block."""

import numpy as np

from halles.protocol.voice_messages import SPEAKERS_HEARD
from halles_client.sound.mix import FRAME, Gains
from halles_client.sound.room import Room
from tests.client.sound.test_codec import packets

LEFT = Gains(1.0, 0.0)


def blocks(room: Room, count: int) -> np.ndarray:
    return np.concatenate([room.block() for _ in range(count)])


def test_a_voice_is_heard_where_it_was_placed_and_who_was_not_placed_is_not() -> None:
    room, sent = Room(), packets(6)
    room.hear(7, 0, sent)
    room.place({7: LEFT})
    heard = blocks(room, 6)
    assert heard[:, 0].std() > 0.1
    assert not heard[:, 1].any()
    room.hear(8, 0, sent)
    assert not blocks(room, 6).any()


def test_without_voices_there_is_silence_of_the_right_shape() -> None:
    block = Room().block()
    assert block.shape == (FRAME, 2)
    assert not block.any()


def test_more_speakers_than_are_heard_wait_until_one_is_silent() -> None:
    room, sent = Room(), packets(6)
    for number in range(SPEAKERS_HEARD + 1):
        room.hear(number, 0, sent)
    assert len(room._speakers) == SPEAKERS_HEARD
    assert SPEAKERS_HEARD not in room._speakers
    blocks(room, 8)
    room.hear(SPEAKERS_HEARD, 0, sent)
    assert SPEAKERS_HEARD in room._speakers
    assert len(room._speakers) == SPEAKERS_HEARD


def test_who_is_silent_is_forgotten_and_clear_forgets_all() -> None:
    room, sent = Room(), packets(6)
    room.hear(1, 0, sent)
    blocks(room, 120)
    assert not room._speakers
    room.hear(1, 0, sent)
    room.clear()
    assert not room._speakers
