"""Voice in a recording: of who wants it, from the stage, while it is recorded; in portions that follow each other."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from halles.ids import HallId, LiveSessionId, VisitId
from halles.protocol.voice_messages import Listen, Speak, VoiceTold
from halles.world.live_acts import GiveFloor, RaiseHand, Record, Step
from halles.world.live_voice import FRAMES_CAP, Spoken, VoicePortion, unpack
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.gateway.voice_recorder import Portion
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_live_board import Show, answer
from tests.server.gateway.test_voice import frame
from tests.support.serving import RunningServer
from tests.support.wire import Peer, guest

LILLE = HallId("lille")
SESSION = LiveSessionId("one")


@pytest.fixture(scope="module")
def hall(serving: Serving) -> Iterator[RunningServer]:
    with serving(voice=True) as server:
        yield server


def recording(server: RunningServer, session: LiveSessionId | None) -> None:
    """Waits until this node records it, or nothing."""

    async def now(opened: bootstrap.Server) -> LiveSessionId | None:
        return opened.world.recorder.recording(LILLE)

    until = time.monotonic() + 10.0
    while server.do(now) != session:
        assert time.monotonic() < until
        time.sleep(0.05)


def stored(server: RunningServer, session: LiveSessionId) -> list[tuple[str, list[bytes]]]:
    """What is stored by now, and by whom."""

    async def read(opened: bootstrap.Server) -> tuple[VoicePortion, ...]:
        await opened.world.voice_recorder.store()
        found = await opened.services.recordings._store.voice(session, 0, 2**52)
        people = await opened.services.recordings._store.people(session)
        names.update({key: one.name for key, one in people.items()})
        return found

    names: dict[str, str] = {}
    return [(names[one.key], [spoken.frame for spoken in unpack(one.data)]) for one in server.do(read)]


def test_only_who_wants_it_and_has_an_account_is_recorded_and_nobody_while_recording_is_off(
    hall: RunningServer,
) -> None:
    show = Show(hall)
    _, host = show.account("host-of-voices", Role.MODERATOR)
    _, ada = show.account("ada-of-voices")
    _, bob = show.account("bob-of-voices")
    session = show.plan("lille")
    with ExitStack() as stack:
        peers = {}
        for name, hello in (("host", host), ("ada", ada), ("bob", bob), ("guest", guest("Guest"))):
            peer = peers[name] = stack.enter_context(Peer(hall.port))
            peer.welcome(hello)
            peer.enter("lille")
            peer.send(Listen(True))
        for act in (Step("open-doors"), Step("start")):
            assert answer(peers["host"], session, act) == ""
        recording(hall, session)
        for name in ("ada", "bob", "guest"):
            speaker = peers[name]
            assert answer(speaker, session, RaiseHand()) == ""
            assert speaker.welcomed is not None
            assert answer(peers["host"], session, GiveFloor(speaker.welcomed.visit, 60)) == ""
            while speaker.expect(VoiceTold, 3.0).hearing != "stage":
                pass

        def speak(sequence: int) -> None:
            for name in ("ada", "bob", "guest"):
                peers[name].send(Speak(sequence, (frame(sequence), frame(sequence + 1)), name != "bob"))
            time.sleep(0.2)  # some ticks, in which it is heard

        speak(10)
        speak(12)
        assert answer(peers["host"], session, Record(False)) == ""
        recording(hall, None)
        speak(30)
        assert answer(peers["host"], session, Record(True)) == ""
        recording(hall, session)
        speak(50)
        assert stored(hall, session) == [
            ("Ada-Of-Voices", [frame(n) for n in (10, 11, 12, 13, 50, 51)]),
        ]


def test_a_portion_takes_what_follows_of_the_same_speaker_within_ten_seconds() -> None:
    visit = VisitId("ada")
    portion = Portion(SESSION, visit, 0, 2**32 - 2)
    assert portion.takes(SESSION, visit, 2**32 - 2)
    portion.spoken.append(Spoken(0, b"x"))
    assert portion.takes(SESSION, visit, 1), "numbers go round"
    assert portion.place(1) == 3
    assert not portion.takes(SESSION, visit, 2**32 - 2), "it was said already"
    assert not portion.takes(SESSION, visit, (2**32 - 2 + FRAMES_CAP) % 2**32)
    assert not portion.takes(SESSION, VisitId("bob"), 1)
