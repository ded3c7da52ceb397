"""Talk at a booth on a real server: who hears it, who reads it later, and who neither says nor hears anything there."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from halles.errors import RejectionCode
from halles.protocol.booth_messages import StaffTold
from halles.protocol.messages import BoothChatRead, Done, ReadBoothChat, Rejected, Said, Say
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_bells import BOOTH, OTHER, Show
from tests.support.wire import Peer, guest, request_id

CROWDED = "studio-12"
HEARD_S = 1.0


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(demo=True, sweep_s=1.0) as server:
        yield Show(server)


def say(peer: Peer, text: str, booth: str = BOOTH) -> Done | Rejected:
    """Says something at a booth and returns the answer."""
    asked = Say(request_id(), "booth", text, booth)
    peer.send(asked)
    return answer(peer, asked.request_id)


def answer(peer: Peer, asked: bytes) -> Done | Rejected:
    for message in peer.messages():
        if isinstance(message, Done | Rejected) and message.request_id == asked:
            return message
    raise AssertionError("no answer")


def heard(peer: Peer, text: str) -> Said:
    """Waits until a line is heard."""
    while True:
        said = peer.expect(Said)
        if said.line.text == text:
            return said


def at_booth(port: int, name: str, booth: str = BOOTH) -> Peer:
    peer = Peer(port)
    peer.welcome(guest(name))
    peer.enter("lille", f"booth:{booth}")
    return peer


def test_who_stands_there_and_the_staff_anywhere_hear_it_within_a_second_and_nobody_else(show: Show) -> None:
    hello = show.hire("eva")
    with at_booth(show.port, "Ada") as ada, at_booth(show.port, "Bo") as bo, Peer(show.port) as staff:
        staff.welcome(hello)
        staff.enter("hainaut")
        mine = staff.expect(StaffTold).booths
        assert [(one.booth, one.hall) for one in mine] == [(BOOTH, "lille")]
        with at_booth(show.port, "Cy", OTHER) as neighbour:
            began = time.monotonic()
            assert isinstance(say(ada, "Bonjour ✓"), Done)
            line = heard(staff, "Bonjour ✓").line
            assert time.monotonic() - began < HEARD_S
            assert (line.channel, line.booth, line.name) == ("booth", BOOTH, "Ada")
            assert heard(bo, "Bonjour ✓").line == line
            assert not [m for m in neighbour.messages(0.3) if isinstance(m, Said)]
        assert isinstance(say(staff, "J'arrive"), Done)
        assert heard(ada, "J'arrive").line.name == "Eva"
        assert heard(staff, "J'arrive").line.booth == BOOTH


def test_who_arrives_reads_the_last_lines_and_the_staff_read_what_they_missed(show: Show) -> None:
    hello = show.hire("lea", OTHER)
    with at_booth(show.port, "Dora", OTHER) as dora:
        for text in ("one", "two"):
            assert isinstance(say(dora, text, OTHER), Done)
    with at_booth(show.port, "Emil", OTHER) as emil, Peer(show.port) as staff:
        emil.send(ReadBoothChat(request_id(), OTHER))
        read = emil.expect(BoothChatRead)
        assert (read.booth, read.hall) == (OTHER, "lille")
        assert [(line.name, line.text) for line in read.lines][-2:] == [("Dora", "one"), ("Dora", "two")]
        staff.welcome(hello)
        staff.send(ReadBoothChat(request_id(), OTHER))
        assert staff.expect(BoothChatRead) == read


def test_who_is_far_away_neither_says_nor_reads_anything_there(show: Show) -> None:
    with Peer(show.port) as far:
        far.welcome(guest("Far"))
        far.enter("lille")
        for booth, code in ((BOOTH, RejectionCode.FORBIDDEN), ("none", RejectionCode.NOT_FOUND)):
            refused = say(far, "hello", booth)
            assert isinstance(refused, Rejected)
            assert refused.code == code
            asked = ReadBoothChat(request_id(), booth)
            far.send(asked)
            refused = answer(far, asked.request_id)
            assert isinstance(refused, Rejected)
            assert refused.code == code


def test_too_many_and_too_long_lines_are_refused(show: Show) -> None:
    with at_booth(show.port, "Flo") as flo:
        refused = say(flo, "x" * 501)
        assert isinstance(refused, Rejected)
        assert refused.code == RejectionCode.INVALID_TEXT
        answers = [say(flo, f"line {i}") for i in range(8)]
        codes = {one.code for one in answers if isinstance(one, Rejected)}
        assert codes == {RejectionCode.RATE_LIMITED}


def test_a_repeated_request_is_kept_once(show: Show) -> None:
    with at_booth(show.port, "Gil") as gil:
        asked = Say(request_id(), "booth", "only once", BOOTH)
        for _ in range(2):
            gil.send(asked)
            assert isinstance(answer(gil, asked.request_id), Done)
        gil.send(ReadBoothChat(request_id(), BOOTH))
        lines = [line.text for line in gil.expect(BoothChatRead).lines]
        assert lines.count("only once") == 1


def test_a_repeated_request_gets_its_answer_from_who_has_walked_on(show: Show) -> None:
    with at_booth(show.port, "Ida") as ida:
        asked = Say(request_id(), "booth", "before I went", BOOTH)
        ida.send(asked)
        assert isinstance(answer(ida, asked.request_id), Done)
        ida.enter("lille", "stage:")
        ida.send(asked)
        assert isinstance(answer(ida, asked.request_id), Done)
        other = Say(asked.request_id, "booth", "other words", BOOTH)
        ida.send(other)
        refused = answer(ida, other.request_id)
        assert isinstance(refused, Rejected)
        assert refused.code == RejectionCode.BAD_FIELD
        assert isinstance(say(ida, "something new"), Rejected)


def test_whoever_came_to_a_booth_is_at_it_wherever_a_crowd_left_room_until_they_walk_on(show: Show) -> None:
    with ExitStack() as stack:
        crowd = [stack.enter_context(at_booth(show.port, f"Visitor {n}", CROWDED)) for n in range(14)]
        last = crowd[-1]
        assert isinstance(say(last, "all the way back"), Rejected), "another booth"
        assert isinstance(say(last, "all the way back", CROWDED), Done)
        for peer in crowd:
            assert heard(peer, "all the way back").line.booth == CROWDED
        last.enter("lille", "stage:")
        assert isinstance(say(last, "and gone", CROWDED), Rejected)
