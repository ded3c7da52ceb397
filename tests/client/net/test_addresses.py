"""Where a visit may connect: round and round, never with less than the first address asks for."""

import pytest

from halles_client.net.addresses import ADDRESSES_CAP, Addresses

ONE, TWO, THREE = "ws://one/world", "ws://two/world", "ws://three/world"


def test_alone_it_stays_where_it_is() -> None:
    addresses = Addresses(ONE)
    assert addresses.alone
    addresses.advance()
    assert addresses.current == ONE


def test_it_goes_round_all_that_it_was_told_of() -> None:
    addresses = Addresses(ONE)
    addresses.learn((TWO, THREE))
    assert not addresses.alone
    seen = []
    for _ in range(4):
        addresses.advance()
        seen.append(addresses.current)
    assert seen == [TWO, THREE, ONE, TWO]


def test_what_is_told_later_replaces_it_but_the_first_address_and_the_one_in_use_stay() -> None:
    addresses = Addresses(ONE)
    addresses.learn((TWO,))
    addresses.advance()
    addresses.learn((THREE,))
    seen = set()
    for _ in range(6):
        addresses.advance()
        seen.add(addresses.current)
    assert seen == {ONE, TWO, THREE}
    addresses.learn(())
    assert addresses.current in {ONE, TWO, THREE}


@pytest.mark.parametrize("bad", ["http://two/", "ws://", "ws://[", "file:///etc/passwd", "", "nonsense"])
def test_what_is_no_websocket_is_left_out(bad: str) -> None:
    addresses = Addresses(ONE)
    addresses.learn((bad,))
    assert addresses.alone


def test_a_token_that_was_sent_under_tls_is_not_sent_without() -> None:
    addresses = Addresses("wss://one/world")
    addresses.learn((TWO, "wss://two/world"))
    addresses.advance()
    assert addresses.current == "wss://two/world"
    addresses.advance()
    assert addresses.current == "wss://one/world"


def test_a_server_that_tells_of_very_many_is_believed_a_few() -> None:
    addresses = Addresses(ONE)
    addresses.learn(tuple(f"ws://{i}/world" for i in range(100)))
    seen = set()
    for _ in range(100):
        addresses.advance()
        seen.add(addresses.current)
    assert len(seen) <= ADDRESSES_CAP
