from collections.abc import Callable

from halles.errors import HallesError, Rejection, Unavailable
from halles.ids import HallId
from halles.protocol.messages import Find, Found, FoundItem, Message
from halles.world.text import Text
from halles_client.search import EVERY_S, Search

ITEM = FoundItem("hall", Text("Lille", "Rijsel", "Lille"), HallId("lille"), "", "")


class Asked:
    """Takes questions and answers them when told."""

    def __init__(self) -> None:
        self.questions: list[tuple[Find, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.failed: list[HallesError] = []

    def ask(self, message: Message, done: Callable[[Message], None], failed: Callable[[HallesError], None]) -> None:
        assert isinstance(message, Find)
        self.questions.append((message, done, failed))

    def answer(self, *items: FoundItem) -> None:
        message, done, _ = self.questions[-1]
        done(Found(message.request_id, items))

    def refuse(self, error: HallesError) -> None:
        self.questions[-1][2](error)


def searching() -> tuple[Search, Asked]:
    asked = Asked()
    return Search(asked.ask, asked.failed.append), asked


def type_in(search: Search, text: str, now: float) -> None:
    for end in range(1, len(text) + 1):
        search.want(text[:end], lambda: ())
        search.step(now)


def test_quick_typing_asks_for_the_first_and_the_newest_only() -> None:
    search, asked = searching()
    type_in(search, "lille", 1.0)
    asked.answer()
    search.step(1.0 + EVERY_S)
    assert [message.query for message, _, _ in asked.questions] == ["l", "lille"]
    asked.answer(ITEM)
    assert search.found is not None
    assert (search.found.query, search.found.items) == ("lille", (ITEM,))


def test_when_told_to_be_slower_it_asks_again_later() -> None:
    search, asked = searching()
    type_in(search, "l", 1.0)
    asked.refuse(Rejection("RATE_LIMITED", "slowly", 1500))
    search.step(2.0)
    assert len(asked.questions) == 1
    search.step(2.6)
    assert [message.query for message, _, _ in asked.questions] == ["l", "l"]
    assert not asked.failed


def test_another_refusal_is_told() -> None:
    search, asked = searching()
    type_in(search, "l", 1.0)
    asked.refuse(Unavailable("database"))
    assert len(asked.failed) == 1
    type_in(search, "li", 2.0)
    assert len(asked.questions) == 2


def test_an_answer_to_what_is_no_longer_wanted_is_left_out() -> None:
    search, asked = searching()
    type_in(search, "li", 1.0)
    search.want("", lambda: (ITEM,))
    asked.answer()
    assert search.found is not None
    assert (search.found.query, search.found.items) == ("", (ITEM,))


def test_what_was_refused_for_haste_is_not_asked_again_once_the_field_is_empty() -> None:
    search, asked = searching()
    type_in(search, "l", 1.0)
    search.want("", lambda: (ITEM,))
    asked.refuse(Rejection("RATE_LIMITED", "slowly", 100))
    search.step(9.0)
    assert len(asked.questions) == 1


def test_an_empty_field_suggests_without_asking() -> None:
    search, asked = searching()
    search.want("  ", lambda: (ITEM,))
    search.step(1.0)
    assert not asked.questions
    assert search.found is not None
    assert search.found.items == (ITEM,)
