"""What newcomers are told of who is in a hall: frames of at most ``CARDS`` cards, each made once for many newcomers.

Belongs here: which cards are told together, and how long a frame is good. Not here: when it is sent (``connection``).
Invariant: a frame holds exactly those of its numbers who are here when it is asked for; of another node's who went
since the last tick it may still tell, and that tick tells that they are gone. A newcomer who also hears all
``AvatarsEntered`` and ``AvatarsLeft`` from its entry on therefore believes the truth in the end, however long the
frames take: who came meanwhile is told by the one or both, who went is in no later frame.
"""

from collections.abc import Iterator
from typing import Final

from halles.protocol.messages import AvatarCard, AvatarsEntered
from halles_server.gateway.outbox import frame_of
from halles_server.hall.hall import Hall

CARDS: Final = 200
"""Avatar cards in one message."""


class Portions:
    """The frames of one hall."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._frames: dict[int, bytes] = {}  # by block of CARDS numbers; b"" where nobody is
        self._cards: dict[int, AvatarCard] = {}  # by number: where many come, each makes only its own card anew

    def frames(self) -> Iterator[bytes]:
        """Yields the frames that tell everybody here, each as of the moment when it is asked for."""
        for block in self._hall.blocks(CARDS):
            if frame := self._frame(block):
                yield frame

    def changed(self, number: int) -> None:
        """Hears that somebody with this number came or went."""
        self._frames.pop((number - 1) // CARDS, None)
        self._cards.pop(number, None)

    def grow_old(self) -> None:
        """Hears that poses are too old to be told; once a second will do, as that is how often batches mend them."""
        self._frames.clear()
        self._cards.clear()

    def _frame(self, block: int) -> bytes:
        frame = self._frames.get(block)
        if frame is None:
            numbers = self._hall.numbers_here(block * CARDS + 1, (block + 1) * CARDS)
            cards = tuple(self._cards.get(number) or self._card(number) for number in numbers)
            frame = self._frames[block] = frame_of(AvatarsEntered(cards)) if cards else b""
        return frame

    def _card(self, number: int) -> AvatarCard:
        card = self._cards[number] = self._hall.card(number)
        return card
