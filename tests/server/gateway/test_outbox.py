"""What waits for one peer."""

import pytest
from websockets.frames import Frame, Opcode

from halles.protocol.codec import encode
from halles.protocol.messages import AvatarsLeft
from halles_server.gateway.outbox import Outbox, frame_of, framed


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 100_000])
def test_a_frame_is_what_the_library_would_have_written(size: int) -> None:
    assert framed(b"x" * size) == Frame(Opcode.BINARY, b"x" * size).serialize(mask=False)


def test_a_message_is_framed() -> None:
    message = AvatarsLeft((1, 2))
    assert frame_of(message) == framed(encode(message))


def test_reliable_frames_keep_their_order_and_go_first() -> None:
    outbox = Outbox(100)
    outbox.put_latest("people", b"old")
    assert outbox.put(b"one")
    outbox.put_latest("people", b"new")
    assert outbox.put(b"two")
    assert outbox.waiting == 6
    assert outbox.take() == [b"one", b"two", b"new"]
    assert (outbox.take(), outbox.waiting, outbox.filled) == ([], 0, False)


def test_more_than_may_wait_is_said() -> None:
    outbox = Outbox(10)
    assert outbox.put(b"x" * 10)
    assert not outbox.put(b"x")
