"""Applause on a real server: a number for the hall, however many clap, and nothing in the database."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from halles.ids import LiveSessionId, VisitId
from halles.protocol.live_messages import LiveTold
from halles.protocol.public_messages import React, ReactionsTold
from halles.world.live_acts import Step
from halles.world.reactions import NONE, ReactionCounts, summed
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.bootstrap import Server
from halles_server.ports.standing import InForce, Standing
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_live_board import Show, answer, end
from tests.support.wire import Peer, guest


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(sweep_s=1.0, reactions_per_s=0.001, reactions_burst=3) as server:
        yield Show(server)


def test_reactions_of_many_come_as_one_number_and_what_is_too_much_is_not_heard(show: Show) -> None:
    _, host = show.account("host-1", Role.MODERATOR)
    session = show.plan("lille")
    with ExitStack() as stack:
        moderator = stack.enter_context(Peer(show.port))
        moderator.welcome(host)
        moderator.enter("lille")
        assert answer(moderator, session, Step("open-doors")) == ""
        watcher = stack.enter_context(Peer(show.port))
        watcher.welcome(guest("Watcher"))
        watcher.enter("lille")
        watcher.expect(LiveTold)
        crowd = [stack.enter_context(Peer(show.port)) for _ in range(4)]
        for number, peer in enumerate(crowd):
            peer.welcome(guest(f"Clapper {number}", kind="bot" if number == 0 else "person"))
            peer.enter("lille")
            for _ in range(5):
                peer.send(React(session, "applaud"))
        elsewhere = stack.enter_context(Peer(show.port))
        elsewhere.welcome(guest("Elsewhere"))
        elsewhere.enter("hainaut")
        elsewhere.send(React(session, "laugh"))
        frames, heard = 0, NONE
        while heard[0] < 12:
            told = watcher.expect(ReactionsTold)
            frames, heard = frames + 1, _with(heard, told)
        assert heard == (12, 0, 0, 0, 0), "three of each of four; a reaction is heard where its live session is"
        assert frames < 12
        dropped = show.server.metric("halles_reactions_total", heard="no")
        assert dropped >= 8
        show.server.do(lambda server: applaud_banned(server, VisitId(watcher.welcomed.visit), session))  # type: ignore[union-attr]
        assert show.server.metric("halles_reactions_total", heard="no") == dropped + 1
        end(moderator, session)


async def applaud_banned(server: Server, visit: VisitId, session: LiveSessionId) -> None:
    """Applauds in the moment between a ban from the live session and the end of the visit."""
    found = server.world.visits.get(visit)
    assert found is not None
    until = server.services.clock.wall() + timedelta(hours=1)
    ban = InForce(1, SanctionKind.BAN, f"live:{session}", until)
    found.renew(replace(found.record, standing=Standing((), (ban,))))
    server.world.reactions.react(found, React(session, "applaud"))


def _with(heard: ReactionCounts, told: ReactionsTold) -> ReactionCounts:
    return summed(heard, told.counts)
