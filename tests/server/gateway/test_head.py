"""Reading a request's head, and whose address it came from."""

import pytest

from halles_server.gateway.head import address_of, among, has_token, judge_upgrade, may_be_http, parse
from tests.support.wire import upgrade

OURS = frozenset({"https://halles.example"})


def test_a_head_is_read_with_its_headers() -> None:
    head = parse(b"GET /world?a=1 HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a:  2 \r\n\r\n")
    assert head is not None
    assert (head.path, head.query, head.all("x-a"), head.upgrades) == ("/world", "a=1", ["1", "2"], False)


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"GET /\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n"])
def test_what_is_no_head_is_none(data: bytes) -> None:
    assert parse(data) is None


@pytest.mark.parametrize("data", [b"", b"G", b"GET", b"OPTIONS ", b"GET /fr/ HTTP/1.1\r\n", b"PROPFIND"])
def test_a_method_may_begin_a_head(data: bytes) -> None:
    assert may_be_http(data)


@pytest.mark.parametrize("data", [b"get /", b"\x16\x03\x01", b"\x00", b"GET\r\n", b"A" * 17, b"SSH-2.0-x"])
def test_what_begins_otherwise_never_becomes_one(data: bytes) -> None:
    assert not may_be_http(data)


@pytest.mark.parametrize("value", ["Upgrade", "keep-alive, Upgrade", "UPGRADE"])
def test_an_upgrade_is_seen_however_it_is_written(value: str) -> None:
    head = parse(upgrade(Connection=value, Upgrade="WebSocket"))
    assert head is not None
    assert head.upgrades


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (upgrade(), None),
        (upgrade(Origin="https://halles.example"), None),
        (upgrade(Origin="https://halles.example.evil"), "origin"),
        (upgrade(Origin="http://localhost"), None),
        (upgrade(Host="192.0.2.7:8470", Origin="http://192.0.2.7:8470"), None),
        (upgrade(Host="192.0.2.7:8470", Origin="http://192.0.2.7:8471"), "origin"),
        (upgrade(Host="rebound.example", Origin="http://rebound.example"), "origin"),
        (upgrade("/worlds"), "path"),
        (upgrade("/world?token"), "token-in-url"),
    ],
)
def test_an_upgrade_is_judged_by_url_and_origin(data: bytes, reason: str | None) -> None:
    head = parse(data)
    assert head is not None
    refusal = judge_upgrade(head, OURS, frozenset({"halles.example"}))
    assert (refusal and refusal.reason) == reason


@pytest.mark.parametrize(("query", "has"), [("token=x", True), ("a=1&ToKeN=", True), ("tokens=1", False), ("", False)])
def test_a_token_in_a_query_is_found(query: str, has: bool) -> None:
    assert has_token(query) is has


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["spoofed, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["spoofed", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, forwarded: list[str], address: str) -> None:
    assert address_of(peer, forwarded, ["10.0.0.0/8"]) == address


def test_what_is_no_address_lies_in_no_network() -> None:
    assert not among("unknown", ["0.0.0.0/0"])
