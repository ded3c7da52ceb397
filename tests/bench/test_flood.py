import pytest
from websockets.frames import Frame
from websockets.streams import StreamReader

from bench.flood import masked


def test_a_flooder_s_frame_is_one_that_a_websocket_server_reads() -> None:
    reader = StreamReader()
    reader.feed_data(masked(b"\x05move"))
    with pytest.raises(StopIteration) as read:
        next(Frame.parse(reader.read_exact, mask=True))
    frame = read.value.value
    assert (frame.data, frame.fin) == (b"\x05move", True)
