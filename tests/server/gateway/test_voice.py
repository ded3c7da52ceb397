"""Voice on a real server: who hears whom, who is not heard whatever is sent, and what costs a connection."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from urllib.request import urlopen

import pytest

from halles.ids import HallId
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import ListPeople, PeopleCounted
from halles.protocol.voice_messages import Listen, Speak, Voice, Voices, VoiceTold
from halles.world.live_acts import GiveFloor, RaiseHand, Step
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server import bootstrap
from halles_server.cluster.nats_server import NatsServer
from halles_server.gateway.visits import Visit
from halles_server.gateway.voice import VoiceRules
from halles_server.secret import Secret
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_live_board import Show, answer, refused_once, sanctioned
from tests.support.nats import deployment, nats
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server
from tests.support.wire import Peer, guest

__all__ = ["nats"]

LILLE = HallId("lille")
SILENCE_S = 0.3
"""In which a voice would have been heard: six ticks."""


def frame(number: int = 0) -> bytes:
    """Begins as 20 ms of one voice in Opus do."""
    return bytes([0x78, number & 0xFF, 1, 2, 3])


@pytest.fixture(scope="module")
def hall(serving: Serving) -> Iterator[RunningServer]:
    with serving(voice=True) as server:
        yield server


def person(stack: ExitStack, server: RunningServer, name: str, x: float, *, listens: bool = True) -> Peer:
    """Somebody in the hall at (x, 0), who listens."""
    peer = stack.enter_context(Peer(server.port))
    peer.welcome(guest(name))
    peer.enter("lille")
    assert peer.expect(VoiceTold).hearing == "nearby"

    async def put(opened: bootstrap.Server) -> None:
        visit = visit_of(opened, peer)
        assert visit.runner is not None
        visit.runner.hall.jump(visit.number, x, 0.0, 0.0, opened.world.now())

    server.do(put)
    if listens:
        peer.send(Listen(True))
        _answered(peer)
    return peer


def visit_of(opened: bootstrap.Server, peer: Peer) -> Visit:
    assert peer.welcomed is not None
    found = opened.world.visits.get(peer.welcomed.visit)
    assert found is not None
    return found


def _answered(peer: Peer) -> None:
    """Waits until all that was asked for was carried out."""
    peer.send(ListPeople())
    peer.expect(PeopleCounted)


def heard(peer: Peer, seconds: float = 2.0) -> Voice | None:
    """The first voice that is heard; None where there is silence."""
    for message in peer.messages(seconds):
        if isinstance(message, Voices):
            return message.voices[0]
    return None


@contextmanager
def ruled(server: RunningServer, **answers: Callable[..., bool]) -> Iterator[None]:
    """For a while puts other answers in the place of who may speak, who is on the stage, and where a film is shown."""

    async def put(opened: bootstrap.Server) -> VoiceRules:
        before = opened.world.speaking.rules
        opened.world.speaking.rules = replace(before, **answers)  # type: ignore[arg-type]
        return before

    async def put_back(opened: bootstrap.Server) -> None:
        opened.world.speaking.rules = before

    before = server.do(put)
    try:
        yield
    finally:
        server.do(put_back)


def test_a_voice_is_heard_within_twelve_metres_not_beyond_and_not_by_who_does_not_listen(hall: RunningServer) -> None:
    with ExitStack() as stack:
        ada, bob = person(stack, hall, "Ada", 0.0), person(stack, hall, "Bob", 11.5)
        far, deaf = person(stack, hall, "Far", 12.5), person(stack, hall, "Deaf", 1.0, listens=False)
        ada.send(Speak(5, (frame(1), frame(2))))
        voice = heard(bob)
        assert voice is not None
        assert (voice.stage, voice.sequence, voice.frames) == (False, 5, (frame(1), frame(2)))
        assert [heard(one, SILENCE_S) for one in (far, deaf, ada)] == [None] * 3
        bob.send(Listen(False))
        _answered(bob)
        ada.send(Speak(7, (frame(1),)))
        assert heard(bob, SILENCE_S) is None


def test_who_has_the_floor_on_the_stage_is_heard_by_the_whole_hall_and_anothers_floor_helps_nobody(
    hall: RunningServer,
) -> None:
    with ExitStack() as stack:
        ada, bob, far = (person(stack, hall, name, x) for name, x in (("Ada", 0.0), ("Bob", 2.0), ("Far", 40.0)))
        with ruled(hall, on_stage=lambda visit: visit.record.name == "Ada"):
            ada.send(Speak(0, (frame(),)))
            assert ada.expect(VoiceTold).hearing == "stage"
            voice = heard(far)
            assert voice is not None
            assert voice.stage
            assert heard(bob) == voice
            bob.send(Speak(0, (frame(),)))
            nearby = heard(ada)
            assert nearby is not None
            assert not nearby.stage
            assert heard(far, SILENCE_S) is None


def test_who_is_silenced_is_heard_by_nobody_though_the_client_sends_and_is_told_so(hall: RunningServer) -> None:
    with ExitStack() as stack:
        ada, bob = person(stack, hall, "Ada", 0.0), person(stack, hall, "Bob", 2.0)
        with ruled(hall, may_speak=lambda visit: visit.record.name != "Ada", on_stage=lambda visit: True):
            for sequence in range(10):
                ada.send(Speak(sequence, (frame(sequence),)))
            assert ada.expect(VoiceTold).hearing == "silenced"
            assert heard(bob, SILENCE_S) is None
        ada.send(Speak(10, (frame(10),)))
        voice = heard(bob)
        assert voice is not None
        assert voice.frames == (frame(10),)


def test_who_may_not_speak_any_more_is_told_at_once_when_that_is_known(hall: RunningServer) -> None:
    async def change(opened: bootstrap.Server) -> None:
        speaking, before = opened.world.speaking, opened.world.speaking.rules
        for other in (replace(before, may_speak=lambda visit: False), before, before):
            speaking.rules = other
            speaking.changed(visit_of(opened, ada))

    with ExitStack() as stack:
        ada = person(stack, hall, "Ada", 0.0)
        hall.do(change)
        told = [m.hearing for m in ada.messages(SILENCE_S) if isinstance(m, VoiceTold)]
        assert told == ["silenced", "nearby"]


def test_a_listener_is_told_within_two_seconds_of_a_change_and_a_film_silences_all_but_the_stage(
    hall: RunningServer,
) -> None:
    with ExitStack() as stack:
        ada, bob = person(stack, hall, "Ada", 0.0), person(stack, hall, "Bob", 2.0)
        with ruled(hall, on_stage=lambda visit: visit.record.name == "Ada", silent=lambda hall: True):
            assert ada.expect(VoiceTold, 2.0).hearing == "stage"
            assert bob.expect(VoiceTold, 2.0).hearing == "silenced"
        assert bob.expect(VoiceTold, 2.0).hearing == "nearby"


def test_who_is_given_the_floor_of_a_live_session_is_heard_by_the_whole_hall_until_it_ends(hall: RunningServer) -> None:
    show = Show(hall)
    _, host = show.account("host-voice", Role.MODERATOR)
    session = show.plan("lille")
    with ExitStack() as stack:
        ada, far = person(stack, hall, "Ada", 0.0), person(stack, hall, "Far", 40.0)
        moderator = stack.enter_context(Peer(hall.port))
        moderator.welcome(host)
        moderator.enter("lille")
        for act in (Step("open-doors"), Step("start")):
            assert answer(moderator, session, act) == ""
        assert answer(ada, session, RaiseHand()) == ""
        assert ada.welcomed is not None
        assert answer(moderator, session, GiveFloor(ada.welcomed.visit, 60)) == ""
        assert ada.expect(VoiceTold, 3.0).hearing == "stage"
        ada.send(Speak(0, (frame(),)))
        voice = heard(far)
        assert voice is not None
        assert voice.stage
        sanctioned(moderator, ada, SanctionKind.SILENCE, session)
        ada.send(Speak(1, (frame(),)))
        assert ada.expect(VoiceTold).hearing == "silenced", "whoever gave the floor takes the word as well"
        assert heard(far, SILENCE_S) is None
        for sequence in range(2, 8):
            ada.send(Speak(sequence, (frame(),)))
        _answered(ada)
        assert 1 <= len(refused_once(show, session, "speak")) <= 3
        for act in (Step("close"), Step("end")):
            assert answer(moderator, session, act) == ""
        assert ada.expect(VoiceTold, 3.0).hearing == "nearby"
        ada.send(Speak(8, (frame(),)))
        assert heard(far, SILENCE_S) is None


def test_two_hundred_frames_a_second_are_dropped_but_for_a_second_of_voice_and_the_connection_is_kept(
    hall: RunningServer,
) -> None:
    with ExitStack() as stack:
        ada, bob = person(stack, hall, "Ada", 0.0), person(stack, hall, "Bob", 2.0)
        began, dropped = time.monotonic(), hall.metric("halles_voice_frames_total", fate="rate")
        for sequence in range(0, 201, 3):
            ada.send(Speak(sequence, (frame(), frame(), frame())))
            time.sleep(0.005)
        said = [v for m in bob.messages(0.5) if isinstance(m, Voices) for v in m.voices]
        most = 50 * (2 + time.monotonic() - began)
        assert 0 < sum(len(voice.frames) for voice in said) <= most
        assert hall.metric("halles_voice_frames_total", fate="rate") > dropped
        _answered(ada)
        assert not ada.closed_yet()


@pytest.mark.parametrize(
    "frames",
    [(), (frame(),) * 4, (b"",), (bytes(134),), (b"\x78", b"\xff" * 20), (b"\x7c\0",), (b"\x79\0",), (b"\x70\0",)],
    ids=["none", "four", "empty", "long", "no TOC of ours", "stereo", "two in one", "10 ms"],
)
def test_what_cannot_be_voice_closes(hall: RunningServer, frames: tuple[bytes, ...]) -> None:
    with Peer(hall.port) as ada:
        ada.welcome(guest("Ada"))
        ada.enter("lille")
        ada.send(Speak(0, frames))
        assert ada.closed() == CloseCode.BAD_MESSAGE


def test_bots_are_not_heard(hall: RunningServer) -> None:
    with ExitStack() as stack:
        bob, bot = person(stack, hall, "Bob", 0.0), stack.enter_context(Peer(hall.port))
        bot.welcome(guest("Bot", kind="bot"))
        bot.enter("lille")
        assert bot.expect(VoiceTold).hearing == "silenced"
        with ruled(hall, on_stage=lambda visit: True):
            bot.send(Speak(0, (frame(),)))
            assert heard(bob, SILENCE_S) is None


def test_who_leaves_something_unread_misses_voice_instead_of_hearing_it_late(hall: RunningServer) -> None:
    async def pause(opened: bootstrap.Server) -> None:
        connection = visit_of(opened, slow).connection
        assert connection is not None
        connection.pause_writing()

    async def resume(opened: bootstrap.Server) -> None:
        connection = visit_of(opened, slow).connection
        assert connection is not None
        connection.resume_writing()

    with ExitStack() as stack:
        people = (("Ada", 0.0), ("Slow", 2.0), ("Bob", 3.0))
        ada, slow, bob = (person(stack, hall, name, x) for name, x in people)
        hall.do(pause)
        ada.send(Speak(0, (frame(1),)))
        assert heard(bob) is not None
        hall.do(resume)
        ada.send(Speak(9, (frame(9),)))
        voice = heard(slow)
        assert voice is not None
        assert voice.sequence == 9


def test_without_the_setting_there_is_no_voice_and_nobody_is_told_of_any(server: RunningServer) -> None:
    with Peer(server.port) as ada, Peer(server.port) as bob:
        for peer, name in ((ada, "Ada"), (bob, "Bob")):
            peer.welcome(guest(name))
            peer.enter("lille")
            peer.send(Listen(True))
        ada.send(Speak(0, (frame(),)))
        for peer in (ada, bob):
            assert not [m for m in peer.messages(SILENCE_S) if isinstance(m, VoiceTold | Voices)]


def test_a_page_says_that_voice_is_heard_in_3d_only_where_there_is_voice(
    hall: RunningServer, server: RunningServer
) -> None:
    said = []
    for one in (hall, server):
        with urlopen(f"{one.url}/en/halls/lille", timeout=5) as page:
            said.append("Voice is heard in the 3D client only" in page.read().decode())
    assert said == [True, False]


def test_voices_cross_nodes(postgres: TestPostgres, nats: NatsServer) -> None:
    url = postgres.fresh()
    shared = {"database_url": url, "bus_url": Secret(nats.url), "deployment": deployment(), "voice": True}
    with ExitStack() as stack:
        one, other = stack.enter_context(real_server(**shared)), stack.enter_context(real_server(**shared))
        until = time.monotonic() + 5.0
        while one.metric("halles_nodes") < 2 or other.metric("halles_nodes") < 2:
            assert time.monotonic() < until
            time.sleep(0.02)
        ada, bob = person(stack, one, "Ada", 0.0), person(stack, other, "Bob", 5.0)
        far = person(stack, other, "Far", 40.0)
        voice = None
        for sequence in range(40):  # until both rosters are known
            ada.send(Speak(sequence, (frame(sequence),)))
            voice = heard(bob, 0.1)
            if voice is not None:
                break
        assert voice is not None
        assert (voice.number, voice.stage) == (_number(one, ada), False)
        assert heard(far, SILENCE_S) is None
        with ruled(one, on_stage=lambda visit: True):
            ada.send(Speak(90, (frame(90),)))
            voice = heard(far)
        assert voice is not None
        assert voice.stage
    postgres.drop(url)


def _number(server: RunningServer, peer: Peer) -> int:
    async def number(opened: bootstrap.Server) -> int:
        return visit_of(opened, peer).number

    return server.do(number)
