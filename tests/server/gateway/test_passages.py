"""Going somewhere."""

from halles.protocol.messages import AvatarsEntered, BoothsListed, ChatRead, EnterHall, HallEntered, Say
from halles_server.bootstrap import read_scenes
from tests.support.serving import RunningServer
from tests.support.wire import Peer, guest, request_id


def test_an_entry_tells_who_and_what_is_there_in_this_order(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        peer.send(EnterHall(request_id(), "lille"))
        heard = [type(message) for message in _until(peer, ChatRead)]
        assert [kind for kind in heard if kind in {HallEntered, AvatarsEntered, BoothsListed, ChatRead}][:2] == [
            HallEntered,
            AvatarsEntered,
        ]
        assert heard.index(BoothsListed) < heard.index(ChatRead)


def test_the_halls_last_lines_are_read_on_entering(server: RunningServer) -> None:
    with Peer(server.port) as speaker, Peer(server.port) as newcomer:
        speaker.welcome(guest("Speaker"))
        speaker.enter("valenciennes")
        speaker.send(Say(request_id(), "hall", "Written on the wall"))
        newcomer.welcome(guest("Newcomer"))
        lines: tuple[str, ...] = ()
        for _ in range(20):
            newcomer.enter("valenciennes")
            lines = tuple(line.text for line in newcomer.expect(ChatRead).lines)
            if lines:
                break
        assert lines[-1] == "Written on the wall"


def test_one_jumps_within_a_hall_and_keeps_ones_number(server: RunningServer) -> None:
    scene = read_scenes()[0]["lille"]
    with Peer(server.port) as peer:
        peer.welcome()
        first = peer.enter("lille")
        stage = peer.enter("lille", f"stage:{scene.stages[0].id}")
        assert stage.number == first.number
        assert (stage.x, stage.y) != (first.x, first.y)
        place, _ = scene.stages[0].audience_place()
        assert abs(stage.x / 100 - place.x) + abs(stage.y / 100 - place.y) < 6


def test_going_to_another_hall_leaves_the_first(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        before = peer.enter("hainaut").people
        peer.enter("lille")
        assert peer.enter("hainaut").people == before


def _until(peer: Peer, kind: type) -> list[object]:
    heard: list[object] = []
    for message in peer.messages():
        heard.append(message)
        if isinstance(message, kind):
            break
    return heard
