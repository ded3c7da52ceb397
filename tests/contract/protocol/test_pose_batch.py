import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import RemoteProtocolError
from halles.protocol.pose_batch import NEAR, pack_heading, read, unpack_heading


def test_a_near_record_takes_nine_bytes() -> None:
    assert NEAR.itemsize == 9


@given(st.floats(-50, 50))
def test_a_heading_survives_within_half_a_unit(heading: float) -> None:
    back = float(unpack_heading(pack_heading(np.array([heading])))[0])
    assert abs(math.remainder(back - heading, math.tau)) <= math.tau / 512 + 1e-6


def test_records_are_viewed_as_they_were_written() -> None:
    records = np.array([(7, -120, 3000, 64, 1, 30)], dtype=NEAR)
    assert read(records.tobytes())[0] == records[0]
    assert read(b"").size == 0


def test_half_a_record_is_a_protocol_error() -> None:
    with pytest.raises(RemoteProtocolError):
        read(b"\0" * 10)
