"""A visitor of the load does what the server says, also one that is no witness."""

import asyncio

import numpy as np

from bench.crowd import LONGEST_CORRECTION, Visitor
from bench.witnessing import Crowd
from halles.ids import HallId
from halles.protocol import codec
from halles.protocol.messages import AvatarsEntered, AvatarsLeft, Correction, HallEntered, PoseBatch

ENTERED = HallEntered(bytes(16), HallId("square"), 7, 100, 200, 0, 0, 2)


def heard(members: Crowd, *messages: bytes) -> None:
    """Lets a crowd's last visitor hear messages after it came in."""

    async def hear() -> None:
        visitor = Visitor(members, members.clients - 1, "")
        for message in (codec.encode(ENTERED), *messages):
            visitor.receive(message)

    asyncio.run(hear())


def test_who_is_no_witness_goes_on_from_where_the_server_puts_it() -> None:
    members = Crowd(2, np.random.default_rng(1), witnesses=1)
    news = codec.encode(Correction(3, -1250, 800, 0, 0, "too-far"))
    heard(members, news)
    assert (members.x[1], members.y[1]) == (-12.5, 8.0)
    assert len(news) <= LONGEST_CORRECTION


def test_only_a_witness_takes_note_of_who_is_there_and_nobody_else_s_news_are_mixed_with_its_own() -> None:
    for witnesses, shown in ((1, True), (2, False)):
        members = Crowd(2, np.random.default_rng(1), witnesses=witnesses)
        members.shown[:, 5] = True
        heard(members, codec.encode(AvatarsLeft((5,))))
        assert members.shown[-1, 5] == shown


def test_only_a_frame_with_positions_that_a_witness_gets_counts_as_a_tick_s() -> None:
    positions, entered = codec.encode(PoseBatch(1, 1, b"", b"")), codec.encode(AvatarsEntered(()))
    for witnesses, ticks in ((2, 1), (1, 0)):
        members = Crowd(2, np.random.default_rng(1), witnesses=witnesses)
        heard(members, entered, positions, entered)
        assert members.ticks_heard == ticks
