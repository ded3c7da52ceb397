"""Voice in a recording: of who wants it, from the stage, while it is recorded; in portions that follow each other."""

import time
from contextlib import ExitStack

from halles.ids import HallId, LiveSessionId, VisitId
from halles.protocol.voice_messages import Listen, Speak, VoiceTold
from halles.world.live_acts import GiveFloor, RaiseHand, Record, Step
from halles.world.live_voice import FRAMES_CAP, Spoken, unpack
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.gateway.voice_recorder import Portion
from tests.server.gateway.test_live_board import Show, answer
from tests.server.gateway.test_voice import frame
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server
from tests.support.wire import Peer, guest

LILLE = HallId("lille")
SESSION = LiveSessionId("one")


def recording(server: RunningServer, session: LiveSessionId | None) -> None:
    """Waits until this node records it, or nothing."""

    async def now(opened: bootstrap.Server) -> LiveSessionId | None:
        return opened.world.recorder.recording(LILLE)

    until = time.monotonic() + 10.0
    while server.do(now) != session:
        assert time.monotonic() < until
        time.sleep(0.05)


def stored(show: Show, session: LiveSessionId) -> dict[str, list[bytes]]:
    """What is stored, by whom."""
    found: dict[str, list[bytes]] = {}
    for name, data in show.rows(
        "SELECT p.name, v.data FROM live_voice v JOIN live_people p USING (session, key)"
        f" WHERE session = '{session}' ORDER BY v.begun_ms"
    ):
        found.setdefault(name, []).extend(spoken.frame for spoken in unpack(data))
    return found


def test_only_who_wants_it_and_has_an_account_is_recorded_to_the_last_word_and_nobody_while_recording_is_off(
    postgres: TestPostgres,
) -> None:
    url = postgres.fresh()
    with real_server(database_url=url, voice=True) as hall:
        show = Show(hall)
        session = speak_on_and_off_the_record(show)
    # It has stopped within the ten seconds of a portion: what was said last was still to be stored.
    assert stored(show, session) == {"Ada-Of-Voices": [frame(n) for n in (10, 11, 12, 13, 50, 51)]}
    postgres.drop(url)


def speak_on_and_off_the_record(show: Show) -> LiveSessionId:
    """Lets three speak from the stage, the last of whom are a guest and one who wants to be in no recording."""
    hall = show.server
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
    return session


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
