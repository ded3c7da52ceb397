"""Whose host it is, and which pages are our own."""

import pytest

from halles_server.services.hosts import is_ours, is_own_page

OURS = frozenset({"https://halles.example"})


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("halles.example", True),
        ("halles.example:8470", True),
        ("localhost:1", True),
        ("192.0.2.7:8470", True),
        ("[::1]:8470", True),
        ("evil.example", False),
        ("halles.example.evil.example", False),
        ("", False),
        ("[::1", False),
        ("halles.example@evil.example", False),
    ],
)
def test_only_our_names_and_plain_addresses_are_ours(host: str, ours: bool) -> None:
    assert is_ours(host, frozenset({"halles.example"})) is ours


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("https://halles.example", "", True),
        ("http://192.0.2.7:8470", "192.0.2.7:8470", True),
        ("https://192.0.2.7:8470", "192.0.2.7:8470", True),
        ("http://192.0.2.7:8471", "192.0.2.7:8470", False),
        ("http://192.0.2.7:8470", "", False),
        ("https://evil.example", "192.0.2.7:8470", False),
        ("file://192.0.2.7:8470", "192.0.2.7:8470", False),
        ("http://", "", False),
        ("null", "", False),
        ("", "", False),
        ("http://[::1", "[::1", False),
    ],
)
def test_a_page_is_ours_from_a_configured_origin_or_from_the_host_that_is_asked(
    origin: str, host: str, own: bool
) -> None:
    assert is_own_page(origin, host, OURS) is own
