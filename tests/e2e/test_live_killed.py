"""A live session on a server that is killed in its middle, and one among whose viewers is a modified client."""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from halles.protocol.live_messages import ActLive, LiveTold
from halles.protocol.messages import Done, Message, PoseBatch, Rejected, Say
from halles.protocol.pose_batch import read
from halles.protocol.public_messages import AskQuestion, DecideQuestion, QuestionTold, VoteQuestion
from halles.protocol.standing_messages import Sanction, SanctionTold
from halles.protocol.voice_messages import Listen, Speak, Voices
from halles.world.live_acts import (
    CountDown,
    GiveFloor,
    LiveAct,
    LowerHand,
    MakePresenter,
    RaiseHand,
    Record,
    Seat,
    ShowPage,
    Step,
    YieldFloor,
)
from halles.world.sanctions import SanctionKind
from tests.support import debate
from tests.support.debate import HALL, SESSION, Person, rows, until
from tests.support.postgres import TestPostgres, postgres
from tests.support.processes import ServerProcess
from tests.support.wire import Peer, guest, request_id

__all__ = ["postgres"]

VOTES, HANDS = 10_000, 200
VOICE = (bytes([0x78, 1, 2, 3, 4]),)
"""Begins as 20 ms of one voice in Opus do."""


class Debate:
    """A live session that goes on in a server's process, and who takes part."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self.url = folder, url
        self.start()

    def start(self) -> None:
        """Starts the server, for the first time or again."""
        settings = {"HALLES_KEEP_PLACES_S": "0.5", "HALLES_SWEEP_S": "1", "HALLES_VOICE": "yes"}
        self.server = ServerProcess(self._folder / "var", HALLES_DATABASE_URL=self.url, **settings)

    def audited(self) -> Counter[tuple[str, str]]:
        """Who did what in it, by logins."""
        who = "coalesce((SELECT login FROM accounts a WHERE a.id::text = u.actor), u.actor)"
        return Counter(rows(self.url, f"SELECT {who}, act FROM audit u WHERE subject = 'live:{SESSION}'"))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, postgres: TestPostgres) -> Iterator[Debate]:
    url = postgres.fresh()
    debate.prepare(url)
    held = Debate(tmp_path_factory.mktemp("killed"), url)
    yield held
    held.server.kill()
    postgres.drop(url)


def begin(held: Debate, stack: ExitStack, *names: str) -> list[Person]:
    """Lets people come, by login or as guests; the first of them is a host and sees to it that it is live."""
    people = []
    for name in names:
        people.append(Person(name, guest(name) if name[0].isupper() else None).come(held.server.port))
        stack.callback(people[-1].go)
    host = people[0]
    for step in ("open-doors", "start"):
        host.refused(ActLive(request_id(), SESSION, Step(step)))  # type: ignore[arg-type]
    for person in people:
        person.sees(lambda state: state.phase == "live")
    return people


def test_a_server_killed_amid_a_live_session_costs_nobody_place_hand_chair_floor_or_slide_and_no_act_is_lost_or_doubled(
    held: Debate,
) -> None:
    with ExitStack() as stack:
        mo, ann, ben, cas, dot, wim = people = begin(held, stack, "mo", "ann", "ben", "cas", "dot", "Wim")
        mo.acts(GiveFloor(ann.welcomed.visit, 600), MakePresenter(cas.welcomed.visit), Seat(dot.welcomed.visit, 3))
        ben.acts(RaiseHand())
        cas.acts(ShowPage(0, 2))
        before = wim.sees(lambda state: state.slide is not None and state.hands and state.chairs)
        stood = ann.place
        for _ in range(20):
            ann.step(10, 0)
            time.sleep(0.05)
        until(lambda: _kept(held, ann), "where she stands is not stored")
        keys = [person.key for person in people]
        under_way = ActLive(request_id(), SESSION, CountDown(90))
        mo.peer.send(under_way)
        held.server.kill()
        held.start()
        for person in people:
            place = person.place
            person.go()
            person.come(held.server.port)
            if person not in (dot, ann):
                assert math.dist(person.place, place) <= 100, person.name
        assert math.dist(ann.place, (stood[0] + 200, stood[1])) <= 100, "more than a metre off, having walked two"
        assert [person.key for person in people] == keys
        with Peer(held.server.port) as newcomer:
            newcomer.welcome(guest("Nora"))
            newcomer.enter(HALL)
            told = newcomer.expect(LiveTold).state
        for state in (told, wim.sees(lambda state: state.floor), ben.sees(lambda state: state.hands)):
            assert debate.without_visits(state) == debate.without_visits(before)
        reached = mo.does(under_way)
        assert mo.does(under_way) == reached, "a third time gets the answer of the second"
        cas.acts(ShowPage(0, 3))
        mo.acts(GiveFloor(ben.key, 60))
        mo.sees(lambda state: len(state.floor) == 2 and not state.hands)
        assert held.audited() == {
            ("mo", "live.step"): 2,
            ("mo", "live.give-floor"): 2,
            ("mo", "live.make-presenter"): 1,
            ("mo", "live.seat"): 1,
            ("mo", "live.count-down"): 1,
        }


def _kept(held: Debate, person: Person) -> bool:
    ((x,),) = rows(held.url, f"SELECT x FROM visits WHERE id = '{person.welcomed.visit}'")
    return abs(x * 100 - person.place[0]) < 50


class Witness:
    """Somebody who counts how often others are seen where they have just gone, while one of them walks."""

    def __init__(self, port: int) -> None:
        self._peer, self._walker = Peer(port), Person("Walker", guest("Walker")).come(port)
        self._peer.welcome(guest("Witness"))
        self._peer.enter(HALL)
        self._over, self.seen = threading.Event(), 0
        self._threads = [threading.Thread(target=act, daemon=True) for act in (self._walk, self._look)]

    def __enter__(self) -> "Witness":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self._peer.socket.close()
        self._walker.go()

    def _walk(self) -> None:
        steps = 0
        while not self._over.wait(0.05):
            steps += 1
            self._walker.step(10 if steps // 20 % 2 else -10, 0)

    def _look(self) -> None:
        last = None
        while not self._over.is_set():
            for message in self._peer.messages(0.1):
                near = read(message.near) if isinstance(message, PoseBatch) else ()
                places = [(record["number"], record["x"], record["y"]) for record in near]
                self.seen += bool(places) and places != last
                last = places or last


def test_a_modified_client_gains_nothing_by_ten_thousand_votes_a_flood_of_hands_a_muted_voice_or_anothers_floor(
    held: Debate,
) -> None:
    with ExitStack() as stack:
        mo, ann, watcher, troll, loud = begin(held, stack, "mo", "ann", "Watcher", "Troll", "Loud")
        witness = stack.enter_context(Witness(held.server.port))
        question = ann.does(AskQuestion(request_id(), SESSION, "en", "Who pays for the subtitles?"))
        mo.does(DecideQuestion(request_id(), SESSION, question, "approve"))
        troll.wait(QuestionTold, lambda told: told.row.number == question)
        before, revision = held.audited(), max(mo.states)
        begun, seen = time.monotonic(), witness.seen
        time.sleep(1.0)
        quiet = (witness.seen - seen) / (time.monotonic() - begun)
        begun, seen = time.monotonic(), witness.seen
        assert _others_floor(troll, ann) == {"FORBIDDEN"}
        assert "RATE_LIMITED" in _flood(loud, [_asked(RaiseHand() if n % 2 else LowerHand()) for n in range(HANDS)])
        troll.does(VoteQuestion(request_id(), SESSION, question, True))
        votes = [VoteQuestion(request_id(), SESSION, question, True) for _ in range(VOTES)]
        assert {"RATE_LIMITED"} <= _flood(troll, votes) <= {"", "RATE_LIMITED"}
        assert troll.peer.close_code == 4429, "who is refused and goes on is closed"
        during = (witness.seen - seen) / (time.monotonic() - begun)
        assert during > 0.7 * quiet > 0, "others are told of less while it floods"
        voted = f"SELECT count(*) FROM live_question_votes WHERE question = {question}"
        assert rows(held.url, voted) == [(1,)]
        refused = held.audited() - before
        assert set(refused) == {(one.welcomed.visit, "live.refused") for one in (troll, loud)}
        assert max(refused.values()) <= 10, "the audit has that somebody was refused, not each time"
        hands = [hand.person.key for hand in mo.state.hands]
        assert hands in ([], [loud.key])
        assert max(mo.states) - revision <= 12, "the hall is told of what the rate lets through"
        _a_muted_voice_is_heard_by_nobody(held, mo, watcher, loud)


def _asked(act: LiveAct) -> ActLive:
    return ActLive(request_id(), SESSION, act)


def _others_floor(troll: Person, speaker: Person) -> set[str]:
    acts = (YieldFloor(speaker.key), GiveFloor(troll.key), LowerHand(speaker.key), Seat(troll.key, 1), Record(False))
    return {troll.may_not(act) for act in acts}


def _flood(person: Person, messages: list[Message]) -> set[str]:
    """Sends without waiting for any answer; returns the codes of those that came."""
    mine = {message.request_id for message in messages}  # type: ignore[attr-defined]
    try:
        for message in messages:
            person.peer.send(message)
    except OSError:
        pass  # closed in the middle of it

    def answers() -> list[Done | Rejected]:
        told = [one for one in list(person.heard) if isinstance(one, Done | Rejected)]
        return [one for one in told if one.request_id in mine]

    until(lambda: person.peer.close_code or len(answers()) == len(messages), "not all were answered")
    return {one.code if isinstance(one, Rejected) else "" for one in answers()}


def _a_muted_voice_is_heard_by_nobody(held: Debate, mo: Person, watcher: Person, loud: Person) -> None:
    watcher.peer.send(Listen(True))

    def voices(first: int) -> bool:
        told = [voice for one in list(watcher.heard) if isinstance(one, Voices) for voice in one.voices]
        return any(voice.sequence >= first for voice in told)

    def speaks() -> bool:
        loud.peer.send(Speak(1, VOICE))
        return voices(1)

    until(speaks, "the voice is not heard even before")
    mo.does(Sanction(request_id(), loud.welcomed.visit, SanctionKind.SILENCE, 10, "You shout."))
    loud.wait(SanctionTold, lambda told: told.sanctions)
    for number in range(25):
        loud.peer.send(Speak(1000 + number, VOICE))
        time.sleep(0.02)
    # Whoever has just flooded is told of their rate first.
    until(lambda: loud.refused(Say(request_id(), "hall", "Hear me")) == "FORBIDDEN", "a silenced person's line")
    until(lambda: loud.may_not(RaiseHand()) == "FORBIDDEN", "a silenced person's hand")
    assert not voices(1000), "heard although silenced"
    given = "SELECT detail->>'kind' FROM audit WHERE act = 'sanction.give' AND subject = $$visit:{}$$"
    assert rows(held.url, given.format(loud.welcomed.visit)) == [("silence",)]
