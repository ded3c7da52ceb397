"""Blocking on a real server: what the two do not hear of each other any more, and what comes back."""

from collections.abc import Iterator

import pytest

from halles.ids import AvatarNumber
from halles.protocol.block_messages import Block, BlockedTold
from halles.protocol.booth_messages import BellTold, RingBell
from halles.protocol.messages import BoothChatRead, ChatRead, Done, Hello, ReadBoothChat, Rejected, Said, Say
from halles.protocol.voice_messages import Voice
from halles.world.roles import Role
from halles_server.bootstrap import Server
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_bells import BOOTH, PASSWORD, Show
from tests.support.wire import Peer, guest, request_id


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(demo=True, sweep_s=1.0, chat_per_s=50.0, chat_burst=50) as server:
        yield Show(server)


def do(peer: Peer, message: Block | Say | RingBell) -> str:
    """Returns "" once it is done, else the code of the refusal."""
    peer.send(message)
    for answer in peer.messages():
        if isinstance(answer, Done | Rejected) and answer.request_id == message.request_id:
            return answer.code if isinstance(answer, Rejected) else ""
    raise AssertionError("no answer")


def block(peer: Peer, visit: str, *, on: bool = True) -> str:
    return do(peer, Block(request_id(), visit, on))


def say(peer: Peer, text: str, channel: str = "hall") -> None:
    booth = BOOTH if channel == "booth" else ""
    assert do(peer, Say(request_id(), channel, text, booth)) == ""  # type: ignore[arg-type]


def speakers(peer: Peer, last: str) -> set[str]:
    """Returns who was heard until this line was."""
    names = set()
    while (line := peer.expect(Said).line).text != last:
        names.add(line.name)
    return names


def come(peer: Peer, hello: Hello, place: str = f"booth:{BOOTH}") -> str:
    visit = peer.welcome(hello).visit
    peer.enter("lille", place)
    return visit


def test_two_of_whom_one_blocks_the_other_hear_no_line_and_are_told_whom_to_hide(show: Show) -> None:
    with Peer(show.port) as ada, Peer(show.port) as bo, Peer(show.port) as cy:
        ada_visit, bo_visit = come(ada, guest("Ada")), come(bo, guest("Bo"))
        come(cy, guest("Cy"))
        assert block(ada, ada_visit) == "BAD_FIELD"
        assert block(ada, "nobody") == "NOT_FOUND"
        assert block(ada, bo_visit) == ""
        told = ada.expect(BlockedTold)
        assert (told.hidden, [card.name for card in told.mine]) == ((bo_visit,), ["Bo"])
        told = bo.expect(BlockedTold)
        assert (told.hidden, told.mine) == ((ada_visit,), ()), "and not by whom"
        for channel in ("hall", "nearby", "booth"):
            say(bo, f"Bo {channel}", channel)
            say(cy, f"Cy {channel}", channel)
            say(ada, f"Ada {channel}", channel)
            say(cy, f"Cy again {channel}", channel)
            assert "Bo" not in speakers(ada, f"Cy again {channel}")
            assert "Ada" not in speakers(bo, f"Cy again {channel}")
        ada.send(ReadBoothChat(request_id(), BOOTH))
        assert {line.name for line in ada.expect(BoothChatRead).lines} == {"Ada", "Cy"}
        ada.enter("lille")
        assert "Bo" not in {line.name for line in ada.expect(ChatRead).lines}
        assert block(ada, bo_visit, on=False) == ""
        assert ada.expect(BlockedTold).hidden == ()
        assert bo.expect(BlockedTold).hidden == ()
        say(bo, "Bo is back")
        speakers(ada, "Bo is back")


def test_a_blocked_voice_is_taken_out_for_the_two_alone(show: Show) -> None:
    with Peer(show.port) as ada, Peer(show.port) as bo, Peer(show.port) as cy:
        come(ada, guest("Eve"))
        bo_visit = come(bo, guest("Fox"))
        come(cy, guest("Gil"))
        assert block(ada, bo_visit) == ""
        assert ada.expect(BlockedTold).hidden == (bo_visit,)

        async def act(server: Server) -> list[tuple[list[str], list[str]]]:
            world = server.world
            runner = world.runners["lille"]  # type: ignore[index]
            named = {visit.number: visit.record.name for visit in world.visits if visit.runner is runner}
            numbers = [number for number, name in named.items() if name in ("Eve", "Fox", "Gil")]
            voices = tuple(Voice(AvatarNumber(one), 0, (), False) for one in numbers)
            parted = list(world.blocks.voices(runner, numbers, voices))
            return [
                (sorted(named[one] for one in hearers), sorted(named[v.number] for v in heard))
                for hearers, heard in parted
            ]

        parted = {hearer: heard for hearers, heard in show.server.do(act) for hearer in hearers}
        assert parted == {"Eve": ["Eve", "Gil"], "Fox": ["Fox", "Gil"], "Gil": ["Eve", "Fox", "Gil"]}


def test_an_account_keeps_its_blocks_and_hears_no_ring_of_whom_it_blocks(show: Show) -> None:
    hello = show.hire("berta")
    with Peer(show.port) as bo:
        bo_visit = come(bo, guest("Bo"))
        with Peer(show.port) as staff:
            come(staff, hello, "")
            assert block(staff, bo_visit) == ""
        with Peer(show.port) as staff, Peer(show.port) as cy:
            come(staff, hello, "")
            assert staff.expect(BlockedTold).hidden == (bo_visit,), "of a visit before"
            come(cy, guest("Cy"))
            assert do(bo, RingBell(request_id(), BOOTH)) == ""
            assert do(cy, RingBell(request_id(), BOOTH)) == ""
            rings = staff.expect(BellTold).rings
            while not rings:
                rings = staff.expect(BellTold).rings
            assert [ring.name for ring in rings] == ["Cy"]


def test_who_moderates_sees_everybody_and_is_seen(show: Show) -> None:
    async def make(server: Server) -> None:
        await server.services.admission.create_account("mo", "Mo", Role.MODERATOR, PASSWORD, "fr")

    show.server.do(make)
    with Peer(show.port) as moderator, Peer(show.port) as ada:
        mo_visit = come(moderator, guest("mo", way="account", secret=PASSWORD))
        ada_visit = come(ada, guest("Ada"))
        assert block(ada, mo_visit) == "FORBIDDEN"
        assert block(moderator, ada_visit) == "FORBIDDEN"
