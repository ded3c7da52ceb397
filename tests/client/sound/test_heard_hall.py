"""What one hears of several speakers, block by block."""

import numpy as np

from halles.protocol.voice_messages import SPEAKERS_HEARD
from halles_client.sound.heard_hall import HeardHall
from halles_client.sound.mix import FRAME, Gains
from tests.client.sound.test_codec import packets

LEFT = Gains(1.0, 0.0)


def blocks(hall: HeardHall, count: int) -> np.ndarray:
    return np.concatenate([hall.block() for _ in range(count)])


def test_a_voice_is_heard_where_it_was_placed_and_who_was_not_placed_is_not() -> None:
    hall, sent = HeardHall(), packets(6)
    hall.hear(7, 0, sent)
    hall.place({7: LEFT})
    heard = blocks(hall, 6)
    assert heard[:, 0].std() > 0.1
    assert not heard[:, 1].any()
    hall.hear(8, 0, sent)
    assert not blocks(hall, 6).any()


def test_without_voices_there_is_silence_of_the_right_shape() -> None:
    block = HeardHall().block()
    assert block.shape == (FRAME, 2)
    assert not block.any()


def test_more_speakers_than_are_heard_wait_until_one_is_silent() -> None:
    hall, sent = HeardHall(), packets(6)
    for number in range(SPEAKERS_HEARD + 1):
        hall.hear(number, 0, sent)
    assert len(hall._speakers) == SPEAKERS_HEARD
    assert SPEAKERS_HEARD not in hall._speakers
    blocks(hall, 8)
    hall.hear(SPEAKERS_HEARD, 0, sent)
    assert SPEAKERS_HEARD in hall._speakers
    assert len(hall._speakers) == SPEAKERS_HEARD


def test_who_is_silent_is_forgotten_and_clear_forgets_all() -> None:
    hall, sent = HeardHall(), packets(6)
    hall.hear(1, 0, sent)
    blocks(hall, 120)
    assert not hall._speakers
    hall.hear(1, 0, sent)
    hall.clear()
    assert not hall._speakers
