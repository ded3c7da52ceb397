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


def fail(failures: LoginFailures, login: str, address: str) -> None:
    failures.begin(login, address)
    failures.end(login, address, failed=True)


def test_the_eleventh_guess_at_an_account_is_refused_and_its_owner_elsewhere_is_not() -> None:
    failures = LoginFailures(HandClock())
    for _ in range(FOR_ACCOUNT):
        fail(failures, "zoe", "1.2.3.4")
    with pytest.raises(Rejection) as refusal:
        failures.begin("ZOE", "1.2.3.4")
    assert refusal.value.code == "RATE_LIMITED"
    assert 0 < refusal.value.retry_after_ms <= WINDOW_S * 1000 + 1
    failures.begin("zoe", "5.6.7.8")
    failures.begin("another", "1.2.3.4")


def test_addresses_of_one_ipv6_network_are_one_and_the_next_network_is_another() -> None:
    failures = LoginFailures(HandClock())
    for i in range(FOR_ACCOUNT):
        fail(failures, "zoe", f"2001:db8:1:2::{i:x}")
    with pytest.raises(Rejection) as refusal:
        failures.begin("zoe", "2001:db8:1:2:ffff::1")
    assert refusal.value.code == "RATE_LIMITED"
    failures.begin("zoe", "2001:db8:1:3::1")


def test_an_address_that_tries_many_accounts_is_refused_for_all() -> None:
    failures = LoginFailures(HandClock())
    for i in range(FOR_ADDRESS):
        fail(failures, f"login{i}", "1.2.3.4")
    with pytest.raises(Rejection):
        failures.begin("fresh", "1.2.3.4")


def test_guesses_that_are_under_way_together_count_before_they_are_decided() -> None:
    failures = LoginFailures(HandClock())
    for _ in range(FOR_ACCOUNT):
        failures.begin("zoe", "1.2.3.4")
    with pytest.raises(Rejection) as refusal:
        failures.begin("zoe", "1.2.3.4")
    assert refusal.value.code == "TRY_LATER"
    assert 0 < refusal.value.retry_after_ms < 10_000


def test_what_was_right_or_never_looked_at_costs_nothing() -> None:
    failures = LoginFailures(HandClock())
    for _ in range(FOR_ADDRESS + 1):
        failures.begin("zoe", "1.2.3.4")
        failures.end("zoe", "1.2.3.4", failed=False)
    assert not failures._under_way
    assert not failures._moments


def test_failures_are_forgotten_after_a_quarter_of_an_hour() -> None:
    clock = HandClock()
    failures = LoginFailures(clock)
    for _ in range(FOR_ACCOUNT):
        fail(failures, "zoe", "1.2.3.4")
    clock.now += WINDOW_S + 1
    failures.begin("zoe", "1.2.3.4")


def test_memory_stays_bounded_under_a_flood_of_names() -> None:
    failures = LoginFailures(HandClock())
    for i in range(REMEMBERED + 500):
        fail(failures, f"login{i}", f"10.0.{i // 250}.{i % 250}")
    assert len(failures._moments) <= REMEMBERED
