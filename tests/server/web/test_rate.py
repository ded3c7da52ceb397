"""Tickets by address, against a clock of our own."""

import pytest

from halles.errors import Rejection
from halles_server.web.rate import AT_ONCE, PER_SECOND, TicketRate


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_class_comes_in_together_and_a_script_is_told_to_wait() -> None:
    clock = Clock()
    rate = TicketRate(clock)
    for _ in range(AT_ONCE):
        rate.check("192.0.2.1")
    with pytest.raises(Rejection) as refused:
        rate.check("192.0.2.1")
    assert refused.value.code == "RATE_LIMITED"
    assert 0 < refused.value.retry_after_ms <= 1000 / PER_SECOND + 1
    rate.check("192.0.2.2")
    clock.now += 1 / PER_SECOND + 0.01
    rate.check("192.0.2.1")
