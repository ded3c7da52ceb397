"""The satchel of a visit, with answers given by hand: no link is needed."""

from collections.abc import Callable

from halles.errors import HallesError, Rejection
from halles.ids import BoothId, MediaId, VisitId
from halles.protocol.messages import Done, Message
from halles.protocol.satchel_messages import ReadSatchel, RemoveFromSatchel, SatchelItem, SatchelRead, TakeIntoSatchel
from halles.world.text import Text
from halles_client.satchel import Satchel

BOOTH, OTHER = BoothId("studio-07"), BoothId("studio-08")
PDF, CARD = MediaId("a" * 64 + ".pdf"), MediaId("")


class Visitor:
    """A satchel, what it asks for, and what it was refused."""

    def __init__(self) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refused: list[HallesError] = []
        self.satchel = Satchel(lambda *row: self.asked.append(row), self.refused.append)

    def answer(self, answer: Message) -> Message:
        """Answers the oldest request."""
        message, done, _ = self.asked.pop(0)
        done(answer)
        return message

    def refuse(self, code: str) -> None:
        """Refuses the oldest request."""
        self.asked.pop(0)[2](Rejection(code, "no"))


def read(*items: tuple[BoothId, MediaId]) -> SatchelRead:
    rows = tuple(
        SatchelItem(number, booth, "Studio", media, Text("Plaquette"), 0, "offered")
        for number, (booth, media) in enumerate(items, 1)
    )
    return SatchelRead(b"r" * 16, rows, len(rows), "visit")


def test_it_is_read_once_until_somebody_looks_anew_or_it_changes() -> None:
    visitor = Visitor()
    visitor.satchel.look()
    visitor.satchel.look()
    assert isinstance(visitor.answer(read()), ReadSatchel)
    visitor.satchel.look()
    assert visitor.asked == []
    visitor.satchel.look(anew=True)
    assert isinstance(visitor.answer(read((BOOTH, PDF))), ReadSatchel)
    visitor.satchel.remove(1)
    assert isinstance(visitor.answer(Done(b"r" * 16, 1)), RemoveFromSatchel)
    visitor.answer(read())
    assert visitor.satchel.of_booth(BOOTH) == frozenset()


def test_another_visit_begins_with_nothing_known_and_a_resumed_one_goes_on() -> None:
    visitor = Visitor()
    visitor.satchel.welcomed(VisitId("a"))
    visitor.satchel.look()
    visitor.answer(read((BOOTH, PDF)))
    visitor.satchel.welcomed(VisitId("a"))
    assert visitor.satchel.of_booth(BOOTH) == {PDF}
    visitor.satchel.welcomed(VisitId("b"))
    assert visitor.satchel.of_booth(BOOTH) == frozenset()
    visitor.satchel.take(BOOTH, PDF)
    assert isinstance(visitor.asked[-1][0], TakeIntoSatchel)


def test_what_is_taken_shows_at_once_and_is_taken_once() -> None:
    visitor = Visitor()
    for _ in range(2):
        visitor.satchel.take(BOOTH, PDF)
    visitor.satchel.take(BOOTH, CARD)
    assert visitor.satchel.of_booth(BOOTH) == {PDF, CARD}
    assert visitor.satchel.of_booth(OTHER) == frozenset()
    taken = [visitor.answer(Done(b"r" * 16, number)) for number in (1, 2)]
    assert [(m.booth, m.media) for m in taken if isinstance(m, TakeIntoSatchel)] == [(BOOTH, PDF), (BOOTH, CARD)]
    while visitor.asked:
        visitor.answer(read((BOOTH, PDF), (BOOTH, CARD)))
    assert visitor.satchel.of_booth(BOOTH) == {PDF, CARD}
    visitor.satchel.take(BOOTH, PDF)
    assert visitor.asked == []


def test_a_refusal_is_told_and_nothing_looks_taken() -> None:
    visitor = Visitor()
    visitor.satchel.take(BOOTH, PDF)
    visitor.refuse("SATCHEL_FULL")
    assert visitor.satchel.of_booth(BOOTH) == frozenset()
    visitor.satchel.look()
    visitor.refuse("UNAVAILABLE")
    visitor.satchel.look()
    assert [str(error)[:12] for error in visitor.refused] == ["SATCHEL_FULL", "UNAVAILABLE:"]
    assert len(visitor.asked) == 1, "looking again asks again"
