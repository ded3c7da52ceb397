from datetime import UTC, datetime

import pytest

from halles.errors import Rejection
from halles_server.services.login_failures import FOR_ACCOUNT, FOR_ADDRESS, REMEMBERED, WINDOW_S, LoginFailures


class HandClock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


def test_the_eleventh_guess_at_an_account_is_refused_and_its_owner_elsewhere_is_not() -> None:
    failures = LoginFailures(HandClock())
    for _ in range(FOR_ACCOUNT):
        failures.check("zoe", "1.2.3.4")
        failures.failed("zoe", "1.2.3.4")
    with pytest.raises(Rejection) as refusal:
        failures.check("ZOE", "1.2.3.4")
    assert refusal.value.code == "RATE_LIMITED"
    assert 0 < refusal.value.retry_after_ms <= WINDOW_S * 1000 + 1
    failures.check("zoe", "5.6.7.8")
    failures.check("another", "1.2.3.4")


def test_an_address_that_tries_many_accounts_is_refused_for_all() -> None:
    failures = LoginFailures(HandClock())
    for i in range(FOR_ADDRESS):
        failures.failed(f"login{i}", "1.2.3.4")
    with pytest.raises(Rejection):
        failures.check("fresh", "1.2.3.4")


def test_failures_are_forgotten_after_a_quarter_of_an_hour() -> None:
    clock = HandClock()
    failures = LoginFailures(clock)
    for _ in range(FOR_ACCOUNT):
        failures.failed("zoe", "1.2.3.4")
    clock.now += WINDOW_S + 1
    failures.check("zoe", "1.2.3.4")


def test_memory_stays_bounded_under_a_flood_of_names() -> None:
    failures = LoginFailures(HandClock())
    for i in range(REMEMBERED + 500):
        failures.failed(f"login{i}", f"10.0.{i // 250}.{i % 250}")
    assert len(failures._moments) <= REMEMBERED
