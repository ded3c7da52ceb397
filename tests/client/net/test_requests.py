from concurrent.futures import Future

import pytest

from halles.errors import Rejection, Unavailable
from halles.protocol.messages import Done, EnterHall, Find, Found, Message, Rejected, Say
from halles.protocol.states import State
from halles_client.net.requests import PENDING_CAP, Requests, new_request_id


def ask(requests: Requests, message: Message) -> "Future[Message]":
    answer: Future[Message] = Future()
    requests.ask(message, answer)
    return answer


def test_a_request_waits_until_it_is_legal_and_goes_out_once() -> None:
    requests = Requests()
    say = Say(new_request_id(), "hall", "hello")
    ask(requests, say)
    assert requests.due(State.ADMITTED) is None
    assert requests.due(State.IN_HALL) == say
    assert requests.due(State.IN_HALL) is None


def test_after_a_break_it_goes_out_again_with_the_same_id() -> None:
    requests = Requests()
    say = Say(new_request_id(), "hall", "hello")
    answer = ask(requests, say)
    requests.due(State.IN_HALL)
    requests.broken()
    assert requests.due(State.IN_HALL) == say
    assert requests.answered(Done(say.request_id, 3))
    assert answer.result(0) == Done(say.request_id, 3)
    assert not requests.answered(Done(say.request_id, 3))


def test_a_refusal_is_an_error_with_its_code() -> None:
    requests = Requests()
    find = Find(new_request_id(), "lille")
    answer = ask(requests, find)
    requests.answered(Rejected(find.request_id, "RATE_LIMITED", "slowly", 500))
    with pytest.raises(Rejection, match="RATE_LIMITED") as caught:
        answer.result(0)
    assert caught.value.retry_after_ms == 500


def test_answers_reach_whoever_asked_in_any_order() -> None:
    requests = Requests()
    finds = [Find(new_request_id(), str(n)) for n in range(5)]
    answers = [ask(requests, find) for find in finds]
    for find in reversed(finds):
        requests.answered(Found(find.request_id, ()))
    assert [answer.result(0) for answer in answers] == [Found(find.request_id, ()) for find in finds]


def test_without_an_answer_in_time_or_at_the_end_it_is_unavailable() -> None:
    requests = Requests()
    first, second = Find(new_request_id(), "a"), EnterHall(new_request_id(), "lille")
    answers = [ask(requests, first), ask(requests, second)]
    assert requests.entering()
    requests.expire(first)
    requests.close("over")
    for answer in answers:
        with pytest.raises(Unavailable):
            answer.result(0)


def test_requests_that_nobody_answers_do_not_pile_up() -> None:
    requests = Requests()
    for _ in range(PENDING_CAP):
        ask(requests, Find(new_request_id(), "x"))
    with pytest.raises(Unavailable):
        ask(requests, Find(new_request_id(), "x"))


def test_request_ids_are_uuids_of_version_7_in_growing_order() -> None:
    import uuid

    ids = [uuid.UUID(bytes=new_request_id()) for _ in range(100)]
    assert len(set(ids)) == 100
    assert all(found.version == 7 and found.variant == uuid.RFC_4122 for found in ids)
    assert [found.time_low for found in ids] == sorted(found.time_low for found in ids)
