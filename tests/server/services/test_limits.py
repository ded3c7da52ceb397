"""Rates: what passes, what waits, and that counting a flood costs nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles_server.services.limits import AddressBuckets, FairBucket, TokenBucket, Window, sharing


def test_a_burst_passes_and_then_the_rate() -> None:
    bucket = TokenBucket(rate=10, burst=3)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait_ms(100.0) in range(100, 103)
    assert not bucket.take(100.09)
    assert bucket.take(100.11)


def test_waiting_fills_no_more_than_the_burst() -> None:
    bucket = TokenBucket(rate=10, burst=3)
    assert bucket.take(0.0)
    assert [bucket.take(1000.0) for _ in range(4)] == [True, True, True, False]


def test_nothing_waits_while_tokens_are_there() -> None:
    assert TokenBucket(rate=1, burst=1).wait_ms(5.0) == 0


@given(st.lists(st.floats(0.0, 2.0), max_size=200), st.floats(0.5, 50), st.integers(1, 20))
def test_never_more_than_burst_and_rate_pass(pauses: list[float], rate: float, burst: int) -> None:
    bucket, now, passed = TokenBucket(rate, burst), 0.0, 0
    for pause in pauses:
        now += pause
        passed += bucket.take(now)
    assert passed <= burst + now * rate + 1e-6


def test_a_window_forgets_what_is_long_ago() -> None:
    window = Window(limit=2, seconds=10.0)
    assert [window.add(t) for t in (0.0, 1.0, 2.0)] == [True, True, False]
    assert window.add(10.5) is False
    assert window.add(30.0) is True


@given(st.lists(st.floats(0.0, 3.0), max_size=100), st.integers(1, 6))
def test_a_window_counts_exactly(pauses: list[float], limit: int) -> None:
    window, now, moments = Window(limit, 5.0), 0.0, []
    for pause in pauses:
        now += pause
        moments.append(now)
        recent = [moment for moment in moments if now - moment <= 5.0]
        assert window.add(now) == (len(recent) <= limit)


def test_a_flood_of_some_does_not_keep_out_who_comes_alone() -> None:
    bucket = FairBucket(rate=1, burst=3)
    assert [bucket.take(0.0, "flood") for _ in range(6)] == [True] * 3 + [False] * 3
    assert bucket.take(0.1, "visitor")
    assert not bucket.take(0.2, "visitor")
    assert not bucket.take(0.2, "flood")
    assert bucket.take(1.3, "visitor")


def test_those_who_are_remembered_are_bounded() -> None:
    bucket = FairBucket(rate=1, burst=1, remembered=10)
    for i in range(1000):
        bucket.take(0.0, str(i))
    assert len(bucket._seen) == 10


def test_each_address_has_a_bucket_and_is_told_when_to_come_back() -> None:
    buckets = AddressBuckets(rate=2.0, burst=3.0)
    assert [buckets.take(0.0, "192.0.2.1") for _ in range(3)] == [0, 0, 0]
    wait_ms = buckets.take(0.0, "192.0.2.1")
    assert 499 <= wait_ms <= 501
    assert buckets.take(0.0, "192.0.2.2", 3.0) == 0
    assert buckets.take(0.0, "192.0.2.1", 0.1) > 0
    assert buckets.take(wait_ms / 1000, "192.0.2.1") == 0


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::7", "2001:db8:1:2::"),
        ("2001:db8:1:3::7", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("somewhere", "somewhere"),
    ],
)
def test_an_ipv6_network_has_one_limit_together(address: str, who: str) -> None:
    assert sharing(address) == who


def test_a_network_has_one_bucket() -> None:
    buckets = AddressBuckets(1.0, 2.0)
    assert [buckets.take(0.0, f"2001:db8::{i}") > 0 for i in range(3)] == [False, False, True]
    assert buckets.take(0.0, "2001:db8:0:1::") == 0


def test_addresses_are_forgotten_before_they_fill_the_memory() -> None:
    buckets = AddressBuckets(1.0, 1.0, remembered=10)
    for i in range(50):
        assert buckets.take(0.0, str(i)) == 0
    assert len(buckets._buckets) == 10
    assert buckets.take(0.0, "49") > 0
