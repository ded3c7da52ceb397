"""Reading Colyseus' room state; ``@colyseus/schema`` 5.0.34 wrote these bytes for the room of ``colyseus.mjs``."""

import pytest

from bench.peers.patches import Players

WHOLE = "8001ff018000a4616e6e6102ff028050fb81ff008200"
JOINED = "ff018001a46272616d03ff038007008104f78200ff028051fb"
MOVED = "ff02810001ff0380080082ff"
LEFT = "ff014000ff03810100"
CODE = "0f"


def told(players: Players, patch: str) -> list[tuple[int, int, int]]:
    told = players.apply(bytes.fromhex(CODE + patch))
    return list(zip(*(column.tolist() for column in told), strict=True))


def test_a_patch_tells_the_whole_position_of_everybody_who_has_changed_part_of_it() -> None:
    entered: dict[str, int] = {}
    players = Players(entered.__setitem__)
    assert told(players, WHOLE) == [(2, -1200, 255)]
    assert told(players, JOINED) == [(3, 7, -2300), (2, -1199, 255)]
    assert told(players, MOVED) == [(2, -1199, 256), (3, 8, -2300)]
    assert entered == {"anna": 2, "bram": 3}


def test_who_leaves_is_told_of_no_more_and_those_who_stay_are() -> None:
    players = Players(lambda session, reference: None)
    for patch in (WHOLE, JOINED, MOVED):
        told(players, patch)
    assert told(players, LEFT) == [(3, 8, 1)]


def test_references_above_127_and_255_take_two_and_three_bytes() -> None:
    players = Players(lambda session, reference: None)
    told(players, WHOLE)
    assert told(players, "ffcccc800500ffcd2f0181faff") == [(204, 5, 0), (303, 0, -6)]


def test_another_room_s_state_is_an_error_not_a_position() -> None:
    players = Players(lambda session, reference: None)
    told(players, WHOLE)
    with pytest.raises(ValueError, match="no field 5"):
        told(players, "ff02850000")
